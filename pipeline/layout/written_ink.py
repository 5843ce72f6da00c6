"""Whose ink is whose on a handwritten page: each stroke belongs to the line that most of it lies
on, so that a line is measured without the loops of its neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.written_line import Ink

NOBODY = -1
# of a stroke that hangs together: from here on all of it is that line's, ascenders and all; below
# it the stroke joins two lines, and is parted halfway between them (chosen by eye)
MOST = 0.7


def share_ink(ink: Ink, paths: Sequence[NDArray[np.float64]], reach: float) -> NDArray[np.int16]:
    """The line that each pixel of ink belongs to.

    Args:
        ink: (H, W) float32, 1 for ink.
        paths: (n, 2) x, y each, the middles of lines.
        reach: pixels beyond the ends of a path, and from its middle, where it claims ink.

    Returns:
        (H, W) int16: the index of a path; NOBODY where there is no ink, or no line near it.
    """
    owners = _nearest(ink.shape, paths, reach)
    owners[ink <= 0] = NOBODY
    count, labels = cv2.connectedComponents((ink > 0).astype(np.uint8), connectivity=8)
    lines = len(paths) + 1
    pairs = labels.astype(np.int64) * lines + owners + 1
    sums = np.bincount(pairs.ravel(), minlength=count * lines).reshape(count, lines)
    best = sums[:, 1:].argmax(axis=1) if lines > 1 else np.zeros(count, np.int64)
    whole = sums[:, 1:].max(axis=1, initial=0) > MOST * np.maximum(1, sums.sum(axis=1))
    whole[0] = False  # the paper
    return np.where(whole[labels], best[labels], owners).astype(np.int16)


def _nearest(
    shape: tuple[int, ...], paths: Sequence[NDArray[np.float64]], reach: float
) -> NDArray[np.int16]:
    """The path nearest above or below each pixel."""
    height, width = shape
    owners = np.full((height, width), NOBODY, np.int16)
    distance = np.full((height, width), reach, np.float32)
    for k, path in enumerate(paths):
        left = max(0, int(path[0, 0] - reach))
        right = min(width, int(path[-1, 0] + reach) + 1)
        middles = np.interp(np.arange(left, right), path[:, 0], path[:, 1])
        top = max(0, int(middles.min() - reach))
        bottom = min(height, int(middles.max() + reach) + 1)
        rows = np.arange(top, bottom, dtype=np.float32)[:, None]
        away = np.abs(rows - middles[None, :].astype(np.float32))
        part = distance[top:bottom, left:right]
        nearer = away < part
        part[nearer] = away[nearer]
        owners[top:bottom, left:right][nearer] = k
    return owners
