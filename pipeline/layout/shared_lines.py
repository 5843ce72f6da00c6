"""Lines with a wide gap in them that no gutter makes: a line of verse that two speakers share, a
place at the left of a letter and its date at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.layout.fragments import FRAGMENTS, Floats
from pipeline.layout.lines import FoundLine


@dataclass(frozen=True)
class SharedLineParameters:
    """What such a gap is, in x-heights. Chosen by eye on printed plays, and against family trees and
    maps, whose names stand on one level by chance."""

    widest: float = 30.0
    level: float = 0.2  # baselines of the two pieces differ by less
    pitch: tuple[float, float] = (1.2, 3.2)  # from a line to the one that runs above or below it
    over: float = 1.0  # so far that one runs on over the gap on either side


SHARED_LINES = SharedLineParameters()


def find_shared(lines: Sequence[FoundLine], ends: Floats) -> dict[int, int]:
    """The index of the piece before each piece that goes on behind a gap wider than lines have,
    where a line right above or below runs on across all of the gap: what is set in columns has none
    there.

    Args:
        lines: pieces of lines.
        ends: (n, 2) their left and right edges, in pixels.
    """
    found: dict[int, int] = {}
    sizes = np.array([line.x_height for line in lines])
    for b, (left, _) in enumerate(ends):
        gaps = (left - ends[:, 1]) / sizes[b]
        floors = np.array([line.baseline_at(left) for line in lines])
        steps = (floors - floors[b]) / sizes[b]
        level = (np.abs(steps) < SHARED_LINES.level) & (gaps > 0)
        if not level.any():
            continue
        a = int(np.argmin(np.where(level, gaps, np.inf)))
        if not FRAGMENTS.gap_in_line < gaps[a] < SHARED_LINES.widest:
            continue
        reach, (low, high) = SHARED_LINES.over * sizes[b], SHARED_LINES.pitch
        near = (np.abs(steps) > low) & (np.abs(steps) < high)
        across = (ends[:, 0] < ends[a, 1] - reach) & (ends[:, 1] > left + reach)
        if (near & across).any():
            found[b] = a
    return found
