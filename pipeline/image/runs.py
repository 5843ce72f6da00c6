"""Runs of true values: of ink in columns, of white between words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def find_runs(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(N, 2) first index and end (exclusive) of each run of true values of a mask with one axis, in
    order."""
    padded = np.concatenate([[False], mask, [False]])
    return np.flatnonzero(padded[1:] != padded[:-1]).reshape(-1, 2)


def find_widest_run(mask: NDArray[np.bool_]) -> tuple[int, int] | None:
    """First index and end of the longest run, the first of several; None where nothing is true."""
    found = find_runs(mask)
    if not len(found):
        return None
    start, end = found[int(np.argmax(found[:, 1] - found[:, 0]))]
    return int(start), int(end)
