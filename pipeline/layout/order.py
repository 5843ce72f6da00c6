"""The order in which blocks are read."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np

from pipeline.layout.blocks import (
    BLOCKS,
    Floats,
    Relation,
    find_directly_below,
    measure_shared_width,
)


@dataclass(frozen=True)
class OrderParameters:
    """What stands beside a block. Chosen by eye on the shared layouts."""

    tolerance: float = 0.25  # of the narrower block, by which columns of a warped page jut in
    caption_size: float = 0.93  # x-heights of captions over those of the text
    caption_uneven: float = 4.0  # columns of a caption end on one level, in x-heights


ORDER = OrderParameters()


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
        measure_shared_width(boxes[:, 0], boxes[:, 2]) > BLOCKS.overlap, middles
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


def widen_first(boxes: Floats, titles: Relation) -> Floats:
    """The boxes with those at the head of a page that have nothing beside them as wide as all of
    it: a heading over columns is read before the first of them, however short it is.

    Args:
        boxes: (n, 4) left, top, right, bottom of blocks.
        titles: (n,) which of them have few lines, as titles do.
    """
    result = boxes.copy()
    for k in np.argsort(boxes[:, 1], kind="stable").tolist():
        lower = boxes[:, 1] >= boxes[k, 3]
        if not titles[k] or (lower | (boxes[:, 3] <= boxes[k, 1])).sum() < len(boxes) - 1:
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
    partly = (width > BLOCKS.overlap) & (width < BLOCKS.within)
    for k, own in enumerate(partly):  # what lies across the white between others parts them
        (columns,) = np.nonzero(own)
        both = neighbour[np.ix_(columns, columns)]
        parted = columns[both.any(axis=0) | both.any(axis=1)]
        shares[k, parted] = shares[parted, k] = True
    left = ~shares & ((lefts + rights)[:, None] < (lefts + rights)[None, :])
    neighbour &= left
    before = (shares & upper) | neighbour
    # the columns of which both are part stand beside each other further up or down
    joined, next_to = shares.astype(np.float32), neighbour.astype(np.float32)
    columns = left & ((joined @ next_to > 0) | (next_to @ joined > 0))
    for i, j in zip(*np.nonzero(columns & ~beside), strict=True):
        low, high = sorted((middles[i], middles[j]))
        between = (middles > low) & (middles < high)
        if (between & shares[i] & shares[j]).any():
            continue
        pairs = chain(
            ((k, j) for k in np.flatnonzero(shares[i] & neighbour[:, j])),
            ((i, k) for k in np.flatnonzero(shares[j] & neighbour[i])),
        )
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
