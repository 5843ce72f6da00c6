"""Ink from paper: the background flattened, then one threshold for the page."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.grain import drop_grain
from pipeline.image.shadows import find_shadows

Grey = NDArray[np.uint8]
Mask = NDArray[np.uint8]


@dataclass(frozen=True)
class BinarizeParameters:
    """How paper is evened out and parted from ink. Grey levels are those of 8 bits."""

    bitonal_share: float = 0.995  # of the pixels at the extremes: chosen by eye
    extreme: int = 8  # grey levels from black and from white that count as them: chosen by eye
    background_side: int = 640  # pixels of the reduced page's longer side: chosen by eye
    window_share: int = 16  # the closing's window is 1 / so much of the shorter side: by eye
    widest_median: int = 31  # pixels of the reduced page: chosen by eye
    darkest_paper: int = 40  # no paper is darker: chosen by eye
    paper_percentile: float = 90  # the paper's brightness on the page as a whole: chosen by eye
    white: int = 245  # what paper becomes, a little below 255 so that its grain is kept: by eye
    least_contrast: float = 28  # between ink and paper; below it there is paper only: by eye
    # share of the ink from which on dark areas have a say in the threshold. Measured on 40
    # typescripts: 0.25 to 0.82 where a black frame had made typed letters break, else up to 0.05
    least_solid: float = 0.2
    # they are wider than 1 / so much of the longer side: of the image of one line the shorter one
    # is no wider than the strokes of Fraktur (measured on 408 lines: 2.08% of characters, not 2.64)
    solid_share: int = 22


BINARIZE = BinarizeParameters()


def is_bitonal(grey: Grey) -> bool:
    """Whether nearly every pixel of a page, (H, W) uint8, is black or white; every fourth row and
    column is looked at."""
    sample = grey[::4, ::4]
    return (
        float(np.mean((sample < BINARIZE.extreme) | (sample >= 256 - BINARIZE.extreme)))
        >= BINARIZE.bitonal_share
    )


def flatten(grey: Grey) -> Grey:
    """Even out the light: divide by the paper's own brightness, estimated where there is no ink.

    Method: a morphological closing takes the dark strokes off the reduced page, a median smooths
    what is left.

    Args:
        grey: (H, W) uint8.

    Returns:
        (H, W) uint8 with paper near 255; bitonal pages are returned as they are.
    """
    if is_bitonal(grey):
        return grey
    small = _reduce(grey)
    side = max(3, (min(small.shape) // BINARIZE.window_share) | 1)
    paper = cv2.morphologyEx(
        small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    )
    paper = cv2.medianBlur(paper, min(side, BINARIZE.widest_median) | 1)
    # a dark scanner border is no paper: dividing by it would turn its noise into ink
    usual = int(np.percentile(paper, BINARIZE.paper_percentile))
    darkest = max(BINARIZE.darkest_paper, usual // 2)
    dark = paper < darkest
    if dark.any():
        shadows = find_shadows(grey, np.asarray(paper, np.uint8), np.asarray(dark))
        least = np.where(shadows, BINARIZE.darkest_paper, darkest)
        paper = np.maximum(paper, least).astype(np.uint8)
    background = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, background, scale=BINARIZE.white), dtype=np.uint8)


def ink_mask(flat: Grey) -> Mask:
    """The ink of a page, by one threshold (Otsu 1979, "A threshold selection method from gray-level
    histograms"). Dark areas that are no letters have no say in it: beside a black frame faint
    letters would be paper.

    Args:
        flat: (H, W) uint8, evened out by `flatten`.

    Returns:
        (H, W) uint8, 255 for ink and 0 for paper; no ink where the contrast is that of paper alone.
    """
    if is_bitonal(flat):
        return np.asarray(cv2.threshold(flat, 127, 255, cv2.THRESH_BINARY_INV)[1], dtype=np.uint8)
    smooth, level = part_ink(flat)
    _, mask = cv2.threshold(smooth, level, 255, cv2.THRESH_BINARY_INV)
    if not _is_parted(smooth, level):
        return np.zeros_like(flat)
    solid = _find_solid(np.asarray(mask, np.uint8))
    dark = np.count_nonzero(solid & (mask > 0))
    if dark > BINARIZE.least_solid * np.count_nonzero(mask) and not solid.all():
        rest = smooth[~solid]
        finer, _ = cv2.threshold(rest, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        if finer > level and _is_parted(rest, finer):
            _, mask = cv2.threshold(smooth, finer, 255, cv2.THRESH_BINARY_INV)
    return drop_grain(np.asarray(mask, dtype=np.uint8), smooth)


def part_ink(flat: Grey) -> tuple[Grey, float]:
    """A grey page smoothed, and the level up to which Otsu's threshold takes that for ink."""
    smooth = np.asarray(cv2.GaussianBlur(flat, (3, 3), 0), np.uint8)
    level, _ = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    return smooth, float(level)


def _is_parted(grey: Grey, level: float) -> bool:
    """Whether a threshold parts ink from paper, by their contrast."""
    below, above = grey[grey <= level], grey[grey > level]
    if below.size == 0 or above.size == 0:
        return False
    return float(above.mean()) - float(below.mean()) >= BINARIZE.least_contrast


def _fill_outside(small: Mask, reach: int) -> Mask:
    """A reduced mask with the white between each edge and the ink nearest to it filled, where it is
    narrower than `reach`: a page laid level has slivers of white outside of its frame. Of text near
    an edge that makes bars no higher than its lines."""
    filled = small.copy()
    for turns in range(4):
        turned, result = np.rot90(small, turns), np.rot90(filled, turns)
        white = np.maximum.accumulate(turned, axis=1) == 0
        near = np.count_nonzero(white, axis=1) < reach
        result[white & near[:, None]] = 255
    return filled


def _reduce(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An image at about the size at which its background is looked at; a side that nothing would
    be left of stays as it is."""
    step = max(1, max(image.shape) // BINARIZE.background_side)
    down, across = (1 / step if side >= step else 1.0 for side in image.shape)
    small = cv2.resize(image, None, fx=across, fy=down, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def _find_solid(mask: Mask) -> NDArray[np.bool_]:
    """(H, W) bool, what is dark and too large for letters: the frame of a microfilm, the bed of a
    scanner, a photograph. Beyond the edges of a mask ink is assumed: narrow borders are found."""
    small = _reduce(mask)
    side = max(3, max(small.shape) // BINARIZE.solid_share)
    small = np.where(small > 127, np.uint8(255), np.uint8(0))
    filled = _fill_outside(np.asarray(small, np.uint8), side)
    around = np.pad(filled, side, constant_values=255)
    opened = cv2.morphologyEx(around, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    opened = opened[side:-side, side:-side]
    grown = cv2.dilate(opened, np.ones((3, 3), np.uint8))  # its edge is soft
    size = (mask.shape[1], mask.shape[0])
    return np.asarray(cv2.resize(grown, size, interpolation=cv2.INTER_NEAREST)) > 0
