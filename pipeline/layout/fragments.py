"""Lines from chains of letters: what runs in one band is one line, unless a barrier parts it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.image.ink import Ink
from pipeline.image.quantiles import median
from pipeline.layout.barriers import Barriers
from pipeline.layout.lines import FoundLine, measure_joined, measure_line
from pipeline.layout.word_gaps import split_words


@dataclass(frozen=True)
class FragmentParameters:
    """What belongs to one line, in x-heights unless it is said otherwise.

    Chosen by eye on the scanned books and layouts; bench.layouts and the scores of the books watch
    over them.
    """

    gap_in_line: float = 9.0  # widest gap between the letters of a line
    gap_in_row: float = 45.0  # widest white between the cells of a row, where it is narrow
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
    # How far the steps from baseline to baseline scatter (median distance from their median) above
    # which pieces meet by chance: measured, it is 0.05 at most in born-digital tables and in lists
    # with bullets, 0.18 to 0.6 beside figures and formulas.
    by_chance: float = 0.15
    fewest_steps: int = 3
    same_row: float = 0.1  # … but for those whose own step is no larger
    # … but for figures of old style, all of which may hang so far below their row
    hangs: float = 0.62
    figure_width: float = 9.0  # of the longest: seven figures with two commas
    least_figures: int = 4  # in a column of them …
    figures_share: float = 0.6  # … and so large a share of its rows are alike
    close: float = 5.0  # wider white parts cells from what merely stands beside text
    rows_share: float = 0.4  # of the rows of a table, so many have a cell in each column
    narrow_gap: float = 0.35  # white narrower than this share of a gutter, and than …
    word_space: float = 2.0  # … so many x-heights is a space of a line that runs across it
    # … as one may be above or below the rest of the gutter, if of so many lines there such a share
    # begins within the first of these of one x, and it begins further than the second from each
    least_begun: int = 3
    begun_share: float = 0.7
    begun_alike: float = 0.3
    begun_elsewhere: float = 0.7
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
    ruled: float = 2.0  # how far from the middle of a sum its rules lie
    least_numbered: int = 4  # rows of a register that begin with a number …
    numbered: float = 0.7  # … which is so large a share of them
    vicinity: float = 40.0  # how far up and down a barrier other lines tell what it is


FRAGMENTS = FragmentParameters()

Floats = NDArray[np.float64]


def count_column_rows(white: float, letter: float) -> int:
    """How many rows at white so wide, in pixels, make columns of what it parts."""
    return next(rows for narrow, rows in FRAGMENTS.column_lines if white < narrow * letter)


def measure_extent(line: FoundLine, ink: Ink) -> tuple[int, int]:
    """Left and right edge of a line."""
    parts = ink.components
    return int(parts.left[line.members].min()), int(parts.right[line.members].max())


def find_word_edges(line: FoundLine, ink: Ink) -> list[tuple[int, int]]:
    """Left and right edge of each word of a line, from left to right."""
    parts, members = ink.components, line.members
    lefts, rights = parts.left[members].astype(np.int64), parts.right[members].astype(np.int64)
    words = split_words(lefts, rights, line.x_height)
    return [(int(lefts[word].min()), int(rights[word].max())) for word in words]


def find_middle(line: FoundLine, ink: Ink) -> float:
    """x of the middle of a line."""
    return sum(measure_extent(line, ink)) / 2


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
            letters = len(kept[best].members) + len(line.members)
            if len(line.members) > FRAGMENTS.remeasured * letters:
                kept[best] = measure_joined(parts, [kept[best], line], ink.letter)
            else:
                members = np.concatenate([kept[best].members, line.members])
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
