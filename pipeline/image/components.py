"""Connected components of ink, and which of them may be letters."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.binarize import Mask
from pipeline.image.runs import BAND, find_row_runs

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class DrawParameters:
    """When components are drawn box by box instead of all at once.

    Measured on pages of the books: the same pixels, in a third of the time where few are drawn.
    """

    few: int = 300  # components
    small_share: float = 0.5  # of the page, taken by their boxes


@dataclass(frozen=True)
class LetterSizeParameters:
    """What components tell the usual x-height of a page. All chosen by eye."""

    lowest_inches: float = 0.02  # 1.5 points
    highest_inches: float = 0.6  # 43 points
    narrowest: float = 0.15  # width over height
    widest: float = 4.0
    least_fill: float = 0.1  # ink over the area of the box
    kernel: tuple[float, ...] = (0.25, 0.5, 1.0, 0.5, 0.25)  # smooths the histogram, pixel by pixel
    # dots, of dotted lines, are as wide as high to a pixel, and full; where nearly all parts of the
    # usual height are so, letters are those that are higher by a factor, if there are some
    dot_fill: float = 0.7
    dot_share: float = 0.8
    over_dots: float = 1.6
    least_letters: int = 15


DRAW, LETTER_SIZE = DrawParameters(), LetterSizeParameters()


@dataclass(frozen=True)
class Components:
    """The boxes of n components and their areas, each (n,) int32, in pixels; and `labels`, (H, W)
    int32, 0 for paper, where component i has label i + 1."""

    left: Ints
    top: Ints
    width: Ints
    height: Ints
    area: Ints
    labels: Ints

    @property
    def right(self) -> Ints:
        """Right edges, exclusive."""
        return self.left + self.width

    @property
    def bottom(self) -> Ints:
        """Bottom edges, exclusive."""
        return self.top + self.height

    def __len__(self) -> int:
        return len(self.left)

    def place_of(self, k: int) -> tuple[slice, slice]:
        """Rows and columns of the box of component `k`."""
        return (
            slice(int(self.top[k]), int(self.bottom[k])),
            slice(int(self.left[k]), int(self.right[k])),
        )

    def draw(self, chosen: NDArray[np.bool_], step: int = 1) -> Mask:
        """The ink of some components.

        Args:
            chosen: (n,) bool.
            step: draw every `step`-th row only.

        Returns:
            (ceil(H / step), W) uint8, 255 where there is ink.
        """
        labels = self.labels[::step]
        few = (
            int((self.width[chosen].astype(np.int64) * self.height[chosen]).sum())
            < DRAW.small_share * self.labels.size
        )
        if not few or np.count_nonzero(chosen) > DRAW.few:
            return _look_up(
                np.concatenate([[False], chosen]).astype(np.uint8) * np.uint8(255), labels
            )
        mask = np.zeros(labels.shape, np.uint8)
        for k in np.flatnonzero(chosen).tolist():  # box by box: most pages have few
            rows = slice(int(self.top[k]) // step, -(-int(self.bottom[k]) // step))
            columns = slice(int(self.left[k]), int(self.right[k]))
            mask[rows, columns][labels[rows, columns] == k + 1] = 255
        return mask


def _look_up(values: Mask, labels: NDArray[np.int32]) -> Mask:
    """The value of each label, band by band: numpy makes indices of 64 bits of all that it looks up
    at once, eight bytes for each pixel."""
    found = np.empty(labels.shape, np.uint8)
    for top in range(0, labels.shape[0], BAND):
        band = slice(top, top + BAND)
        np.take(values, labels[band], out=found[band], mode="clip")  # into place: all are within
    return found


def find_components(mask: Mask) -> Components:
    """The 8-connected components of a mask, (H, W) uint8, 0 for paper, both sides at least 1.

    Method: OpenCV's labelling (Bolelli et al. 2020, "Spaghetti labeling"). Boxes and areas are
    those of the runs of ink in each row, of which there are few: OpenCV's own statistics look at
    every pixel of paper too, and take four times as long as the labelling (measured on books).
    """
    count, found = cv2.connectedComponents(mask, connectivity=8, ltype=cv2.CV_32S)
    labels, count = np.asarray(found, dtype=np.int32), count - 1
    rows, starts, ends = find_row_runs(mask)
    owners = labels[rows, starts] - 1
    left, top = np.full(count, mask.shape[1]), np.full(count, mask.shape[0])
    right, bottom = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.minimum.at(left, owners, starts)
    np.maximum.at(right, owners, ends)
    np.minimum.at(top, owners, rows)
    np.maximum.at(bottom, owners, rows + 1)
    area = np.bincount(owners, ends - starts, minlength=count)
    sides = np.stack([left, top, right - left, bottom - top, area]).astype(np.int32)
    left, top, width, height, area = sides
    return Components(left, top, width, height, area, labels)


def put_together(*chosen: tuple[Components, NDArray[np.bool_]]) -> Components:
    """The chosen components of several labellings of one page, in order, as one.

    Args:
        chosen: components, none of which overlap, and (n,) bool which of them are wanted. The
            labels of the first are changed in place and become those of all, so that what they
            belonged to is not to be used any more: a labelling takes four times the page.
    """
    labels = chosen[0][0].labels
    count = 0
    for parts, wanted in chosen:
        numbers = np.zeros(len(parts) + 1, np.int32)
        number = int(np.count_nonzero(wanted))
        numbers[1:][wanted] = np.arange(count + 1, count + 1 + number)
        for first in range(0, labels.shape[0], BAND):
            onto, own = labels[first : first + BAND], parts.labels[first : first + BAND]
            np.copyto(onto, numbers[own], where=own > 0)
        count += number
    names = ("left", "top", "width", "height", "area")
    sides = (
        np.concatenate([getattr(parts, name)[wanted] for parts, wanted in chosen]) for name in names
    )
    left, top, width, height, area = sides
    return Components(left, top, width, height, area, labels)


def measure_fill(components: Components) -> NDArray[np.float64]:
    """The share of its box that the ink of each component fills, (n,)."""
    boxes = np.maximum(components.width * components.height, 1)
    return np.asarray(components.area / boxes, np.float64)


def look_like_letters(components: Components, dpi: float) -> NDArray[np.bool_]:
    """Which components have the shape of letters, of any height from the lowest on, (n,)."""
    aspect = components.width / np.maximum(components.height, 1)
    return np.asarray(
        (components.height > LETTER_SIZE.lowest_inches * dpi)
        & (aspect > LETTER_SIZE.narrowest)
        & (aspect < LETTER_SIZE.widest)
        & (measure_fill(components) > LETTER_SIZE.least_fill)
    )


def estimate_x_height(components: Components, dpi: float) -> float:
    """Typical height in pixels of the page's lower-case letters, or 0 where there is no text.

    The most frequent height of what has the shape of a letter.

    Args:
        components: of the page.
        dpi: resolution of the page, which bounds the heights.
    """
    high = dpi * LETTER_SIZE.highest_inches
    good = look_like_letters(components, dpi) & (components.height < high)
    fill = measure_fill(components)
    usual = _find_usual(components.height[good])
    alike = good & (np.abs(components.height - usual) <= 1)
    dots = (np.abs(components.width - components.height) <= 1) & (fill > LETTER_SIZE.dot_fill)
    if alike.any() and float(dots[alike].mean()) > LETTER_SIZE.dot_share:
        higher = components.height[good & (components.height > LETTER_SIZE.over_dots * usual)]
        if len(higher) >= LETTER_SIZE.least_letters:
            return _find_usual(higher)
    return usual


def _find_usual(heights: Ints) -> float:
    """The most frequent of some heights, 0 where there is none."""
    if len(heights) < 3:
        return float(np.median(heights)) if len(heights) else 0.0
    weights = np.bincount(
        heights, minlength=int(heights.max()) + len(LETTER_SIZE.kernel) - 1
    ).astype(float)
    return float(np.argmax(np.convolve(weights, LETTER_SIZE.kernel, mode="same")))
