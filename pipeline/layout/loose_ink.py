"""How much ink of a page is read, and how much lies outside of all that was found on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Page
from pipeline.geometry import Box
from pipeline.image.binarize import Grey, ink_mask
from pipeline.image.components import LETTER_SIZE
from pipeline.image.ink import Ink, classify_ink
from pipeline.image.straighten import level_raster


@dataclass(frozen=True)
class PageInk:
    """Ink of a page that could be text, in square inches: in its lines, and `loose`, outside of its
    regions."""

    read: float
    loose: float


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
