"""Rectangles that are darker than paper and hold letters: where they lie, and what they show."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.binarize import Grey, Mask


@dataclass(frozen=True)
class DarkAreaParameters:
    """What is taken for a dark area with letters. Where nothing else is said, chosen by eye on dark
    pages, bands and boxes; no area is found on 271 scans of books and layouts without."""

    search_side: int = 1200  # areas are searched on a page reduced to at most so many pixels
    # share of the pixels that are darker than paper; paper below 128 is that of a dark copy
    paper_percentile: float = 98
    least_paper: float = 128.0
    # odd, pixels of the reduced page: lower areas hold no line, shorter ones no word
    least_side: int = 13
    least_length: int = 21
    thickest_rule: int = 4  # pixels of the reduced page; areas that hang together are parted there
    least_dark: float = 0.35  # of an area's box; less is a grid or a drawing
    framed: float = 0.5  # … and less than this may be a frame with a dark head
    # an area is a rectangle, at whatever angle: letters and pictures are not; strictly where few
    # letters speak for it
    rectangular: float = 0.88
    strictly_rectangular: float = 0.95
    least_letter: int = 5  # pixels; lower blobs are specks
    # letters stand in rows, one beside another at its height: all in heights of letters
    gap: float = 1.5
    level: float = 0.35
    standing: float = 0.7  # share of the letters that stand so
    looked_at: int = 400  # letters of which that is asked
    few: int = 3  # fewer letters make no row: then their height tells, as a share of the area's
    few_heights: tuple[float, float] = (0.25, 0.95)
    most_filled: float = 0.85  # a hole that fills more of its box is a letter only if slender
    slender: float = 0.5


DARK_AREAS = DarkAreaParameters()


@dataclass(frozen=True)
class Outline:
    """The largest dark area of a crop: its own pixels and all that it encloses, (h, w) bool, its
    shorter side in pixels, and how much of a rectangle it fills."""

    dark: NDArray[np.bool_]
    whole: NDArray[np.bool_]
    side: float
    shape: float


def reduce_page(raster: Grey) -> tuple[Grey, int]:
    """The page on which areas are searched, and how many times smaller it is than the raster."""
    step = -(-max(raster.shape) // DARK_AREAS.search_side)
    size = max(1, round(raster.shape[1] / step)), max(1, round(raster.shape[0] / step))
    return np.asarray(cv2.resize(raster, size, interpolation=cv2.INTER_AREA), np.uint8), step


def measure_paper(small: Grey) -> float:
    """The brightness of the paper of a page, in grey levels."""
    bright = float(np.percentile(small[::2, ::2], DARK_AREAS.paper_percentile))
    return max(DARK_AREAS.least_paper, bright)


def find_candidates(dark: Mask) -> list[list[int]]:
    """[left, top, width, height] of what is dark and may enclose letters, each before its parts.

    The edges of an area are dark without a break, along and across, and meet in its corners;
    strokes of letters, and rules, are too short or too thin. Most pages have no such place.
    """
    lying = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, DARK_AREAS.least_length), np.uint8))
    standing = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((DARK_AREAS.least_side, 1), np.uint8))
    corners = np.asarray(cv2.bitwise_and(lying, standing)) > 0
    if not corners.any():
        return []
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=4)
    found: list[list[int]] = []
    for left, top, width, height, area in stats[np.unique(labels[corners])].tolist():
        share = area / (width * height)
        if share >= DARK_AREAS.least_dark:
            found.append([left, top, width, height])
        if share < DARK_AREAS.framed:
            inside = _cut_off_rules(dark[top : top + height, left : left + width])
            found += [[left + x, top + y, w, h] for x, y, w, h in inside]
    return found


def _cut_off_rules(dark: Mask) -> list[list[int]]:
    """[left, top, width, height] of what is thicker than rules in a mask: the header row of a
    table, or the head of a frame, hangs together with its rules, and is but a part of their box."""
    side = DARK_AREAS.thickest_rule + 1
    # beyond the edges of a mask OpenCV sees ink
    solid = cv2.morphologyEx(np.pad(dark, side), cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    solid = np.ascontiguousarray(solid[side:-side, side:-side])
    _, _, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    boxes = stats[1:]
    whole = (boxes[:, 2] >= DARK_AREAS.least_length) & (boxes[:, 3] >= DARK_AREAS.least_side)
    whole &= boxes[:, 4] >= DARK_AREAS.least_dark * boxes[:, 2] * boxes[:, 3]
    return boxes[whole, :4].tolist()


def outline_largest(dark: NDArray[np.bool_]) -> Outline | None:
    """The largest area of (h, w) dark pixels, if it is a rectangle."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        dark.astype(np.uint8), connectivity=4
    )
    if count < 2:
        return None
    largest = labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    contours, _ = cv2.findContours(
        largest.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    edge = max(contours, key=len)
    whole = cv2.drawContours(np.zeros(dark.shape, np.uint8), [edge], -1, 1, cv2.FILLED) > 0
    (_, (width, height), _) = cv2.minAreaRect(edge)
    shape = float(whole.sum()) / max(1.0, (width + 1) * (height + 1))
    if shape < DARK_AREAS.rectangular:
        return None
    return Outline(largest, whole, min(width, height), shape)


def without_scratches(dark: NDArray[np.bool_], scratch: int) -> NDArray[np.bool_]:
    """A mask, (h, w) bool, of a page on film without the light scratches that part it, and without
    the dark ones that run on beyond it; without its letters, too.

    Args:
        scratch: pixels; a light one is no wider than two of them, a dark one than four.
    """
    side, margin = 2 * scratch + 1, 8 * scratch
    mask = np.pad(dark.astype(np.uint8), margin)  # beyond the edges of a mask OpenCV sees ink
    for operation, reach in ((cv2.MORPH_CLOSE, side), (cv2.MORPH_OPEN, 2 * side - 1)):
        mask = np.asarray(cv2.morphologyEx(mask, operation, np.ones((reach, reach), np.uint8)))
    return mask[margin:-margin, margin:-margin] > 0


def stand_as_letters(stats: NDArray[np.int32], letter: float, outline: Outline) -> bool:
    """Whether blobs of an area are letters that stand in rows, or a figure or two that fill it.

    Args:
        stats: (N, 5) left, top, width, height and area of the blobs.
        letter: their typical height in pixels.
    """
    letters = _pick_letters(stats, letter)
    if len(letters) >= DARK_AREAS.few:
        return _stand_in_rows(letters, letter)
    strictly = outline.shape >= DARK_AREAS.strictly_rectangular
    return strictly and _fill_area(letters, letter / max(1.0, outline.side))


def measure_letter(sides: NDArray[np.int32]) -> float:
    """Typical height of the blobs, (N, 2) heights and widths, that are no specks: their median,
    wide ones counting more; 0 where there is none."""
    sides = sides[
        (sides >= DARK_AREAS.least_letter).any(axis=1) & (sides[:, 0] >= DARK_AREAS.least_letter)
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
    fits &= height >= DARK_AREAS.least_letter
    return np.stack([left, top, left + width, top + height, area], axis=1)[fits]


def _fill_area(letters: NDArray[np.int32], share: float) -> bool:
    """Whether one or two letters are an initial or a figure in its box, and not holes of a frame.

    Args:
        share: their height, as a share of the area's.
    """
    left, top, right, bottom, area = letters.T
    width, height = right - left, bottom - top
    shapely = (area < DARK_AREAS.most_filled * width * height) | (
        width < DARK_AREAS.slender * height
    )
    return (
        len(letters) > 0
        and bool(shapely.all())
        and DARK_AREAS.few_heights[0] < share < DARK_AREAS.few_heights[1]
    )


def _stand_in_rows(letters: NDArray[np.int32], letter: float) -> bool:
    """Whether most letters have others beside them, along the page or down it."""
    boxes = letters[:, :4]
    turned = boxes[:, [1, 0, 3, 2]]
    return (
        max(_measure_standing(boxes, letter), _measure_standing(turned, letter))
        >= DARK_AREAS.standing
    )


def _measure_standing(boxes: NDArray[np.int32], letter: float) -> float:
    """The share of letters that have another beside them, at their own height."""
    order = np.argsort(boxes[:, 0], kind="stable")
    left, top, right, bottom = boxes[order].T
    looked_at = np.arange(0, len(boxes), -(-len(boxes) // DARK_AREAS.looked_at))
    gap = np.maximum(left[None, :] - right[looked_at, None], left[looked_at, None] - right[None, :])
    level = np.minimum(
        np.abs(top[None, :] - top[looked_at, None]),
        np.abs(bottom[None, :] - bottom[looked_at, None]),
    )
    beside = (
        (gap < DARK_AREAS.gap * letter)
        & (gap > -0.5 * letter)
        & (level < DARK_AREAS.level * letter)
    )
    beside[np.arange(len(looked_at)), looked_at] = False
    return float(beside.any(axis=1).mean())
