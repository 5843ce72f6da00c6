"""Which way up a page is: lying lines from the gaps between letters, upside down from ascenders and
descenders."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.image.binarize import Mask
from pipeline.image.components import Components
from pipeline.image.quantiles import median


@dataclass(frozen=True)
class OrientationParameters:
    """What tells how a page lies, in x-heights unless it is said otherwise.

    Chosen by eye; measured together with bench.upright: of 240 quarter turns none is wrong.
    """

    least_letters: int = 25
    gap_in_word: float = 0.45  # widest gap between letters of a word
    # pieces left by closing downwards, over those left by closing sideways, below which a page lies
    lying_ratio: float = 0.75
    sample: int = 200  # tall letters that are looked at
    turned_ratio: float = 1.15  # descenders over ascenders from which on a page is upside down
    letter_width: float = 2.2  # wider are several letters in one
    tall: tuple[float, float] = (1.2, 2.2)  # heights of letters with an ascender or a descender
    plain_slack: float = 0.15  # from the x-height, of letters without
    neighbourhood: float = 4.0  # to either side of a tall letter
    neighbour_rise: float = 0.3  # the top of a neighbour may lie so far above the tall letter's
    sticks_out: float = 0.22  # at one end by more …
    stays_in: float = 0.2  # … and at the other by less
    ink_level: int = 64  # mean of four pixels of a mask from which on they are ink
    # the ink alone decides if it says one thing so many times as often as the other, and by so many
    # tall letters: so on all quarter turns of 19 pages of the scanned books, and right
    sure_ratio: float = 1.5
    sure_letters: int = 12


ORIENTATION = OrientationParameters()


@dataclass(frozen=True)
class Verdict:
    """Whether a page is taken for turned, and whether its ink alone decides that."""

    turned: bool
    sure: bool


def _count_closed_pieces(letters: Mask, columns: int, rows: int) -> int:
    """Number of connected pieces once gaps of so many columns and rows are closed."""
    closed = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, np.ones((rows, columns), np.uint8))
    return int(cv2.connectedComponents(closed, connectivity=8)[0]) - 1


def tell_aside(letters: Mask, letter: float) -> Verdict:
    """Whether lines run from top to bottom: letters stand closer along the line than across it.

    Closing gaps of less than half an x-height joins the letters of a word, but not those of two
    lines.

    Args:
        letters: (H, W) uint8, 255 where there is the ink of letters.
        letter: typical x-height in pixels.
    """
    small = (
        cv2.resize(letters, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        > ORIENTATION.ink_level
    ).astype(np.uint8)
    gap = max(2, round(ORIENTATION.gap_in_word * letter / 2)) + 1
    across, down = _count_closed_pieces(small, gap, 1), _count_closed_pieces(small, 1, gap)
    turned = across >= ORIENTATION.least_letters and down < ORIENTATION.lying_ratio * across
    more, fewer = max(across, down), min(across, down)
    return Verdict(
        turned, more >= ORIENTATION.least_letters and more > ORIENTATION.sure_ratio * fewer
    )


def tell_upside_down(components: Components, letter: float, slope: float) -> Verdict:
    """Whether a page whose lines lie level is upside down: Latin text has more ascenders than
    descenders.

    Each tall letter is compared with its neighbours of x-height: does it stick out above them, or
    below?

    Args:
        letter: typical x-height in pixels.
        slope: rise of the lines to the right, as a ratio.
    """
    wide = components.width < ORIENTATION.letter_width * letter
    tall = (
        (components.height > ORIENTATION.tall[0] * letter)
        & (components.height < ORIENTATION.tall[1] * letter)
        & wide
    )
    plain = (np.abs(components.height - letter) <= ORIENTATION.plain_slack * letter) & wide
    if tall.sum() < ORIENTATION.least_letters or plain.sum() < ORIENTATION.least_letters:
        return Verdict(turned=False, sure=False)
    middles = components.left + components.width / 2
    tops = components.top + slope * middles
    chosen = np.flatnonzero(tall)
    chosen = chosen[:: -(-len(chosen) // ORIENTATION.sample)]
    order = np.flatnonzero(plain)[np.argsort(middles[plain])]
    xs, ys = middles[order], tops[order]
    firsts, ends = (
        np.searchsorted(xs, middles[chosen] - ORIENTATION.neighbourhood * letter, "right"),
        np.searchsorted(xs, middles[chosen] + ORIENTATION.neighbourhood * letter),
    )
    out, within = ORIENTATION.sticks_out * letter, ORIENTATION.stays_in * letter
    ups = downs = 0
    for i, first, end in zip(chosen, firsts, ends, strict=True):
        near = ys[first:end]
        near = near[
            (near > tops[i] - ORIENTATION.neighbour_rise * letter)
            & (near < tops[i] + components.height[i])
        ]
        if len(near):
            floor = median(near)
            above, below = floor - tops[i], tops[i] + components.height[i] - floor - letter
            ups += above > out and below < within
            downs += below > out and above < within
    turned = downs > ORIENTATION.turned_ratio * ups and downs >= ORIENTATION.least_letters // 2
    more, fewer = max(ups, downs), min(ups, downs)
    return Verdict(
        bool(turned),
        bool(more >= ORIENTATION.sure_letters and more > ORIENTATION.sure_ratio * fewer),
    )
