"""Ink from paper: the background flattened, then one threshold for the page."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Mask = NDArray[np.uint8]

BITONAL_SHARE = 0.995  # this share of pixels at the extremes: the scanner has decided already
BACKGROUND_SIDE = 640  # the background is estimated on a page reduced to about this many pixels
BLANK_CONTRAST = 28  # grey levels between ink and paper below which there is no ink, only paper


def is_bitonal(grey: Grey) -> bool:
    """Whether nearly every pixel is black or white."""
    sample = grey[::4, ::4]
    return float(np.mean((sample < 8) | (sample > 247))) >= BITONAL_SHARE


def flatten(grey: Grey) -> Grey:
    """Even out the light: divide by the paper's own brightness, estimated where there is no ink.

    Args:
        grey: (H, W) uint8.

    Returns:
        (H, W) uint8 with paper near 255; bitonal pages are returned as they are.
    """
    if is_bitonal(grey):
        return grey
    step = max(1, max(grey.shape) // BACKGROUND_SIDE)
    small = cv2.resize(grey, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    side = max(3, (min(small.shape) // 16) | 1)
    paper = cv2.morphologyEx(
        small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    )
    paper = cv2.medianBlur(paper, min(side, 31) | 1)
    # a dark scanner border is no paper: dividing by it would turn its noise into ink
    paper = np.maximum(paper, max(40, int(np.percentile(paper, 90)) // 2))
    background = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, background, scale=245), dtype=np.uint8)


def ink_mask(flat: Grey) -> Mask:
    """Ink of a flattened page: (H, W) uint8, 255 for ink, by Otsu's threshold (Otsu 1979)."""
    if is_bitonal(flat):
        return np.asarray(cv2.threshold(flat, 127, 255, cv2.THRESH_BINARY_INV)[1], dtype=np.uint8)
    smooth = cv2.GaussianBlur(flat, (3, 3), 0)
    level, mask = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    below, above = smooth[smooth <= level], smooth[smooth > level]
    if (
        below.size == 0
        or above.size == 0
        or float(above.mean()) - float(below.mean()) < BLANK_CONTRAST
    ):
        return np.zeros_like(flat)
    return np.asarray(mask, dtype=np.uint8)
