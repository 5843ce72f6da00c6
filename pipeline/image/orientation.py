"""Which way up a page is: lying lines from the gaps between letters, upside down from ascenders and
descenders."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.image.binarize import Mask
from pipeline.image.components import Components
from pipeline.image.statistics import median

LEAST_LETTERS = 25
GAP_IN_WORD = 0.45  # widest gap between letters of a word, in x-heights
# pieces left by closing downwards, over those left by closing sideways, below which a page lies
LYING_RATIO = 0.75
SAMPLE = 200  # tall letters that are looked at
TURNED_RATIO = 1.15  # how many more descenders than ascenders before a page counts as upside down


def _pieces_after_closing(letters: Mask, columns: int, rows: int) -> int:
    """Number of connected pieces once gaps of so many columns and rows are closed."""
    closed = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, np.ones((rows, columns), np.uint8))
    return int(cv2.connectedComponents(closed, connectivity=8)[0]) - 1


def lies_on_its_side(letters: Mask, letter: float) -> bool:
    """Whether lines run from top to bottom: letters stand closer along the line than across it.

    Closing gaps of less than half an x-height joins the letters of a word, but not those of two
    lines.

    Args:
        letters: (H, W) uint8, 255 where there is the ink of letters.
        letter: typical x-height in pixels.
    """
    small = (cv2.resize(letters, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) > 64).astype(
        np.uint8
    )
    gap = max(2, round(GAP_IN_WORD * letter / 2)) + 1
    across, down = _pieces_after_closing(small, gap, 1), _pieces_after_closing(small, 1, gap)
    return across >= LEAST_LETTERS and down < LYING_RATIO * across


def is_upside_down(components: Components, letter: float, slope: float) -> bool:
    """Whether a page whose lines lie level is upside down: Latin text has more ascenders than
    descenders.

    Each tall letter is compared with its neighbours of x-height: does it stick out above them, or
    below?

    Args:
        letter: typical x-height in pixels.
        slope: rise of the lines to the right, as a ratio.
    """
    wide = components.width < 2.2 * letter
    tall = (components.height > 1.25 * letter) & (components.height < 2.2 * letter) & wide
    plain = (np.abs(components.height - letter) <= 0.15 * letter) & wide
    if tall.sum() < LEAST_LETTERS or plain.sum() < LEAST_LETTERS:
        return False
    middles = components.left + components.width / 2
    tops = components.top + slope * middles
    chosen = np.flatnonzero(tall)
    chosen = chosen[:: -(-len(chosen) // SAMPLE)]
    order = np.flatnonzero(plain)[np.argsort(middles[plain])]
    xs, ys = middles[order], tops[order]
    firsts, ends = (
        np.searchsorted(xs, middles[chosen] - 4 * letter, "right"),
        np.searchsorted(xs, middles[chosen] + 4 * letter),
    )
    ups = downs = 0
    for i, first, end in zip(chosen, firsts, ends, strict=True):
        near = ys[first:end]
        near = near[(near > tops[i] - 0.3 * letter) & (near < tops[i] + components.height[i])]
        if len(near):
            floor = median(near)
            above, below = floor - tops[i], tops[i] + components.height[i] - floor - letter
            ups += above > 0.25 * letter and below < 0.2 * letter
            downs += below > 0.25 * letter and above < 0.2 * letter
    return bool(downs > TURNED_RATIO * ups and downs >= LEAST_LETTERS // 2)
