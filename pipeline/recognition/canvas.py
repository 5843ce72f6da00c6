"""The canvas: how the image of a word, a name or a character is placed in what a network of fixed
geometry sees.

Networks that read printed lines have a `frame` instead, with a baseline and an x-height.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

# of grey levels, from the darkest: a thin 1 is no more ink than that (seen on MNIST)
INK_PERCENTILE = 1


@dataclass(frozen=True)
class Canvas:
    """Size of a network's input in pixels.

    width: 0 for as wide as the image is at that height.
    crop: the image keeps its size, and what does not fit is cut off; otherwise it is brought to the
    size that fits.
    margin: paper on each side, as a share of the canvas.
    above: how far, in x-heights, the image of a word reaches above its baseline at least; 0 for as
    far as its ink.
    """

    height: int
    width: int = 0
    crop: bool = False
    margin: float = 0.0
    above: float = 0.0

    def __post_init__(self) -> None:
        if self.height < 8 or self.width < 0 or not 0 <= self.margin < 0.4:
            raise ValueError(
                f"a canvas is at least 8 pixels high, and its margin below 0.4, not {self}"
            )

    def columns(self, height: int, width: int) -> int:
        """Columns of what `place` makes of an image of that size."""
        return self.width or max(4, round(width * self.height / max(1, height)))

    def scale(self, height: int, width: int) -> float:
        """By how much `place` enlarges an image of that size."""
        if self.crop:
            return 1.0
        inner = 1 - 2 * self.margin
        rows = self.height * inner / max(1, height)
        return min(rows, self.width * inner / max(1, width)) if self.width else rows

    def place(self, image: NDArray[np.uint8], centred: bool = False) -> NDArray[np.uint8]:
        """The image on the canvas, padded with the colour of its paper.

        Args:
            image: (H, W) uint8, dark ink on light paper.
            centred: cut to its ink and put in the middle of the canvas, as an isolated character
                is, whose size and place say nothing; not at its left.

        Returns:
            (height, W') uint8, W' as `columns` says.
        """
        around = paper(image)
        if centred:
            image = cut_to_ink(image)
        rows, columns = image.shape
        scale = self.scale(rows, columns)
        if not self.crop:
            size = max(1, round(columns * scale)), max(1, round(rows * scale))
            image = np.asarray(
                cv2.resize(
                    image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
                ),
                np.uint8,
            )
        canvas = np.full((self.height, self.columns(rows, columns)), around, np.uint8)
        image = image[: canvas.shape[0], : canvas.shape[1]]
        top = 0 if self.crop else (canvas.shape[0] - image.shape[0]) // 2
        left = (canvas.shape[1] - image.shape[1]) // 2 if centred else 0
        canvas[top : top + image.shape[0], left : left + image.shape[1]] = image
        return canvas


def paper(image: NDArray[np.uint8]) -> int:
    """The colour of the paper: the median along the edges of an image (H, W) uint8."""
    edges = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    return int(np.median(edges))


def cut_to_ink(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What holds all ink of an image (H, W) uint8: what is darker than halfway from the paper to
    the darkest ink; all of it where there is none."""
    inked = image < (paper(image) + int(np.percentile(image, INK_PERCENTILE))) / 2
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        return image
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
