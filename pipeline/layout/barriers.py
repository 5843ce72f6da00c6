"""What no line of text crosses: pictures, upright rules, and white that runs down between lines, as
it does between columns."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.ink import Ink
from pipeline.layout.pictures import Areas, draw_map


@dataclass(frozen=True)
class BarrierParameters:
    """What no line crosses, in x-heights unless it is said otherwise. Chosen by eye on the shared
    books and layouts."""

    cells: float = 6.0  # of the map, to an x-height
    leading: float = 2.3  # white between the lines of a column is no higher
    heading_gap: float = 8.0  # nor that between its paragraphs and headings
    # least white between columns: (wide, high)
    gutters: tuple[tuple[float, float], ...] = ((0.8, 20.0), (1.6, 12.0), (3.0, 6.0))
    rule_height: float = 3.0  # an upright rule that parts columns is higher
    rule_aspect: float = 6.0  # height over width
    drawing: float = 1.5  # least width and height of what is drawn between two labels
    row: float = 0.5  # how far above and below a row it is looked for


BARRIERS = BarrierParameters()

WHITE, RULE, PICTURE = 1, 2, 3


@dataclass(frozen=True)
class Barriers:
    """A map of the page, `scale` cells to a pixel: 0, WHITE, RULE or PICTURE; with running counts
    of barriers along each row."""

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
    is left.
    """
    parts, scale = ink.components, BARRIERS.cells / ink.letter
    height, width = (max(1, round(side * scale)) for side in parts.labels.shape)
    solid = np.zeros((height, width), np.uint8)
    boxes = (
        (np.stack([parts.left, parts.top, parts.right, parts.bottom]) * scale).round().astype(int).T
    )
    for left, top, right, bottom in boxes[ink.letters | ink.marks].tolist():
        solid[top : max(top + 1, bottom), left : max(left + 1, right)] = 1
    closed = cv2.morphologyEx(
        solid, cv2.MORPH_CLOSE, np.ones((round(BARRIERS.leading * BARRIERS.cells), 1), np.uint8)
    )
    # beside a heading the gutter goes on, though the white above and below it is wide
    columns = (
        cv2.morphologyEx(
            solid,
            cv2.MORPH_CLOSE,
            np.ones((round(BARRIERS.heading_gap * BARRIERS.cells), 1), np.uint8),
        )
        > 0
    )
    xs, first, last = (
        np.arange(width),
        columns.argmax(axis=1),
        width - 1 - columns[:, ::-1].argmax(axis=1),
    )
    last[~columns.any(axis=1)] = -1
    amid = (xs >= first[:, None]) & (xs <= last[:, None])  # with ink to the left and to the right
    graphics = ink.graphics & ~ink.border
    white = ((closed == 0) & amid & (draw_map(parts, graphics, (height, width)) == 0)).astype(
        np.uint8
    )
    gutters = np.zeros_like(white)
    for wide, high in BARRIERS.gutters:
        gutters |= cv2.morphologyEx(
            white,
            cv2.MORPH_OPEN,
            np.ones((round(high * BARRIERS.cells), round(wide * BARRIERS.cells)), np.uint8),
        )
    standing = (
        graphics
        & (parts.height > BARRIERS.rule_height * ink.letter)
        & (parts.height > BARRIERS.rule_aspect * parts.width)
    )
    rules = draw_map(parts, standing, (height, width))
    kinds = np.where(
        cv2.resize(areas.mask, (width, height), interpolation=cv2.INTER_NEAREST) > 0,
        np.uint8(PICTURE),
        np.uint8(0),
    )
    kinds = np.where(
        kinds == 0, np.where(rules > 0, np.uint8(RULE), gutters * np.uint8(WHITE)), kinds
    )
    counts = np.zeros((height, width + 1), np.int32)
    np.cumsum(kinds > 0, axis=1, out=counts[:, 1:])
    return Barriers(kinds, counts, scale)


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
