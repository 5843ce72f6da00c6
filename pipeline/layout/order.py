"""Blocks of lines, and the order in which they are read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Relation = NDArray[np.bool_]


@dataclass(frozen=True)
class OrderParameters:
    """What makes a block, and what stands beside it. Chosen by eye on the shared layouts."""

    same_size: float = 1.33  # x-heights that differ by a larger factor are of two blocks
    pitch_slack: float = 1.35  # lines of a block lie no further apart, in usual pitches …
    pitch_extra: float = 0.2  # … and x-heights
    overlap: float = 0.12  # of the shorter line's width, for one to lie below the other
    tolerance: float = 0.25  # of the narrower block, by which columns of a warped page jut in
    # of the narrower of two, for a block to be one of a column: a headline that lies across the
    # white between two columns has more than `overlap` in common with both, and less than that
    within: float = 0.75
    parting: float = 2.0  # a rule so many times as wide as two lines together parts them
    caption_size: float = 0.93  # x-heights of captions over those of the text
    caption_uneven: float = 4.0  # columns of a caption end on one level, in x-heights
    scattered: int = 8  # lines, at least, that stand about as names on a map do …
    set_share: float = 0.45  # … where no larger share of them has a neighbour of its column …
    set_pitch: float = 5.0  # … so near above or below, in x-heights


ORDER = OrderParameters()


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
    hidden = np.zeros_like(lower)
    for k in range(len(levels)):
        hidden |= np.outer(lower[:, k], lower[k, :])
    return np.asarray(lower & ~hidden)


NO_BOXES: Floats = np.empty((0, 4))


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
    below = find_directly_below(width > ORDER.overlap, baselines)
    np.fill_diagonal(below, False)
    # what is of another size and hardly below a line is of no column with it
    sizes = np.maximum.outer(x_heights, x_heights) / np.minimum.outer(x_heights, x_heights)
    below &= (width >= ORDER.within) | (sizes < ORDER.same_size)
    single = below & (below.sum(axis=1) == 1)[:, None] & (below.sum(axis=0) == 1)[None, :]
    above, under = np.nonzero(single)
    pitches = baselines[under] - baselines[above]
    usual = float(np.median(pitches)) if len(pitches) else 0.0
    size = sizes[above, under]
    linked = (
        ~first[under]
        & (size < ORDER.same_size)
        & (pitches <= ORDER.pitch_slack * usual + ORDER.pitch_extra * x_heights[above])
        & ~_are_parted(boxes[above], boxes[under], tables, 0.0)
        & ~_are_parted(boxes[above], boxes[under], rules, ORDER.parting)
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
    if len(boxes) < ORDER.scattered:
        return False
    size, (lefts, tops, rights, bottoms) = float(np.median(x_heights)), boxes.T
    set_below = np.zeros((len(boxes), len(boxes)), np.bool_)
    for places in (lefts, rights, (lefts + rights) / 2):
        set_below |= np.abs(places[:, None] - places) <= size
    gaps = np.maximum(tops[:, None] - bottoms, tops - bottoms[:, None])
    set_below &= (gaps > -size) & (gaps <= ORDER.set_pitch * size)
    np.fill_diagonal(set_below, False)
    return float(set_below.any(axis=1).mean()) <= ORDER.set_share


def widen_headings(boxes: Floats, single: Relation) -> Floats:
    """The boxes with those of headings as wide as what they head: a line that stands nearer to a
    wider block below it than to what is above it, such as the heading of the part that follows two
    columns.

    Args:
        boxes: (n, 4) left, top, right, bottom of blocks.
        single: (n,) which of them are one line.
    """
    result = boxes.copy()
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    below = find_directly_below(
        measure_shared_width(boxes[:, 0], boxes[:, 2]) > ORDER.overlap, middles
    )
    for k in np.flatnonzero(single):
        under, above = np.flatnonzero(below[k]), np.flatnonzero(below[:, k])
        if len(under) != 1 or not len(above):
            continue
        (head,) = under
        gap_below, gap_above = boxes[head, 1] - boxes[k, 3], boxes[k, 1] - boxes[above, 3].max()
        if gap_below < gap_above:
            result[k, 0], result[k, 2] = (
                min(boxes[k, 0], boxes[head, 0]),
                max(boxes[k, 2], boxes[head, 2]),
            )
    return result


def widen_first(boxes: Floats, single: Relation) -> Floats:
    """The boxes with those of the lines at the head of a page that have nothing beside them as wide
    as all of it: a heading over columns is read before the first of them, however short it is.

    Args:
        boxes: (n, 4) left, top, right, bottom of blocks.
        single: (n,) which of them are one line.
    """
    result = boxes.copy()
    for k in np.argsort(boxes[:, 1], kind="stable").tolist():
        lower = boxes[:, 1] >= boxes[k, 3]
        if not single[k] or (lower | (boxes[:, 3] <= boxes[k, 1])).sum() < len(boxes) - 1:
            break
        result[k, 0], result[k, 2] = boxes[:, 0].min(), boxes[:, 2].max()
    return result


def find_spanning_rules(boxes: Floats, rules: Floats) -> Floats:
    """Those of `rules`, (m, 4), that run above or below blocks side by side, as the rules of a
    table do: (k, 4)."""
    both = np.concatenate([boxes, rules]).reshape(-1, 4)
    shares = measure_shared_width(both[:, 0], both[:, 2]) > ORDER.tolerance
    own, count = shares[: len(boxes), : len(boxes)], len(boxes)
    return rules[
        [bool((~own[np.ix_(near, near)]).any()) for near in shares[count:, :count]]
    ].reshape(-1, 4)


def find_caption_ends(boxes: Floats, sizes: Floats, body: float) -> Floats:
    """Level boxes below captions that are set in two columns: they are read before the text that
    goes on below them. (k, 4).

    Args:
        boxes: (n, 4) left, top, right, bottom of blocks.
        sizes: (n,) their x-heights; body: that of the running text.

    A caption is set in smaller type than the text below it, and both of its columns begin on one
    level.
    """
    ends = []
    small = np.flatnonzero(sizes < ORDER.caption_size * body)
    for i in small:
        for j in small:
            left, right, low = boxes[i, 0], boxes[j, 2], max(boxes[i, 3], boxes[j, 3])
            level = (
                abs(boxes[i, 1] - boxes[j, 1]) < sizes[i]
                and abs(boxes[i, 3] - boxes[j, 3]) < ORDER.caption_uneven * sizes[i]
            )
            if not level or boxes[j, 0] < boxes[i, 2]:
                continue
            along = (boxes[:, 0] < right) & (boxes[:, 2] > left)
            crossed = along & (boxes[:, 1] < low) & (boxes[:, 3] > low + 1)
            below = along & (boxes[:, 1] > low)
            if (
                below.any()
                and not crossed.any()
                and np.median(sizes[below]) > sizes[i] / ORDER.caption_size
            ):
                ends.append((left, low, right, low + 1))
    return np.array(ends, dtype=np.float64).reshape(-1, 4)


def order_blocks(boxes: Floats) -> list[int]:
    """Indices of blocks as they are read (after Breuel 2003, "High performance document layout
    analysis").

    Args:
        boxes: (n, 4) left, top, right, bottom of each block, or of a rule that parts blocks.

    Of two that share width the upper comes first. Of two side by side the left one comes first
    where they stand beside each other, or where the one column goes on beside the other, and
    nothing that spans both, or lies across the white between them, stands in between.
    """
    count = len(boxes)
    lefts, tops, rights, bottoms = boxes.T
    width = measure_shared_width(lefts, rights)
    shares = width > ORDER.tolerance
    middles = (tops + bottoms) / 2
    beside = (
        np.minimum(bottoms[:, None], bottoms[None, :]) - np.maximum(tops[:, None], tops[None, :])
    ) > 0
    upper = middles[:, None] < middles[None, :]
    neighbour = ~shares & ((lefts + rights)[:, None] < (lefts + rights)[None, :]) & beside
    partly = (width > ORDER.overlap) & (width < ORDER.within)
    for k, own in enumerate(partly):  # what lies across the white between others parts them
        (columns,) = np.nonzero(own)
        both = neighbour[np.ix_(columns, columns)]
        parted = columns[both.any(axis=0) | both.any(axis=1)]
        shares[k, parted] = shares[parted, k] = True
    left = ~shares & ((lefts + rights)[:, None] < (lefts + rights)[None, :])
    neighbour &= left
    before = (shares & upper) | neighbour
    # the columns of which both are part stand beside each other further up or down
    joined, next_to = shares.astype(np.int64), neighbour.astype(np.int64)
    columns = left & ((joined @ next_to > 0) | (next_to @ joined > 0))
    for i, j in zip(*np.nonzero(columns & ~beside), strict=True):
        low, high = sorted((middles[i], middles[j]))
        between = (middles > low) & (middles < high)
        if (between & shares[i] & shares[j]).any():
            continue
        pairs = [(k, j) for k in np.flatnonzero(shares[i] & neighbour[:, j])]
        pairs += [(i, k) for k in np.flatnonzero(shares[j] & neighbour[i])]
        if any(not (between & shares[a] & shares[b]).any() for a, b in pairs):
            before[i, j], before[j, i] = True, False
    np.fill_diagonal(before, False)
    return _sort_blocks(before, tops, lefts, count)


def _sort_blocks(before: Relation, tops: Floats, lefts: Floats, count: int) -> list[int]:
    """A topological order; of those that may come next, the highest; where a circle leaves none,
    the highest of all."""
    waiting, order = set(range(count)), []
    needs = before.sum(axis=0)
    while waiting:
        free = [k for k in waiting if needs[k] == 0] or list(waiting)
        chosen = min(free, key=lambda k: (tops[k], lefts[k]))
        order.append(chosen)
        waiting.remove(chosen)
        needs = needs - before[chosen]
        needs[chosen] = 0
    return order
