"""Connected components of ink, and which of them may be letters."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.binarize import Mask

Ints = NDArray[np.int32]
FEW, SMALL_SHARE = (
    300,
    0.5,
)  # components that are drawn one by one, and the share of the page that their boxes may take


@dataclass(frozen=True)
class Components:
    """Boxes and areas of n components, and `labels`, (H, W) int32, where component i has label i +
    1."""

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

    def drawn(self, chosen: NDArray[np.bool_], step: int = 1) -> Mask:
        """The ink of the chosen components: (ceil(H / step), W) uint8, 255 where there is some; of
        every `step`-th row."""
        labels = self.labels[::step]
        few = (
            int((self.width[chosen].astype(np.int64) * self.height[chosen]).sum())
            < SMALL_SHARE * self.labels.size
        )
        if not few or np.count_nonzero(chosen) > FEW:
            return np.take(
                np.concatenate([[False], chosen]).astype(np.uint8) * np.uint8(255), labels
            )
        mask = np.zeros(labels.shape, np.uint8)
        for k in np.flatnonzero(chosen).tolist():  # box by box: most pages have few
            rows = slice(int(self.top[k]) // step, -(-int(self.bottom[k]) // step))
            columns = slice(int(self.left[k]), int(self.right[k]))
            mask[rows, columns][labels[rows, columns] == k + 1] = 255
        return mask


def find_components(mask: Mask) -> Components:
    """The 8-connected components of a mask."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    left, top, width, height, area = np.ascontiguousarray(stats[1:].T, dtype=np.int32)
    return Components(left, top, width, height, area, np.asarray(labels, dtype=np.int32))


def letter_height(components: Components, dpi: float) -> float:
    """Typical height in pixels of the page's lower-case letters, or 0 where there is no text.

    The most frequent height, letters counted by their width so that specks weigh little.
    """
    low, high = dpi * 0.02, dpi * 0.6  # 1.5 to 43 points
    aspect = components.width / np.maximum(components.height, 1)
    fill = components.area / np.maximum(components.width * components.height, 1)
    good = (
        (components.height > low)
        & (components.height < high)
        & (aspect > 0.15)
        & (aspect < 4)
        & (fill > 0.1)
    )
    heights = components.height[good]
    if len(heights) < 3:
        return float(np.median(heights)) if len(heights) else 0.0
    weights = np.bincount(heights, minlength=int(heights.max()) + 4).astype(float)
    smooth = np.convolve(weights, [0.25, 0.5, 1.0, 0.5, 0.25], mode="same")
    return float(np.argmax(smooth))
