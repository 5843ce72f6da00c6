"""A raster brought upright, and the exact transform by which it is level."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.document import BLANK, Page
from pipeline.geometry import Affine, Box
from pipeline.image.binarize import Grey, Mask, flatten, ink_mask
from pipeline.image.deskew import HARMLESS_DEGREES, SURE, measure_skew, rotate
from pipeline.image.ink import Ink, classify_ink
from pipeline.image.orientation import is_upside_down, lies_on_its_side

LEAST_LETTERS = 2  # fewer, and the page is blank
FINE_DPI = 250  # angles are told from half of the pixels from this resolution on
HALF_INK = 120  # mean of four pixels of a mask from which on they are ink: two of them


def straighten(page: Page, raster: Grey, deskew: bool = True) -> tuple[Page, Grey]:
    """Flatten a page, turn it upright, and find the transform by which it is level.

    Args:
        page: its `width` and `height` are those of `raster`.
        raster: (H, W) uint8 as supplied.
        deskew: False leaves every page as it is turned upright.

    Returns:
        The page with orientation (degrees by which the scan is turned counter-clockwise), skew,
        sizes of the straight page and `to_source`, and its flattened raster turned upright by
        quarter turns: nothing is resampled yet. A page without ink is `blank`.
    """
    flat = flatten(raster)
    mask, dpi = _reduced(ink_mask(flat), page.dpi)
    ink = classify_ink(mask, dpi)
    if ink.letters.sum() < LEAST_LETTERS:
        return replace(page, status=BLANK), flat
    turns, letters = 0, ink.components.drawn(ink.letters)
    if lies_on_its_side(letters, ink.letter):
        turns = 3
        flat, mask, ink = _turn(flat, mask, 3, dpi)
        letters = ink.components.drawn(ink.letters)
    skew = measure_skew(letters)
    if is_upside_down(ink.components, ink.letter, float(np.tan(np.radians(skew.degrees)))):
        turns = (turns + 2) % 4
        flat = np.ascontiguousarray(np.rot90(flat, 2))
    to_straight = Affine.quarter_turns(turns, page.width, page.height)
    height, width = flat.shape
    if deskew and abs(skew.degrees) >= HARMLESS_DEGREES and skew.confidence >= SURE:
        rotation, (width, height) = levelling(width, height, skew.degrees)
        to_straight = to_straight.then(rotation)
    return replace(
        page,
        orientation=(4 - turns) % 4 * 90,
        skew=round(skew.degrees, 3),
        skew_confidence=round(skew.confidence, 3),
        straight_width=width,
        straight_height=height,
        to_source=to_straight.inverse(),
    ), flat


def _reduced(mask: Mask, dpi: float) -> tuple[Mask, float]:
    """A mask of half the size, and its resolution, where that still shows every letter: it takes a
    quarter of the time."""
    if dpi < FINE_DPI or min(mask.shape) < 2:
        return mask, dpi
    half = cv2.resize(mask, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.where(half >= HALF_INK, np.uint8(255), np.uint8(0)), dpi / 2


def _turn(flat: Grey, mask: Grey, turns: int, dpi: float) -> tuple[Grey, Grey, Ink]:
    flat, mask = (
        np.ascontiguousarray(np.rot90(flat, turns)),
        np.ascontiguousarray(np.rot90(mask, turns)),
    )
    return flat, mask, classify_ink(mask, dpi)


def levelling(width: int, height: int, skew: float) -> tuple[Affine, tuple[int, int]]:
    """The transform that turns a page by -skew onto a canvas that holds all of it, and the size of
    that canvas."""
    turn = Affine.rotation(-skew, (width / 2, height / 2))
    canvas = turn.box(Box(0, 0, width, height))
    return turn.then(Affine(c=-canvas.left, f=-canvas.top)), (canvas.width, canvas.height)


def straight_raster(page: Page, upright: Grey) -> Grey:
    """The page as its coordinates have it: level, for finding what is on it. What is read is cut
    out of `upright` itself."""
    onto = page.onto_upright.inverse()
    if onto == Affine():
        return upright
    # OpenCV counts from the centres of pixels, geometry from their edges
    centred = Affine(c=0.5, f=0.5).then(onto).then(Affine(c=-0.5, f=-0.5))
    matrix: NDArray[np.float64] = np.array(centred.as_tuple()).reshape(2, 3)
    return rotate(upright, matrix, (page.straight_width, page.straight_height))
