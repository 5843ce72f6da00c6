"""Light letters on dark: dark pages, bands, header rows, boxes and initials are found as areas and
inverted in place, so that everything after sees dark letters on light paper."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.binarize import Grey, Mask


@dataclass(frozen=True)
class PolarityParameters:
    """What is taken for a dark area with light letters. Where nothing else is said, chosen by eye
    on dark pages, bands and boxes; no area is found on 271 scans of books and layouts without."""

    search_side: int = 1200  # areas are searched on a page reduced to at most so many pixels
    # of the paper's brightness: what is darker may be such an area, and after that what is no more
    # than grey
    dark: float = 0.62
    middling: float = 0.8
    # share of the pixels that are darker than paper; paper below 128 is that of a dark copy
    paper_percentile: float = 98
    least_paper: float = 128.0
    # odd, pixels of the reduced page: lower areas hold no line, shorter ones no word
    least_side: int = 13
    least_length: int = 21
    thickest_rule: int = 4  # pixels of the reduced page; areas that hang together are parted there
    least_dark: float = 0.35  # of an area's box; less is a grid or a drawing
    # an area is a rectangle, at whatever angle: letters and pictures are not; strictly where few
    # letters speak for it
    rectangular: float = 0.88
    strictly_rectangular: float = 0.95
    most_light: float = 0.5  # of an area with light letters; a frame has more
    least_letter: int = 5  # pixels; lower blobs are specks
    large: float = 4.0  # in heights of letters, both ways: light boxes within a dark page
    # letters stand in rows, one beside another at its height: all in heights of letters
    gap: float = 1.5
    level: float = 0.35
    standing: float = 0.7  # share of the letters that stand so
    looked_at: int = 400  # letters of which that is asked
    few: int = 3  # fewer letters make no row: then their height tells, as a share of the area's
    few_heights: tuple[float, float] = (0.25, 0.95)
    most_filled: float = 0.85  # a hole that fills more of its box is a letter only if slender
    slender: float = 0.5
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
    step = -(-max(raster.shape) // POLARITY.search_side)
    size = max(1, round(raster.shape[1] / step)), max(1, round(raster.shape[0] / step))
    small = _reduce(raster, size)
    paper = max(
        POLARITY.least_paper, float(np.percentile(small[::2, ::2], POLARITY.paper_percentile))
    )
    inverted = _invert_below(raster, small, step, POLARITY.dark * paper)
    if inverted is not raster:
        small = _reduce(inverted, size)
    return _invert_below(inverted, small, step, POLARITY.middling * paper)


def _reduce(raster: Grey, size: tuple[int, int]) -> Grey:
    return np.asarray(cv2.resize(raster, size, interpolation=cv2.INTER_AREA), np.uint8)


def _invert_below(raster: Grey, small: Grey, step: int, level: float) -> Grey:
    """The raster with the areas darker than a level inverted.

    Args:
        small: the raster, each side divided by `step`.
    """
    result = raster
    for left, top, width, height in _find_candidates((small < level).astype(np.uint8)):
        rows = slice(max(0, (top - 1) * step), (top + height + 1) * step)
        columns = slice(max(0, (left - 1) * step), (left + width + 1) * step)
        found = _read_area(raster[rows, columns], level, rows, columns)
        if found is not None:
            result = raster.copy() if result is raster else result
            result[rows, columns] = _invert(result[rows, columns], level, found)
    return result


def _find_candidates(dark: Mask) -> list[list[int]]:
    """[left, top, width, height] of what is dark and may enclose letters.

    The edges of an area are dark without a break, along and across, and meet in its corners;
    strokes of letters, and rules, are too short or too thin. Most pages have no such place.
    """
    lying = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, POLARITY.least_length), np.uint8))
    standing = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((POLARITY.least_side, 1), np.uint8))
    corners = np.asarray(cv2.bitwise_and(lying, standing)) > 0
    if not corners.any():
        return []
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=4)
    chosen = stats[np.unique(labels[corners])]
    full = chosen[:, 4] >= POLARITY.least_dark * chosen[:, 2] * chosen[:, 3]
    found: list[list[int]] = chosen[full, :4].tolist()
    for left, top, width, height in chosen[~full, :4].tolist():
        inside = _cut_off_rules(dark[top : top + height, left : left + width])
        found += [[left + x, top + y, w, h] for x, y, w, h in inside]
    return found


def _cut_off_rules(dark: Mask) -> list[list[int]]:
    """[left, top, width, height] of what is thicker than rules in a mask: the header row of a table
    hangs together with its rules, and is but a small part of their box."""
    side = POLARITY.thickest_rule + 1
    # beyond the edges of a mask OpenCV sees ink
    solid = cv2.morphologyEx(np.pad(dark, side), cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    solid = np.ascontiguousarray(solid[side:-side, side:-side])
    _, _, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    boxes = stats[1:]
    whole = (boxes[:, 2] >= POLARITY.least_length) & (boxes[:, 3] >= POLARITY.least_side)
    whole &= boxes[:, 4] >= POLARITY.least_dark * boxes[:, 2] * boxes[:, 3]
    return boxes[whole, :4].tolist()


def _read_area(crop: Grey, level: float, rows: slice, columns: slice) -> _Area | None:
    """The dark area that a crop shows, if it holds light letters."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        (crop < level).astype(np.uint8), connectivity=4
    )
    if count < 2:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    dark = labels == largest
    contours, _ = cv2.findContours(dark.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(contours, key=len)
    filled = cv2.drawContours(np.zeros(crop.shape, np.uint8), [outline], -1, 1, cv2.FILLED)
    whole = filled > 0
    (_, (width, height), _) = cv2.minAreaRect(outline)
    shape = float(whole.sum()) / max(1.0, (width + 1) * (height + 1))
    if shape < POLARITY.rectangular:
        return None
    blobs = (whole & ~dark).astype(np.uint8)
    _, blob_labels, blob_stats, _ = cv2.connectedComponentsWithStats(blobs, connectivity=8)
    sides = blob_stats[:, [cv2.CC_STAT_HEIGHT, cv2.CC_STAT_WIDTH]]
    letter = _measure_letter(sides[1:])
    if letter == 0:
        return None
    large = (sides > POLARITY.large * letter).all(axis=1)
    large[0] = False
    if large.any():
        whole &= ~large[blob_labels]
    if blobs[whole].sum() > POLARITY.most_light * whole.sum():
        return None
    letters = _pick_letters(blob_stats[1:][~large[1:]], letter)
    share = letter / max(1.0, min(width, height))
    if not (
        _stand_in_rows(letters, letter)
        if len(letters) >= POLARITY.few
        else (shape >= POLARITY.strictly_rectangular and _fill_area(letters, share))
    ):
        return None
    if _measure_unevenness(crop, dark, whole & (crop >= level)) > POLARITY.most_uneven:
        return None
    return _Area(rows, columns, dark, whole, letter)


def _measure_letter(sides: NDArray[np.int32]) -> float:
    """Typical height of the blobs, (N, 2) heights and widths, that are no specks: their median,
    wide ones counting more; 0 where there is none."""
    sides = sides[
        (sides >= POLARITY.least_letter).any(axis=1) & (sides[:, 0] >= POLARITY.least_letter)
    ]
    if not len(sides):
        return 0.0
    order = np.argsort(sides[:, 0])
    weights = np.cumsum(np.minimum(sides[order, 1], 2 * sides[order, 0]))
    return float(sides[order, 0][np.searchsorted(weights, weights[-1] / 2)])


def _pick_letters(stats: NDArray[np.int32], letter: float) -> NDArray[np.int32]:
    """(N, 5) left, top, right, bottom, area of the blobs that may be letters."""
    left, top, width, height, area = stats.T
    fits = (height > 0.5 * letter) & (height < 2.2 * letter) & (width < 8 * letter)
    fits &= height >= POLARITY.least_letter
    return np.stack([left, top, left + width, top + height, area], axis=1)[fits]


def _fill_area(letters: NDArray[np.int32], share: float) -> bool:
    """Whether one or two letters are an initial or a figure in its box, and not holes of a frame.

    Args:
        share: their height, as a share of the area's.
    """
    left, top, right, bottom, area = letters.T
    width, height = right - left, bottom - top
    shapely = (area < POLARITY.most_filled * width * height) | (width < POLARITY.slender * height)
    return (
        len(letters) > 0
        and bool(shapely.all())
        and POLARITY.few_heights[0] < share < POLARITY.few_heights[1]
    )


def _stand_in_rows(letters: NDArray[np.int32], letter: float) -> bool:
    """Whether most letters have others beside them, along the page or down it."""
    boxes = letters[:, :4]
    turned = boxes[:, [1, 0, 3, 2]]
    return (
        max(_measure_standing(boxes, letter), _measure_standing(turned, letter))
        >= POLARITY.standing
    )


def _measure_unevenness(crop: Grey, dark: NDArray[np.bool_], light: NDArray[np.bool_]) -> float:
    """Deviation of an area's ground, as a share of its contrast to the letters."""
    ground = crop[dark]
    top = float(np.percentile(crop[light], 90)) if light.any() else 255.0
    return float(ground.std()) / max(1.0, top - float(ground.mean()))


def _measure_standing(boxes: NDArray[np.int32], letter: float) -> float:
    """The share of letters that have another beside them, at their own height."""
    order = np.argsort(boxes[:, 0], kind="stable")
    left, top, right, bottom = boxes[order].T
    looked_at = np.arange(0, len(boxes), -(-len(boxes) // POLARITY.looked_at))
    gap = np.maximum(left[None, :] - right[looked_at, None], left[looked_at, None] - right[None, :])
    level = np.minimum(
        np.abs(top[None, :] - top[looked_at, None]),
        np.abs(bottom[None, :] - bottom[looked_at, None]),
    )
    beside = (
        (gap < POLARITY.gap * letter) & (gap > -0.5 * letter) & (level < POLARITY.level * letter)
    )
    beside[np.arange(len(looked_at)), looked_at] = False
    return float(beside.any(axis=1).mean())


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
