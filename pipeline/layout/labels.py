"""Labels that end in a colon, as forms and letter heads have them before their values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.image.ink import Ink
from pipeline.layout.lines import FoundLine


@dataclass(frozen=True)
class ColonParameters:
    """What a colon is, in x-heights of its line. Chosen by eye on forms and letters."""

    side: float = 0.45  # of a point, at most
    reach: float = 0.9  # from the last letter; a full stop may lie between
    above: float = 0.3  # of one another: the points overlap or nearly do
    low: tuple[float, float] = (-0.05, 0.35)  # middle of the lower point above the baseline …
    high: tuple[float, float] = (0.55, 1.1)  # … and of the upper one
    below: float = 0.12  # the baseline its foot lies no deeper: a semicolon's does


COLON = ColonParameters()


def find_labels(
    lines: Sequence[FoundLine], ends: NDArray[np.float64], ink: Ink
) -> NDArray[np.bool_]:
    """Which pieces of lines end in a colon: (n,) bool.

    Args:
        lines: pieces of lines, without their marks.
        ends: (n, 2) their left and right edges, in pixels.
        ink: of the page.
    """
    parts, marks = ink.components, np.flatnonzero(ink.marks)
    left, middle = parts.left[marks], parts.top[marks] + parts.height[marks] / 2
    bottom, side = parts.bottom[marks], np.maximum(parts.width, parts.height)[marks]
    labels = np.zeros(len(lines), np.bool_)
    for k, (line, (_, end)) in enumerate(zip(lines, ends, strict=True)):
        size, floor = line.x_height, line.baseline_at(end)
        near = (left > end - COLON.above * size) & (left < end + COLON.reach * size)
        near &= side < COLON.side * size
        rise = (floor - middle) / size
        low = near & (rise > COLON.low[0]) & (rise < COLON.low[1])
        low &= bottom < floor + COLON.below * size
        high = near & (rise > COLON.high[0]) & (rise < COLON.high[1])
        apart = np.abs(left[low][:, None] - left[high])
        labels[k] = bool((apart < COLON.above * size).any())
    return labels
