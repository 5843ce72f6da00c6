"""Letters much smaller than the usual ones of a page that stand side by side as print does, where
grain, points and broken strokes lie anywhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.image.components import (
    LETTER_SIZE,
    Components,
    Ints,
    look_like_letters,
    measure_fill,
)


@dataclass(frozen=True)
class SmallPrintParameters:
    """What is small print, and how much of it counts. Chosen by eye on drawn posters and
    typescripts of 600 dpi, whose grain has runs of six at most."""

    height: float = 0.5  # of the usual letters
    least_run: int = 6
    gap: float = 2.0  # widest white between neighbours, in heights of theirs
    alike: float = 1.6  # ratio of the heights of neighbours
    level: int = 4  # rows within which they end, in pixels
    dot_aspect: float = 0.6  # width over height of what is full and no stroke of a letter
    share: float = 0.15  # of a page's letters


SMALL_PRINT = SmallPrintParameters()


def measure_small_print(parts: Components, letter: float, dpi: float) -> float:
    """The x-height in pixels of the small print of a page; 0 where there is next to none.

    Args:
        letter: usual x-height of the page in pixels.
    """
    alike = look_like_letters(parts, dpi) & ~_are_dots(parts)
    is_small = parts.height < SMALL_PRINT.height * letter
    small, others = np.flatnonzero(alike & is_small), np.count_nonzero(alike & ~is_small)
    rows = [_in_runs(parts, small, shift) for shift in (0, SMALL_PRINT.level // 2)]
    longest = max(rows, key=len)
    if len(longest) < max(SMALL_PRINT.least_run, SMALL_PRINT.share * (others + len(longest))):
        return 0.0
    return float(np.median(parts.height[longest]))


def _are_dots(parts: Components) -> NDArray[np.bool_]:
    """Which components are dots of leaders, or what a printer of dots makes of two."""
    aspect = parts.width / np.maximum(parts.height, 1)
    full = measure_fill(parts) > LETTER_SIZE.dot_fill
    return np.asarray((aspect > SMALL_PRINT.dot_aspect) & full)


def _in_runs(parts: Components, small: NDArray[np.integer], shift: int) -> Ints:
    """Those of some components that stand in long runs from left to right, each beside the next;
    `shift`: where the rows begin in which they end."""
    rows = (parts.top[small] + parts.height[small] + shift) // SMALL_PRINT.level
    order = np.lexsort((parts.left[small], rows))
    small, rows = small[order], rows[order]
    heights, lefts = parts.height[small], parts.left[small]
    lower = np.minimum(heights[1:], heights[:-1])
    gaps = lefts[1:] - (lefts + parts.width[small])[:-1]
    beside = (
        (rows[1:] == rows[:-1])
        & (gaps < SMALL_PRINT.gap * lower)
        & (SMALL_PRINT.alike * lower >= np.maximum(heights[1:], heights[:-1]))
    )
    run = np.cumsum(np.concatenate([[0], ~beside])) if len(small) else np.zeros(0, np.int64)
    lengths = np.bincount(run, minlength=1)
    return np.asarray(small[lengths[run] >= SMALL_PRINT.least_run], np.int32)
