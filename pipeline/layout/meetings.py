"""Rows from pieces of lines: what a barrier parts is of two columns, or one row of cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.image.quantiles import median
from pipeline.layout.barriers import MARGIN, PICTURE, RULE, WHITE, Barriers
from pipeline.layout.fixed_pitch import is_one_space, measure_pitch
from pipeline.layout.fragments import FRAGMENTS, Floats, count_column_rows, measure_extent
from pipeline.layout.gutters import (
    Meeting,
    Pieces,
    beside_by_chance,
    count_lines_along,
    ends_flush,
    find_figured,
    find_near,
    is_note,
    lead_to_figures,
    measure_pieces,
    measure_places,
    pair_off,
)
from pipeline.layout.leaders import find_led
from pipeline.layout.level_pieces import find_meetings
from pipeline.layout.line_numbers import find_line_numbers
from pipeline.layout.lines import FoundLine, measure_joined
from pipeline.layout.rivers import is_space
from pipeline.layout.shared_lines import find_shared


def join_rows(
    lines: list[FoundLine], ink: Ink, barriers: Barriers, leaders: Sequence[Box] = ()
) -> list[FoundLine]:
    """Lines with the cells of tables, the page numbers of contents and the numbers of lists joined
    to their rows; what a leader joins is one row.

    Two pieces at a barrier are of two columns where other pieces meet in the same place above or
    below and both sides are as wide as text is, or where they do not stand on one line, as marginal
    notes do not. Else the barrier is white within a row.
    """
    if leaders:
        lines = _join(lines, find_led(lines, _measure_ends(lines, ink), leaders), ink)
    ends = _measure_ends(lines, ink)
    meetings = find_meetings(lines, ends, ink, barriers, leaders)
    pieces = measure_pieces(lines, ends)
    places = measure_places(meetings, pieces)
    pitch = measure_pitch(lines, ink)
    rows: dict[int, int] = {}
    priced = {  # what has a sum or a price at the end of its row
        m.left
        for m in meetings
        if m.kind == WHITE and m.aligned and ends_flush(m, places, pieces, ink.letter)
    }
    figured = find_figured(meetings, ends, ink.letter)
    counted: set[int] = set()  # what stands in a row that begins with a number
    numbered, free = find_line_numbers(meetings, lines, ends, ink.letter)
    for m in sorted(meetings, key=lambda m: ends[m.left, 0]):
        if (not m.aligned and abs(m.step) >= FRAGMENTS.hangs) or {m.left, m.right} & free:
            continue
        near = find_near(m, places, pieces, ink.letter)
        paired = pair_off(near, pieces)
        if not m.aligned and not (paired or _is_figure(m, near, ends, ink.letter)):
            continue
        if (
            not _separates_columns(m, near, pieces, ink.letter)
            or is_one_space(m, lines, ink, pitch)
            or is_space(m, near, lines, ends, ink)
            or _is_of_register(m, near, counted, pieces, ink.letter)
            or m.left in priced
            or (m.right in priced and m.aligned and paired)
            or (
                m.aligned
                and paired
                and m.kind != RULE
                and lead_to_figures(near, figured, ends, ink.letter)
            )
        ):
            rows[m.right] = m.left
            narrow = np.ptp(ends[m.left]) < FRAGMENTS.column_width * ink.letter
            if m.left in counted or (narrow and m.left not in rows):
                counted.add(m.right)
    rows |= {m.right: m.left for m in numbered if m.right not in rows}
    met = {m.right for m in meetings}
    shared = find_shared(lines, ends, ink, barriers)
    rows |= {right: left for right, left in shared.items() if right not in met}
    return _join(lines, rows, ink)


def _measure_ends(lines: Sequence[FoundLine], ink: Ink) -> Floats:
    """(n, 2) left and right edges of lines, in pixels."""
    return np.array([measure_extent(line, ink) for line in lines], dtype=float).reshape(-1, 2)


def _join(lines: list[FoundLine], rows: dict[int, int], ink: Ink) -> list[FoundLine]:
    """Lines, those joined of which one goes on in another.

    Args:
        rows: the index of the piece before each piece that goes on.
    """
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
        else measure_joined(parts, [lines[k] for k in group], ink.letter)
        for group in joined.values()
    ]


def _separates_columns(
    meeting: Meeting, near: list[Meeting], pieces: Pieces, letter: float
) -> bool:
    """Whether two pieces are of two columns, and not of one row; `near` are the meetings at their
    gutter."""
    if meeting.kind == PICTURE:
        return True
    ends = pieces.ends
    gaps = np.array([ends[other.right, 0] - ends[other.left, 1] for other in near])
    gutter, own = float(np.median(gaps)), ends[meeting.right, 0] - ends[meeting.left, 1]
    narrowest = float(np.percentile(gaps, FRAGMENTS.gutter_quantile))
    widths = [
        float(np.median([np.ptp(ends[k]) for k in side]))
        for side in zip(*((m.left, m.right) for m in near), strict=True)
    ]
    figure = _is_figure(meeting, near, ends, letter)
    # a short name lies far from its figures, where longer ones beneath it do not
    far = narrowest if figure else own
    if far > FRAGMENTS.gap_in_row * letter:
        return True
    if meeting.labelled and np.mean([m.labelled for m in near]) >= FRAGMENTS.labelled:
        return False
    is_narrow = meeting.kind == WHITE and own < FRAGMENTS.narrow_gap * narrowest
    ends_gutter = meeting.kind in (WHITE, MARGIN) and _ends_gutter(meeting, near, pieces)
    if own < FRAGMENTS.word_space * letter and (is_narrow or ends_gutter):
        return False  # a space of a line that runs across a gutter
    if min(widths) >= FRAGMENTS.column_width * letter and not figure:
        needed = count_column_rows(gutter, letter)
        return meeting.kind == RULE or len(near) >= needed or is_note(meeting, near, pieces)
    if meeting.kind == RULE and beside_by_chance(near, pieces):
        return True
    if meeting.kind == MARGIN:  # a number at the end of its line
        return bool(own > FRAGMENTS.gap_in_line * letter)
    if sum(other.aligned for other in near) < FRAGMENTS.aligned_share * len(near):
        return True
    # lines that stand beside others by chance are on one level with some of them, more or less
    steps = np.array([other.step for other in near])
    if (
        len(steps) >= FRAGMENTS.fewest_steps
        and median(np.abs(steps - median(steps))) > FRAGMENTS.by_chance
        and abs(meeting.step) > FRAGMENTS.same_row
        # those of old style hang or do not
        and not (figure or pair_off(near, pieces))
    ):
        return True
    # a lone number far away, or labels beside a few of many lines, are no cells
    few = len(near) < FRAGMENTS.rows_share * count_lines_along(near, pieces)
    return (gutter > FRAGMENTS.close * letter and len(near) == 1) or few


def _ends_gutter(meeting: Meeting, near: list[Meeting], pieces: Pieces) -> bool:
    """Whether a gutter runs up, or down, into a line of which a space lies over it: of those `near`
    at the gutter it is the first or the last, and its right piece begins where no other does, while
    these begin at one x."""
    others = [other for other in near if other is not meeting]
    if len(others) < FRAGMENTS.least_begun:
        return False
    size, start = pieces.lines[meeting.right].x_height, pieces.ends[meeting.right, 0]
    beside = [other.right for other in others]
    starts = pieces.ends[beside, 0]
    apart = np.abs(starts - np.median(starts))
    alike = float((apart < FRAGMENTS.begun_alike * size).mean())
    level, floors = pieces.floors[meeting.right, 0], pieces.floors[beside, 0]
    return bool(
        (level < floors.min() or level > floors.max())
        and alike >= FRAGMENTS.begun_share
        and np.abs(starts - start).min() > FRAGMENTS.begun_elsewhere * size
    )


def _is_figure(meeting: Meeting, near: list[Meeting], ends: Floats, letter: float) -> bool:
    """Whether the right one of two pieces is of a column of figures: narrow, it ends where nearly
    all others `near` it at the gutter do, and these stand on one line with what is to the left of
    them, which begins at one x, or hang below it alike."""
    steps = np.abs([other.step for other in near])
    hanging = steps[(steps > FRAGMENTS.aligned) & (steps < FRAGMENTS.hangs)]
    hang = float(np.median(hanging)) if len(hanging) else 0.0
    alike = [
        min(abs(other.step), abs(abs(other.step) - hang)) < FRAGMENTS.by_chance
        and abs(ends[other.right, 1] - ends[meeting.right, 1]) < FRAGMENTS.same_end * letter
        and abs(ends[other.left, 0] - ends[meeting.left, 0]) < FRAGMENTS.indent * letter
        for other in near
    ]
    narrow = np.ptp(ends, axis=1) < FRAGMENTS.figure_width * letter
    column = narrow & (np.abs(ends[:, 1] - ends[meeting.right, 1]) < FRAGMENTS.same_end * letter)
    least = FRAGMENTS.figures_share * len(near), FRAGMENTS.rows_share * column.sum()
    return bool(narrow[meeting.right]) and sum(alike) >= max(FRAGMENTS.least_figures, *least)


def _is_of_register(
    meeting: Meeting,
    near: list[Meeting],
    counted: set[int],
    pieces: Pieces,
    letter: float,
) -> bool:
    """Whether two pieces are cells of a register: rows that begin with a number or a date, nearly
    all of which run on across the white or the rule between the two, on one level.

    Args:
        near: the meetings at their gutter.
        counted: pieces known to be of rows that begin so.
    """
    numbered = [other for other in near if other.left in counted]
    if meeting.kind == PICTURE or len(numbered) < FRAGMENTS.least_numbered:
        return False
    ends = pieces.ends
    left, right = (
        np.median([getattr(ends[m.left], side)() for m in numbered]) for side in ("min", "max")
    )
    floor = pieces.floors[meeting.left, 1]
    rows = [
        k
        for k in counted
        if ends[k, 0] < right
        and ends[k, 1] > left
        and abs(pieces.floors[k, 1] - floor) <= FRAGMENTS.vicinity * letter
    ]
    share = FRAGMENTS.numbered
    level = sum(other.aligned for other in near) >= share * len(near)
    width = float(np.median([np.ptp(ends[other.right]) for other in near]))
    level = level and width >= FRAGMENTS.column_width * letter
    return level and len(numbered) >= share * max(len(near), len(rows))
