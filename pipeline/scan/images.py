"""Images in files: TIFF of any number of pages, JPEG 2000, PNG, JPEG and others that Pillow reads,
as grey rasters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from pipeline.errors import PageError, UnreadableScanError

IMAGE_SUFFIXES = (
    ".tif",
    ".tiff",
    ".jp2",
    ".j2k",
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".bmp",
    ".pgm",
    ".ppm",
    ".pbm",
    ".gif",
)
_FAULTS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    UnidentifiedImageError,
    Image.DecompressionBombError,
    MemoryError,
)


def image_sizes(path: Path, fallback_dpi: int) -> list[tuple[int, int, float]]:
    """(width, height, dpi) of each image in a file, from its headers alone.

    Raises:
        UnreadableScanError: the file is no image.
    """
    try:
        with Image.open(path) as image:
            sizes = []
            for index in range(getattr(image, "n_frames", 1)):
                image.seek(index)
                sizes.append((image.width, image.height, _dpi(image, fallback_dpi)))
            return sizes
    except _FAULTS as error:
        raise UnreadableScanError(
            f"{path} is not a readable image: {error}",
            "Open it in a viewer; convert it to PNG or TIFF, or scan it again.",
        ) from error


def _dpi(image: Image.Image, fallback: int) -> float:
    """Resolution that the file gives, where it is a likely one for a scan."""
    try:
        horizontal, vertical = (float(value) for value in image.info.get("dpi", (0, 0)))
    except (TypeError, ValueError, ZeroDivisionError):
        return float(fallback)
    likely = 100 <= horizontal <= 1250 and 0.9 < vertical / horizontal < 1.1
    return round(horizontal, 1) if likely else float(fallback)


def load_grey(path: Path, index: int) -> NDArray[np.uint8]:
    """(H, W) uint8 grey raster of image `index`, counted from 0.

    Raises:
        PageError: it cannot be decoded.
    """
    try:
        with Image.open(path) as image:
            image.seek(index)
            image.load()
            return _to_grey(image)
    except _FAULTS as error:
        raise PageError(
            "damaged-page", f"image {index + 1} of {path} cannot be decoded: {error}"
        ) from error


def _to_grey(image: Image.Image) -> NDArray[np.uint8]:
    """Grey of any mode: transparency on white, 16 and 32 bits scaled to the range that is used."""
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, dtype=np.float64)
        top = (
            65535.0
            if image.mode.startswith("I") and values.max(initial=0) > 255
            else max(1.0, float(values.max(initial=1)))
        )
        return np.clip(values * 255 / top, 0, 255).astype(np.uint8)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = ImageOps.exif_transpose(image.convert("RGBA"))
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    return np.asarray(image.convert("L"), dtype=np.uint8)
