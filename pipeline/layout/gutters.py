"""Gutters: the white that pieces of lines have on both sides of them, and what their edges tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.image.quantiles import median
from pipeline.layout.barriers import MARGIN
from pipeline.layout.fragments import FRAGMENTS, Floats
from pipeline.layout.lines import FoundLine


@dataclass(frozen=True)
class GutterParameters:
    """What tells the cells of rows from columns of text. Chosen by eye on lists and tables."""

    least_flush: int = 4  # rows of a column that ends at one edge …
    # … and begins here and there: so many x-heights from both edges at which most begin, or more,
    # in such a share of its rows; names of much the same length begin nearer to each other …
    ragged: tuple[tuple[float, float], ...] = ((1.5, 0.3), (0.5, 0.4))
    # … or, of so many, so far apart: standard deviation of where they begin, in x-heights; half of
    # the lines of a text would have to be indented by three
    scattered: tuple[float, float, float] = (0.5, 0.25, 1.5)
    flush: float = 0.7  # … so many of which begin at one edge
    least_paired: int = 6  # rows that have a piece on either side …
    paired: float = 0.9  # … which are so many of the pieces on both
    figured: float = 0.8  # of them that have a figure behind
    least_beside: int = 3  # rows across a rule …
    beside: float = 0.8  # … which are fewer of the pieces on either side are none


GUTTERS = GutterParameters()


@dataclass(frozen=True)
class Meeting:
    """Two pieces on one level with a barrier of some kind between: indices of the left and the
    right one, whether they stand on one line, and whether the left one is the label of the
    other; and how far the left one's baseline lies below that of the right one, in x-heights."""

    left: int
    right: int
    kind: int
    aligned: bool
    labelled: bool
    step: float


def find_near(
    meeting: Meeting, meetings: list[Meeting], lines: list[FoundLine], ends: Floats, letter: float
) -> list[Meeting]:
    """A meeting and those that share its gutter."""
    return [
        other
        for other in meetings
        if other is meeting or _share_gutter(meeting, other, lines, ends, letter)
    ]


def ends_flush(
    meeting: Meeting,
    meetings: list[Meeting],
    lines: list[FoundLine],
    ends: Floats,
    letter: float,
) -> bool:
    """Whether the right one of two pieces is of a column that ends at one edge and begins here and
    there, as sums and prices do. Columns of text begin at one edge or, with indents, at two."""
    end = ends[meeting.right, 1]
    column = [
        other
        for other in meetings
        if other.aligned
        and abs(ends[other.right, 1] - end) < FRAGMENTS.same_end * letter
        and _is_near(meeting, other, lines, ends, letter)
    ]
    if len(column) < GUTTERS.least_flush:
        return False
    starts, lefts = ends[[m.left for m in column], 0], ends[[m.right for m in column], 0]
    begins = np.abs(starts - np.median(starts)) < FRAGMENTS.same_end * letter
    x_height = min(letter, median(np.array([lines[m.right].x_height for m in column])))
    *scattered, apart = GUTTERS.scattered
    ways = [*GUTTERS.ragged, *([scattered] if lefts.std() >= apart * x_height else [])]
    return bool(begins.mean() >= GUTTERS.flush) and any(
        _are_ragged(lefts, reach * x_height, share) for reach, share in ways
    )


def _are_ragged(lefts: Floats, reach: float, share: float) -> bool:
    """Whether a share of edges, or more, is farther than `reach` from both of which most are so
    near."""
    rest = lefts
    for _ in range(2):
        rest = _without_commonest(rest, reach)
    return len(rest) >= share * len(lefts)


def _without_commonest(values: Floats, reach: float) -> Floats:
    """The values that are farther than `reach` from the one that has most of them so near."""
    if not len(values):
        return values
    apart = np.abs(values[:, None] - values[None, :])
    return values[apart[np.argmax((apart <= reach).sum(axis=1))] > reach]


def pair_off(near: list[Meeting], lines: list[FoundLine], ends: Floats) -> bool:
    """Whether nearly every piece on either side of a gutter has one on the other: those that stand
    beside each other by chance do not, however their figures hang."""
    if len(near) < GUTTERS.least_paired:
        return False
    most = max(count_lines_along(near, lines, ends, side) for side in ("left", "right"))
    return len(near) >= GUTTERS.paired * most


