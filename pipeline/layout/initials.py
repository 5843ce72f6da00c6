"""Drop capitals: the letter at the head of a chapter, beside which two lines or more begin."""

from __future__ import annotations

import numpy as np

from pipeline.image.ink import Ink
from pipeline.layout.lines import CAP_HEIGHT, FoundLine, measure_line

LOWEST, HIGHEST = 1.8, 16.0  # heights of drop capitals, in x-heights of the text
SHAPES = (0.25, 1.6)  # their widths, as shares of their heights
THIN = 0.12  # ink in the box of a letter, as a share of it: less is a frame
NEAR = (-0.4, 4.5)  # where the lines beside one begin, in x-heights from its right edge …
NEAREST = 2.4  # … and its own, at most
TOP, FOOT = (
    1.0,
    0.8,
    # how exactly it begins with the capitals of its first line and stands on a baseline, in
    # x-heights
)


def find_initials(lines: list[FoundLine], ink: Ink) -> tuple[list[FoundLine], dict[int, FoundLine]]:
    """The lines without the drop capitals that were taken for letters of theirs, and the drop
    capital of each line that has one.

    Args:
        lines: of the text, with their marks.
        ink: of the page, graphics among it.
    """
    parts, lines = ink.components, list(lines)
    shape = parts.width / np.maximum(parts.height, 1)
    fill = parts.area / np.maximum(parts.width * parts.height, 1)
    fitting = (
        (parts.height > LOWEST * ink.letter) & (parts.height < HIGHEST * ink.letter) & (fill > THIN)
    )
    fitting &= (
        (shape > SHAPES[0]) & (shape < SHAPES[1]) & (ink.graphics | ink.letters) & ~ink.border
    )
    initials: dict[int, FoundLine] = {}
    starts = np.array([parts.left[line.members].min() for line in lines])
    for initial in np.flatnonzero(fitting):
        # no line begins near its right edge, or within it, where it is a letter of one: most are
        # told by this
        gap = starts - parts.right[initial]
        if ((gap > NEAR[0] * ink.letter) & (gap < NEAR[1] * 2 * ink.letter)).sum() + (
            starts == parts.left[initial]
        ).sum() < 2:
            continue
        beside = _lines_beside(int(initial), lines, ink)
        if len(beside) < 2:
            continue
        first, last = lines[beside[0]], lines[beside[-1]]
        edge, x = float(parts.right[initial]), first.x_height
        begins = abs(first.baseline_at(edge) - CAP_HEIGHT * x - parts.top[initial]) < TOP * x
        stands = abs(last.baseline_at(edge) - parts.bottom[initial]) < FOOT * x
        near = parts.left[first.members[first.members != initial]].min() - edge < NEAREST * x
        if near and begins and stands and beside[0] not in initials:
            for k in beside:
                if initial in lines[k].members:
                    rest = lines[k].members[lines[k].members != initial]
                    lines[k] = measure_line(parts, rest, ink.letter)
            height = float(parts.height[initial])
            foot = np.array([float(parts.bottom[initial])])
            initials[beside[0]] = FoundLine(np.array([initial]), foot, height / CAP_HEIGHT)
    return lines, initials


def _lines_beside(initial: int, lines: list[FoundLine], ink: Ink) -> list[int]:
    """Indices of the lines that begin to the right of a drop capital, from top to bottom."""
    parts = ink.components
    left, right, top, bottom = (
        int(v[initial]) for v in (parts.left, parts.right, parts.top, parts.bottom)
    )
    found = []
    for k, line in enumerate(lines):
        members = line.members[line.members != initial]
        if not len(members):
            continue
        start, floor = parts.left[members].min() - right, line.baseline_at(right)
        if (
            NEAR[0] * line.x_height < start < NEAR[1] * line.x_height
            and top < floor < bottom + FOOT * line.x_height
        ):
            found.append((floor, k))
        elif (
            top + line.x_height < floor < bottom
            and (parts.right[members] <= left).any()
            and start < NEAR[1] * line.x_height
        ):
            return []  # letters to its left: it is one of a line
    return [k for _, k in sorted(found)]
