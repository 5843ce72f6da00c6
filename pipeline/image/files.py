"""Images written to disk so that a full disk is an error: OpenCV's own writer leaves half a file
and says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray


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
    path.write_bytes(np.asarray(encoded).tobytes())
