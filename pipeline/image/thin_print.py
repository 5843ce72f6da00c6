"""Small print beside heavy type, as posters and covers have it: its thin strokes, paler once they
are smoothed, break at the threshold that parts the heavy type from paper."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Mask = NDArray[np.uint8]


@dataclass(frozen=True)
class ThinPrintParameters:
    """When strokes are looked for that are too pale. Chosen by eye on drawn posters."""

    side: int = 640  # pixels of the reduced page's longer side
    wide: int = 4  # of it, at least: strokes of heavy type; those of a book's text are thinner
    share: float = 0.75  # of the ink is heavy, at least
    dark: float = 0.2  # share of a thin piece that was ink before: what shows through was not


THIN_PRINT = ThinPrintParameters()


@dataclass(frozen=True)
class HeavyType:
    """The heavy type of a page, and its surroundings with it: both (H, W) bool."""

    ink: NDArray[np.bool_]
    around: NDArray[np.bool_]


def find_heavy_type(mask: Mask) -> HeavyType | None:
    """The heavy type of a page whose ink is nearly all of that kind; nothing on most pages.

    Args:
        mask: (H, W) uint8, 255 for ink.
    """
    step = max(1, max(mask.shape) // THIN_PRINT.side)
    small = cv2.resize(mask, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    kernel = np.ones((THIN_PRINT.wide, THIN_PRINT.wide), np.uint8)
    heavy = cv2.morphologyEx((small > 127).astype(np.uint8), cv2.MORPH_OPEN, kernel)
    if np.count_nonzero(heavy) * step**2 < max(1, THIN_PRINT.share * np.count_nonzero(mask)):
        return None
    around = cv2.dilate(heavy, np.ones((2 * THIN_PRINT.wide + 1,) * 2, np.uint8))
    size = mask.shape[1], mask.shape[0]
    ink, wide = (
        cv2.resize(found, size, interpolation=cv2.INTER_NEAREST) > 0 for found in (heavy, around)
    )
    return HeavyType(np.asarray(ink), np.asarray(wide))


def add_thin_print(mask: Mask, smooth: Grey, level: float, heavy: HeavyType) -> Mask:
    """The ink of a page with the pieces of thin strokes joined by what is paler.

    Args:
        mask: (H, W) uint8, 255 for ink.
        smooth: (H, W) uint8, the grey page that it was made of.
        level: the threshold of what lies beside the heavy type.
    """
    dark = (mask > 0) & ~heavy.around
    if not dark.any():
        return mask
    count, labels = cv2.connectedComponents((smooth <= level).astype(np.uint8), connectivity=8)
    areas = np.bincount(labels.ravel(), minlength=count)
    thin = np.bincount(labels[dark], minlength=count) > THIN_PRINT.dark * areas
    thin[labels[heavy.ink]] = False
    thin[0] = False
    return np.where(thin[labels], np.uint8(255), mask)
