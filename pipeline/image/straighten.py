"""A raster brought upright, and the exact transform by which it is level."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from pipeline.document import BLANK, Page
from pipeline.geometry import Affine, Box
from pipeline.image.binarize import Grey, Mask, flatten, ink_mask
from pipeline.image.deskew import SKEW, measure_skew
from pipeline.image.ink import Ink, classify_ink
from pipeline.image.orientation import is_upside_down, lies_on_its_side
from pipeline.image.polarity import invert_dark_areas
from pipeline.image.scale import choose_size, resize
from pipeline.image.warp import warp


@dataclass(frozen=True)
class StraightenParameters:
    """From what pixels the angles of a page are told."""

    fine_dpi: float = 250  # from here on half of the pixels show every letter: chosen by eye
    half_ink: int = 120  # mean of four pixels of a mask from which on they are ink: two of them


STRAIGHTEN = StraightenParameters()


def straighten(page: Page, raster: Grey, deskew: bool = True) -> tuple[Page, Grey]:
    """Flatten a page, turn it upright, and find the transform by which it is level.

    Args:
        page: its `width` and `height` are those of `raster`.
        raster: (H, W) uint8 as supplied.
        deskew: False leaves every page as it is turned upright.

    Returns:
        The page with orientation (degrees by which the scan is turned counter-clockwise), skew,
        sizes of the straight page and `to_source`, and its flattened raster turned upright by
        quarter turns: nothing is resampled yet, but for pages whose letters are far too small or
        too large to be read. A page without ink is `blank`.
    """
    flat = flatten(invert_dark_areas(raster))
    mask, dpi = _halve(ink_mask(flat), page.dpi)
    ink = classify_ink(mask, dpi)
    if not (ink.letters | ink.marks | (ink.graphics & ~ink.border)).any():
        return replace(page, status=BLANK), flat
    turns, letters = 0, ink.components.draw(ink.letters)
    if lies_on_its_side(letters, ink.letter):
        turns = 3
        flat, mask, ink = _turn(flat, mask, 3, dpi)
        letters = ink.components.draw(ink.letters)
    size = choose_size(flat, ink, page.dpi / dpi, page.dpi)
    if size != (flat.shape[1], flat.shape[0]):
        read_width, read_height = size if turns == 0 else size[::-1]
        page = replace(page, read_width=read_width, read_height=read_height)
        flat = resize(flat, size)
        ink = classify_ink(ink_mask(flat), page.read_dpi)
        letters = ink.components.draw(ink.letters)
    skew = measure_skew(letters)
    if is_upside_down(ink.components, ink.letter, float(np.tan(np.radians(skew.degrees)))):
        turns = (turns + 2) % 4
        flat = np.ascontiguousarray(np.rot90(flat, 2))
    to_straight = page.onto_read.then(
        Affine.quarter_turns(turns, page.read_width or page.width, page.read_height or page.height)
    )
    height, width = flat.shape
    if (
        deskew
        and abs(skew.degrees) >= SKEW.harmless_degrees
        and skew.confidence >= SKEW.least_confidence
    ):
        rotation, (width, height) = plan_levelling(width, height, skew.degrees)
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


def _halve(mask: Mask, dpi: float) -> tuple[Mask, float]:
    """A mask of half the size, and its resolution, where that still shows every letter: it takes a
    quarter of the time."""
    if dpi < STRAIGHTEN.fine_dpi or min(mask.shape) < 2:
        return mask, dpi
    half = cv2.resize(mask, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.where(half >= STRAIGHTEN.half_ink, np.uint8(255), np.uint8(0)), dpi / 2


def _turn(flat: Grey, mask: Grey, turns: int, dpi: float) -> tuple[Grey, Grey, Ink]:
    flat, mask = (
        np.ascontiguousarray(np.rot90(flat, turns)),
        np.ascontiguousarray(np.rot90(mask, turns)),
    )
    return flat, mask, classify_ink(mask, dpi)


def plan_levelling(width: int, height: int, skew: float) -> tuple[Affine, tuple[int, int]]:
    """The transform that turns a page level, and the size of the canvas that then holds all of it.

    Args:
        width, height: of the page, in pixels.
        skew: counter-clockwise angle of its lines, in degrees.

    Returns:
        The transform from the page to the canvas, and the canvas's (width, height) in pixels.
    """
    turn = Affine.rotation(-skew, (width / 2, height / 2))
    canvas = turn.box(Box(0, 0, width, height))
    return turn.then(Affine(c=-canvas.left, f=-canvas.top)), (canvas.width, canvas.height)


def level_raster(page: Page, upright: Grey) -> Grey:
    """The page as its coordinates have it: level, for finding what is on it. What is read is cut
    out of `upright` itself.

    Args:
        page: with its transform and the sizes of the level page.
        upright: (H, W) uint8, 255 for paper, turned upright by quarter turns.

    Returns:
        (straight_height, straight_width) uint8; `upright` itself where the page is level.
    """
    onto = page.onto_upright.inverse()
    if onto == Affine():
        return upright
    return warp(upright, onto, (page.straight_width, page.straight_height))
