"""Numbers of lines: verse, laws and school texts count every fifth or tenth line in the margin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.layout.barriers import MARGIN, WHITE
from pipeline.layout.fragments import Floats
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


LINE_NUMBERS = LineNumberParameters()


def find_line_numbers(
    meetings: Sequence[Meeting], lines: Sequence[FoundLine], ends: Floats, letter: float
) -> list[Meeting]:
    """Those meetings of which one piece counts the lines that the other is of: short pieces below
    each other, from each of which to the next it is as many lines, or a multiple.

    Args:
        meetings: of the page.
        lines: pieces of lines.
        ends: (n, 2) their left and right edges, in pixels.
        letter: usual x-height in pixels.
    """
    found = []
    for number, text in (("right", "left"), ("left", "right")):
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
                found += column
    return found


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
