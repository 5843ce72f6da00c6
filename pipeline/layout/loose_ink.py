"""How much ink of a page is read, and how much lies outside of all that was found on it: what makes
a page with little text blank, or doubtful."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.document import BLANK, Page
from pipeline.doubtful import INK_WITHOUT_TEXT, has_little_text, has_pictures
from pipeline.geometry import Box
from pipeline.image.binarize import Grey, ink_mask
from pipeline.image.components import LETTER_SIZE
from pipeline.image.ink import Ink, classify_ink
from pipeline.image.straighten import level_raster


@dataclass(frozen=True)
class LooseInkParameters:
    """What much ink is."""

    # square inches, the ink of ten letters of ten points (0.003 each, measured on a printed page):
    # less outside of a page's regions is next to none
    least_ink: float = 0.03
    least_share: float = 0.9  # of a page's ink outside of them where some was read: chosen by eye


LOOSE_INK = LooseInkParameters()


@dataclass(frozen=True)
class PageInk:
    """Ink of a page that could be text, in square inches: in its lines, and `loose`, outside of its
    regions."""

    read: float
    loose: float


def weigh_ink(page: Page, upright: Grey) -> Page:
    """A segmented page, told to be blank or doubtful where it holds little text: arguments as of
    `measure_ink`."""
    return judge_ink(page, measure_ink(page, upright)) if has_little_text(page) else page


def judge_ink(page: Page, ink: PageInk) -> Page:
    """A segmented page with little text, told to be blank or doubtful where it is.

    Blank is a page without lines and pictures and with next to no other ink; doubtful is one most
    of whose ink lies outside of its regions.
    """
    much = ink.loose >= LOOSE_INK.least_ink
    if not (much or any(page.lines) or has_pictures(page)):
        return replace(page, status=BLANK, leaves=())
    if much and ink.loose >= LOOSE_INK.least_share * (ink.loose + ink.read):
        return replace(page, doubtful=INK_WITHOUT_TEXT)
    return page


def measure_ink(page: Page, upright: Grey) -> PageInk:
    """The ink of a segmented page.

    Borders and rules are not text, nor is dust, which is lower than the smallest type.

    Args:
        page: with its regions.
        upright: (H, W) uint8, flattened, turned upright by quarter turns: as it was segmented.
    """
    ink = classify_ink(ink_mask(level_raster(page, upright)), page.read_dpi)
    parts = ink.components
    text = ~ink.border & (
        np.maximum(parts.width, parts.height) > LETTER_SIZE.lowest_inches * page.read_dpi
    )
    drawn = _draw_without_rules(ink, text)
    total = np.count_nonzero(drawn)
    _clear(drawn, [line.box for line in page.lines])
    outside = np.count_nonzero(drawn)
    _clear(drawn, [region.box for region in page.regions])
    square_inch = page.read_dpi**2
    return PageInk((total - outside) / square_inch, np.count_nonzero(drawn) / square_inch)


def _draw_without_rules(ink: Ink, chosen: NDArray[np.bool_]) -> Grey:
    drawn = ink.components.draw(chosen)
    for runs in (ink.rules.level, ink.rules.standing):
        if runs is not None:
            drawn[runs > 0] = 0
    return drawn


def _clear(drawn: Grey, boxes: list[Box]) -> None:
    """Take what lies in the boxes off a mask, in place."""
    for box in boxes:
        drawn[max(0, box.top) : box.bottom, max(0, box.left) : box.right] = 0
