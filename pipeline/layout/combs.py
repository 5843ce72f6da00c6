"""Combs, as forms have them for what is written letter by letter: their teeth and boxes are no
letters, and what stands in their cells makes words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.image.rules import RuledInk
from pipeline.layout.comb_boxes import find_box_rows, find_ruled_cells


@dataclass(frozen=True)
class CombParameters:
    """What a comb is, in x-heights of the page unless it is said otherwise. Chosen by eye on drawn
    forms."""

    height: tuple[float, float] = (0.5, 5.5)  # of a tooth
    slender: float = 3.0  # its height over its width, at least
    thick: float = 0.4
    reach: float = 0.4  # how near its foot is to the rule …
    ends: float = 1.0  # … and the outer teeth to its ends, which are known less well
    level: float = 0.25  # by how much the heads of teeth, or of cells, differ
    cell: float = 1.2  # width of a cell, at least
    stray: float = 0.12  # share of a cell by which a tooth strays from its place
    most_cells: int = 60
    least_teeth: int = 4  # or one less, where they are higher than letters
    complete: float = 0.7  # share of the teeth that stand free: letters touch the others
    letters: float = 3.2  # above its rule the letters of a comb with teeth are no higher
    alike: float = 0.2  # share of the width of cells of one comb by which they differ …
    apart: float = 0.6  # … and which lies between two of them, at most


COMBS = CombParameters()


@dataclass(frozen=True)
class Comb:
    """Cells for a letter each, from left to right; there are two or more."""

    cells: tuple[Box, ...]

    @property
    def foot(self) -> Box:
        """The line on which its letters stand, or which lies below them."""
        box = Box.around(self.cells)
        return Box(box.left, box.bottom - 1, box.right, box.bottom)


def take_combs(ink: Ink) -> tuple[tuple[Comb, ...], Ink]:
    """The combs of a page, and the ink with their teeth and boxes as graphics.

    A comb is either upright strokes on a level rule from its one end to its other, each as far from
    the next, or a row of boxes of one size.
    """
    teeth, cells = _find_toothed(ink)
    boxes = find_box_rows(ink)
    cells += find_ruled_cells(ink.rules, ink.letter)
    cells += [cell for _, row in boxes for cell in row]
    combs = join_cells(cells, ink.letter)
    if not combs and not teeth.any():
        return (), ink
    kept = {cell for comb in combs for cell in comb.cells}
    drawn = teeth.copy()
    drawn[[k for k, row in boxes if not kept.isdisjoint(row)]] = True
    return combs, replace(
        ink,
        letters=ink.letters & ~drawn,
        graphics=ink.graphics | drawn,
        rules=_add_rules(ink, combs, drawn),
    )


def _add_rules(ink: Ink, combs: Sequence[Comb], drawn: NDArray[np.bool_]) -> RuledInk:
    """The rules of a page, and those that its combs are made of: they part no labels, and values
    stand on them.

    Args:
        drawn: (n,) bool, the components that are teeth or boxes.
    """
    level, rules = ink.components.draw(drawn), ink.rules
    return replace(
        rules,
        level=level if rules.level is None else rules.level | level,
        level_boxes=(*rules.level_boxes, *(comb.foot for comb in combs)),
    )


def join_cells(cells: Sequence[Box], letter: float) -> tuple[Comb, ...]:
    """Cells of one height that stand side by side, as combs.

    Args:
        letter: usual x-height of the page in pixels.
    """
    rows: list[list[Box]] = []
    for cell in sorted(set(cells), key=lambda cell: (cell.left, cell.top)):
        for row in rows:
            if _follows(row[-1], cell, letter):
                row.append(cell)
                break
        else:
            rows.append([cell])
    return tuple(Comb(tuple(row)) for row in rows if len(row) > 1)


def _follows(last: Box, cell: Box, letter: float) -> bool:
    """Whether a cell is the next one of a comb."""
    if max(abs(cell.top - last.top), abs(cell.bottom - last.bottom)) > COMBS.level * letter:
        return False
    wide = min(cell.width, last.width)
    if abs(cell.width - last.width) > COMBS.alike * wide:
        return False
    return -COMBS.alike * wide < cell.left - last.right < COMBS.apart * wide


def _find_toothed(ink: Ink) -> tuple[NDArray[np.bool_], list[Box]]:
    """The teeth of combs, (n,) bool, and the cells between them."""
    parts = ink.components
    low, high = (limit * ink.letter for limit in COMBS.height)
    strokes = (ink.letters | ink.graphics) & (parts.height > low) & (parts.height < high)
    strokes &= parts.width <= max(3.0, COMBS.thick * ink.letter)
    strokes &= parts.height > COMBS.slender * parts.width
    teeth, cells = np.zeros(len(parts), np.bool_), list[Box]()
    if np.count_nonzero(strokes) >= COMBS.least_teeth - 1:
        for rule in ink.rules.level_boxes:
            found, edges = _find_teeth(ink, strokes, rule)
            teeth[found] = True
            top = round(rule.top - COMBS.letters * ink.letter)
            cells += [Box(a, top, b, rule.bottom) for a, b in pairwise(edges)]
    return teeth, cells


def _find_teeth(
    ink: Ink, strokes: NDArray[np.bool_], rule: Box
) -> tuple[NDArray[np.int64], list[int]]:
    """Which of some strokes are teeth of a comb on a level rule, and x of all its teeth."""
    parts, reach = ink.components, COMBS.reach * ink.letter
    feet = strokes & (parts.bottom >= rule.top - reach) & (parts.bottom <= rule.bottom + reach)
    ends = COMBS.ends * ink.letter
    feet &= (parts.left >= rule.left - ends) & (parts.right <= rule.right + ends)
    found = np.flatnonzero(feet)
    none = np.zeros(0, np.int64), list[int]()
    least = COMBS.least_teeth - int(ink.graphics[found].all())
    if len(found) < least:
        return none
    tops = parts.top[found]
    found = found[np.abs(tops - np.median(tops)) <= COMBS.level * ink.letter]
    xs = (parts.left[found] + parts.right[found]) / 2
    if not len(found) or xs.min() > rule.left + ends or xs.max() < rule.right - ends:
        return none
    wide = xs.max() - xs.min()
    for cells in range(min(COMBS.most_cells, int(wide / (COMBS.cell * ink.letter))), 1, -1):
        places = (xs - xs.min()) * cells / wide
        fits = np.abs(places - np.rint(places)) < COMBS.stray
        there = len(np.unique(np.rint(places[fits])))
        if there >= max(least, COMBS.complete * (cells + 1)):
            edges = np.rint(xs.min() + np.arange(cells + 1) * wide / cells).astype(int)
            return found[fits], edges.tolist()
    return none
