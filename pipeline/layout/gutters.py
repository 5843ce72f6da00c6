"""Gutters: the white that pieces of lines have on both sides of them, and what their edges tell."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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


@dataclass(frozen=True)
class Pieces:
    """Pieces of lines, (n, 2) their left and right edges, and (n, 2) the y of their baselines
    there."""

    lines: list[FoundLine]
    ends: Floats
    floors: Floats


@dataclass(frozen=True)
class Places:
    """Meetings, (n,) the left and the right edge of the white of each, and (n,) the y of the
    baseline on its right."""

    meetings: list[Meeting]
    left: Floats
    right: Floats
    floors: Floats


def measure_pieces(lines: list[FoundLine], ends: Floats) -> Pieces:
    """Pieces of lines whose edges are known."""
    floors = [
        [line.baseline_at(x) for x in edges]
        for line, edges in zip(lines, ends.tolist(), strict=True)
    ]
    return Pieces(lines, ends, np.array(floors, dtype=float).reshape(-1, 2))


def measure_places(meetings: list[Meeting], pieces: Pieces) -> Places:
    """Where the white of some meetings lies."""
    lefts, rights = ([getattr(m, side) for m in meetings] for side in ("left", "right"))
    return Places(meetings, pieces.ends[lefts, 1], pieces.ends[rights, 0], pieces.floors[rights, 0])


def find_near(meeting: Meeting, places: Places, pieces: Pieces, letter: float) -> list[Meeting]:
    """A meeting and those that share its gutter: the white is not far away, in the same columns,
    with an edge in common."""
    left, right = pieces.ends[meeting.left, 1], pieces.ends[meeting.right, 0]
    edge = (np.abs(places.left - left) < FRAGMENTS.same_end * letter) | (
        np.abs(places.right - right) < FRAGMENTS.indent * letter
    )
    shared = edge & _are_near(meeting, places, pieces, letter)
    return [
        other
        for other, shares in zip(places.meetings, shared.tolist(), strict=True)
        if shares or other is meeting
    ]


def _are_near(meeting: Meeting, places: Places, pieces: Pieces, letter: float) -> NDArray[np.bool_]:
    """(n,) whether the white of each place has columns in common with that of a meeting, and is not
    far away."""
    left, right = pieces.ends[meeting.left, 1], pieces.ends[meeting.right, 0]
    steps = np.abs(places.floors - pieces.floors[meeting.right, 0])
    common = np.minimum(places.right, right) - np.maximum(places.left, left)
    return np.asarray(
        (steps <= FRAGMENTS.vicinity * letter) & (common > FRAGMENTS.common_gap * letter)
    )


def ends_flush(meeting: Meeting, places: Places, pieces: Pieces, letter: float) -> bool:
    """Whether the right one of two pieces is of a column that ends at one edge and begins here and
    there, as sums and prices do. Columns of text begin at one edge or, with indents, at two."""
    ends, end = pieces.ends, pieces.ends[meeting.right, 1]
    near = _are_near(meeting, places, pieces, letter)
    column = [
        other
        for other in itertools.compress(places.meetings, near.tolist())
        if other.aligned and abs(ends[other.right, 1] - end) < FRAGMENTS.same_end * letter
    ]
    if len(column) < GUTTERS.least_flush:
        return False
    starts, lefts = ends[[m.left for m in column], 0], ends[[m.right for m in column], 0]
    begins = np.abs(starts - np.median(starts)) < FRAGMENTS.same_end * letter
    x_height = min(letter, median(np.array([pieces.lines[m.right].x_height for m in column])))
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


def pair_off(near: list[Meeting], pieces: Pieces) -> bool:
    """Whether nearly every piece on either side of a gutter has one on the other: those that stand
    beside each other by chance do not, however their figures hang."""
    if len(near) < GUTTERS.least_paired:
        return False
    most = max(count_lines_along(near, pieces, side) for side in ("left", "right"))
    return len(near) >= GUTTERS.paired * most


def beside_by_chance(near: list[Meeting], pieces: Pieces) -> bool:
    """Whether on both sides of a rule many pieces have none on the other, as entries and letters of
    an index do not: those that have one do so by chance. In a table the cells of the emptier column
    all have their row."""
    fewest = min(count_lines_along(near, pieces, side) for side in ("left", "right"))
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


def is_note(meeting: Meeting, near: list[Meeting], pieces: Pieces) -> bool:
    """Whether one of two pieces at a margin is a note: few of the lines that end at the margin, or
    begin there, have one, and more do so than run across it.

    Args:
        near: the meetings of the same margin.
    """
    if meeting.kind != MARGIN:
        return False
    ends, lines = pieces.ends, pieces.lines
    start, end = ends[meeting.left, 1], ends[meeting.right, 0]
    x_height = max(lines[meeting.left].x_height, lines[meeting.right].x_height)
    floors = np.array([line.baseline_at(end) for line in lines])
    beside = np.abs(floors - floors[meeting.right]) < FRAGMENTS.vicinity * x_height
    sides = np.abs(ends[:, 1] - start), np.abs(ends[:, 0] - end)
    count = max(int((beside & (side < FRAGMENTS.same_end * x_height)).sum()) for side in sides)
    across = int((beside & (ends[:, 0] < start) & (ends[:, 1] > end)).sum())
    return across < count and len(near) < FRAGMENTS.rows_share * count


def count_lines_along(near: list[Meeting], pieces: Pieces, side: str = "left") -> int:
    """How many lines run to the left of the white of some meetings, or to the right of it, between
    the first and the last of them."""
    ends, floors = pieces.ends, pieces.floors[:, 1]
    beside = [getattr(m, side) for m in near]
    within = (floors >= floors[beside].min()) & (floors <= floors[beside].max())
    start, end = np.median(ends[beside, 0]), np.median(ends[beside, 1])
    return int((within & (ends[:, 0] < end) & (ends[:, 1] > start)).sum())
