"""The angle by which a page is skewed, from the sharpness of its rows."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.binarize import Mask

LARGEST_SKEW_DEGREES = 12.0
HARMLESS_DEGREES = (
    0.3  # lines follow their own baselines: a page skewed by less reads no better for being turned
)
COARSE_STEP, FINE_STEP = 0.25, 0.05
PEAK_REACH = 1.2  # degrees from the top within which the peak lies
PEAK_FLOOR = 0.5  # share of the top from which on an angle belongs to the peak
POINTS, COARSE_STRIDE = 40_000, 4
LEAST_POINTS = 500
SURE = 0.3  # confidence below which a page is left as it is: pictures have 0.1, a page of print 0.9


@dataclass(frozen=True)
class Skew:
    """Counter-clockwise angle of the text lines in degrees, and how sure it is: 0 (no lines at all)
    to 1."""

    degrees: float = 0.0
    confidence: float = 0.0


def _sharpness(xs: NDArray[np.float64], ys: NDArray[np.float64], degrees: float) -> float:
    """Sum of squared steps between the counts of neighbouring rows, after a shear by `degrees`:
    largest where lines lie level."""
    sheared = ys + xs * np.tan(np.radians(degrees))
    counts = np.bincount((sheared - sheared.min()).astype(np.int64)).astype(float)
    return float(np.sum(np.diff(counts) ** 2))


def measure_skew(letters: Mask) -> Skew:
    """The angle of a page's lines.

    Args:
        letters: (H, W) uint8, 255 where there is the ink of letters, without pictures and borders.

    Method: the projection profile of Baird 1987, on sampled lower edges of ink. The angle is the
    centre of the whole peak: a page whose halves are skewed differently has two tops, and which is
    higher is chance. Sure is a peak that stands out from the sharpness at all other angles.
    """
    edges = (letters[:-1] > 0) & (letters[1:] == 0)  # lower edges: baselines make most of them
    places = np.flatnonzero(edges)
    if len(places) < LEAST_POINTS:
        return Skew()
    scale = 0.5 if letters.shape[0] > 2500 else 1.0
    ys, xs = np.divmod(places[:: -(-len(places) // POINTS)], edges.shape[1])
    x, y = (np.asarray(values * scale, dtype=np.float64) for values in (xs, ys))
    few = x[::COARSE_STRIDE], y[::COARSE_STRIDE]
    coarse = np.arange(-LARGEST_SKEW_DEGREES, LARGEST_SKEW_DEGREES + COARSE_STEP / 2, COARSE_STEP)
    sharpness = np.array([_sharpness(*few, angle) for angle in coarse])
    peak = float(coarse[np.argmax(sharpness)])
    if abs(peak) > LARGEST_SKEW_DEGREES - COARSE_STEP:
        return Skew()
    fine = peak + np.arange(-PEAK_REACH, PEAK_REACH + FINE_STEP / 2, FINE_STEP)
    profile = np.array([_sharpness(x, y, angle) for angle in fine])
    weights = np.maximum(profile - PEAK_FLOOR * profile.max(), 0)
    degrees = float(np.sum(fine * weights) / np.sum(weights))
    return Skew(degrees, 1 - float(np.median(sharpness) / sharpness.max()))


def rotate(
    grey: NDArray[np.uint8], matrix: NDArray[np.float64], size: tuple[int, int]
) -> NDArray[np.uint8]:
    """Resample a page by a 2 x 3 matrix to `size` = (width, height), white around it."""
    return np.asarray(
        cv2.warpAffine(grey, matrix, size, flags=cv2.INTER_LINEAR, borderValue=255), dtype=np.uint8
    )
