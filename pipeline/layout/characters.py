"""Isolated characters on a page: their boxes, and the lines that they are read in.

Edges, contours and boxes, as in the tutorials on reading handwritten capitals; and what those leave
open: a letter whose ink is broken is one box, the inside of a D is none, and a stroke that lies in
another letter's box belongs to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.image.binarize import flatten


@dataclass(frozen=True)
class CharacterParameters:
    """What boxes are characters, in usual heights of a page's characters unless it is said
    otherwise. Chosen by eye on drawn sheets of hand-printed capitals."""

    # thresholds of hysteresis of the edge detector (Canny 1986), in grey levels
    edges: tuple[float, float] = (40, 120)
    blur: int = 5  # pixels, before edges are looked for
    usual_percentile: float = 90  # boxes of half of this percentile of heights tell the usual one
    speck: float = 0.3  # less high and less wide
    huge: float = 4.0  # a frame or a picture
    overlap: float = 0.5  # share of the smaller box that two boxes of one character have in common
    broken_gap: float = 0.2  # white between the parts of one broken character, up and down …
    broken_aside: float = 0.6  # … and beside each other, as a share of that
    broken_width: float = 1.15  # no character is wider or higher
    broken_shared: float = 0.3  # of their columns that parts one above the other share
    upper_part: float = 0.75  # one of the parts one above the other is lower
    side_part: float = 0.55  # one of the parts side by side is lower


CHARACTERS = CharacterParameters()


def find_characters(grey: NDArray[np.uint8]) -> list[list[Box]]:
    """The characters of a page, line by line, each line from left to right.

    Args:
        grey: (H, W) uint8, dark ink on light paper, upright.
    """
    flat = flatten(grey)
    boxes = find_contour_boxes(flat)
    if not boxes:
        return []
    heights = np.array([box.height for box in boxes])
    usual = float(
        np.median(heights[heights >= 0.5 * np.percentile(heights, CHARACTERS.usual_percentile)])
    )
    boxes = [box for box in boxes if max(box.height, box.width) <= CHARACTERS.huge * usual]
    _, ink = cv2.threshold(flat, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    merged = [tighten(box, ink) for box in merge_boxes(boxes, usual)]
    return group_lines(
        [box for box in merged if max(box.height, box.width) >= CHARACTERS.speck * usual]
    )


def tighten(box: Box, ink: NDArray) -> Box:
    """A box drawn in to the ink within it: edges lie beside the ink, not on it."""
    cut = ink[box.top : box.bottom, box.left : box.right]
    rows, columns = np.flatnonzero(cut.any(axis=1)), np.flatnonzero(cut.any(axis=0))
    if not len(rows):
        return box
    return Box(
        box.left + int(columns[0]),
        box.top + int(rows[0]),
        box.left + int(columns[-1]) + 1,
        box.top + int(rows[-1]) + 1,
    )


def find_contour_boxes(grey: NDArray[np.uint8]) -> list[Box]:
    """Boxes around the outer contours of the edges on a page; an edge closed within another's
    contour is none."""
    soft = cv2.GaussianBlur(grey, (CHARACTERS.blur, CHARACTERS.blur), 0)
    edges = cv2.dilate(cv2.Canny(soft, *CHARACTERS.edges), np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(edges, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = (cv2.boundingRect(contour) for contour in contours)
    return [Box(x, y, x + w, y + h) for x, y, w, h in found if w > 2 and h > 2]


def merge_boxes(boxes: Sequence[Box], usual: float) -> list[Box]:
    """Boxes of which none lies in another, mostly overlaps it, or is the other half of a broken
    character.

    Args:
        usual: height of the characters, in pixels.
    """
    merged = sorted(boxes, key=lambda box: (-box.width * box.height, box.left, box.top))
    before = len(merged) + 1
    while len(merged) < before:  # what has grown may now meet what came before it
        before, i = len(merged), 0
        while i < len(merged):
            own, others = merged[i], merged[i + 1 :]
            near = [box for box in others if _are_near(own, box, usual)]
            j = next((box for box in near if _are_one(own, box, usual)), None)
            if j is None:
                i += 1
            else:
                merged.remove(j)
                merged[i] = Box.around([own, j])
    return merged


def _are_near(a: Box, b: Box, usual: float) -> bool:
    """Whether two boxes lie so near each other that they can be of one character."""
    reach = CHARACTERS.broken_width * usual
    return (
        a.left - b.right < reach
        and b.left - a.right < reach
        and a.top - b.bottom < reach
        and b.top - a.bottom < reach
    )


def _are_one(a: Box, b: Box, usual: float) -> bool:
    """Whether two boxes are of one character."""
    common = a.clipped(b)
    smaller = min(a.width * a.height, b.width * b.height)
    if common is not None and common.width * common.height > CHARACTERS.overlap * smaller:
        return True
    return _is_broken(a, b, usual)


def _is_broken(a: Box, b: Box, usual: float) -> bool:
    """Whether two boxes are the parts of a character whose ink is broken: near each other, together
    no larger than one.

    Parts one above the other share their columns. Parts side by side are so only where one of them
    is no character by itself.
    """
    both = Box.around([a, b])
    if (
        both.height > CHARACTERS.broken_width * usual
        or both.width > CHARACTERS.broken_width * usual
    ):
        return False
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    if (
        across > CHARACTERS.broken_shared * min(a.width, b.width)
        and -down <= CHARACTERS.broken_gap * usual
    ):
        return min(a.height, b.height) < CHARACTERS.upper_part * usual
    return (
        down > 0
        and -across <= CHARACTERS.broken_gap * usual * CHARACTERS.broken_aside
        and min(a.height, b.height) < CHARACTERS.side_part * usual
    )


def group_lines(boxes: Sequence[Box]) -> list[list[Box]]:
    """Boxes in lines from top to bottom: those whose middle lies within the band of the line before
    them."""
    lines: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: (box.top + box.bottom, box.left)):
        middle = (box.top + box.bottom) / 2
        band = next(
            (line for line in lines if _measure_band(line)[0] <= middle <= _measure_band(line)[1]),
            None,
        )
        if band is None:
            lines.append([box])
        else:
            band.append(box)
    ordered = [sorted(line, key=lambda box: box.left) for line in lines]
    return sorted(ordered, key=lambda line: sum(box.top + box.bottom for box in line) / len(line))


def _measure_band(line: Sequence[Box]) -> tuple[float, float]:
    """Mean top and bottom of a line's boxes."""
    return sum(box.top for box in line) / len(line), sum(box.bottom for box in line) / len(line)
