"""Images in files: TIFF of any number of pages, JPEG 2000, PNG, JPEG, HEIC and others that Pillow
and its plugins read, as grey rasters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from pipeline.errors import PageError, UnreadableScanError
from pipeline.scan.grey import ORIENTATION, orientation, shown_size, to_grey
from pipeline.scan.sizes import any_size

IMAGE_SUFFIXES = (
    *(".tif", ".tiff", ".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx", ".png", ".apng"),
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".webp", ".avif", ".heic", ".heif", ".hif"),
    *(".bmp", ".dib", ".gif", ".pgm", ".ppm", ".pbm", ".pnm", ".tga", ".pcx"),
)
HEIF_SUFFIXES = frozenset({".heic", ".heif", ".hif"})
MOST_IMAGES = 10_000  # in one file; the largest TIFF of a library at hand has some hundreds
# Formats whose further images are copies for a screen: the second picture of a camera's MPO.
TURNS = {1: 0, 3: 180, 6: 90, 8: 270}  # EXIF's orientations that a turn clockwise undoes
FIRST_ONLY = frozenset({"MPO"})
SUBFILE, REDUCED, MASK = 254, 1, 4  # NewSubfileType of TIFF 6.0 and two of its bits
FAULTS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    TypeError,  # Pillow, of tags of another kind than they should be
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    ZeroDivisionError,
    RuntimeError,
    UnidentifiedImageError,
    Image.DecompressionBombError,
)


@lru_cache(maxsize=1)
def register_heif() -> bool:
    """Have Pillow read HEIC; whether it can."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return False
    register_heif_opener(thumbnails=False)
    return True


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """An image file, of whatever size."""
    if path.suffix.lower() in HEIF_SUFFIXES and not register_heif():
        raise ValueError("HEIC is read where pillow-heif is installed: pip install pillow-heif")
    # not by its name: Pillow would map an uncompressed TIFF into memory, and take one that lies
    # on its side for one of the size in which it is shown
    with any_size(), path.open("rb") as file, Image.open(file) as image:
        yield image


def image_sizes(path: Path, fallback_dpi: int) -> list[tuple[int, int, int, float]]:
    """(index, width, height, dpi) of each page in a file, from its headers alone.

    The reduced copies and masks that a TIFF holds beside an image are no pages of their own.

    Raises:
        UnreadableScanError: the file is no image, or holds more than a book can have.
    """
    try:
        with opened(path) as image:
            sizes = []
            for index in _indexes(image):
                image.seek(index)
                if not _is_copy(image):
                    sizes.append((index, *shown_size(image), _dpi(image, fallback_dpi)))
    except (*FAULTS, MemoryError) as error:
        raise UnreadableScanError(
            f"{path} is not a readable image: {error}",
            "Open it in a viewer; convert it to PNG or TIFF, or scan it again.",
        ) from error
    if not sizes:
        raise UnreadableScanError(f"{path} holds no page", "Scan it again, or remove it.")
    return sizes


def _indexes(image: Image.Image) -> range:
    """Which images of a file may be pages."""
    if image.format in FIRST_ONLY:
        return range(1)
    count = _tiff_count(image) if image.format == "TIFF" else getattr(image, "n_frames", 1)
    if count > MOST_IMAGES:
        raise ValueError(f"it holds more than {MOST_IMAGES:,} images; part it into volumes")
    return range(count)


def _tiff_count(image: Image.Image) -> int:
    """Images of a TIFF, counted only as far as a book can go: Pillow's own count takes minutes
    where there are ten thousands."""
    count = 1
    try:
        while count <= MOST_IMAGES:
            image.seek(count)
            count += 1
    except EOFError:
        pass
    image.seek(0)
    return count


def _is_copy(image: Image.Image) -> bool:
    """Whether an image of a TIFF is a reduced copy or a mask of another."""
    tags = getattr(image, "tag_v2", {})
    kind = tags.get(SUBFILE, 0)
    return isinstance(kind, int) and bool(kind & (REDUCED | MASK))


def _dpi(image: Image.Image, fallback: int) -> float:
    """Resolution that the file gives, where it is a likely one for a scan."""
    try:
        horizontal, vertical = (float(value) for value in image.info.get("dpi", (0, 0)))
    except (TypeError, ValueError, ZeroDivisionError):
        return float(fallback)
    likely = 100 <= horizontal <= 1250 and 0.9 < vertical / horizontal < 1.1
    return round(horizontal, 1) if likely else float(fallback)


def turn_to_show(path: Path) -> int | None:
    """Degrees by which the images of a file must be turned clockwise to be shown as viewers do;
    None where turning alone does not do it, as they are mirrored, or where one cannot tell."""
    try:
        with opened(path) as image:
            if image.format != "TIFF":
                return TURNS.get(orientation(image))
            for index in _indexes(image):
                image.seek(index)
                if getattr(image, "tag_v2", {}).get(ORIENTATION, 1) != 1:
                    return None
            return 0
    except (*FAULTS, MemoryError):
        return None


def shown_image(path: Path, index: int) -> Image.Image:
    """Image `index` of a file, from 0, as viewers show it: grey, or in colour where its samples
    have 8 bits.

    Raises:
        PageError: it cannot be decoded.
    """
    grey = Image.fromarray(load_grey(path, index))
    with opened(path) as image:
        image.seek(index)
        if image.mode not in ("RGB", "YCbCr", "CMYK", "P", "LAB"):
            return grey
        image.load()
        return ImageOps.exif_transpose(image.convert("RGB"))


def load_grey(path: Path, index: int) -> NDArray[np.uint8]:
    """(H, W) uint8 grey raster of image `index`, counted from 0, as viewers show it.

    Raises:
        PageError: it cannot be decoded.
    """
    try:
        with opened(path) as image:
            image.seek(index)
            image.load()
            return to_grey(image)
    except MemoryError as error:
        raise PageError(
            "out-of-memory", f"image {index + 1} of {path} needs more memory than it may have"
        ) from error
    except FAULTS as error:
        raise PageError(
            "damaged-page", f"image {index + 1} of {path} cannot be decoded: {error}"
        ) from error
