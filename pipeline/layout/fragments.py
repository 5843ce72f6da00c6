"""Lines from chains of letters: what runs in one band is one line, unless a barrier parts it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.image.quantiles import median
from pipeline.layout.barriers import PICTURE, RULE, WHITE, Barriers, is_drawn_between
from pipeline.layout.labels import find_labels
from pipeline.layout.leaders import find_led
from pipeline.layout.lines import FoundLine, measure_line
from pipeline.layout.list_marks import stands_on


@dataclass(frozen=True)
class FragmentParameters:
    """What belongs to one line, in x-heights unless it is said otherwise.

    Chosen by eye on the shared books and layouts; bench.layouts and the scores of the books watch
    over them.
    """

    gap_in_line: float = 9.0  # widest gap between the letters of a line
    gap_in_row: float = 45.0  # widest white between the cells of a row
    band_below: float = -0.75  # where the middles of a line's own letters lie above its baseline
    band_above: float = 1.6
    in_band: float = 0.8  # share of its letters in a line's band with which a chain belongs to it
    tallest: float = 2.6  # what is higher stands beside several lines
    # share of its letters from which on a chain that joins a line has its baseline measured anew
    remeasured: float = 0.2
    column_width: float = 6.0  # what is narrower beside text is a cell, a number or a mark
    # rows that make columns of what a gutter parts: (narrower than, rows)
    column_lines: tuple[tuple[float, int], ...] = ((1.6, 6), (3.0, 4), (math.inf, 2))
    aligned: float = 0.35  # baselines of one row differ by less …
    aligned_share: float = 0.7  # … in this share of the rows of a table
    close: float = 5.0  # wider white parts cells from what merely stands beside text
    rows_share: float = 0.4  # of the rows of a table, so many have a cell in each column
    narrow_gap: float = 0.35  # white narrower than this share of a gutter, and than …
    word_space: float = 2.0  # … so many x-heights is a space of a line that runs across it
    gutter_quantile: float = 25  # percentile of the white in a place that is its gutter's width
    same_level: float = 0.8  # baselines of pieces that stand beside each other differ by less
    lowest: float = -0.2  # where the middle of a bullet or a dash lies above its line's baseline
    highest: float = 1.3
    jut: float = 0.5  # how far a piece may reach into the one to its right
    few_letters: int = 3  # pieces of fewer letters have no baseline to speak of
    common_gap: float = 0.5  # what the white of two rows of a gutter has in common
    same_end: float = 1.0  # right edges of a column's lines differ by less …
    indent: float = 4.5  # … and left edges
    labelled: float = 0.5  # share of labels with a colon from which on what follows is their values
    vicinity: float = 40.0  # how far up and down a barrier other lines tell what it is


FRAGMENTS = FragmentParameters()

Floats = NDArray[np.float64]


def measure_extent(line: FoundLine, ink: Ink) -> tuple[int, int]:
    """Left and right edge of a line."""
    parts = ink.components
    return int(parts.left[line.members].min()), int(parts.right[line.members].max())


def measure_band_share(line: FoundLine, other: FoundLine, ink: Ink) -> float:
    """Share of the members of `line` that lie in the band of `other`: 0 where the two lie too far
    from each other."""
    parts, members = ink.components, line.members
    left, right = parts.left[members], parts.right[members]
    other_left, other_right = measure_extent(other, ink)
    if max(left.min() - other_right, other_left - right.max()) > FRAGMENTS.gap_in_line * ink.letter:
        return 0.0
    # beyond its ends a baseline runs on level: a parabola would not
    floor = np.polyval(other.baseline, np.clip((left + right) / 2, other_left, other_right))
    height = parts.height[members]
    rise = (floor - parts.top[members] - height / 2) / other.x_height
    inside = (
        (rise > FRAGMENTS.band_below)
        & (rise < FRAGMENTS.band_above)
        & (height < FRAGMENTS.tallest * other.x_height)
    )
    return float(inside.mean())


def join_chains(lines: list[FoundLine], ink: Ink, barriers: Barriers) -> list[FoundLine]:
    """Lines, each made of all the chains that run in its band.

    A line falls into several chains at a wide space, at raised quotes (they and the capital after
    them start above the small letters) and where a letter broke: the tail of a g is no line of its
    own.
    """
    parts = ink.components
    kept: list[FoundLine] = []
    grown: set[int] = set()  # by so few letters that they are measured anew in the end only
    bands = np.empty(
        (len(lines), 4)
    )  # left, right, and where the middles of its letters may lie, of each line kept
    for line in sorted(lines, key=lambda line: -len(line.members)):
        left, right = measure_extent(line, ink)
        middle = median(parts.top[line.members] + parts.height[line.members] / 2)
        near = bands[: len(kept)]
        reach = FRAGMENTS.gap_in_line * ink.letter
        close = (
            (near[:, 0] - right < reach)
            & (left - near[:, 1] < reach)
            & (near[:, 2] < middle)
            & (near[:, 3] > middle)
        )
        shares = {
            k: measure_band_share(line, kept[k], ink)
            for k in np.flatnonzero(close).tolist()
            if not barriers.between(min(right, near[k, 1]), max(left, near[k, 0]), middle)
        }
        best = max(shares, key=lambda k: shares[k], default=-1)
        if best < 0 or shares[best] < FRAGMENTS.in_band:
            best = len(kept)
            kept.append(line)
        else:
            members = np.concatenate([kept[best].members, line.members])
            if len(line.members) > FRAGMENTS.remeasured * len(members):
                kept[best] = measure_line(parts, members, ink.letter)
            else:
                kept[best] = replace(kept[best], members=members)
                grown.add(best)
        found = kept[best]
        ends = measure_extent(found, ink)
        floors = [found.baseline_at(x) for x in (*ends, sum(ends) / 2)]
        bands[best] = (
            *ends,
            min(floors) - (FRAGMENTS.band_above + 1) * found.x_height,
            max(floors) + (1 - FRAGMENTS.band_below) * found.x_height,
        )
    return [
        measure_line(parts, line.members, ink.letter) if k in grown else line
        for k, line in enumerate(kept)
    ]


@dataclass(frozen=True)
class Meeting:
    """Two pieces on one level with a barrier of some kind between: indices of the left and the
    right one, whether they stand on one line, and whether the left one ends in a colon."""

    left: int
    right: int
    kind: int
    aligned: bool
    labelled: bool


def join_rows(
    lines: list[FoundLine], ink: Ink, barriers: Barriers, leaders: Sequence[Box] = ()
) -> list[FoundLine]:
    """Lines with the cells of tables, the page numbers of contents and the numbers of lists joined
    to their rows; what a leader joins is one row.

    Two pieces at a barrier are of two columns where other pieces meet in the same place above or
    below and both sides are as wide as text is, or where they do not stand on one line, as marginal
    notes do not. Else the barrier is white within a row.
    """
    ends = np.array([measure_extent(line, ink) for line in lines], dtype=float).reshape(-1, 2)
    meetings = _find_meetings(lines, ends, ink, barriers)
    rows = {
        m.right: m.left
        for m in meetings
        if m.aligned and not _separates_columns(m, meetings, lines, ends, ink.letter)
    }
    rows |= find_led(lines, ends, leaders)
    joined: dict[int, list[int]] = defaultdict(list)
    for k in range(len(lines)):
        first = k
        while first in rows:  # ends: a left piece begins further left
            first = rows[first]
        joined[first].append(k)
    parts = ink.components
    return [
        lines[group[0]]
        if len(group) == 1
        else measure_line(parts, np.concatenate([lines[k].members for k in group]), ink.letter)
        for group in joined.values()
    ]


def _find_meetings(
    lines: list[FoundLine], ends: Floats, ink: Ink, barriers: Barriers
) -> list[Meeting]:
    if not lines:
        return []
    floors = np.array(
        [list(map(line.baseline_at, extent)) for line, extent in zip(lines, ends, strict=True)]
    )
    heights = np.array([line.x_height for line in lines])
    labels, parts = find_labels(lines, ends, ink), ink.components
    middles = np.array(
        [median(parts.top[line.members] + parts.height[line.members] / 2) for line in lines]
    )
    meetings = []
    for b, (left, _) in enumerate(ends):
        steps = np.abs(floors[:, 1] - floors[b, 0]) / np.minimum(heights, heights[b])
        rises = (floors[:, 1] - middles[b]) / heights, (floors[b, 0] - middles) / heights[b]
        level = np.logical_or.reduce(
            [
                steps < FRAGMENTS.same_level,
                *((rise > FRAGMENTS.lowest) & (rise < FRAGMENTS.highest) for rise in rises),
            ]
        )
        candidates = np.flatnonzero(
            (ends[:, 1] <= left + FRAGMENTS.jut * heights[b]) & (ends[:, 0] < left) & level
        )
        if len(candidates):
            a = int(candidates[np.argmax(ends[candidates, 1])])
            kind = barriers.between(ends[a, 1], left, middles[b])
            if kind and is_drawn_between(ink, ends[a, 1], left, middles[b]):
                kind = PICTURE
            if kind:
                few = min(len(lines[k].members) for k in (a, b)) < FRAGMENTS.few_letters
                aligned = steps[a] < FRAGMENTS.aligned or (few and level[a])
                aligned = bool(aligned) or stands_on(ink, lines[a], lines[b])
                meetings.append(Meeting(a, b, kind, aligned, bool(labels[a])))
    return meetings


def _separates_columns(
    meeting: Meeting, meetings: list[Meeting], lines: list[FoundLine], ends: Floats, letter: float
) -> bool:
    """Whether two pieces are of two columns, and not of one row."""
    if (
        meeting.kind == PICTURE
        or ends[meeting.right, 0] - ends[meeting.left, 1] > FRAGMENTS.gap_in_row * letter
    ):
        return True
    near = [
        other
        for other in meetings
        if other is meeting or _share_gutter(meeting, other, lines, ends, letter)
    ]
    if meeting.labelled and np.mean([m.labelled for m in near]) >= FRAGMENTS.labelled:
        return False
    widths = [
        float(np.median([np.ptp(ends[k]) for k in side]))
        for side in zip(*((m.left, m.right) for m in near), strict=True)
    ]
    gaps = np.array([ends[other.right, 0] - ends[other.left, 1] for other in near])
    gutter, own = float(np.median(gaps)), ends[meeting.right, 0] - ends[meeting.left, 1]
    if meeting.kind == WHITE and own < min(
        FRAGMENTS.narrow_gap * float(np.percentile(gaps, FRAGMENTS.gutter_quantile)),
        FRAGMENTS.word_space * letter,
    ):
        return False  # a space of a line that runs across a gutter
    if min(widths) >= FRAGMENTS.column_width * letter:
        needed = next(rows for narrow, rows in FRAGMENTS.column_lines if gutter < narrow * letter)
        return meeting.kind == RULE or len(near) >= needed
    if sum(other.aligned for other in near) < FRAGMENTS.aligned_share * len(near):
        return True
    # a lone number far away, or labels beside a few of many lines, are no cells
    few = len(near) < FRAGMENTS.rows_share * _count_lines_along(near, lines, ends)
    return (gutter > FRAGMENTS.close * letter and len(near) == 1) or few


def _count_lines_along(near: list[Meeting], lines: list[FoundLine], ends: Floats) -> int:
    """How many lines run to the left of the white of some meetings, between the first and the last
    of them."""
    floors = np.array(
        [line.baseline_at(right) for line, (_, right) in zip(lines, ends, strict=True)]
    )
    left = [m.left for m in near]
    within = (floors >= floors[left].min()) & (floors <= floors[left].max())
    start, end = np.median(ends[left, 0]), np.median(ends[left, 1])
    return int((within & (ends[:, 0] < end) & (ends[:, 1] > start)).sum())


def _share_gutter(
    meeting: Meeting, other: Meeting, lines: list[FoundLine], ends: Floats, letter: float
) -> bool:
    """Whether the white of two meetings is the same gutter: not far away, in the same columns, with
    an edge in common."""
    steps = lines[other.right].baseline_at(ends[other.right, 0]) - lines[meeting.right].baseline_at(
        ends[meeting.right, 0]
    )
    if abs(steps) > FRAGMENTS.vicinity * letter:
        return False
    left, right = (
        max(ends[other.left, 1], ends[meeting.left, 1]),
        min(ends[other.right, 0], ends[meeting.right, 0]),
    )
    edges = (
        abs(ends[other.left, 1] - ends[meeting.left, 1]),
        abs(ends[other.right, 0] - ends[meeting.right, 0]),
    )
    return bool(
        right - left > FRAGMENTS.common_gap * letter
        and (edges[0] < FRAGMENTS.same_end * letter or edges[1] < FRAGMENTS.indent * letter)
    )
