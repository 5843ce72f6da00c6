"""Blocks of lines: columns of one size at an even pitch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Relation = NDArray[np.bool_]
NO_BOXES: Floats = np.empty((0, 4))


@dataclass(frozen=True)
class BlockParameters:
    """What makes a block. Chosen by eye on the shared layouts."""

    same_size: float = 1.33  # x-heights that differ by a larger factor are of two blocks
    pitch_slack: float = 1.35  # lines of a block lie no further apart, in usual pitches …
    pitch_extra: float = 0.2  # … and x-heights
    overlap: float = 0.12  # of the shorter line's width, for one to lie below the other
    # of the narrower of two, for a block to be one of a column: a headline that lies across the
    # white between two columns has more than `overlap` in common with both, and less than that
    within: float = 0.75
    parting: float = 2.0  # a rule so many times as wide as two lines together parts them
    scattered: int = 8  # lines, at least, that stand about as names on a map do …
    set_share: float = 0.45  # … where no larger share of them has a neighbour of its column …
    set_pitch: float = 5.0  # … so near above or below, in x-heights


BLOCKS = BlockParameters()


def measure_shared_width(lefts: Floats, rights: Floats) -> Floats:
    """(n, n): how much of the width of the narrower of two boxes both have; below 0 for boxes side
    by side."""
    width = np.minimum(rights[:, None], rights[None, :]) - np.maximum(
        lefts[:, None], lefts[None, :]
    )
    narrower = np.minimum((rights - lefts)[:, None], (rights - lefts)[None, :])
    return np.asarray(width / np.maximum(narrower, 1))


def find_directly_below(over: Relation, levels: Floats) -> Relation:
    """(n, n): j lies below i, shares some of its width, and nothing that shares width with both
    lies between.

    Args:
        over: (n, n), i and j share width.
        levels: (n,) y of each, growing downwards.
    """
    lower = over & (levels[None, :] > levels[:, None])
    steps = lower.astype(np.float32)
    return np.asarray(lower & ~(steps @ steps > 0))


def link_lines(
    boxes: Floats,
    baselines: Floats,
    x_heights: Floats,
    first: Relation,
    tables: Floats = NO_BOXES,
    rules: Floats = NO_BOXES,
) -> list[list[int]]:
    """Blocks of lines, each a column of lines of one size at an even pitch: indices from top to
    bottom.

    Args:
        boxes: (n, 4) left, top, right, bottom of the lines.
        baselines: (n,) y of their middles.
        x_heights: (n,) in pixels.
        first: (n,) which lines begin a block in any case.
        tables: (m, 4) their boxes: no block goes on below one.
        rules: (m, 4) the level ones: nor below one that is much wider than its lines, as that
            under the date of a newspaper is.

    A line above or below two others, as a heading over two columns is, ends a block.
    """
    count = len(boxes)
    if count == 0:
        return []
    width = measure_shared_width(boxes[:, 0], boxes[:, 2])
    below = find_directly_below(width > BLOCKS.overlap, baselines)
    np.fill_diagonal(below, False)
    # what is of another size and hardly below a line is of no column with it
    sizes = np.maximum.outer(x_heights, x_heights) / np.minimum.outer(x_heights, x_heights)
    below &= (width >= BLOCKS.within) | (sizes < BLOCKS.same_size)
    single = below & (below.sum(axis=1) == 1)[:, None] & (below.sum(axis=0) == 1)[None, :]
    above, under = np.nonzero(single)
    pitches = baselines[under] - baselines[above]
    usual = float(np.median(pitches)) if len(pitches) else 0.0
    size = sizes[above, under]
    linked = (
        ~first[under]
        & (size < BLOCKS.same_size)
        & (pitches <= BLOCKS.pitch_slack * usual + BLOCKS.pitch_extra * x_heights[above])
        & ~_are_parted(boxes[above], boxes[under], tables, 0.0)
        & ~_are_parted(boxes[above], boxes[under], rules, BLOCKS.parting)
    )
    after = dict(zip(above[linked].tolist(), under[linked].tolist(), strict=True))
    starts = sorted(
        set(range(count)) - set(after.values()), key=lambda k: (baselines[k], boxes[k, 0])
    )
    blocks = []
    for start in starts:
        block = [start]
        while block[-1] in after:
            block.append(after[block[-1]])
        blocks.append(block)
    return blocks


def _are_parted(above: Floats, under: Floats, others: Floats, wider: float) -> Relation:
    """(k,) whether one of `others`, so many times as wide as both together, lies between what is
    above and what is under it: (k, 4) each."""
    middles = (others[:, 1] + others[:, 3]) / 2
    between = (middles > above[:, 1:2]) & (middles < under[:, 3:4])
    left = np.minimum(above[:, 0], under[:, 0])[:, None]
    right = np.maximum(above[:, 2], under[:, 2])[:, None]
    across = (others[:, 0] < right) & (others[:, 2] > left)
    wide = others[:, 2] - others[:, 0] >= wider * (right - left)
    return np.asarray((between & across & wide).any(axis=1))


def are_scattered(boxes: Floats, x_heights: Floats) -> bool:
    """Whether lines stand about on a page as the names on a map do: few have another above or below
    them that begins at the same x, ends there, or has its middle there.

    Args:
        boxes: (n, 4) left, top, right, bottom of the lines.
        x_heights: (n,) in pixels.
    """
    if len(boxes) < BLOCKS.scattered:
        return False
    size, (lefts, tops, rights, bottoms) = float(np.median(x_heights)), boxes.T
    set_below = np.zeros((len(boxes), len(boxes)), np.bool_)
    for places in (lefts, rights, (lefts + rights) / 2):
        set_below |= np.abs(places[:, None] - places) <= size
    gaps = np.maximum(tops[:, None] - bottoms, tops - bottoms[:, None])
    set_below &= (gaps > -size) & (gaps <= BLOCKS.set_pitch * size)
    np.fill_diagonal(set_below, False)
    return float(set_below.any(axis=1).mean()) <= BLOCKS.set_share
