"""What no line of text crosses: pictures, upright rules, and white that runs down between lines, as
it does between columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.layout.pictures import Areas, draw_map
from pipeline.layout.scratches import find_scratches


@dataclass(frozen=True)
class BarrierParameters:
    """What no line crosses, in x-heights unless it is said otherwise. Chosen by eye on the shared
    books and layouts."""

    cells: float = 6.0  # of the map, to an x-height
    leading: float = 2.3  # white between the lines of a column is no higher
    # … on a page whose lines lie no further from each other than this pitch, as those of books do;
    # where they lie further, by the first of these factors or more, as in typescript with wide
    # lines (4 to 5), all heights of white grow as it does, up to the second
    pitch: float = 2.6
    stretched: tuple[float, float] = (1.2, 2.0)
    line_gap: tuple[float, float] = (0.5, 6.0)  # white between two lines is as high
    heading_gap: float = 8.0  # nor that between its paragraphs and headings
    # least white between columns: (wide, high)
    gutters: tuple[tuple[float, float], ...] = ((0.8, 20.0), (1.6, 12.0), (3.0, 6.0))
    # … and between text and the notes in its margin, which lie no further from each other
    margin: tuple[float, float] = (1.6, 20.0)
    note_gap: float = 60.0
    rule_height: float = 3.0  # an upright rule that parts columns is higher
    rule_aspect: float = 6.0  # height over width
    # of what is no component by itself, the side of a frame ends at level rules, a rule that hangs
    # from the rule under a heading at one, and a column's rule is as high as a gutter: a scratch
    # through a few lines is none of these
    meets: float = 0.8
    hanging_height: float = 8.0
    column_height: float = 20.0
    # white between the sides of two frames, so high at least: a double rule has less, and rules
    # that lead from the one to the other cover no more than this share of it
    frames_apart: float = 1.5
    frame_height: float = 8.0
    open_share: float = 0.5
    drawing: float = 1.5  # least width and height of what is drawn between two labels
    row: float = 0.5  # how far above and below a row it is looked for


BARRIERS = BarrierParameters()

MARGIN, WHITE, RULE, PICTURE = 1, 2, 3, 4


@dataclass(frozen=True)
class Barriers:
    """A map of the page, `scale` cells to a pixel: 0, MARGIN, WHITE, RULE or PICTURE; with running
    counts of barriers along each row."""

    kinds: NDArray[np.uint8]
    counts: NDArray[np.int32]
    scale: float

    def between(self, left: float, right: float, y: float) -> int:
        """The strongest barrier from `left` to `right` at the height `y`; 0 where there is none.
        All in pixels."""
        row = min(max(int(y * self.scale), 0), self.kinds.shape[0] - 1)
        first = min(max(int(left * self.scale), 0), self.kinds.shape[1])
        last = min(max(int(np.ceil(right * self.scale)), first), self.kinds.shape[1])
        if self.counts[row, last] == self.counts[row, first]:
            return 0
        return int(self.kinds[row, first:last].max())


def find_barriers(ink: Ink, areas: Areas) -> Barriers:
    """The barriers of a page whose letters are known.

    White is a barrier where a rectangle of one of the gutters fits between ink to its left and to
    its right (white rectangles as separators: Breuel 2002, "Two geometric algorithms for layout
    analysis"). The leading between lines is closed first, so that only the white between columns
    is left. White between text and notes that stand beside it here and there is a margin.
    """
    parts, scale = ink.components, BARRIERS.cells / ink.letter
    height, width = (max(1, round(side * scale)) for side in parts.labels.shape)
    solid = np.zeros((height, width), np.uint8)
    boxes = (
        (np.stack([parts.left, parts.top, parts.right, parts.bottom]) * scale).round().astype(int).T
    )
    for left, top, right, bottom in boxes[ink.letters | ink.marks].tolist():
        solid[top : max(top + 1, bottom), left : max(left + 1, right)] = 1
    stretch = _measure_stretch(solid)
    leading = round(stretch * BARRIERS.leading * BARRIERS.cells)
    closed = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((leading, 1), np.uint8))
    graphics = draw_map(parts, ink.graphics & ~ink.border, (height, width))
    white = (closed == 0) & (graphics == 0)
    # beside a heading the gutter goes on, though the white above and below it is wide
    right, left = _find_sides(solid, stretch * BARRIERS.heading_gap)
    far_right, far_left = _find_sides(solid, BARRIERS.note_gap)
    gutters = _open(white & right & left, BARRIERS.gutters, stretch)
    margins = _open(white & ((right & far_left) | (far_right & left)), (BARRIERS.margin,), stretch)
    gaps = np.where(gutters > 0, np.uint8(WHITE), margins * np.uint8(MARGIN))
    rules = _draw_column_rules(ink, boxes, solid)
    kinds = np.where(
        cv2.resize(areas.mask, (width, height), interpolation=cv2.INTER_NEAREST) > 0,
        np.uint8(PICTURE),
        np.uint8(0),
    )
    kinds = np.where(kinds == 0, np.where(rules > 0, np.uint8(RULE), gaps), kinds)
    counts = np.zeros((height, width + 1), np.int32)
    np.cumsum(kinds > 0, axis=1, out=counts[:, 1:])
    return Barriers(kinds, counts, scale)


def _find_sides(
    solid: NDArray[np.uint8], gap: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """What lies to the right of ink, and what to its left, in the same row or above and below it.

    Args:
        solid: (h, w) uint8, 1 for letters and marks.
        gap: in a column, at most, in x-heights.
    """
    kernel = np.ones((round(gap * BARRIERS.cells), 1), np.uint8)
    closed = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, kernel) > 0
    xs, width = np.arange(solid.shape[1]), solid.shape[1]
    there = closed.any(axis=1)
    first = np.where(there, closed.argmax(axis=1), width)
    last = np.where(there, width - 1 - closed[:, ::-1].argmax(axis=1), -1)
    return np.asarray(xs >= first[:, None]), np.asarray(xs <= last[:, None])


def _measure_stretch(solid: NDArray[np.uint8]) -> float:
    """How many times as far from each other as usual the lines of a page lie, 1 at least: by the
    median of the white between letters above each other.

    Args:
        solid: (h, w) uint8, 1 for letters and marks.
    """
    steps = np.diff(solid.T.astype(np.int8), axis=1)
    columns, begins = np.nonzero(steps == 1)
    own, ends = np.nonzero(steps == -1)
    # the white below each piece of ink ends where the next one of its column begins
    after = np.searchsorted(columns * solid.shape[0] + begins, own * solid.shape[0] + ends)
    known = after < len(columns)
    known[known] &= columns[after[known]] == own[known]
    gaps = (begins[after[known]] - ends[known]) / BARRIERS.cells
    lowest, highest = BARRIERS.line_gap
    gaps = gaps[(gaps > lowest) & (gaps < highest)]
    white = float(np.median(gaps)) if len(gaps) else 0.0
    stretch, (least, most) = (1.0 + white) / BARRIERS.pitch, BARRIERS.stretched
    return min(stretch, most) if stretch >= least else 1.0


def _open(
    white: NDArray[np.bool_], sizes: Sequence[tuple[float, float]], stretch: float
) -> NDArray[np.uint8]:
    """(h, w) uint8, 1 where a rectangle of one of the sizes, (wide, high) in x-heights, fits into
    the white, `stretch` times as high."""
    opened = np.zeros(white.shape, np.uint8)
    for wide, high in sizes:
        kernel = np.ones(
            (round(stretch * high * BARRIERS.cells), round(wide * BARRIERS.cells)), np.uint8
        )
        opened |= np.asarray(
            cv2.morphologyEx(white.astype(np.uint8), cv2.MORPH_OPEN, kernel), np.uint8
        )
    return opened


def _draw_column_rules(
    ink: Ink, boxes: NDArray[np.int64], solid: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """(h, w) uint8, 1 where an upright rule stands on a map that may part columns.

    Args:
        boxes: (n, 4) left, top, right and bottom of the components on that map.
        solid: (h, w) uint8, the letters and marks.
    """
    parts = ink.components
    standing = (
        (ink.graphics & ~ink.border)
        & (parts.height > BARRIERS.rule_height * ink.letter)
        & (parts.height > BARRIERS.rule_aspect * parts.width)
    )
    pieces, sides = np.flatnonzero(standing), _find_column_rules(ink)
    edges = np.array([astuple(box) for box in sides]).reshape(-1, 4)
    on_map = (edges * BARRIERS.cells / ink.letter).round().astype(int)
    drawn = draw_map(parts, standing, solid.shape) | _draw_rules(ink, sides, solid.shape)
    scratches = find_scratches(
        np.concatenate([boxes[pieces], on_map]), drawn, solid, BARRIERS.cells
    )
    if not scratches.any():
        return drawn
    standing[pieces[scratches[: len(pieces)]]] = False
    kept = [sides[k] for k in np.flatnonzero(~scratches[len(pieces) :])]
    return draw_map(parts, standing, solid.shape) | _draw_rules(ink, kept, solid.shape)


def _find_column_rules(ink: Ink) -> list[Box]:
    """The upright rules that may part columns and are no components of their own, as the sides of
    frames are."""
    least = BARRIERS.column_height * ink.letter
    return [box for box in ink.rules.standing_boxes if box.height > least or _is_side(box, ink)]


def _draw_rules(ink: Ink, boxes: list[Box], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Some upright rules on a map of so many rows and columns: (h, w) uint8, 1 where there is
    one."""
    drawn, scale = np.zeros(shape, np.uint8), BARRIERS.cells / ink.letter
    if ink.rules.standing is None:
        return drawn
    for box in boxes:
        rows, columns = np.nonzero(ink.rules.standing[box.top : box.bottom, box.left : box.right])
        ys = ((rows + box.top) * scale).astype(int)
        xs = ((columns + box.left) * scale).astype(int)
        drawn[np.minimum(ys, shape[0] - 1), np.minimum(xs, shape[1] - 1)] = 1
    return drawn


def _is_side(box: Box, ink: Ink) -> bool:
    """Whether an upright rule is high enough, and ends at level rules, or, a higher one, at one."""
    reach = BARRIERS.meets * ink.letter
    ends = [
        any(
            level.left - reach <= box.right
            and box.left <= level.right + reach
            and level.top - reach <= y <= level.bottom + reach
            for level in ink.rules.level_boxes
        )
        for y in (box.top, box.bottom)
    ]
    least = BARRIERS.rule_height if all(ends) else BARRIERS.hanging_height
    return any(ends) and box.height > least * ink.letter


def are_framed_apart(ink: Ink, left: float, right: float, y: float) -> bool:
    """Whether white that parts two frames of several lines lies between `left` and `right` at the
    height `y`, as on a sheet of index cards; an empty cell has rules above and below. All in
    pixels."""
    least, reach = BARRIERS.frames_apart * ink.letter, BARRIERS.meets * ink.letter
    sides = [
        box
        for box in ink.rules.standing_between(left, right, y)
        if box.height > BARRIERS.frame_height * ink.letter and _is_side(box, ink)
    ]
    sides.sort(key=lambda box: box.left)
    for a, b in pairwise(sides):
        covered = sum(
            max(0, min(level.right, b.left) - max(level.left, a.right))
            for level in ink.rules.level_boxes
            if a.top - reach <= level.top <= a.bottom + reach
        )
        if b.left - a.right > max(least, covered / BARRIERS.open_share):
            return True
    return False


def is_drawn_between(ink: Ink, left: float, right: float, y: float) -> bool:
    """Whether something is drawn, no rule, from `left` to `right` at the height `y`, as the arrows
    between the labels of a diagram are. All in pixels."""
    parts, reach = ink.components, BARRIERS.row * ink.letter
    rows = slice(max(0, int(y - reach)), int(y + reach) + 1)
    columns = slice(max(0, int(left)), max(0, int(right)))
    labels = parts.labels[rows, columns]
    found = np.unique(labels[labels > 0]) - 1
    large = np.minimum(parts.width[found], parts.height[found]) > BARRIERS.drawing * ink.letter
    drawn = found[large & ink.graphics[found] & ~ink.border[found]]
    if not len(drawn):
        return False
    between = np.isin(labels, drawn + 1)
    for rules in (ink.rules.level, ink.rules.standing):
        if rules is not None:
            between &= rules[rows, columns] == 0
    return bool(between.any())
