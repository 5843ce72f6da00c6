"""Creases of paper and scratches of film: upright rules that run through words and part nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ScratchParameters:
    """What runs through words, in x-heights unless it is said otherwise. Measured on a page with a
    crease and on one with seven scratches, 0.67 to 0.98 of whose rows are crossed, and on the rules
    of tables and columns, which cross none."""

    beside: float = 3.0  # rows count that have text so near to both sides
    within_word: float = 0.35  # they are crossed where the white on both sides is no more together
    crossed: float = 0.4  # share of the rows
    least: float = 3.0  # rows, together as high
    one: float = 0.5  # pieces so near to one x are of one scratch


SCRATCHES = ScratchParameters()


def find_scratches(
    rules: NDArray[np.int64], solid: NDArray[np.uint8], x_height: float
) -> NDArray[np.bool_]:
    """Which upright rules, or pieces of rules, run through the words on both of their sides.

    Args:
        rules: (n, 4) left, top, right and bottom on a map of the page.
        solid: (h, w) uint8, 1 for letters and marks on that map.
        x_height: in cells of the map.
    """
    counts = np.array([_count_rows(rule, solid, x_height) for rule in rules]).reshape(-1, 2)
    middles = (rules[:, 0] + rules[:, 2]) / 2
    one = np.abs(middles[:, None] - middles[None, :]) <= SCRATCHES.one * x_height
    beside, crossed = one @ counts[:, 0], one @ counts[:, 1]
    enough = beside >= SCRATCHES.least * x_height
    return np.asarray(enough & (crossed >= SCRATCHES.crossed * beside))


def _count_rows(
    rule: NDArray[np.int64], solid: NDArray[np.uint8], x_height: float
) -> tuple[int, int]:
    """How many rows of a rule have text beside them on both sides, and how many of these are
    crossed."""
    left, top, right, bottom = rule.tolist()
    right, reach = max(left + 1, right), round(SCRATCHES.beside * x_height)
    rows = solid[top : max(top + 1, bottom)] > 0
    within = rows[:, left:right].any(axis=1)
    before, after = rows[:, max(0, left - reach) : left][:, ::-1], rows[:, right : right + reach]
    beside = before.any(axis=1) & after.any(axis=1)
    white = np.zeros(len(rows), int)
    if beside.any():  # there are no columns beside a rule at an edge of the page
        white[beside] = before[beside].argmax(axis=1) + after[beside].argmax(axis=1)
    close = beside & (white <= SCRATCHES.within_word * x_height)
    return np.count_nonzero(within | beside), np.count_nonzero(within | close)
