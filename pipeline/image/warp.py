"""Images resampled by the transforms of `pipeline.geometry`."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Affine
from pipeline.mesh import Mesh


def matrix_of_pixel_centres(transform: Affine) -> NDArray[np.float64]:
    """(2, 3) matrix for OpenCV, which counts from the centres of pixels, where geometry counts from
    their edges."""
    centred = Affine(c=0.5, f=0.5).then(transform).then(Affine(c=-0.5, f=-0.5))
    return np.array(centred.as_tuple()).reshape(2, 3)


def warp(
    image: NDArray[np.uint8],
    transform: Affine,
    size: tuple[int, int],
    *,
    interpolation: int = cv2.INTER_LINEAR,
    border: int = 255,
) -> NDArray[np.uint8]:
    """Resample an image onto another canvas.

    Args:
        image: (H, W) uint8.
        transform: from coordinates of `image` to those of the result.
        size: (width, height) of the result, in pixels.
        interpolation: one of OpenCV's.
        border: value, 0 to 255, of what lies outside `image`.

    Returns:
        (height, width) uint8.
    """
    warped = cv2.warpAffine(
        image, matrix_of_pixel_centres(transform), size, flags=interpolation, borderValue=border
    )
    return np.asarray(warped, dtype=np.uint8)


def unbend(image: NDArray[np.uint8], mesh: Mesh) -> NDArray[np.uint8]:
    """Resample a bent page, (H, W) uint8, onto the straight page that its mesh spans; white where
    that lies outside."""
    xs, ys = mesh.spread()
    for places in (xs, ys):  # in place: each is four times as large as the page
        places -= np.float32(0.5)  # from pixels' middles to their numbers
    straight = cv2.remap(image, xs, ys, cv2.INTER_CUBIC, borderValue=255)
    return np.asarray(straight, dtype=np.uint8)
