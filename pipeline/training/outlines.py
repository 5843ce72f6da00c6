"""Lines cut out of a page along the outlines that transcribers drew."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box, Point
from pipeline.recognition.canvas import paper
from pipeline.training.page_truth import TrueLine

Grey = NDArray[np.uint8]
AROUND = 0.15  # paper kept around an outline, as a share of its height: outlines cut off accents
LEAST_HEIGHT = 8  # pixels of a line's outline
SLOPING = 0.002  # baselines that rise less are level enough: 2 pixels on 1000


def outlined(flat: Grey, line: TrueLine, scales: tuple[float, float] = (1.0, 1.0)) -> Grey | None:
    """What lies within a line's outline, paper around it, its baseline levelled by whole pixels;
    None where there is no outline, or next to nothing in it.

    Args:
        flat: (H, W) uint8, the page with its paper near 255.
        scales: from the line's coordinates to the page's pixels, across and down.
    """
    outline = np.array(line.polygon, dtype=np.float64).reshape(-1, 2) * scales
    if len(outline) < 3 or np.ptp(outline[:, 1]) < LEAST_HEIGHT:
        return None
    around = round(AROUND * float(np.ptp(outline[:, 1])))
    left, top = np.floor(outline.min(axis=0)).astype(int) - around
    right, bottom = np.ceil(outline.max(axis=0)).astype(int) + around
    box = Box(int(left), int(top), int(right), int(bottom)).clipped(
        Box(0, 0, flat.shape[1], flat.shape[0])
    )
    if box is None or min(box.width, box.height) < LEAST_HEIGHT:
        return None
    inside = np.zeros((box.height, box.width), np.uint8)
    corners = np.rint(outline - (box.left, box.top)).astype(np.int32)
    cv2.fillPoly(inside, [corners], 255)
    inside = np.asarray(cv2.dilate(inside, np.ones((2 * around + 1, 3), np.uint8)), np.uint8)
    part = flat[box.top : box.bottom, box.left : box.right]
    cut = np.where(inside > 0, part, np.uint8(paper(part))).astype(np.uint8)
    baseline = [(x * scales[0] - box.left, y * scales[1] - box.top) for x, y in line.baseline]
    return levelled(cut, baseline)


def levelled(image: Grey, baseline: list[Point]) -> Grey:
    """The image with each column shifted by whole pixels so that the baseline lies level; as it is
    where there is no baseline, or one that is level enough."""
    points = sorted(baseline)
    xs, ys = np.array([p[0] for p in points]), np.array([p[1] for p in points])
    if len(points) < 2 or np.ptp(ys) <= SLOPING * np.ptp(xs):
        return image
    shifts = np.rint(np.interp(np.arange(image.shape[1]), xs, ys) - ys.min()).astype(int)
    rows = np.arange(image.shape[0] + int(shifts.max()))[:, None] + shifts[None, :]
    rows -= int(shifts.max())
    inside = (rows >= 0) & (rows < image.shape[0])
    picked = image[np.clip(rows, 0, image.shape[0] - 1), np.arange(image.shape[1])[None, :]]
    return np.where(inside, picked, np.uint8(paper(image))).astype(np.uint8)
