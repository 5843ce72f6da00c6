"""Images on disk, so that a damaged file and a full disk are errors: OpenCV's own reader and writer
say nothing of them, and the writer leaves half a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PageError
from pipeline.meter import FILES, spent_on


@spent_on(FILES)
def write_image(path: Path, image: NDArray[np.uint8], parameters: Sequence[int] = ()) -> None:
    """Write (H, W) or (H, W, 3) uint8 in the format of `path`'s suffix.

    Args:
        parameters: of cv2.imencode.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
        ValueError: OpenCV does not write this format.
    """
    try:
        encoded = cv2.imencode(path.suffix, image, list(parameters))[1]
    except cv2.error as error:
        raise ValueError(f"{path.suffix} is no format that can be written") from error
    path.write_bytes(np.asarray(encoded).data)


@spent_on(FILES)
def read_raster(path: Path) -> NDArray[np.uint8]:
    """The grey raster in a file, (H, W) uint8. Raises PageError where it cannot be read."""
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise PageError("lost-raster", f"{path} is missing or damaged")
    return np.asarray(grey, dtype=np.uint8)
