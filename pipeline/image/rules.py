"""Rules: printed lines that frame, underline or part text, found in the ink."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.image.binarize import Mask
from pipeline.image.components import find_components
from pipeline.image.frays import is_frayed, measure_fray


@dataclass(frozen=True)
class RuleParameters:
    """What a rule is, in x-heights unless it is said otherwise. Chosen by eye on pages with tables,
    forms and frames, and on engravings, whose hatching is none."""

    x_height_inches: float = 0.07  # of text of ten points: until letters are known
    length: float = 5.0  # no letter of text has a longer straight stroke
    side: float = 2.2  # of a box, where both ends meet other rules
    thickness: float = 0.9  # of double rules together
    aspect: float = 10.0  # length over thickness
    cell: int = 8  # pixels along a run that are looked at as one
    beside: float = 0.35  # how far from a rule its paper is looked for
    paper: tuple[float, float] = (0.25, 0.6)  # shares of its length with paper on either side
    letter: float = 0.3  # squared: least ink of a letter that touches a rule
    crumb: float = 0.12  # what is thinner is no letter where it touches a rule …
    piece: float = 0.3  # … nor what is thinner than this and …
    slender: float = 4.0  # … longer than so many times its thickness
    meets: float = 0.4  # how near the end of a box's side lies to the rule that it meets …
    whole: float = 0.9  # … and the share of the way between both rules that is ink
    drift: float = 0.06  # of its length: rules leave their level by less, strokes of a pen by more
    edge: float = 1.0  # a rule's edges run straight for so far; what is shorter stands out of it
    bump: float = 0.2  # least length of what stands out that is a stroke of a letter, and no fray …
    stem: float = 1.2  # … if the rest of the letter reaches the rule so near to it


RULES = RuleParameters()


@dataclass(frozen=True)
class RuledInk:
    """The rules of a page: where they run, `level` and `standing`, (H, W) uint8, 255 for the ink of
    one; None where there is none. Their boxes are in pixels."""

    level: Mask | None = None
    standing: Mask | None = None
    level_boxes: tuple[Box, ...] = ()
    standing_boxes: tuple[Box, ...] = ()

    def standing_between(self, left: float, right: float, y: float) -> list[Box]:
        """The standing rules between `left` and `right` at the height `y`, all in pixels."""
        return [
            box
            for box in self.standing_boxes
            if box.top < y < box.bottom and left < box.right and box.left < right
        ]


def find_rules(mask: Mask, x_height: float) -> RuledInk:
    """The level and the standing rules of a page.

    Method: an opening of the ink with a long thin element (Serra 1982, "Image analysis and
    mathematical morphology"), on runs that are first reduced along their direction; of what is left
    those are rules that are thin and have paper beside them.

    Args:
        mask: (H, W) uint8, 255 for ink; level but for a degree or so.
        x_height: usual x-height in pixels.
    """
    level, level_boxes = _find_runs_along(mask, x_height, ())
    turned, boxes = _find_runs_along(mask.T, x_height, level_boxes)
    standing = None if turned is None else np.ascontiguousarray(turned.T)
    return RuledInk(level, standing, level_boxes, tuple(map(turn, boxes)))


def turn(box: Box) -> Box:
    """The box with rows and columns exchanged."""
    return Box(box.top, box.left, box.bottom, box.right)


def _find_runs_along(
    mask: Mask, x_height: float, crossing: tuple[Box, ...]
) -> tuple[Mask | None, tuple[Box, ...]]:
    """The rules that run along the rows of a mask, and their boxes: shorter ones too, where both
    ends meet rules that cross them."""
    length = RULES.length * x_height
    least = RULES.side * x_height if crossing else length
    cell = max(1, min(RULES.cell, int(least) // 4))
    runs = _find_long_runs(mask, least, cell)
    if runs is None:
        return None, ()
    reach = _measure_reach(x_height)
    bundled = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((reach, 1), np.uint8))
    parts = find_components(np.asarray(bundled, dtype=np.uint8))
    width, height = parts.width * cell, parts.height
    thickness = parts.area / parts.width - 2
    thin = (thickness < RULES.thickness * x_height) & (width > RULES.aspect * thickness)
    thin &= (width >= least) & (height < 2 * RULES.thickness * x_height + 2)
    thin &= height - thickness < RULES.drift * width + 5  # two rows are of the dilation
    kept, boxes = np.zeros(len(parts), np.bool_), []
    for k in np.flatnonzero(thin).tolist():
        left, right = int(parts.left[k]), int(parts.right[k])
        box = Box(left * cell, int(parts.top[k]), right * cell, int(parts.bottom[k]))
        if box.width < length + 2 * cell and not _is_side(mask, box, crossing, x_height, cell):
            continue
        own = parts.labels[box.top : box.bottom, left:right] == k + 1
        if _has_paper(mask, own, box, cell, x_height):
            kept[k] = True
            boxes.append(box)
    if not boxes:
        return None, ()
    chosen = runs & parts.draw(kept)
    size = (chosen.shape[1] * cell, mask.shape[0])
    wide = np.asarray(cv2.resize(chosen, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    found = np.zeros(mask.shape, np.uint8)
    found[:, : size[0]] = mask[:, : size[0]] & wide
    return found, tuple(boxes)


def _find_long_runs(mask: Mask, length: float, cell: int) -> Mask | None:
    """(H, W // cell) uint8, 255 where ink runs on along a row for `length` pixels; None where it
    nowhere does. Runs may step up or down by a pixel on their way."""
    width = mask.shape[1] // cell
    if width == 0:
        return None
    if mask.flags.c_contiguous:
        full = _erode_after(mask, (3, 1), (1, cell))[:, : width * cell : cell]
    else:  # a page turned to its side: reduced as it lies in memory
        full = _erode_after(np.asarray(mask.T), (1, 3), (cell, 1))[: width * cell : cell].T
    count = int(length) // cell - 1
    element = np.ones((1, max(1, count - 1 + count % 2)), np.uint8)  # even ones shift
    opened = cv2.morphologyEx(np.ascontiguousarray(full), cv2.MORPH_OPEN, element)
    if not opened.any():
        return None
    # what is left of a cell at either end
    return np.asarray(cv2.dilate(opened, np.ones((1, 3), np.uint8)), dtype=np.uint8)


def _erode_after(mask: Mask, thickened: tuple[int, int], whole: tuple[int, int]) -> Mask:
    """255 where a mask, thickened by a rectangle of (rows, columns), is all ink from a pixel on to
    the right and down, in another."""
    thick = cv2.dilate(mask, np.ones(thickened, np.uint8))
    return np.asarray(cv2.erode(thick, np.ones(whole, np.uint8), anchor=(0, 0)), np.uint8)


def _is_side(mask: Mask, box: Box, crossing: tuple[Box, ...], x_height: float, cell: int) -> bool:
    """Whether a rule crosses near either end of a rule, and ink leads from the one to the other:
    the stem of a letter that touches the rule above it ends before the one below.

    Args:
        mask: of the page, turned so that the rule lies.
        crossing: boxes of the rules that cross it, not turned.
    """
    reach = max(2, round(RULES.meets * x_height)) + cell
    turned = [turn(rule) for rule in crossing]

    def meet(x: int) -> list[Box]:
        return [
            rule
            for rule in turned
            if rule.left - reach <= x <= rule.right + reach
            and rule.top - reach <= box.top
            and box.bottom <= rule.bottom + reach
        ]

    starts, ends = meet(box.left), meet(box.right)
    if not starts or not ends:
        return False
    first, last = min(rule.right for rule in starts), max(rule.left for rule in ends)
    way = mask[box.top : box.bottom, first:last].any(axis=0)
    return first < last and float(way.mean()) >= RULES.whole


def _has_paper(mask: Mask, own: NDArray[np.bool_], box: Box, cell: int, x_height: float) -> bool:
    """Whether paper lies along both sides of a rule, as it does not between hatching; the frayed
    edge of a typed rule hides none.

    Args:
        mask: of the page.
        own: (height, width / cell) bool, the rule within its box.
        box: of the rule.
        cell: columns of the mask to a column of `own`.
        x_height: usual x-height in pixels.
    """
    reach = _measure_reach(x_height)
    first, last = max(0, box.top - reach), min(mask.shape[0], box.bottom + reach)
    rule = np.zeros((last - first, own.shape[1] * cell), np.bool_)
    rule[box.top - first : box.bottom - first] = np.repeat(own, cell, axis=1)
    ink = mask[first:last, box.left : box.left + rule.shape[1]] > 0
    if _lies_on_paper(ink, rule, reach, 0):
        return True
    fray = measure_fray(x_height)
    return _lies_on_paper(ink, rule, reach, fray) and is_frayed(ink, ink & rule, x_height)


def _lies_on_paper(ink: NDArray[np.bool_], rule: NDArray[np.bool_], reach: int, fray: int) -> bool:
    """Whether there is paper in enough columns above and below a rule, from `fray` to `reach`
    pixels off."""
    rows, there = np.arange(len(rule))[:, None], rule.any(axis=0)
    high, low = rule.argmax(axis=0), len(rule) - 1 - rule[::-1].argmax(axis=0)
    other = ink & ~rule
    sides = (
        (rows < high - fray) & (rows >= high - reach),
        (rows > low + fray) & (rows <= low + reach),
    )
    shares = sorted(float((~(other & side).any(axis=0))[there].mean()) for side in sides)
    return shares[0] >= RULES.paper[0] and shares[1] >= RULES.paper[1]


def _measure_reach(x_height: float) -> int:
    """How far from a rule its paper is looked for, in pixels."""
    return max(3, round(RULES.beside * x_height))
