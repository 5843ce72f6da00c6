"""A raster brought upright and level, with the exact transform back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.document import BLANK, Page
from pipeline.geometry import Affine, Box
from pipeline.image.binarize import Grey, flatten, ink_mask
from pipeline.image.deskew import HARMLESS_DEGREES, rotate, skew_degrees
from pipeline.image.ink import Ink, classify_ink
from pipeline.image.orientation import is_upside_down, lies_on_its_side

LEAST_LETTERS = 2  # fewer, and the page is blank


def straighten(page: Page, raster: Grey) -> tuple[Page, Grey]:
    """Flatten, turn and deskew a page.

    Args:
        page: its `width` and `height` are those of `raster`.
        raster: (H, W) uint8 as supplied.

    Returns:
        The page with orientation (degrees by which the scan is turned counter-clockwise), skew and `to_source`, and its
        straight raster. A page without ink is `blank`.
    """
    flat = flatten(raster)
    mask = ink_mask(flat)
    ink = classify_ink(mask, page.dpi)
    if ink.letters.sum() < LEAST_LETTERS:
        return replace(page, status=BLANK), flat
    turns = 0
    if lies_on_its_side(ink.components.without(mask, ~ink.letters), ink.letter):
        turns = 3
        flat, mask, ink = _turn(flat, mask, 3, page.dpi)
    skew = skew_degrees(ink.components.without(mask, ~ink.letters))
    if is_upside_down(ink.components, ink.letter, float(np.tan(np.radians(skew)))):
        turns = (turns + 2) % 4
        flat = np.ascontiguousarray(np.rot90(flat, 2))
    to_straight = Affine.quarter_turns(turns, page.width, page.height)
    if abs(skew) >= HARMLESS_DEGREES:
        flat, rotation = level(flat, skew)
        to_straight = to_straight.then(rotation)
    else:
        skew = 0.0
    height, width = flat.shape
    return replace(
        page,
        orientation=(4 - turns) % 4 * 90,
        skew=round(skew, 3),
        straight_width=width,
        straight_height=height,
        to_source=to_straight.inverse(),
    ), flat


def _turn(flat: Grey, mask: Grey, turns: int, dpi: float) -> tuple[Grey, Grey, Ink]:
    flat, mask = np.ascontiguousarray(np.rot90(flat, turns)), np.ascontiguousarray(np.rot90(mask, turns))
    return flat, mask, classify_ink(mask, dpi)


def level(flat: Grey, skew: float) -> tuple[Grey, Affine]:
    """The page rotated by -skew on a canvas that holds all of it, and the transform onto that canvas."""
    height, width = flat.shape
    turn = Affine.rotation(-skew, (width / 2, height / 2))
    canvas = turn.box(Box(0, 0, width, height))
    onto = turn.then(Affine(c=-canvas.left, f=-canvas.top))
    # OpenCV counts from the centres of pixels, geometry from their edges
    centred = Affine(c=0.5, f=0.5).then(onto).then(Affine(c=-0.5, f=-0.5))
    matrix: NDArray[np.float64] = np.array(centred.as_tuple()).reshape(2, 3)
    return rotate(flat, matrix, (canvas.width, canvas.height)), onto
