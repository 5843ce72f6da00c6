"""Isolated characters on a page: their boxes, and the lines that they are read in.

Edges, contours and boxes, as in the tutorials on reading handwritten capitals; and what those leave
open: a letter whose ink is broken is one box, the inside of a D is none, and a stroke that lies in
another letter's box belongs to it.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.image.binarize import flatten

EDGES = (40, 120)  # thresholds of Canny's detector (Canny 1986), in grey levels
LEAST_SHARE = 0.3  # a box less high and less wide than this share of the usual height is a speck
HUGE = 4.0  # times the usual height: a frame or a picture, no character
OVERLAP = 0.5  # share of the smaller box that two boxes have in common from which on they are one
BROKEN_GAP = 0.2  # white between the parts of one broken character, as a share of the usual height
BROKEN_WIDTH = 1.15  # a character is no wider than this share of the usual height


def find_characters(grey: NDArray[np.uint8]) -> list[list[Box]]:
    """The characters of a page, line by line, each line from left to right.

    Args:
        grey: (H, W) uint8, dark ink on light paper, upright.
    """
    flat = flatten(grey)
    boxes = contour_boxes(flat)
    if not boxes:
        return []
    heights = np.array([box.height for box in boxes])
    usual = float(np.median(heights[heights >= 0.5 * np.percentile(heights, 90)]))
    boxes = [box for box in boxes if max(box.height, box.width) <= HUGE * usual]
    _, ink = cv2.threshold(flat, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    merged = [tightened(box, ink) for box in merge_boxes(boxes, usual)]
    return in_lines([box for box in merged if max(box.height, box.width) >= LEAST_SHARE * usual])


def tightened(box: Box, ink: NDArray) -> Box:
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


def contour_boxes(grey: NDArray[np.uint8]) -> list[Box]:
    """Boxes around the outer contours of the edges on a page; an edge closed within another's
    contour is none."""
    soft = cv2.GaussianBlur(grey, (5, 5), 0)
    edges = cv2.dilate(cv2.Canny(soft, *EDGES), np.ones((3, 3), np.uint8))
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
    changed = True
    while changed:
        changed = False
        for i in range(len(merged)):
            j = next(
                (j for j in range(i + 1, len(merged)) if _are_one(merged[i], merged[j], usual)),
                None,
            )
            if j is not None:
                merged[i] = Box.around([merged[i], merged.pop(j)])
                changed = True
                break
    return merged


def _are_one(a: Box, b: Box, usual: float) -> bool:
    """Whether two boxes are of one character."""
    common = a.clipped(b)
    smaller = min(a.width * a.height, b.width * b.height)
    if common is not None and common.width * common.height > OVERLAP * smaller:
        return True
    return _is_broken(a, b, usual)


def _is_broken(a: Box, b: Box, usual: float) -> bool:
    """Whether two boxes are the parts of a character whose ink is broken: near each other, together
    no larger than one.

    Parts one above the other share their columns. Parts side by side are so only where one of them
    is no character by itself.
    """
    both = Box.around([a, b])
    if both.height > BROKEN_WIDTH * usual or both.width > BROKEN_WIDTH * usual:
        return False
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    if across > 0.3 * min(a.width, b.width) and -down <= BROKEN_GAP * usual:
        return min(a.height, b.height) < 0.75 * usual
    return (
        down > 0 and -across <= BROKEN_GAP * usual * 0.6 and min(a.height, b.height) < 0.55 * usual
    )


def in_lines(boxes: Sequence[Box]) -> list[list[Box]]:
    """Boxes in lines from top to bottom: those whose middle lies within the band of the line before
    them."""
    lines: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: (box.top + box.bottom, box.left)):
        middle = (box.top + box.bottom) / 2
        band = next((line for line in lines if _band(line)[0] <= middle <= _band(line)[1]), None)
        if band is None:
            lines.append([box])
        else:
            band.append(box)
    ordered = [sorted(line, key=lambda box: box.left) for line in lines]
    return sorted(ordered, key=lambda line: sum(box.top + box.bottom for box in line) / len(line))


def _band(line: Sequence[Box]) -> tuple[float, float]:
    """Mean top and bottom of a line's boxes."""
    return sum(box.top for box in line) / len(line), sum(box.bottom for box in line) / len(line)
