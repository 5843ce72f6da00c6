"""Accents above capitals: they stand higher above their line than any other mark, and may lie
nearer to the line before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.image.accents import ACCENTS
from pipeline.image.ink import Ink
from pipeline.layout.lines import FoundLine


@dataclass(frozen=True)
class HighMarkParameters:
    """How accents lie among the marks of a page, in x-heights; chosen by eye on drawn faces."""

    foot: float = 0.3  # the letter below one ends so near its baseline
    highest: float = 0.7
    of_line_before: float = -0.2  # what lies higher beside another line is its comma or point


HIGH_MARKS = HighMarkParameters()
AT_ONCE = 4096  # marks that are compared with all capitals together


def find_high_owners(
    ink: Ink, lines: list[FoundLine], marks: NDArray[np.int64], above: float
) -> NDArray[np.int64]:
    """(N,) the line of whose capitals one has each mark as its accent, -1 for none.

    Args:
        marks: (N,) components.
        above: a mark whose middle lies no more x-heights above its line is no such one.
    """
    parts, owners = ink.components, np.full(len(marks), -1)
    capitals = [
        (k, number, line.x_height, line.baseline_at(float(parts.left[k])))
        for number, line in enumerate(lines)
        for k in line.members[
            ink.letters[line.members]
            & (parts.height[line.members] > ACCENTS.capital * line.x_height)
        ].tolist()
    ]
    if not capitals or not len(marks):
        return owners
    index, number, x_height, floor = map(np.array, zip(*capitals, strict=True))
    stands = np.abs(parts.bottom[index] - floor) < HIGH_MARKS.foot * x_height
    index, number, x_height, floor = (a[stands] for a in (index, number, x_height, floor))
    if not len(index):
        return owners
    width, reach = parts.width[index], ACCENTS.aside * parts.width[index]
    reach = np.where(width > ACCENTS.letters * x_height, width / 2, reach)
    for start in range(0, len(marks), AT_ONCE):
        some = marks[start : start + AT_ONCE]
        middle = (parts.left[some] + parts.width[some] / 2)[:, None]
        level = (parts.top[some] + parts.height[some] / 2)[:, None]
        wide, high = parts.width[some][:, None], parts.height[some][:, None]
        gap = parts.top[index] - parts.bottom[some][:, None]
        fits = (gap >= 0) & (gap <= ACCENTS.gap * x_height)
        fits &= np.abs(middle - (parts.left[index] + width / 2)) <= reach
        fits &= floor - level > above * x_height
        fits &= (high >= ACCENTS.smallest * x_height) & (wide < ACCENTS.widest * x_height)
        fits &= high < HIGH_MARKS.highest * x_height
        found = np.flatnonzero(fits.any(axis=1))
        for k, own in zip(
            found.tolist(), number[np.argmax(fits[found], axis=1)].tolist(), strict=True
        ):
            if not _is_of_another(ink, lines, int(some[k]), own):
                owners[start + k] = own
    return owners


def _is_of_another(ink: Ink, lines: list[FoundLine], mark: int, own: int) -> bool:
    """Whether a mark stands on the baseline of another line, or in it."""
    parts = ink.components
    x = float(parts.left[mark] + parts.width[mark] / 2)
    y = float(parts.top[mark] + parts.height[mark] / 2)
    for number, line in enumerate(lines):
        left, right = parts.left[line.members].min(), parts.right[line.members].max()
        if number != own and left - line.x_height <= x <= right + line.x_height:
            rise = (line.baseline_at(min(max(x, float(left)), float(right))) - y) / line.x_height
            if HIGH_MARKS.of_line_before < rise < ACCENTS.capital:
                return True
    return False
