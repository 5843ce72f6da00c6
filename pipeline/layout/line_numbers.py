"""Numbers of lines: verse, laws and school texts count every fifth or tenth line in the margin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.layout.barriers import MARGIN, WHITE
from pipeline.layout.fragments import FRAGMENTS, Floats
from pipeline.layout.gutters import Meeting
from pipeline.layout.lines import FoundLine


@dataclass(frozen=True)
class LineNumberParameters:
    """What counts lines. Chosen by eye on pages of verse and of prose."""

    letters: int = 4  # of a number, at most
    width: float = 4.0  # in x-heights
    flush: float = 1.0  # so near to one x they begin or end
    # from number to number, in lines: labels beside a text by chance may have any step
    steps: tuple[int, ...] = (4, 5, 6, 8, 10, 20)
    least: int = 2
    # white on the side of the text that they count over that on the other side, at most: those of a
    # patent, in the midst of the white between its columns, have 0.9
    nearer: float = 0.6


LINE_NUMBERS = LineNumberParameters()


def find_line_numbers(
    meetings: Sequence[Meeting], lines: Sequence[FoundLine], ends: Floats, letter: float
) -> tuple[list[Meeting], frozenset[int]]:
    """Those meetings of which one piece counts the lines that the other is of: short pieces below
    each other, from each of which to the next it is as many lines, or a multiple. And the pieces
    that count lines and are of none.

    Numbers that stand between two columns count the lines of the nearer one; in the midst of the
    white between them, as in patents, those of both, and are of neither.

    Args:
        meetings: of the page.
        lines: pieces of lines.
        ends: (n, 2) their left and right edges, in pixels.
        letter: usual x-height in pixels.
    """
    counted = dict[str, list[list[Meeting]]]()
    for number, text in (("right", "left"), ("left", "right")):
        counted[number] = []
        short = [
            m
            for m in meetings
            if m.aligned
            and m.kind in (WHITE, MARGIN)
            and _is_short(getattr(m, number), lines, ends, letter)
        ]
        while short:
            column = _take_column(short, number, ends, letter)
            short = [m for m in short if m not in column]
            if _counts(column, number, text, lines, ends):
                counted[number].append(column)
    found, free = list[Meeting](), set[int]()
    for number, other in (("right", "left"), ("left", "right")):
        for column in counted[number]:
            if _are_of_others(column, number, counted[other], ends, letter):
                free |= {getattr(m, number) for m in column}
            else:
                found += column
    own = {k for m in found for k in (m.left, m.right)}
    return found, frozenset(free - own)


def _are_of_others(
    column: Sequence[Meeting],
    number: str,
    others: Sequence[Sequence[Meeting]],
    ends: Floats,
    letter: float,
) -> bool:
    """Whether numbers count lines on their other side as well, and do not stand clearly nearer to
    those on this side: text stands on both, and not cells of a table, nor anything in the column of
    the numbers.

    Args:
        column: the meetings of numbers, with the lines that they count on this side.
        number: the side of a meeting on which they stand.
        others: those of all numbers that count lines on their other side.
    """
    numbers = [getattr(m, number) for m in column]
    both = [
        m
        for other in others
        for m in other
        if (m.left if number == "right" else m.right) in numbers
    ]
    if not both:
        return False
    sides = [[m.left for m in pairs] + [m.right for m in pairs] for pairs in (column, both)]
    texts = [[np.ptp(ends[k]) for k in side if k not in numbers] for side in sides]
    if min(map(np.median, texts)) < FRAGMENTS.column_width * letter:
        return False
    start, end = ends[numbers, 0].min(), ends[numbers, 1].max()
    if np.sum((ends[:, 0] >= start) & (ends[:, 1] <= end)) > len(numbers):
        return False
    own, beyond = (min(ends[m.right, 0] - ends[m.left, 1] for m in side) for side in (column, both))
    return bool(own > LINE_NUMBERS.nearer * beyond)


def _is_short(k: int, lines: Sequence[FoundLine], ends: Floats, letter: float) -> bool:
    few = len(lines[k].members) <= LINE_NUMBERS.letters
    return bool(few and np.ptp(ends[k]) < LINE_NUMBERS.width * letter)


def _take_column(
    short: Sequence[Meeting], number: str, ends: Floats, letter: float
) -> list[Meeting]:
    """The meetings whose numbers begin or end where that of the first one does."""
    first = ends[getattr(short[0], number)]
    return [
        m
        for m in short
        if np.abs(ends[getattr(m, number)] - first).min() < LINE_NUMBERS.flush * letter
    ]


def _counts(
    column: Sequence[Meeting], number: str, text: str, lines: Sequence[FoundLine], ends: Floats
) -> bool:
    """Whether it is as many lines of text, or a multiple, from each number to the next."""
    if len(column) < LINE_NUMBERS.least:
        return False
    pieces = [getattr(m, text) for m in column]
    start, end = ends[pieces, 0].min(), ends[pieces, 1].max()
    numbers = [getattr(m, number) for m in column]
    within = _find_others(numbers, start, end, ends)
    if _stand_in_text(numbers, within, lines, ends):
        return False
    floors = np.sort([lines[k].baseline_at(ends[k, 0]) for k in within])
    heights = float(np.median([lines[k].x_height for k in within]))
    levels = floors[np.diff(floors, prepend=-np.inf) > heights]  # pieces of one line count once
    places = sorted(
        int(np.argmin(np.abs(levels - lines[k].baseline_at(ends[k, 0])))) for k in pieces
    )
    steps = [low - high for high, low in pairwise(places)]
    least = min(steps)
    return least in LINE_NUMBERS.steps and not any(step % least for step in steps)


def _find_others(numbers: Sequence[int], start: float, end: float, ends: Floats) -> list[int]:
    """The pieces other than numbers that lie between two x, or reach there."""
    over = (ends[:, 0] < end) & (ends[:, 1] > start)
    return [k for k in np.flatnonzero(over).tolist() if k not in numbers]


def _stand_in_text(
    numbers: Sequence[int], counted: Sequence[int], lines: Sequence[FoundLine], ends: Floats
) -> bool:
    """Whether between the numbers other pieces stand in their column that are none of the counted
    lines: they are the last ones of entries of an index, or of paragraphs, beside another text."""
    column = _find_others(numbers, ends[numbers, 0].min(), ends[numbers, 1].max(), ends)
    floors = [lines[k].baseline_at(ends[k, 0]) for k in numbers]
    return any(
        min(floors) < lines[k].baseline_at(ends[k, 0]) < max(floors)
        for k in set(column) - set(counted)
    )
