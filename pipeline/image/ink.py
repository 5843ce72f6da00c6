"""What the ink of a page is: letters, marks, graphics, specks, scanner borders."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.image.binarize import Mask
from pipeline.image.braces import leave_braces
from pipeline.image.components import Components, estimate_x_height, find_components
from pipeline.image.ruled_letters import part_rules, rules_touch_letters
from pipeline.image.rules import RULES, RuledInk, find_rules
from pipeline.image.small_print import measure_small_print


@dataclass(frozen=True)
class InkParameters:
    """What tells letters from other ink, in x-heights of the page unless it is said otherwise.

    Chosen by eye on the scanned books and layouts.
    """

    graphic_height: float = 4.2  # higher are pictures, frames, rules or initials
    graphic_width: float = 12.0
    rule_aspect: float = 9.0  # length over thickness
    rule_length: float = 4.0  # of a level rule
    rule_height: float = 2.5  # of an upright one
    rule_width: float = 1.5  # of one with pieces: two sides of a frame are wider, and hold letters
    rule_gap: float = 1.5  # between the pieces of one broken rule, along it …
    rule_stray: float = 0.15  # … and across
    edge_share: float = 0.25  # of the page's side: what touches it so far is scanner border
    edge_pixels: int = 2  # from the edge of the page, within which ink touches it
    speck_share: float = 0.1  # smaller than this, squared and times two, are specks
    speck_pixels: float = 3.0  # and whatever has less ink
    letter_height: float = 0.55  # lower are marks
    letter_aspect: float = 6.0  # wider over height are marks
    alike: float = 0.2  # heights of letters of the usual x-height differ from it by less, of it …
    least_alike: int = 15  # … and if they are fewer it is not believed before rules are found


INK = InkParameters()


@dataclass(frozen=True)
class Ink:
    """Components of a page and its rules, its usual x-height `letter` in pixels (0 where there is
    no text), and what each component is taken for: `letters`, `marks`, `graphics` and `border` are
    (n,) bool."""

    components: Components
    letter: float
    letters: NDArray[np.bool_]
    marks: NDArray[np.bool_]
    graphics: NDArray[np.bool_]
    border: NDArray[np.bool_]
    rules: RuledInk = field(default_factory=RuledInk)


def classify_ink(mask: Mask, dpi: float) -> Ink:
    """Tell letters from marks (points, accents, dashes), from graphics, and from specks and scanner
    borders.

    Args:
        mask: (H, W) uint8, 255 for ink.
        dpi: resolution of the page.
    """
    components, unruled, rules = part_from_rules(mask, dpi)
    page_height, page_width = mask.shape
    border = find_border(components, page_width, page_height)
    letter = estimate_x_height(components, dpi)
    # beside letters of centimetres, small print would pass for specks
    letter = measure_small_print(components, letter, dpi) or letter
    width, height = components.width, components.height
    aspect = width / np.maximum(height, 1)
    lying = (aspect > INK.rule_aspect) & (width > INK.rule_length * letter)
    standing = (aspect < 1 / INK.rule_aspect) & (height > INK.rule_height * letter)
    rule = lying | find_broken_rules(components, standing, letter)
    rule[unruled:] = True  # the pieces of one that letters cross are as short as dashes
    graphics = (
        (height > INK.graphic_height * letter)
        | (width > INK.graphic_width * letter)
        | rule
        | border
    )
    letters, marks = tell_letters(components, letter)
    return Ink(components, letter, letters & ~graphics, marks & ~graphics, graphics, border, rules)


def tell_letters(
    components: Components, letter: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which components are letters and which are marks, by their sizes: (n,) bool of either.
    Graphics are taken off by the caller; neither are specks.

    Args:
        letter: usual x-height in pixels.
    """
    width, height, area = components.width, components.height, components.area
    speck = area < max(INK.speck_pixels, (INK.speck_share * letter) ** 2 * 2)
    letters = ~speck & (height > INK.letter_height * letter)
    letters &= width < INK.letter_aspect * np.maximum(height, 1)
    return letters, ~speck & ~letters


def part_from_rules(mask: Mask, dpi: float) -> tuple[Components, int, RuledInk]:
    """The components of a page, letters apart from the rules that they touch; the number of those
    that come first and are of no rule; and the rules.

    Args:
        mask: (H, W) uint8, 255 for ink.
        dpi: resolution of the page: on graph paper no letter stands free to be measured.
    """
    components = find_components(mask)
    letter = estimate_x_height(components, dpi)
    alike = np.abs(components.height - letter) < INK.alike * letter
    if alike.sum() < INK.least_alike:
        letter = RULES.x_height_inches * dpi
    rules = leave_braces(components, find_rules(mask, letter), letter)
    if not rules_touch_letters(components, rules, letter):
        return components, len(components), rules
    del components  # the labels of a page take four times its own size
    return *part_rules(mask, rules, letter), rules


def find_broken_rules(
    components: Components, standing: NDArray[np.bool_], letter: float
) -> NDArray[np.bool_]:
    """The upright rules of a page with the pieces that have broken off at their ends, which would
    pass for l or I.

    Args:
        components: of the page.
        standing: (n,) bool, which of them are upright rules.
        letter: usual x-height in pixels.

    Returns:
        (n,) bool.
    """
    left, right, top, bottom = components.left, components.right, components.top, components.bottom
    found = standing.copy()
    for rule in np.flatnonzero(standing & (components.width < INK.rule_width * letter)):
        column = (left >= left[rule] - INK.rule_stray * letter) & (
            right <= right[rule] + INK.rule_stray * letter
        )
        high, low = top[rule], bottom[rule]
        while True:
            near = (
                column
                & (bottom > high - INK.rule_gap * letter)
                & (top < low + INK.rule_gap * letter)
            )
            reach = int(top[near].min()), int(bottom[near].max())
            if reach == (high, low):
                break
            high, low = reach
        found |= near
    return found


def find_border(components: Components, page_width: int, page_height: int) -> NDArray[np.bool_]:
    """Which components run along an edge of the page, (n,) bool: scanner border, spine shadow, the
    facing page. Sizes in pixels."""
    reach = INK.edge_pixels
    sides = (components.left <= reach) | (components.right >= page_width - reach)
    ends = (components.top <= reach) | (components.bottom >= page_height - reach)
    return (sides & (components.height > INK.edge_share * page_height)) | (
        ends & (components.width > INK.edge_share * page_width)
    )
