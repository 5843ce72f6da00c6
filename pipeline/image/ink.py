"""What the ink of a page is: letters, marks, graphics, specks, scanner borders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.image.binarize import Mask
from pipeline.image.components import Components, find_components, letter_height

GRAPHIC_HEIGHT = (
    4.2  # components higher than this, in x-heights, are pictures, frames, rules or initials
)
GRAPHIC_WIDTH = 12.0
RULE_ASPECT = 9.0
RULE_GAP, RULE_STRAY = (
    1.5,
    0.15,
)  # between the pieces of one broken rule, along it and across, in x-heights
EDGE_SHARE = 0.25  # what touches the page's edge over this share of its side is scanner border
SPECK_SHARE = 0.1  # components smaller than this share of an x-height, squared, are specks


@dataclass(frozen=True)
class Ink:
    """Components of a page and what they are taken for: boolean masks over the components."""

    components: Components
    letter: float
    letters: NDArray[np.bool_]
    marks: NDArray[np.bool_]
    graphics: NDArray[np.bool_]
    border: NDArray[np.bool_]


def classify_ink(mask: Mask, dpi: float) -> Ink:
    """Tell letters from marks (points, accents, dashes), from graphics, and from specks and scanner
    borders."""
    components = find_components(mask)
    page_height, page_width = mask.shape
    border = touches_border(components, page_width, page_height)
    letter = letter_height(components, dpi)
    width, height, area = components.width, components.height, components.area
    aspect = width / np.maximum(height, 1)
    lying = (aspect > RULE_ASPECT) & (width > 4 * letter)
    standing = (aspect < 1 / RULE_ASPECT) & (height > 2.5 * letter)
    rule = lying | broken_rules(components, standing, letter)
    graphics = (height > GRAPHIC_HEIGHT * letter) | (width > GRAPHIC_WIDTH * letter) | rule | border
    speck = area < max(3.0, (SPECK_SHARE * letter) ** 2 * 2)
    solid = ~graphics & ~speck
    letters = solid & (height > 0.55 * letter) & (aspect < 6)
    return Ink(components, letter, letters, solid & ~letters, graphics, border)


def broken_rules(
    components: Components, standing: NDArray[np.bool_], letter: float
) -> NDArray[np.bool_]:
    """The upright rules of a page with the pieces that have broken off at their ends, which would
    pass for l or I."""
    left, right, top, bottom = components.left, components.right, components.top, components.bottom
    found = standing.copy()
    for rule in np.flatnonzero(standing):
        column = (left >= left[rule] - RULE_STRAY * letter) & (
            right <= right[rule] + RULE_STRAY * letter
        )
        high, low = top[rule], bottom[rule]
        while True:
            near = column & (bottom > high - RULE_GAP * letter) & (top < low + RULE_GAP * letter)
            reach = int(top[near].min()), int(bottom[near].max())
            if reach == (high, low):
                break
            high, low = reach
        found |= near
    return found


def touches_border(components: Components, page_width: int, page_height: int) -> NDArray[np.bool_]:
    """Components that run along an edge of the page: scanner border, spine shadow, the facing
    page."""
    reach = 2
    sides = (components.left <= reach) | (components.right >= page_width - reach)
    ends = (components.top <= reach) | (components.bottom >= page_height - reach)
    return (sides & (components.height > EDGE_SHARE * page_height)) | (
        ends & (components.width > EDGE_SHARE * page_width)
    )
