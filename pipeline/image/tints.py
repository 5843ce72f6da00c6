"""Dark letters on a tint: shaded rows of tables, and boxes in grey, are made as light as paper in
place, so that one threshold parts all ink of the page from what it stands on."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.binarize import Grey, is_bitonal
from pipeline.image.dark_areas import (
    find_candidates,
    measure_letter,
    measure_paper,
    outline_largest,
    reduce_page,
    stand_as_letters,
)


@dataclass(frozen=True)
class TintParameters:
    """What a tint is, in shares of the paper's brightness. Chosen by eye on drawn tables and boxes;
    no tint is found on 10 pages of books."""

    # what is darker may be a tint: from the darkest on, so that each of several that touch is found
    levels: tuple[float, ...] = (0.62, 0.75, 0.85, 0.93)
    darkest: float = 0.3
    flat: float = 0.08  # a tint strays from its middle by less …
    share: float = 0.6  # … in so much of what is as dark as it or darker: the rest is ink
    # of the page, along and across: what is larger is its paper, which is brighter in some place; a
    # tint lies on paper. Chosen by eye
    most: float = 0.9
    ink: float = 0.75  # of the tint's own brightness: letters are darker
    edge: int = 2  # pixels: edges of tints are soft over so much


TINTS = TintParameters()


def lighten_tints(raster: Grey) -> Grey:
    """The raster with each tinted area that holds dark letters as light as paper.

    Args:
        raster: (H, W) uint8, as supplied, but for areas of light letters.

    Returns:
        (H, W) uint8; the raster itself where there is no such area.
    """
    if is_bitonal(raster):
        return raster
    small, step = reduce_page(raster)
    paper, result = measure_paper(small), raster
    for share in TINTS.levels:
        if result is not raster:
            small, _ = reduce_page(result)
        level = share * paper
        for left, top, width, height in find_candidates((small < level).astype(np.uint8)):
            if min(width / small.shape[1], height / small.shape[0]) > TINTS.most:
                continue
            rows = slice(max(0, (top - 1) * step), (top + height + 1) * step)
            columns = slice(max(0, (left - 1) * step), (left + width + 1) * step)
            tint = _find_tint(result[rows, columns], level, paper)
            if tint is not None:
                result = raster.copy() if result is raster else result
                result[rows, columns] = _lighten(result[rows, columns], tint, paper)
    return result


def _find_tint(crop: Grey, level: float, paper: float) -> NDArray[np.bool_] | None:
    """(h, w) bool, the tint that a crop shows with what is printed on it, if it holds letters."""
    area = outline_largest(crop < level)
    if area is None:
        return None
    own = crop[area.dark].astype(np.float64)
    ground = float(np.median(own))
    even = np.abs(own - ground) <= TINTS.flat * paper
    if ground < TINTS.darkest * paper or even.mean() < TINTS.share:
        return None
    blobs = (area.dark & (crop < TINTS.ink * ground)).astype(np.uint8)
    stats = np.asarray(cv2.connectedComponentsWithStats(blobs, connectivity=8)[2][1:], np.int32)
    letter = measure_letter(stats[:, [cv2.CC_STAT_HEIGHT, cv2.CC_STAT_WIDTH]])
    return area.dark if letter and stand_as_letters(stats, letter, area) else None


def _lighten(crop: Grey, tint: NDArray[np.bool_], paper: float) -> Grey:
    """The crop with a tint, and its soft edge, as light as paper."""
    ground = float(np.median(crop[tint]))
    side = 2 * TINTS.edge + 1
    wide = cv2.dilate(tint.astype(np.uint8), np.ones((side, side), np.uint8)) > 0
    light = np.clip(np.rint(crop * (paper / ground)), 0, paper).astype(np.uint8)
    return np.where(wide, np.maximum(light, crop), crop).astype(np.uint8)
