"""Drop capitals: the letter at the head of a chapter, beside which two lines or more begin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.image.components import measure_fill
from pipeline.image.ink import Ink
from pipeline.layout.line_parameters import LINE
from pipeline.layout.lines import FoundLine, measure_line


@dataclass(frozen=True)
class InitialParameters:
    """What a drop capital is, in x-heights of the text unless it is said otherwise. Chosen by eye
    on the scanned books and the newspaper."""

    lowest: float = 1.8
    highest: float = 16.0
    shapes: tuple[float, float] = (0.25, 1.6)  # width over height
    least_fill: float = 0.12  # ink over the area of its box: less is a frame
    starts: tuple[float, float] = (-0.4, 4.5)  # where lines beside it begin, from its right edge …
    nearest: float = 2.4  # … and its own, at most
    top: float = 1.0  # how exactly it begins with the capitals of its first line …
    foot: float = 0.8  # … and stands on a baseline


INITIALS = InitialParameters()


def find_drop_capitals(
    lines: list[FoundLine], ink: Ink
) -> tuple[list[FoundLine], dict[int, FoundLine]]:
    """The lines without the drop capitals that were taken for letters of theirs, and the drop
    capital of each line that has one.

    Args:
        lines: of the text, with their marks.
        ink: of the page, graphics among it.
    """
    parts, lines = ink.components, list(lines)
    shape = parts.width / np.maximum(parts.height, 1)
    fill = measure_fill(parts)
    fitting = (
        (parts.height > INITIALS.lowest * ink.letter)
        & (parts.height < INITIALS.highest * ink.letter)
        & (fill > INITIALS.least_fill)
    )
    fitting &= (
        (shape > INITIALS.shapes[0])
        & (shape < INITIALS.shapes[1])
        & (ink.graphics | ink.letters)
        & ~ink.border
    )
    initials: dict[int, FoundLine] = {}
    starts = np.array([parts.left[line.members].min() for line in lines])
    for initial in np.flatnonzero(fitting):
        # no line begins near its right edge, or within it, where it is a letter of one: most are
        # told by this
        gap = starts - parts.right[initial]
        if (
            (gap > INITIALS.starts[0] * ink.letter) & (gap < INITIALS.starts[1] * 2 * ink.letter)
        ).sum() + (starts == parts.left[initial]).sum() < 2:
            continue
        beside = _find_lines_beside(int(initial), lines, ink)
        if len(beside) < 2:
            continue
        first, last = lines[beside[0]], lines[beside[-1]]
        edge, x = float(parts.right[initial]), first.x_height
        begins = (
            abs(first.baseline_at(edge) - LINE.cap_height * x - parts.top[initial])
            < INITIALS.top * x
        )
        stands = abs(last.baseline_at(edge) - parts.bottom[initial]) < INITIALS.foot * x
        near = (
            parts.left[first.members[first.members != initial]].min() - edge < INITIALS.nearest * x
        )
        if near and begins and stands and beside[0] not in initials:
            for k in beside:
                if initial in lines[k].members:
                    rest = lines[k].members[lines[k].members != initial]
                    lines[k] = measure_line(parts, rest, ink.letter)
            height = float(parts.height[initial])
            foot = np.array([float(parts.bottom[initial])])
            initials[beside[0]] = FoundLine(np.array([initial]), foot, height / LINE.cap_height)
    return lines, initials


def _find_lines_beside(initial: int, lines: list[FoundLine], ink: Ink) -> list[int]:
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
            INITIALS.starts[0] * line.x_height < start < INITIALS.starts[1] * line.x_height
            and top < floor < bottom + INITIALS.foot * line.x_height
        ):
            found.append((floor, k))
        elif (
            top + line.x_height < floor < bottom
            and (parts.right[members] <= left).any()
            and start < INITIALS.starts[1] * line.x_height
        ):
            return []  # letters to its left: it is one of a line
    return [k for _, k in sorted(found)]
