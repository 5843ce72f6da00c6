"""The head of a ruled table that stands above its grid, without rules of its own: light on a dark
band, whose rules nobody sees, or just printed there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from pipeline.document import Cell
from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.layout.grids import find_letters


@dataclass(frozen=True)
class HeadParameters:
    """What the head of a table is, in x-heights. Chosen by eye on drawn tables."""

    edge: float = 1.2  # white where two columns meet, wider than the word spaces of a caption
    low: float = 1.2  # its letters end no higher above the grid
    least_columns: int = 2  # that have a heading: a caption may stand above one
    # of so many columns white as narrow as that shows them, if it is so many times as wide as
    # between letters: the word spaces of a caption would not lie over the edges of all
    many_columns: int = 4
    narrow_edge: float = 0.3
    wider: float = 2.0


HEADS = HeadParameters()


def add_head(ink: Ink, cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells of a grid, below those of a head, where the row of letters above the grid, no
    higher than its rows, keeps to its columns.

    Args:
        ink: of the page.
        cells: of the grid.
    """
    whole = Box.around(cell.box for cell in cells)
    high = round(float(np.median([cell.box.height / cell.rows for cell in cells])))
    if whole.top <= high:
        return tuple(cells)
    band = Box(whole.left, whole.top - high, whole.right, whole.top)
    letters, parts = find_letters(ink, band), ink.components
    first = sorted((cell for cell in cells if cell.row == 0), key=lambda cell: cell.column)
    own = [letters[_are_in(ink, letters, cell.box)] for cell in first]
    tops = [band.top] * len(first)
    # a heading of one column may stand higher, beside two rows of headings
    higher = [k for k, members in enumerate(own) if (parts.top[members] < band.top).any()]
    if len(higher) == 1:
        column = first[higher[0]].box
        tops[higher[0]] = max(0, band.top - high)
        both = find_letters(ink, Box(column.left, tops[higher[0]], column.right, whole.top))
        if parts.top[both].min() < tops[higher[0]]:
            return tuple(cells)
        letters, own[higher[0]] = np.setdiff1d(letters, both), both
    if sum(len(members) > 0 for members in own) < HEADS.least_columns:
        return tuple(cells)
    if parts.top[letters].min() < band.top or (
        whole.top - parts.bottom[letters].max() > HEADS.low * ink.letter
    ):
        return tuple(cells)
    filled = [members for members in own if len(members)]
    gaps = [parts.left[right].min() - parts.right[left].max() for left, right in pairwise(filled)]
    least = HEADS.edge * ink.letter
    if len(filled) >= HEADS.many_columns:
        least = max(HEADS.narrow_edge * ink.letter, HEADS.wider * _usual_gap(ink, filled))
    if min(gaps) < min(least, HEADS.edge * ink.letter):
        return tuple(cells)
    head = [
        replace(cell, box=Box(cell.box.left, top, cell.box.right, band.bottom), rows=1)
        for cell, top in zip(first, tops, strict=True)
    ]
    return (*head, *(replace(cell, row=cell.row + 1) for cell in cells))


def _usual_gap(ink: Ink, columns: Sequence[np.ndarray]) -> float:
    """White between the letters of a row of headings, in the median, in pixels."""
    members = np.concatenate(columns)
    members = members[np.argsort(ink.components.left[members], kind="stable")]
    white = ink.components.left[members[1:]] - ink.components.right[members[:-1]]
    return float(np.median(white)) if len(white) else 0.0


def _are_in(ink: Ink, members: np.ndarray, column: Box) -> np.ndarray:
    """Which letters lie in a column by their middles: (k,) bool."""
    middles = ink.components.left[members] + ink.components.width[members] / 2
    return np.asarray((middles >= column.left) & (middles < column.right))
