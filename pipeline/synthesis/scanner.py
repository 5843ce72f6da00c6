"""A scanner for pages that were never on paper: ink, light, skew, borders, bitonal or grey."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.synthesis.degradation import press, scan_bitonal, scan_grey, smooth_field, speckle

Image = NDArray[np.uint8]
WEAR = 0.5  # a well-kept copy
X_HEIGHT = 18.0  # pixels, of the type on the page: effects of ink scale with it


@dataclass(frozen=True)
class Scan:
    """How a page was inked and lies on the scanner: by how many pixels its ink has spread, skew in
    degrees counter-clockwise, turned over, with its black surroundings, bitonal."""

    spread: float = 0.0
    skew: float = 0.0
    upside_down: bool = False
    border: bool = False
    bitonal: bool = True


def _rotated(page: Image, degrees: float) -> Image:
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(
        cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    )


def _spread(ink: NDArray[np.float32], pixels: float) -> NDArray[np.float32]:
    """Ink that has run by some pixels: what is thin, such as the tail of a comma in a modern face,
    comes through a bitonal scan."""
    if not pixels:
        return ink
    blurred = cv2.GaussianBlur(ink, (0, 0), pixels)
    return np.clip(blurred * (1 + pixels), 0, 1).astype(np.float32)


def _with_border(ink: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """The scanner's dark lid on three sides, and a soft shadow toward the spine on the fourth."""
    height, width = ink.shape
    result = ink.copy()
    edge = 28 + 10 * smooth_field((height, 1), height / 3, rng)[:, 0]
    columns = np.arange(width)
    result[columns[None, :] < edge[:, None]] = 1.0
    result[: int(rng.integers(18, 34))] = 1.0
    result[height - int(rng.integers(18, 34)) :] = 1.0
    shadow = np.clip((columns - (width - 70)) / 70, 0, 1) ** 2 * 0.55
    return np.maximum(result, shadow[None, :]).astype(np.float32)


def scan_page(page: Image, scan: Scan, rng: np.random.Generator) -> Image:
    """A page as a scanner would deliver it.

    Args:
        page: (H, W) uint8, 255 for paper, as set.

    Returns:
        (H, W) uint8; only 0 and 255 where `scan.bitonal`.
    """
    if scan.skew:
        page = _rotated(page, scan.skew)
    ink = _spread(((255 - page) / 255).astype(np.float32), scan.spread)
    ink = press(ink, X_HEIGHT, rng, WEAR)
    ink = speckle(ink, rng, 2e-6)
    if scan.border:
        ink = _with_border(ink, rng)
    if scan.upside_down:
        ink = np.ascontiguousarray(ink[::-1, ::-1])
    scanned = scan_bitonal(ink, rng) if scan.bitonal else scan_grey(ink, rng)
    return np.asarray(255 - scanned * 255, dtype=np.uint8)
