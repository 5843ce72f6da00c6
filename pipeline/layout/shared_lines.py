"""Lines with a wide gap in them that no gutter makes: a line of verse that two speakers share, a
place at the left of a letter and its date at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.image.ink import Ink
from pipeline.layout.barriers import Barriers, are_framed_apart, is_drawn_between
from pipeline.layout.fragments import FRAGMENTS, Floats
from pipeline.layout.lines import FoundLine


@dataclass(frozen=True)
class SharedLineParameters:
    """What such a gap is, in x-heights. Chosen by eye on printed plays, and against family trees
    and maps, whose names stand on one level by chance."""

    widest: float = 30.0
    level: float = 0.2  # baselines of the two pieces differ by less
    same_size: float = 1.2  # and their x-heights by a smaller factor
    pitch: float = 3.2  # from a line to the next one, at most
    over: float = 1.0  # so far a line that runs on across the gap does so on either side


SHARED_LINES = SharedLineParameters()


def find_shared(
    lines: Sequence[FoundLine], ends: Floats, ink: Ink, barriers: Barriers
) -> dict[int, int]:
    """The index of the piece before each piece that goes on behind a gap wider than lines have.

    A line right above or below runs on across all of the gap, and none there has a gap of its own
    in that place: what is set in columns is not so.

    Args:
        lines: pieces of lines.
        ends: (n, 2) their left and right edges, in pixels.
        ink, barriers: of the page.
    """
    if not len(lines):
        return {}
    sizes = np.array([line.x_height for line in lines])
    floors = np.array(
        [list(map(line.baseline_at, extent)) for line, extent in zip(lines, ends, strict=True)]
    )
    gaps = _find_gaps(ends, floors, sizes)
    found: dict[int, int] = {}
    for b, a in gaps.items():
        start, end, size, y = ends[a, 1], ends[b, 0], sizes[b], float(floors[b, 0])
        alike = max(sizes[a], size) < SHARED_LINES.same_size * min(sizes[a], size)
        if end - start > SHARED_LINES.widest * size or not alike:
            continue
        near = np.abs(floors.mean(axis=1) - y) < SHARED_LINES.pitch * size
        reach = SHARED_LINES.over * size
        across = near & (ends[:, 0] < start - reach) & (ends[:, 1] > end + reach)
        repeated = any(
            near[k] and k != b and ends[j, 1] < end and ends[k, 0] > start for k, j in gaps.items()
        )
        between = float(start), float(end), y - size / 2
        if across.any() and not (
            repeated
            or barriers.between(*between)
            or is_drawn_between(ink, *between)
            or are_framed_apart(ink, *between)
        ):
            found[b] = a
    return found


def _find_gaps(ends: Floats, floors: Floats, sizes: Floats) -> dict[int, int]:
    """The index of the piece before each piece that stands on one level with it, behind a gap wider
    than those of lines.

    Args:
        ends: (n, 2) left and right edges of the pieces.
        floors: (n, 2) y of their baselines there.
        sizes: (n,) their x-heights.
    """
    found: dict[int, int] = {}
    for b, (left, _) in enumerate(ends):
        before = ends[:, 1] < left
        level = before & (np.abs(floors[:, 1] - floors[b, 0]) < SHARED_LINES.level * sizes[b])
        if level.any():
            a = int(np.argmax(np.where(level, ends[:, 1], -np.inf)))
            if left - ends[a, 1] > FRAGMENTS.gap_in_line * sizes[b]:
                found[b] = a
    return found
