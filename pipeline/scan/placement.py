"""How the one image of a page lies on it: told by a small rendering of the page, where the page
itself does not say."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

GLANCE_TOLERANCE = 48  # grey levels, over 5 x 5 reduced pixels
WAYS_UP = tuple((mirrored, turns) for mirrored in (False, True) for turns in range(4))


def place_as_seen(
    image: NDArray[np.uint8],
    shape: tuple[int, int],
    glance: NDArray[np.uint8],
    ways: Sequence[tuple[bool, int]],
) -> NDArray[np.uint8] | None:
    """An image turned and mirrored as the page shows it: of the `ways` it may lie, that which is
    most like the glance; None where none is like it everywhere but in fine detail.

    Args:
        image: (H, W) uint8.
        shape: (height, width) of the page, in the image's pixels.
        glance: the page, rendered much smaller.
        ways: mirrored left to right or not, and then so many quarter turns against the clock.
    """
    best: tuple[float, int, bool] | None = None
    for lying in (0, 1):
        if (image.shape[::-1] if lying else image.shape) != shape:
            continue
        # turned as it was reduced: a reduced page is turned in no time
        small = _reduced(image, glance.shape[::-1] if lying else glance.shape)
        for mirrored, turns in ways:
            if turns % 2 != lying:
                continue
            difference = _difference(turn_up(small, turns, mirrored), glance)
            if difference.max(initial=0) <= GLANCE_TOLERANCE:
                unlike = float(difference.mean())
                if best is None or unlike < best[0]:
                    best = unlike, turns, mirrored
    return np.ascontiguousarray(turn_up(image, *best[1:])) if best else None


def turn_up(image: NDArray[np.uint8], turns: int, mirrored: bool) -> NDArray[np.uint8]:
    """A view of an image, mirrored and then turned by quarter turns."""
    return np.rot90(np.fliplr(image) if mirrored else image, turns)


def _reduced(image: NDArray[np.uint8], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    small = cv2.resize(image, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def _difference(small: NDArray[np.uint8], glance: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Grey levels by which two pictures of one size differ, fine detail blurred away."""
    blurred = cv2.blur(np.ascontiguousarray(small), (5, 5)).astype(int)
    return np.abs(blurred - cv2.blur(glance, (5, 5)))
