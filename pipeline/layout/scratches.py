"""Creases of paper and scratches of film: upright rules that run through words and part nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ScratchParameters:
    """What runs through words, in x-heights unless it is said otherwise. Measured on pages with a
    crease, scratches and streaks, 0.4 to 0.8 of whose rows are crossed, and on the rules of tables,
    forms and a newspaper, which cross none."""

    # rows count that have text on both sides: so far, letters fill such a share of them, not the
    # beads of an ornamental rule alone
    beside: float = 3.0
    filled: float = 0.3
    within_word: float = 0.35  # they are crossed where the white on both sides is no more together
    crossed: float = 0.25  # share of the rows
    least: float = 3.0  # rows, together as high
    one: float = 0.5  # pieces so near to one x are of one scratch
    thick: float = 0.5  # it is thinner


SCRATCHES = ScratchParameters()


def find_scratches(
    boxes: NDArray[np.int64], rules: NDArray[np.uint8], solid: NDArray[np.uint8], x_height: float
) -> NDArray[np.bool_]:
    """Which upright rules, or pieces of rules, run through the words on both of their sides.

    Args:
        boxes: (n, 4) left, top, right and bottom of each on a map of the page.
        rules: (h, w) uint8, 1 where there is one on that map.
        solid: (h, w) uint8, 1 for letters and marks.
        x_height: in cells of the map.
    """
    counts = np.array([_count_rows(box, rules, solid, x_height) for box in boxes]).reshape(-1, 2)
    middles = (boxes[:, 0] + boxes[:, 2]) / 2
    one = np.abs(middles[:, None] - middles[None, :]) <= SCRATCHES.one * x_height
    beside, crossed = one @ counts[:, 0], one @ counts[:, 1]
    enough = beside >= SCRATCHES.least * x_height
    return np.asarray(enough & (crossed >= SCRATCHES.crossed * beside))


def _count_rows(
    box: NDArray[np.int64], rules: NDArray[np.uint8], solid: NDArray[np.uint8], x_height: float
) -> tuple[int, int]:
    """How many rows of a rule have text beside them on both sides, and how many of these are
    crossed. Rows in which more than a rule stands, as in frames, tell nothing."""
    left, top, right, bottom = box.tolist()
    left = max(0, left - 1)  # edges are rounded, the rule itself is not
    drawn = rules[top : max(top + 1, bottom), left : right + 1] > 0
    first = left + drawn.argmax(axis=1)
    last = left + drawn.shape[1] - 1 - drawn[:, ::-1].argmax(axis=1)
    thin = drawn.any(axis=1) & (last - first < SCRATCHES.thick * x_height)
    rows, first, last = top + np.flatnonzero(thin), first[thin], last[thin]
    reach = 1 + np.arange(round(SCRATCHES.beside * x_height))
    sides = [
        _look_aside(solid, rows, columns)
        for columns in (first[:, None] - reach, last[:, None] + reach)
    ]
    beside = np.logical_and.reduce([side.mean(axis=1) >= SCRATCHES.filled for side in sides])
    white = sum(side.argmax(axis=1) for side in sides)
    crossed = beside & (white <= SCRATCHES.within_word * x_height)
    return int(beside.sum()), int(crossed.sum())


def _look_aside(
    solid: NDArray[np.uint8], rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """(n, m) whether there is ink in each of (n, m) columns of n rows of a map; none beyond it."""
    on_map = (columns >= 0) & (columns < solid.shape[1])
    return np.asarray(on_map & (solid[rows[:, None], np.where(on_map, columns, 0)] > 0))
