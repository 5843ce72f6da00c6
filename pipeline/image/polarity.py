"""Light letters on dark: dark pages, bands, header rows, boxes and initials are found as areas and
inverted in place, so that everything after sees dark letters on light paper."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.binarize import Grey, Mask
from pipeline.image.dark_areas import (
    find_candidates,
    measure_letter,
    measure_paper,
    outline_largest,
    reduce_page,
    stand_as_letters,
    without_scratches,
)
from pipeline.image.shadows import is_written


@dataclass(frozen=True)
class PolarityParameters:
    """Which dark areas have light letters. Where nothing else is said, chosen by eye on dark pages,
    bands and boxes."""

    # of the paper's brightness: what is darker may be such an area, and after that what is no more
    # than grey
    dark: float = 0.62
    middling: float = 0.8
    most_light: float = 0.5  # of an area with light letters; a frame has more
    # of the page: where so much is dark, or in so large an area, scratches may run along a film
    film: float = 0.4
    page: float = 0.2
    large: float = 4.0  # in heights of letters, both ways: light boxes within a dark page
    # deviation of the ground over the contrast of letters: measured 0.12 in grainy boxes, 0.26 in
    # photographs
    most_uneven: float = 0.2
    ink: float = 20.0  # grey levels after inversion, those of a flattened page
    paper: float = 245.0
    rim: float = 0.06  # edges of areas are soft over so much, in heights of letters


POLARITY = PolarityParameters()


@dataclass(frozen=True)
class _Area:
    """A dark area: where its crop lies, its own dark pixels, all that it encloses, the height of
    its letters."""

    rows: slice
    columns: slice
    dark: NDArray[np.bool_]
    whole: NDArray[np.bool_]
    letter: float


def invert_dark_areas(raster: Grey) -> Grey:
    """The raster with each dark area that holds light letters inverted in place.

    Args:
        raster: (H, W) uint8, as supplied.

    Returns:
        (H, W) uint8; the raster itself where there is no such area.
    """
    small, step = reduce_page(raster)
    paper = measure_paper(small)
    inverted = _invert_below(raster, small, step, POLARITY.dark * paper)
    if inverted is not raster:
        small, _ = reduce_page(inverted)
    return _invert_below(inverted, small, step, POLARITY.middling * paper)


def _invert_below(raster: Grey, small: Grey, step: int, level: float) -> Grey:
    """The raster with the areas darker than a level inverted.

    Args:
        small: the raster, each side divided by `step`.
    """
    result, done = raster, list[tuple[int, int, int, int]]()
    dark = (small < level).astype(np.uint8)
    if dark.mean() >= POLARITY.film:
        dark = np.asarray(cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)))
    for left, top, width, height in find_candidates(dark):
        right, bottom = left + width, top + height
        if any(x <= left and right <= x1 and y <= top and bottom <= y1 for x, y, x1, y1 in done):
            continue
        rows = slice(max(0, (top - 1) * step), (top + height + 1) * step)
        columns = slice(max(0, (left - 1) * step), (left + width + 1) * step)
        scratch = step if width * height >= POLARITY.page * small.size else 0
        found = _read_area(raster[rows, columns], level, rows, columns, scratch)
        if found is not None:
            result = raster.copy() if result is raster else result
            result[rows, columns] = _invert(result[rows, columns], level, found)
            done.append((left, top, right, bottom))
    return result


def _read_area(crop: Grey, level: float, rows: slice, columns: slice, scratch: int) -> _Area | None:
    """The dark area that a crop shows, if it holds light letters.

    Args:
        scratch: pixels, as `without_scratches` has them; 0 where there are none.
    """
    below = crop < level
    outline = outline_largest(without_scratches(below, scratch) if scratch else below)
    if outline is None:
        return None
    dark, whole = outline.dark & below, outline.whole.copy()
    blobs = (whole & ~dark).astype(np.uint8)
    _, blob_labels, found, _ = cv2.connectedComponentsWithStats(blobs, connectivity=8)
    blob_stats = np.asarray(found, np.int32)
    sides = blob_stats[:, [cv2.CC_STAT_HEIGHT, cv2.CC_STAT_WIDTH]]
    letter = measure_letter(sides[1:])
    if letter == 0:
        return None
    large = np.asarray((sides > POLARITY.large * letter).all(axis=1))
    large[0] = False
    if large.any():
        whole &= ~large[blob_labels]
    if blobs[whole].sum() > POLARITY.most_light * whole.sum():
        return None
    if not stand_as_letters(blob_stats[1:][~large[1:]], letter, outline):
        return None
    if scratch and is_written(crop[dark]):
        return None  # paper in shadow, and its letters are dark
    if _measure_unevenness(crop, dark, whole & (crop >= level)) > POLARITY.most_uneven:
        return None
    return _Area(rows, columns, dark, whole, letter)


def _measure_unevenness(crop: Grey, dark: NDArray[np.bool_], light: NDArray[np.bool_]) -> float:
    """Deviation of an area's ground, as a share of its contrast to the letters."""
    ground = crop[dark]
    top = float(np.percentile(crop[light], 90)) if light.any() else 255.0
    return float(ground.std()) / max(1.0, top - float(ground.mean()))


def _invert(crop: Grey, level: float, area: _Area) -> Grey:
    """The crop with the area's letters dark and its ground light, however uneven that was."""
    side = round(3 * area.letter) | 1
    dark = area.dark.astype(np.float32)
    sums, weights = (
        cv2.boxFilter(values, -1, (side, side), normalize=False)
        for values in (dark * crop.astype(np.float32), dark)
    )
    ground = np.where(weights > 0, sums / np.maximum(weights, 1), level)
    light = area.whole & ~area.dark & (crop >= level)
    top = float(np.percentile(crop[light], 90)) if light.any() else 255.0
    contrast = np.maximum(top - ground, 1.0)
    turned = np.clip(
        POLARITY.paper - (crop - ground) * (POLARITY.paper - POLARITY.ink) / contrast, 0, 255
    )
    result = np.where(area.whole, np.rint(turned), crop).astype(np.uint8)
    result[_find_rim(area)] = 255
    return result


def _find_rim(area: _Area) -> NDArray[np.bool_]:
    """The soft edge of an area, to both sides of it."""
    reach = 2 * (1 + round(POLARITY.rim * area.letter)) + 1
    whole: Mask = area.whole.astype(np.uint8)
    kernel = np.ones((reach, reach), np.uint8)
    outer, inner = cv2.dilate(whole, kernel), cv2.erode(whole, kernel)
    return np.asarray((outer > 0) & (inner == 0))
