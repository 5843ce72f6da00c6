"""The angle by which a page is skewed, from the sharpness of its rows."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.binarize import Mask

LARGEST_SKEW_DEGREES = 12.0
HARMLESS_DEGREES = 0.1  # not worth a resampling
COARSE_STEP, FINE_STEP, FINEST_STEP = 0.5, 0.1, 0.02
POINTS = 40_000
LEAST_SHARPENING = 1.03  # the best angle has to beat no rotation by this factor


def _sharpness(xs: NDArray[np.float64], ys: NDArray[np.float64], degrees: float, rows: int) -> float:
    """Sum of squared counts over rows, after a shear by `degrees`: largest where text lines lie level."""
    sheared = ys + xs * np.tan(np.radians(degrees))
    counts = np.bincount((sheared - sheared.min()).astype(np.int64), minlength=rows).astype(float)
    return float(np.sum(np.diff(counts) ** 2))


def skew_degrees(letters: Mask) -> float:
    """Counter-clockwise angle of the text lines in degrees; 0 where unsure.

    Args:
        letters: (H, W) uint8, 255 where there is the ink of letters, without pictures and borders.

    Method: the projection profile of Baird 1987, on sampled lower edges of ink, refined twice.
    """
    edges = (letters[:-1] > 0) & (letters[1:] == 0)  # lower edges: baselines make most of them
    ys, xs = np.nonzero(edges)
    if len(xs) < 500:
        return 0.0
    step = -(-len(xs) // POINTS)
    scale = 0.5 if letters.shape[0] > 2500 else 1.0
    x, y = (np.asarray(values[::step] * scale, dtype=np.float64) for values in (xs, ys))
    rows = int(letters.shape[0] * scale * 1.5)
    best = 0.0
    for step_degrees, reach in ((COARSE_STEP, LARGEST_SKEW_DEGREES), (FINE_STEP, COARSE_STEP), (FINEST_STEP, FINE_STEP)):
        angles = best + np.arange(-reach, reach + step_degrees / 2, step_degrees)
        best = float(angles[np.argmax([_sharpness(x, y, a, rows) for a in angles])])
    if abs(best) > LARGEST_SKEW_DEGREES - COARSE_STEP:
        return 0.0
    sure = _sharpness(x, y, best, rows) > LEAST_SHARPENING * _sharpness(x, y, 0.0, rows)
    return best if sure else 0.0


def rotate(grey: NDArray[np.uint8], matrix: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Resample a page by a 2 x 3 matrix to `size` = (width, height), white around it."""
    return np.asarray(cv2.warpAffine(grey, matrix, size, flags=cv2.INTER_LINEAR, borderValue=255), dtype=np.uint8)
