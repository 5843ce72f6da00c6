"""Blocks of a page by recursive cuts along white space (Nagy and Seth 1984), in reading order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GUTTER = 1.15  # narrowest white between columns, in x-heights
COLUMN_LINES = 3.0  # a cut into columns needs blocks at least this high, in line pitches of PITCH x-heights
PITCH = 2.6
BAND_GAP = 1.6  # white between bands, as a multiple of the usual gap between lines, below which they stay together
SHORT_SHARE = 0.12  # a column narrower than this share of the block is a margin of numbers or marks, not a column


@dataclass(frozen=True)
class Block:
    """Indices of the boxes in one block."""

    members: NDArray[np.int64]


Boxes = NDArray[np.int64]  # (n, 4): left, top, right, bottom


def _gaps(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> list[tuple[int, int]]:
    """White intervals (from, to) between the union of [start, end) intervals, in order."""
    order = np.argsort(starts, kind="stable")
    reach = np.maximum.accumulate(ends[order])
    following = starts[order][1:]
    breaks = np.flatnonzero(following > reach[:-1])
    return [(int(reach[k]), int(following[k])) for k in breaks]


def _split(boxes: Boxes, members: NDArray[np.int64], axis: int, at: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    first = boxes[members, axis + 2] <= at
    return members[first], members[~first]


def _column_cut(boxes: Boxes, members: NDArray[np.int64], letter: float) -> float | None:
    """x of the widest gutter that parts two columns of several lines each, or None."""
    block = boxes[members]
    least_height = COLUMN_LINES * PITCH * letter
    candidates = [(end - start, (start + end) / 2) for start, end in _gaps(block[:, 0], block[:, 2])]
    width = block[:, 2].max() - block[:, 0].min()
    for gap, at in sorted(candidates, reverse=True):
        if gap < GUTTER * letter:
            break
        sides = [block[side] for side in (block[:, 2] <= at, block[:, 2] > at)]
        high = all(np.ptp(s[:, [1, 3]]) >= least_height for s in sides)
        wide = all(np.ptp(s[:, [0, 2]]) >= SHORT_SHARE * width for s in sides)
        if high and wide and all(_is_column(s, letter) for s in sides):
            return at
    return None


def _is_column(side: Boxes, letter: float) -> bool:
    """Whether boxes fill several lines: a table's or a verse's ragged ends do not make a column."""
    rows = len(_gaps(side[:, 1], side[:, 3])) + 1
    return rows >= COLUMN_LINES and len(side) >= 4 * rows


def _band_cut(boxes: Boxes, members: NDArray[np.int64], letter: float) -> float | None:
    """y of the widest white band that is clearly wider than the gaps between lines, or None."""
    block = boxes[members]
    gaps = _gaps(block[:, 1], block[:, 3])
    if not gaps:
        return None
    sizes = np.array([end - start for start, end in gaps])
    widest = int(np.argmax(sizes))
    usual = float(np.median(sizes)) if len(sizes) > 2 else 0.6 * letter
    if sizes[widest] < max(BAND_GAP * usual, usual + 0.7 * letter):
        return None
    return sum(gaps[widest]) / 2


def cut_blocks(boxes: Boxes, letter: float) -> list[Block]:
    """Blocks of letter boxes in reading order: bands from top to bottom, in each the columns from left to right.

    Args:
        boxes: (n, 4) int, left, top, right, bottom of letters on a straight page.
        letter: typical x-height in pixels.
    """
    if len(boxes) == 0:
        return []
    blocks: list[Block] = []
    stack = [np.arange(len(boxes))]
    while stack:
        members = stack.pop()
        column = _column_cut(boxes, members, letter)
        if column is not None:
            first, second = _split(boxes, members, 0, column)
            stack += [second, first]
            continue
        band = _band_cut(boxes, members, letter)
        if band is None:
            blocks.append(Block(members))
            continue
        first, second = _split(boxes, members, 1, band)
        stack += [second, first]
    return blocks