def beside_by_chance(near: list[Meeting], lines: list[FoundLine], ends: Floats) -> bool:
    """Whether on both sides of a rule many pieces have none on the other, as entries and letters of
    an index do not: those that have one do so by chance. In a table the cells of the emptier column
    all have their row."""
    fewest = min(count_lines_along(near, lines, ends, side) for side in ("left", "right"))
    return GUTTERS.least_beside <= len(near) < GUTTERS.beside * fewest


def find_figured(meetings: list[Meeting], ends: Floats, letter: float) -> set[int]:
    """The pieces that have a figure, or what is as narrow, behind them on their line."""
    return {
        m.left
        for m in meetings
        if m.aligned
        and np.ptp(ends[m.right]) < FRAGMENTS.column_width * letter
        and ends[m.right, 0] - ends[m.left, 1] > FRAGMENTS.word_space * letter
    }


def lead_to_figures(near: list[Meeting], figured: set[int], ends: Floats, letter: float) -> bool:
    """Whether most pieces to the right of a gutter whose pieces pair off begin where others do and
    have a figure behind them: rows of three columns, as scores have them.

    Args:
        near: the meetings of the gutter.
        figured: the pieces of the page that have a figure behind them.
    """
    rights = [m.right for m in near]
    starts = ends[rights, 0]
    alike = (np.abs(starts[:, None] - starts) < FRAGMENTS.same_end * letter).sum(axis=1)
    least = GUTTERS.figured * len(near)
    return bool(
        np.count_nonzero(alike >= GUTTERS.least_flush) >= least
        and sum(right in figured for right in rights) >= least
    )


def is_note(meeting: Meeting, near: list[Meeting], lines: list[FoundLine], ends: Floats) -> bool:
    """Whether one of two pieces at a margin is a note: few of the lines that end at the margin, or
    begin there, have one, and more do so than run across it.

    Args:
        near: the meetings of the same margin.
    """
    start, end = ends[meeting.left, 1], ends[meeting.right, 0]
    x_height = max(lines[meeting.left].x_height, lines[meeting.right].x_height)
    floors = np.array([line.baseline_at(end) for line in lines])
    beside = np.abs(floors - floors[meeting.right]) < FRAGMENTS.vicinity * x_height
    sides = np.abs(ends[:, 1] - start), np.abs(ends[:, 0] - end)
    count = max(int((beside & (side < FRAGMENTS.same_end * x_height)).sum()) for side in sides)
    across = int((beside & (ends[:, 0] < start) & (ends[:, 1] > end)).sum())
    return meeting.kind == MARGIN and across < count and len(near) < FRAGMENTS.rows_share * count


def count_lines_along(
    near: list[Meeting], lines: list[FoundLine], ends: Floats, side: str = "left"
) -> int:
    """How many lines run to the left of the white of some meetings, or to the right of it, between
    the first and the last of them."""
    floors = np.array(
        [line.baseline_at(right) for line, (_, right) in zip(lines, ends, strict=True)]
    )
    pieces = [getattr(m, side) for m in near]
    within = (floors >= floors[pieces].min()) & (floors <= floors[pieces].max())
    start, end = np.median(ends[pieces, 0]), np.median(ends[pieces, 1])
    return int((within & (ends[:, 0] < end) & (ends[:, 1] > start)).sum())


def _share_gutter(
    meeting: Meeting, other: Meeting, lines: list[FoundLine], ends: Floats, letter: float
) -> bool:
    """Whether the white of two meetings is the same gutter: not far away, in the same columns, with
    an edge in common."""
    if not _is_near(meeting, other, lines, ends, letter):
        return False
    edges = (
        abs(ends[other.left, 1] - ends[meeting.left, 1]),
        abs(ends[other.right, 0] - ends[meeting.right, 0]),
    )
    return bool(edges[0] < FRAGMENTS.same_end * letter or edges[1] < FRAGMENTS.indent * letter)


def _is_near(
    meeting: Meeting, other: Meeting, lines: list[FoundLine], ends: Floats, letter: float
) -> bool:
    """Whether the white of two meetings has columns in common, and is not far away."""
    steps = lines[other.right].baseline_at(ends[other.right, 0]) - lines[meeting.right].baseline_at(
        ends[meeting.right, 0]
    )
    if abs(steps) > FRAGMENTS.vicinity * letter:
        return False
    left, right = (
        max(ends[other.left, 1], ends[meeting.left, 1]),
        min(ends[other.right, 0], ends[meeting.right, 0]),
    )
    return bool(right - left > FRAGMENTS.common_gap * letter)
