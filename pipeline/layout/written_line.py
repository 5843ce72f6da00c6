"""A line of joined handwriting measured in its ink: where its small letters stand and how high they
are.

Joined letters are no components that could be chained. What is measured instead is where the ink
lies: most of it in the band of the small letters, so that the middle of its rows, and how far it
strays from there, tell the band, whatever ascenders and loops do. Both are measured along the line,
as hands rise, fall and bend (the idea of OCRopus's line normalizer: Breuel, Ul-Hasan, Al-Azawi and
Shafait 2013, "High-Performance OCR for Printed English and Fraktur Using LSTM Networks").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Point

Ink = NDArray[np.float32]

STEEPEST = 0.16  # slope: nine degrees, what letters written without rules reach (seen on Kew's)
SLOPES = 33  # tried between the steepest two: half a degree apart
# Height of the small letters, in mean deviations of the ink's rows from their middle. A band inked
# evenly would have 4; ascenders and loops make it less (chosen by eye on forty lines).
LETTERS_PER_DEVIATION = 2.5
WINDOW = 3.0  # deviation of the window along the line over which its height is measured
NEAR, FARTHEST = 0.8, 1.6  # ink counts half, and not at all, so far from the middle of the line
KNOT = 2.0  # between the points of the baseline
# the four above are in x-heights, and were chosen by eye
THINNEST_INK = 0.05  # share of the most ink in a window, below which a window says little
HEIGHTS = (0.35, 0.5, 0.65)  # over the baseline, in x-heights, at which strokes are counted
INKED = 0.5  # of full ink, from which on a pixel lies in a stroke


@dataclass(frozen=True)
class WrittenLine:
    """A line's baseline as points from left to right, its x-height, and the size of its writing
    (`measure_size`), in pixels."""

    baseline: tuple[Point, ...]
    x_height: float
    size: float

    def steadied(self, x_height: float) -> WrittenLine:
        """The line with another x-height, and the middle of its small letters where it was."""
        drop = (x_height - self.x_height) / 2
        return replace(
            self, baseline=tuple((x, y + drop) for x, y in self.baseline), x_height=x_height
        )


def steady_heights(lines: Sequence[WrittenLine]) -> list[float]:
    """The x-height of each line among the lines of one page or one work: what is usual there, more
    or less by the size of its writing.

    A line's own x-height strays by a third around the others' where the width of its characters
    strays by a twelfth (161 lines of nine pages), as ascenders and flourishes count in it.
    """
    if not lines:
        return []
    usual = float(np.median([line.x_height for line in lines]))
    usual_size = float(np.median([line.size for line in lines]))
    return [usual * line.size / usual_size for line in lines]


def measure_written(ink: Ink, slope: float | None = None) -> WrittenLine | None:
    """The baseline and x-height of the one line of handwriting in an image; None where it holds no
    ink.

    Args:
        ink: (H, W) float32, 0 for paper, 1 for full ink.
        slope: rows a column by which the line falls; found in the ink where it is not given.
    """
    if float(ink.sum()) < 1:
        return None
    height, width = ink.shape
    falls = find_slope(ink) if slope is None else slope
    fall = np.asarray(falls * (np.arange(width) - width / 2), np.float32)
    middle, spread = _band(level(ink, fall).sum(axis=1))
    middles = np.asarray(middle + fall, np.float32)
    x_height = max(2.0, LETTERS_PER_DEVIATION * spread)
    rows = np.abs(np.arange(height) - height / 2)
    for _ in range(2):  # the second time within a band that already follows the line
        middles = _follow(ink, middles, x_height)
        profile = level(ink, middles - height / 2).sum(axis=1)
        _, spread = _band(np.where(rows <= FARTHEST * x_height, profile, 0))
        x_height = max(2.0, LETTERS_PER_DEVIATION * spread)
    count = max(2, round(width / (KNOT * x_height)))
    knots = np.unique(np.linspace(0, width - 1, count).astype(int))
    baseline = tuple((float(x), float(middles[x] + x_height / 2)) for x in knots)
    return WrittenLine(baseline, float(x_height), measure_size(ink, middles, x_height))


def measure_size(ink: Ink, middles: NDArray[np.float32], x_height: float) -> float:
    """How large the writing of a line is, in pixels, to be compared with the size of other lines in
    the same hand: the geometric mean of the width of its strokes and the distance from one to the
    next. Lines that were cut out and brought to one height differ in both, whether or not their
    ascenders were cut off.

    Args:
        ink: (H, W) float32, as for `measure_written`.
        middles: (W,) the row of the middle of the small letters in each column.
    """
    turns = np.abs(np.diff(ink, axis=0)).sum() + np.abs(np.diff(ink, axis=1)).sum()
    width = 2 * float(ink.sum()) / max(1.0, float(turns))  # of a stroke: area and outline
    inked = level(ink, middles - len(ink) / 2) > INKED
    rows = [round(len(ink) / 2 + (0.5 - height) * x_height) for height in HEIGHTS]
    seen = inked[[row for row in rows if 0 <= row < len(ink)]]
    starts = np.count_nonzero(seen[:, 1:] & ~seen[:, :-1]) / max(1, len(seen))
    columns = np.flatnonzero(ink.any(axis=0))
    distance = float(np.ptp(columns) + 1) / max(1.0, starts)
    return float(np.sqrt(width * distance))


def find_slope(ink: Ink) -> float:
    """Rows a column by which a line falls: the slope along which the rows of its ink differ most
    from their neighbours (Postl 1986, on the skew of pages)."""
    small = np.asarray(
        cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32
    )
    columns = np.arange(small.shape[1], dtype=np.float32) - small.shape[1] / 2
    slopes = np.linspace(-STEEPEST, STEEPEST, SLOPES)
    return float(max(slopes, key=lambda slope: _contrast(level(small, slope * columns))))


def level(ink: Ink, shifts: NDArray[np.floating]) -> Ink:
    """The image (H, W) with each column moved up by its shift, in rows."""
    height, width = ink.shape
    columns = np.arange(width, dtype=np.float32)
    rows = np.arange(height, dtype=np.float32)[:, None] + shifts[None, :].astype(np.float32)
    return np.asarray(
        cv2.remap(ink, np.tile(columns, (height, 1)), rows, cv2.INTER_LINEAR, borderValue=0),
        np.float32,
    )


def _contrast(ink: Ink) -> float:
    profile = np.convolve(ink.sum(axis=1), np.ones(3) / 3, "same")
    return float(np.square(np.diff(profile)).sum())


def _band(profile: NDArray[np.floating]) -> tuple[float, float]:
    """The middle of a profile of ink by rows, and the mean deviation from it."""
    total = float(profile.sum())
    if total <= 0:
        return len(profile) / 2, 1.0
    places = np.arange(len(profile))
    middle = float(np.interp(0.5, np.cumsum(profile) / total, places))
    return middle, float((np.abs(places - middle) * profile).sum() / total)


def _follow(ink: Ink, middles: NDArray[np.float32], x_height: float) -> NDArray[np.float32]:
    """The middle of the ink at each column, over a window along the line, of what lies near
    `middles`."""
    distance = np.arange(len(ink), dtype=np.float32)[:, None] - middles[None, :]
    # the farther ink is from the band, the less it counts: loops pull little
    weights = ink * np.exp(-np.square(distance / (NEAR * x_height)))
    mass = _smooth(weights.sum(axis=0), WINDOW * x_height)
    moment = _smooth((weights * distance).sum(axis=0), WINDOW * x_height)
    floor = THINNEST_INK * float(mass.max()) + 1e-6
    return np.asarray(middles + moment / (mass + floor), np.float32)


def _smooth(values: NDArray[np.floating], sigma: float) -> NDArray[np.float32]:
    row = np.ascontiguousarray(values[None, :], np.float32)
    smooth = cv2.GaussianBlur(row, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth[0], np.float32)
