"""Runs of true values, as of ink in columns, and of values that lie near each other."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

BAND = 128  # rows of a mask that are looked at at once: of 32 to 512 none was slower (on books)


def find_runs(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(N, 2) first index and end (exclusive) of each run of true values of a mask with one axis, in
    order."""
    padded = np.concatenate([[False], mask, [False]])
    return np.flatnonzero(padded[1:] != padded[:-1]).reshape(-1, 2)


def find_row_runs(
    mask: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The runs of what is not 0 along the rows of a mask, (H, W) with W at least 1, row by row:
    (N,) their rows, and their first columns and ends (exclusive)."""
    height, width = mask.shape
    turns = np.empty((min(BAND, height), width + 1), np.bool_)  # where a run begins or has ended
    found = []
    for top in range(0, height, BAND):  # not all at once: that is twice the mask
        ink = mask[top : top + BAND] > 0
        of_band = turns[: len(ink)]
        of_band[:, 0], of_band[:, width] = ink[:, 0], ink[:, -1]
        np.not_equal(ink[:, 1:], ink[:, :-1], out=of_band[:, 1:width])
        found.append(np.flatnonzero(of_band) + top * (width + 1))
    rows, columns = np.divmod(np.concatenate(found), width + 1)
    return rows[::2], columns[::2], columns[1::2]


def find_widest_run(mask: NDArray[np.bool_]) -> tuple[int, int] | None:
    """First index and end of the longest run, the first of several; None where nothing is true."""
    found = find_runs(mask)
    if not len(found):
        return None
    start, end = found[int(np.argmax(found[:, 1] - found[:, 0]))]
    return int(start), int(end)


def group_near(values: Iterable[float], reach: float) -> list[list[float]]:
    """Values in ascending order, those nearer than `reach` to the one before in one group with
    it."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][-1] < reach:
            groups[-1].append(value)
        else:
            groups.append([value])
    return groups
