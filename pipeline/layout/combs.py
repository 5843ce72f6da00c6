"""Combs, as forms have them for what is written letter by letter: their teeth are no letters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.image.ink import Ink


@dataclass(frozen=True)
class CombParameters:
    """What a comb is, in x-heights of the page unless it is said otherwise. Chosen by eye on drawn
    forms."""

    height: tuple[float, float] = (0.5, 4.2)  # of a tooth
    slender: float = 3.0  # its height over its width, at least
    thick: float = 0.4
    reach: float = 0.4  # how near its foot is to the rule …
    ends: float = 1.0  # … and the outer teeth to its ends, which are known less well
    level: float = 0.25  # by how much the heads of teeth differ
    cell: float = 1.2  # width of a cell, at least
    stray: float = 0.12  # share of a cell by which a tooth strays from its place
    most_cells: int = 60
    least_teeth: int = 4
    complete: float = 0.7  # share of the teeth that stand free: letters touch the others


COMBS = CombParameters()


def drop_comb_teeth(ink: Ink) -> Ink:
    """The ink with the teeth of combs as graphics: upright strokes on a level rule from its one end
    to its other, each as far from the next."""
    parts = ink.components
    low, high = (limit * ink.letter for limit in COMBS.height)
    strokes = ink.letters & (parts.height > low) & (parts.height < high)
    strokes &= parts.width <= max(3.0, COMBS.thick * ink.letter)
    strokes &= parts.height > COMBS.slender * parts.width
    teeth = np.zeros(len(parts), np.bool_)
    if np.count_nonzero(strokes) >= COMBS.least_teeth:
        for rule in ink.rules.level_boxes:
            teeth[_find_teeth(ink, strokes, rule)] = True
    if not teeth.any():
        return ink
    return replace(ink, letters=ink.letters & ~teeth, graphics=ink.graphics | teeth)


def _find_teeth(ink: Ink, strokes: NDArray[np.bool_], rule: Box) -> NDArray[np.int64]:
    """Which of some strokes are teeth of a comb on a level rule."""
    parts, reach = ink.components, COMBS.reach * ink.letter
    feet = strokes & (parts.bottom >= rule.top - reach) & (parts.bottom <= rule.bottom + reach)
    ends = COMBS.ends * ink.letter
    feet &= (parts.left >= rule.left - ends) & (parts.right <= rule.right + ends)
    found = np.flatnonzero(feet)
    none = np.zeros(0, np.int64)
    if len(found) < COMBS.least_teeth:
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
        if there >= max(COMBS.least_teeth, COMBS.complete * (cells + 1)):
            return found[fits]
    return none
