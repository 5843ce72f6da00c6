"""Rows that run across a gutter by mistake, where all else that meets there is of two columns."""

from __future__ import annotations

from collections.abc import Container

import numpy as np

from pipeline.layout.barriers import PICTURE
from pipeline.layout.fragments import FRAGMENTS, Floats
from pipeline.layout.gutters import Meeting
from pipeline.layout.lines import FoundLine


def find_strays(
    meetings: list[Meeting],
    rows: Container[int],
    lines: list[FoundLine],
    ends: Floats,
    letter: float,
) -> list[Meeting]:
    """Meetings taken for rows that are of two columns: each has far white between its pieces, the
    next ones above and below are of columns, and so are most at that gutter, which no piece of a
    line crosses. A short line, such as the name of who speaks, tells little by itself.

    Args:
        rows: the right pieces of the meetings that are rows.
        ends: (n, 2) left and right edges of the pieces, in pixels.
        letter: the page's x-height in pixels.
    """
    whites = np.array([(ends[m.left, 1], ends[m.right, 0]) for m in meetings]).reshape(-1, 2)
    floors = np.array([lines[m.right].baseline_at(ends[m.right, 0]) for m in meetings])
    levels = np.array(
        [line.baseline_at(end) for line, end in zip(lines, ends.mean(axis=1), strict=True)]
    )
    joined = np.array([m.right in rows for m in meetings], np.bool_)
    column = ~joined & np.array([m.kind != PICTURE for m in meetings], np.bool_)
    far = np.ptp(whites, axis=1) > FRAGMENTS.gap_in_line * letter
    strays = []
    for k in np.flatnonzero(far & joined).tolist():
        reach = FRAGMENTS.vicinity * letter
        near = np.abs(floors - floors[k]) <= reach
        x = _find_gutter(whites[k], whites[near & column])
        here = near & (whites[:, 0] <= x) & (whites[:, 1] >= x)
        crossed = (ends[:, 0] < x) & (ends[:, 1] > x) & (np.abs(levels - floors[k]) <= reach)
        if (
            not crossed.any()
            and (here & column).sum() >= FRAGMENTS.least_columns
            and all(column[n] for n in _find_next(floors, here, k))
        ):
            strays.append(meetings[k])
    return strays


def _find_gutter(white: Floats, columns: Floats) -> float:
    """The x within some white that most of the white of columns, (n, 2), has in common with it."""
    starts = np.unique(np.clip([*columns[:, 0], white[0]], *white))
    counts = [int(((columns[:, 0] <= x) & (columns[:, 1] >= x)).sum()) for x in starts]
    return float(starts[int(np.argmax(counts))])


def _find_next(floors: Floats, here: Floats, index: int) -> list[int]:
    """The meetings next above and next below one, of those that are `here`."""
    others = np.flatnonzero(here & (np.arange(len(floors)) != index))
    above, below = others[floors[others] <= floors[index]], others[floors[others] > floors[index]]
    return [
        *([int(above[np.argmax(floors[above])])] if len(above) else []),
        *([int(below[np.argmin(floors[below])])] if len(below) else []),
    ]
