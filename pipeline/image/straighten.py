"""A raster brought upright, and the exact transform by which it is level."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from pipeline.document import BLANK, Page
from pipeline.geometry import Affine, Box
from pipeline.image.binarize import Grey, Mask, flatten, ink_mask
from pipeline.image.deskew import SKEW, Skew, measure_skew
from pipeline.image.dither import undo_dither
from pipeline.image.graph_paper import fade_grid
from pipeline.image.ink import Ink, classify_ink
from pipeline.image.orientation import Verdict, tell_aside, tell_upside_down
from pipeline.image.patterns import fade_pattern
from pipeline.image.polarity import invert_dark_areas
from pipeline.image.scale import choose_size, resize
from pipeline.image.tints import lighten_tints
from pipeline.image.warp import unbend, warp


@dataclass(frozen=True)
class StraightenParameters:
    """From what pixels the angles of a page are told."""

    fine_dpi: float = 250  # from here on half of the pixels show every letter: chosen by eye
    # x-height in half of the pixels below which they do not: the resolution that an image declares,
    # or that stands in for one, is often not its own. Of letters of 7 pixels half showed no lines
    least_letter: float = 8.0
    half_ink: int = 120  # mean of four pixels of a mask from which on they are ink: two of them
    # how well a page has to read to be left as it lies, or to be turned, and then how much better:
    # of some 50 pages of cases and odd pages, upright ones read with 0.86 to 1 (but for one of six
    # characters), the same upside down with 0.79 at most and on their side with 0.68
    reads_well: float = 0.9
    reads_upright: float = 0.85
    reads_better: float = 0.1


STRAIGHTEN = StraightenParameters()

# How well a page as `straighten` returns it can be read, 0 to 1; 0 where there is nothing to read.
Judge = Callable[[Page, Grey], float]


@dataclass(frozen=True)
class _Levelled:
    """A page turned so that its lines lie level, perhaps upside down: by so many quarter turns, at
    the size at which it is read; and whether it is taken for upside down."""

    page: Page
    flat: Grey
    turns: int
    skew: Skew
    upside_down: Verdict


def straighten(
    page: Page, raster: Grey, deskew: bool = True, judge: Judge | None = None
) -> tuple[Page, Grey]:
    """Flatten a page, turn it upright, and find the transform by which it is level.

    Args:
        page: its `width` and `height` are those of `raster`.
        raster: (H, W) uint8 as supplied.
        deskew: False leaves every page as it is turned upright.
        judge: says how well a page reads as it is turned, where its ink leaves that open; without
            one the ink decides alone.

    Returns:
        The page with orientation (degrees by which the scan is turned counter-clockwise), skew,
        sizes of the straight page and `to_source`, and its flattened raster turned upright by
        quarter turns: nothing is resampled yet, but for pages whose letters are far too small or
        too large to be read. A page without ink is `blank`.
    """
    even = flatten(lighten_tints(invert_dark_areas(undo_dither(raster))))
    flat = fade_pattern(fade_grid(even, page.dpi))
    whole = ink_mask(flat)
    mask, dpi = _halve(whole, page.dpi)
    ink = classify_ink(mask, dpi)
    if dpi < page.dpi and 0 < ink.letter < STRAIGHTEN.least_letter:
        mask, dpi = whole, page.dpi
        ink = classify_ink(mask, dpi)
    if not (ink.letters | ink.marks | (ink.graphics & ~ink.border)).any():
        return replace(page, status=BLANK), flat
    aside = tell_aside(ink.components.draw(ink.letters), ink.letter)
    levelled = _lay_level(page, flat, mask, ink, dpi, aside.turned)
    upside_down = levelled.upside_down
    found = _place(levelled, upside_down.turned, deskew)
    # a page that is to be turned is read first, however sure its ink is: old figures hang, too
    sure = aside.sure and upside_down.sure and not upside_down.turned
    if judge is None or sure:
        return found
    reads = judge(*found)
    if reads >= STRAIGHTEN.reads_well:
        return found
    attempts = [_place(levelled, not upside_down.turned, deskew)]
    if not aside.sure:
        across = _lay_level(page, flat, mask, ink, dpi, not aside.turned)
        attempts += [_place(across, turned, deskew) for turned in (False, True)]
    confidences = [judge(*attempt) for attempt in attempts]
    best = int(np.argmax(confidences))
    needed = max(STRAIGHTEN.reads_upright, reads + STRAIGHTEN.reads_better)
    return attempts[best] if confidences[best] >= needed else found


def _lay_level(page: Page, flat: Grey, mask: Mask, ink: Ink, dpi: float, aside: bool) -> _Levelled:
    """A page with its lines laid level, from `aside` where they run from top to bottom, at the
    size at which it is read."""
    if aside:
        flat, mask, ink = _turn(flat, mask, 3, dpi)
    letters = ink.components.draw(ink.letters)
    size = choose_size(flat, ink, page.dpi / dpi, page.dpi)
    if size != (flat.shape[1], flat.shape[0]):
        read_width, read_height = size[::-1] if aside else size
        page = replace(page, read_width=read_width, read_height=read_height)
        flat = resize(flat, size)
        ink = classify_ink(ink_mask(flat), page.read_dpi)
        letters = ink.components.draw(ink.letters)
    skew = measure_skew(letters)
    slope = float(np.tan(np.radians(skew.degrees)))
    upside_down = tell_upside_down(ink.components, ink.letter, slope)
    return _Levelled(page, flat, 3 if aside else 0, skew, upside_down)


def _place(levelled: _Levelled, upside_down: bool, deskew: bool) -> tuple[Page, Grey]:
    """A page with the transform by which it is level, and its raster upright."""
    page, flat, turns, skew = levelled.page, levelled.flat, levelled.turns, levelled.skew
    if upside_down:
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
    out of `upright` itself, but for a curved page.

    Args:
        page: with its transform and the sizes of the level page.
        upright: (H, W) uint8, 255 for paper, turned upright by quarter turns.

    Returns:
        (straight_height, straight_width) uint8; `upright` itself where the page is level.
    """
    if page.mesh:
        return unbend(upright, page.mesh)
    onto = page.onto_upright.inverse()
    if onto == Affine():
        return upright
    return warp(upright, onto, (page.straight_width, page.straight_height))
