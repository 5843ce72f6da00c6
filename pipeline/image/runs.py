"""Runs of true values: of ink in columns, of white between words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def find_runs(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(N, 2) first index and end (exclusive) of each run of true values of a mask with one axis, in
    order."""
    padded = np.concatenate([[False], mask, [False]])
    return np.flatnonzero(padded[1:] != padded[:-1]).reshape(-1, 2)


def find_row_runs(
    mask: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The runs of true values along the rows of a mask, (H, W) with W at least 1, row by row: (N,)
    their rows, and their first columns and ends (exclusive)."""
    height, width = mask.shape
    turns = np.empty((height, width + 1), np.bool_)  # where a run begins or has ended
    turns[:, 0], turns[:, width] = mask[:, 0], mask[:, -1]
    np.not_equal(mask[:, 1:], mask[:, :-1], out=turns[:, 1:width])
    rows, columns = np.divmod(np.flatnonzero(turns), width + 1)
    return rows[::2], columns[::2], columns[1::2]


def find_widest_run(mask: NDArray[np.bool_]) -> tuple[int, int] | None:
    """First index and end of the longest run, the first of several; None where nothing is true."""
    found = find_runs(mask)
    if not len(found):
        return None
    start, end = found[int(np.argmax(found[:, 1] - found[:, 0]))]
    return int(start), int(end)
