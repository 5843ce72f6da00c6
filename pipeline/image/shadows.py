"""Paper in deep shadow, told from what is dark itself: a photographer's own shadow hides half of a
page, and letters in it are as black as elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Pixels = NDArray[np.uint8] | NDArray[np.float32]


@dataclass(frozen=True)
class ShadowParameters:
    """What paper with writing in shadow looks like, in shares of its own brightness. Chosen by eye
    on pages with shadows, photographs, engravings and beds of scanners."""

    least_area: float = 0.01  # of the page
    even: float = 0.85  # what is lighter is paper …
    even_share: float = 0.6  # … in this share of it: a photograph has all greys
    ink: float = 0.6  # what is darker is ink …
    ink_shares: tuple[float, float] = (0.005, 0.25)  # … between these shares of it
    least_contrast: float = 28  # … by so many grey levels: noise of what is black is none


SHADOWS = ShadowParameters()


def find_shadows(grey: Grey, paper: Grey, dark: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The dark areas that are paper with writing on it.

    Args:
        grey: (H, W) uint8, the page.
        paper: (h, w) uint8, its brightness without ink, reduced.
        dark: (h, w) bool, where that is too dark for paper.

    Returns:
        (h, w) bool.
    """
    found = np.zeros_like(dark)
    count, areas = cv2.connectedComponents(dark.astype(np.uint8))
    sizes = np.bincount(areas.ravel(), minlength=count)
    for area in range(1, count):
        if sizes[area] >= SHADOWS.least_area * dark.size:
            within = areas == area
            found |= within & _is_paper(grey, paper, within)
    return found


def is_written(values: Grey) -> bool:
    """Whether pixels of one light, (N,) uint8, hold some that are far darker, as paper in shadow
    with letters does; what is dark itself has no such ones.
    """
    if not len(values):
        return False
    ground = float(np.median(values[:: 1 + len(values) // 100_000]))
    return _has_ink(values, ground)


def _has_ink(values: Pixels, ground: Pixels | float) -> bool:
    """Whether so many pixels as are of letters are far darker than the ground about them."""
    ink = (values < SHADOWS.ink * ground) & (values <= ground - SHADOWS.least_contrast)
    least, most = SHADOWS.ink_shares
    return least <= float(np.mean(ink)) <= most


def _is_paper(grey: Grey, paper: Grey, within: NDArray[np.bool_]) -> bool:
    """Whether an area of the reduced page is even, with some ink."""
    size = (grey.shape[1], grey.shape[0])
    inside = cv2.resize(within.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    values = grey[inside].astype(np.float32)
    around = cv2.resize(paper, size, interpolation=cv2.INTER_LINEAR)[inside].astype(np.float32)
    even = float(np.mean(values > SHADOWS.even * around))
    return even >= SHADOWS.even_share and _has_ink(values, around)
