"""The size at which a page is read: pages whose letters are far smaller or larger than the
recognizer's, or as wide again as high, are resampled once before anything is found on them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.binarize import Grey, ink_mask
from pipeline.image.components import estimate_x_height, find_components
from pipeline.image.ink import Ink, classify_ink
from pipeline.image.quantiles import median
from pipeline.image.runs import find_runs

Size = tuple[int, int]


@dataclass(frozen=True)
class ScaleParameters:
    """When a page is resampled, and to what. x-heights in pixels; scans of books have 18 to 23."""

    # smaller letters run together and lose their shapes: at 6 to 8 the CER of pages of 72 to 100
    # dpi falls from 0.7% to 0 when they are enlarged
    smallest: float = 9.5
    enlarged: float = 2.0
    most_pixels: int = 25_000_000  # of an enlarged page: A3 at 300 dpi has 17 million
    # the grain of larger letters passes for a halftone: typescripts of 600 dpi with 36 to 58 have
    # a CER of 64 to 66% as they are, and 0 at 20
    largest: float = 30.0
    aimed: float = 20.0
    # a face printed in dots: few components have the size of letters, and at half the pixels, where
    # dots run together, they are so many times higher
    letter_share: float = 0.6
    grown: float = 1.6
    as_high: float = 0.15  # their heights differ by less, and of those that are so high at half …
    # … the pixels, fewer than this share are so before: half of them in a page of dots, all on
    # drawn posters
    whole: float = 0.8
    least_dotted: float = 28.0
    # A fax of half the resolution down the page: runs of ink along rows over those along columns,
    # their medians and their means. Fifty drawn faxes have 1.5 and 1.13 or more, small letters of
    # other pages no more than 2 and 0.97; medians alone are whole pixels.
    stretched: float = 1.4
    stretched_mean: float = 1.05
    stretched_height: float = 12.0  # faxes of 98 dpi have no higher letters
    # From this median of width over height on, most components are several letters that touch, and
    # their measured height is that of ascenders: on sharp pages it is 0.6 to 1.1, where small
    # letters touch 1.4 to 2.3. So many show it, up to so many pixels high.
    joined: float = 1.2
    joined_letters: int = 15
    joined_height: float = 16.0
    # up to here letters may be lower than the least that is looked for at a page's resolution
    unsure_height: float = 12.0


SCALE = ScaleParameters()


def choose_size(flat: Grey, ink: Ink, step: float, dpi: float) -> Size:
    """(width, height) in pixels at which a page is read.

    Args:
        flat: (H, W) uint8, flattened.
        ink: of the page, its mask perhaps reduced.
        step: pixels of `flat` to one of that mask.
        dpi: resolution of `flat`.
    """
    across, down = _choose_factors(flat, ink, step, dpi) if ink.letter else (1.0, 1.0)
    height, width = flat.shape
    if across * down > 1 and across * down * width * height > SCALE.most_pixels:
        return width, height
    return max(1, round(width * across)), max(1, round(height * down))


def _choose_factors(flat: Grey, ink: Ink, step: float, dpi: float) -> tuple[float, float]:
    """By how much a page is to grow, across and down."""
    x_height = ink.letter * step
    if _is_dotted(ink):
        together = _measure_at_half(flat, ink, step, dpi)
        if together > max(SCALE.grown * x_height, SCALE.least_dotted):
            factor = min(0.5, SCALE.aimed / together)
            return factor, factor
    if x_height > SCALE.largest:
        return SCALE.aimed / x_height, SCALE.aimed / x_height
    if x_height <= SCALE.unsure_height or _are_joined(ink, x_height):
        # strokes of one pixel and of two are alike in a mask of half the pixels
        whole = ink if step == 1 else classify_ink(ink_mask(flat), dpi)
        x_height, stretched = estimate_x_height(whole.components, dpi / 2), _is_stretched(whole)
        if x_height <= SCALE.stretched_height and stretched:
            return 1.0, SCALE.enlarged
        if x_height < SCALE.smallest or (not stretched and _are_joined(whole, x_height)):
            return SCALE.enlarged, SCALE.enlarged
    return 1.0, 1.0


def resize(flat: Grey, size: Size) -> Grey:
    """A page at another (width, height): means of pixels where it shrinks, cubic where it grows."""
    if size == (flat.shape[1], flat.shape[0]):
        return flat
    shrinks = size[0] < flat.shape[1]
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(flat, size, interpolation=interpolation), dtype=np.uint8)


def _is_dotted(ink: Ink) -> bool:
    """Whether much of a page's ink is in pieces smaller than letters."""
    others = ~ink.graphics & (ink.components.area > 1)
    return bool(ink.letters.sum() < SCALE.letter_share * others.sum())


def _are_joined(ink: Ink, x_height: float) -> bool:
    """Whether most letters are one piece of ink with others, and small.

    Args:
        x_height: as measured, in pixels of the page.
    """
    width, height = ink.components.width[ink.letters], ink.components.height[ink.letters]
    return (
        x_height <= SCALE.joined_height
        and len(width) >= SCALE.joined_letters
        and median(width / np.maximum(height, 1)) > SCALE.joined
    )


def _measure_at_half(flat: Grey, ink: Ink, step: float, dpi: float) -> float:
    """The x-height in pixels of a page, measured at half of them, where dots run together; 0 where
    that is the height of letters that are whole already, and small print is all that is gone."""
    half = cv2.resize(flat, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    parts = find_components(ink_mask(np.asarray(half, np.uint8)))
    together = 2 * estimate_x_height(parts, dpi / 2)
    now, then = (
        np.count_nonzero(np.abs(heights - together) <= SCALE.as_high * together)
        for heights in (step * ink.components.height, 2 * parts.height)
    )
    return together if now < SCALE.whole * then else 0.0


def _is_stretched(ink: Ink) -> bool:
    """Whether strokes down the page are so much thicker than those across it that rows are
    missing."""
    letters = ink.components.draw(ink.letters) > 0
    across, down = _run_lengths(letters), _run_lengths(np.ascontiguousarray(letters.T))
    if not len(across):
        return False
    return bool(
        median(across) >= SCALE.stretched * median(down)
        and across.mean() >= SCALE.stretched_mean * down.mean()
    )


def _run_lengths(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Lengths in pixels of the runs of true values along the rows of a mask."""
    found = find_runs(np.pad(mask, ((0, 0), (0, 1))).ravel())
    return np.asarray(found[:, 1] - found[:, 0], np.int64)
