"""A line of joined handwriting measured in its ink: where its small letters stand and how high they
are.

Joined letters are no components that could be chained. What is measured instead is where the ink
lies: most of it in the band of the small letters, so that the middle of its rows, and how far it
strays from there, tell the band, whatever ascenders and loops do. Both are measured along the line,
as hands rise, fall and bend (the idea of OCRopus's line normalizer: Breuel, Ul-Hasan, Al-Azawi and
Shafait 2013, "High-Performance OCR for Printed English and Fraktur Using LSTM Networks").
"""

from __future__ import annotations

from dataclasses import dataclass

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
# How far a line's own measure is trusted against the usual one of its page. Over 1,738 lines of 30
# letters the measured height strays by a third around its median, and the width of a character
# grows with its fourth root only; lines that measure much less are cut off above or below.
OWN_SHARE = 0.25
STRAYS = 1.6  # times more than usual: what is beyond is large writing


@dataclass(frozen=True)
class WrittenLine:
    """A line's baseline as points from left to right, and its x-height, in pixels."""

    baseline: tuple[Point, ...]
    x_height: float

    def steadied(self, usual: float) -> WrittenLine:
        """The line with the x-height that it has among lines whose usual one is so many pixels, and
        the middle of its small letters where it was."""
        height = steady_height(self.x_height, usual)
        drop = (height - self.x_height) / 2
        return WrittenLine(tuple((x, y + drop) for x, y in self.baseline), height)


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
    return WrittenLine(baseline, float(x_height))


def steady_height(measured: float, usual: float) -> float:
    """The x-height of a line, in pixels, by what was measured in its ink and what is usual on its
    page: within the error of the measure it is the usual one, by and large."""
    ratio = measured / usual
    within = float(np.clip(ratio, 1 / STRAYS, STRAYS))
    return float(usual * within**OWN_SHARE * max(1.0, ratio / STRAYS))


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
