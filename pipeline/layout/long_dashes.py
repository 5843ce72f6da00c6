"""Long dashes: what stands for the rest of a name, or for the author of the title above. A rule is
as long and as flat, but stands on no line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.image.ink import Ink
from pipeline.layout.barriers import Barriers, find_barriers
from pipeline.layout.fragments import measure_extent
from pipeline.layout.lines import FoundLine, measure_joined
from pipeline.layout.list_marks import is_alone
from pipeline.layout.pictures import Areas


@dataclass(frozen=True)
class LongDashParameters:
    """What a long dash is, in x-heights of the page, and where it stands, in those of its line.
    Chosen by eye on bibliographies and novels: a dash of four has 9."""

    length: tuple[float, float] = (2.6, 12.0)  # shorter ones are marks, or of a leader
    height: float = 0.45
    solid: float = 0.5  # ink over the area of its box: it may lean a little
    clear: float = 0.25  # above and below it there is no other ink: it is no part of a frame
    # letters above and below it, both so near, are a numerator and a denominator: those of the next
    # lines of tight print are 1.1 away
    fraction: float = 1.0
    middle: tuple[float, float] = (0.25, 0.85)  # above the baseline
    beside: float = 1.5  # from its line, at most


LONG_DASHES = LongDashParameters()


def take_long_dashes(
    ink: Ink, lines: Sequence[FoundLine], areas: Areas
) -> tuple[list[FoundLine], Ink]:
    """The lines with the long dashes that stand in them, or right before or behind them, and the
    ink with these as letters.

    Args:
        ink: of the page; dashes so long pass for rules there.
        lines: of the page, without those of tables.
        areas: of its pictures.
    """
    parts, found = ink.components, list(lines)
    flat = parts.height <= LONG_DASHES.height * ink.letter
    flat &= parts.area >= LONG_DASHES.solid * parts.width * parts.height
    short, long = (limit * ink.letter for limit in LONG_DASHES.length)
    flat &= (parts.width >= short) & (parts.width <= long)
    dashes = np.flatnonzero(ink.graphics & ~ink.border & flat)
    if not len(dashes) or not found:
        return found, ink
    letters, graphics = ink.letters.copy(), ink.graphics.copy()
    clear = max(1, round(LONG_DASHES.clear * ink.letter))
    barriers: Barriers | None = None  # looked for where a dash asks for them
    for k in dashes.tolist():
        fits = _find_lines(ink, found, k)
        if fits and is_alone(ink, [k], 0, clear) and not _is_fraction_bar(ink, k):
            letters[k], graphics[k] = True, False
            line = found[fits[0]]
            if len(fits) > 1:
                if barriers is None:
                    barriers = find_barriers(ink, areas)
                if _are_parted(ink, line, found[fits[1]], k, barriers):
                    fits = fits[:1]  # a dash at the end of a line of one of two columns
            for other in sorted(fits[1:], reverse=True):  # what goes on behind the dash
                line = measure_joined(parts, [line, found.pop(other)], ink.letter)
            line = replace(line, members=np.append(line.members, k))
            found[fits[0] - sum(other < fits[0] for other in fits[1:])] = line
    return found, replace(ink, letters=letters, graphics=graphics)


def _find_lines(ink: Ink, lines: Sequence[FoundLine], k: int) -> list[int]:
    """The line that a dash stands in or beside, or the two that it stands between: none of them
    reaches past it."""
    parts = ink.components
    left, right = float(parts.left[k]), float(parts.right[k])
    middle, (low, high) = parts.top[k] + parts.height[k] / 2, LONG_DASHES.middle
    near: list[tuple[float, int]] = []
    for number, line in enumerate(lines):
        start, end = measure_extent(line, ink)
        floor = line.baseline_at(min(max((left + right) / 2, start), end))
        gap = max(start - right, left - end) / line.x_height
        if low < (floor - middle) / line.x_height < high and gap < LONG_DASHES.beside:
            if gap < 0 and start < left and end > right:
                return [number]
            near.append((start - left, number))
    near.sort()
    return [near[0][1], near[-1][1]] if len(near) > 1 else [number for _, number in near]


def _are_parted(ink: Ink, left: FoundLine, right: FoundLine, k: int, barriers: Barriers) -> bool:
    """Whether a barrier lies between what stands before a dash and what stands behind it."""
    (_, end), (start, _) = measure_extent(left, ink), measure_extent(right, ink)
    middle = ink.components.top[k] + ink.components.height[k] / 2
    return bool(barriers.between(end, start, middle))


def _is_fraction_bar(ink: Ink, k: int) -> bool:
    """Whether letters stand right above and right below a component."""
    parts, reach = ink.components, LONG_DASHES.fraction * ink.letter
    middles = parts.left + parts.width / 2
    over = ink.letters & (middles > parts.left[k]) & (middles < parts.right[k])
    above = over & (parts.bottom <= parts.top[k]) & (parts.bottom > parts.top[k] - reach)
    below = over & (parts.top >= parts.bottom[k]) & (parts.top < parts.bottom[k] + reach)
    return bool(above.any() and below.any())
