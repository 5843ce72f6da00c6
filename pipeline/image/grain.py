"""Grain: specks without number that are taken for ink, as a photographed table or cloth around a
sheet has them, and faint typing brings up."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Mask = NDArray[np.uint8]


@dataclass(frozen=True)
class GrainParameters:
    """What grain is. Measured on 40 typescripts, 13 of them on grey cloth: there 92 to 97% of the
    pieces of ink are grain, 14 to 62 to one letter, with a sixth to a third of all ink, two or
    three pixels high, 7,000 at least; on the others at most 56%, with a twentieth of the ink."""

    # share of the ink that 3 x 3 pixels do not fit into, below which no page has grain
    thin_ink: float = 0.08
    largest: float = 0.05  # of the page's longer side: what is larger is no letter
    least_letters: int = 20  # dark pieces, without which nothing is told from grain
    specks_to_letter: float = 4.0
    # so few can be the dots of leaders, of which a full page of contents has two thousand
    least_specks: int = 4000
    speck_height: float = 0.25  # median height of what is not dark, to the letters'
    grain_height: float = 0.7  # to the letters': what is lower and not dark is grain on such a page
    least_area: int = 8  # pixels of a dark piece whose height counts


GRAIN = GrainParameters()


def drop_grain(mask: Mask, smooth: Grey) -> Mask:
    """The ink of a page without its grain; the same mask where a page has none.

    Of each piece of ink the darkest pixel is looked at: that of a letter is its stroke, that of
    grain is hardly darker than the threshold. Where the faint pieces are many more than the dark
    ones and far smaller, the small ones among them are grain (a hysteresis, as Canny 1986 has it
    for edges, on whole pieces).

    Args:
        mask: (H, W) uint8, 255 for ink.
        smooth: (H, W) uint8, the grey page that it was made of.
    """
    ink = int(np.count_nonzero(mask))
    solid = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    if ink - int(np.count_nonzero(solid)) <= GRAIN.thin_ink * ink:
        return mask
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    rows, columns = np.nonzero(mask)
    owners = np.asarray(labels[rows, columns], np.int64)
    darkest = np.full(len(stats), 255, np.uint8)
    np.minimum.at(darkest, owners, smooth[rows, columns])
    height, area = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    small = np.maximum(height, stats[:, cv2.CC_STAT_WIDTH]) < GRAIN.largest * max(mask.shape)
    small[0] = False  # the paper
    pixels = darkest[owners[small[owners]]]  # so that a piece weighs as much as its ink
    if not len(pixels):
        return mask
    level, _ = cv2.threshold(pixels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark, faint = small & (darkest <= level), small & (darkest > level)
    letters = height[dark & (area > GRAIN.least_area)]
    if (
        len(letters) < GRAIN.least_letters
        or np.count_nonzero(faint) < max(GRAIN.least_specks, GRAIN.specks_to_letter * len(letters))
        or np.median(height[faint]) > GRAIN.speck_height * np.median(letters)
    ):
        return mask
    grain = faint & (height < GRAIN.grain_height * np.median(letters))
    cleared = mask.copy()
    gone = grain[owners]
    cleared[rows[gone], columns[gone]] = 0
    return cleared
