"""Images in files: TIFF of any number of pages, JPEG 2000, PNG, JPEG, HEIC and others that Pillow
and its plugins read, as grey rasters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from pipeline.errors import PageError, UnreadableScanError
from pipeline.scan.grey import ORIENTATION, decode, is_signed, orientation, shown_size, to_grey
from pipeline.scan.samples import ends_flat, file_fault
from pipeline.scan.sizes import any_size

IMAGE_SUFFIXES = (
    *(".tif", ".tiff", ".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx", ".png", ".apng"),
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".webp", ".avif", ".heic", ".heif", ".hif"),
    *(".bmp", ".dib", ".gif", ".pgm", ".ppm", ".pbm", ".pnm", ".tga", ".pcx"),
)
# What a file may be, whatever its name says. Pillow would open some forty formats more, one of them
# by a program that runs what it is given (EPS, by Ghostscript).
FORMATS = (
    *("TIFF", "JPEG2000", "PNG", "JPEG", "MPO", "WEBP", "AVIF", "HEIF"),
    *("BMP", "DIB", "GIF", "PPM", "TGA", "PCX"),
)
HEIF_SUFFIXES = frozenset({".heic", ".heif", ".hif"})
# ISO 23008-12, annex B; mif1 and msf1 may be AVIF as well, which pillow-heif leaves to Pillow
HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
MOST_IMAGES = 10_000  # in one file; the largest TIFF of a library at hand has some hundreds
TURNS = {1: 0, 3: 180, 6: 90, 8: 270}  # EXIF's orientations that a turn clockwise undoes
# Formats whose further images are copies for a screen: the second picture of a camera's MPO.
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


@dataclass(frozen=True)
class ImagePage:
    """An image of a file that is a page: its index in it, size in pixels as shown, and resolution;
    or what is wrong with it."""

    index: int
    width: int
    height: int
    dpi: float
    fault: str = ""


@lru_cache(maxsize=1)
def register_heif() -> bool:
    """Have Pillow read HEIC; whether it can."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return False
    register_heif_opener(thumbnails=False)
    return True


def _is_heif(path: Path) -> bool:
    """Whether a file is HEIC, by its name or by its first bytes (ISO 14496-12, section 4.3):
    telephones hand it over as .jpg, too."""
    if path.suffix.lower() in HEIF_SUFFIXES:
        return True
    with path.open("rb") as file:
        start = file.read(12)
    return start[4:8] == b"ftyp" and start[8:12] in HEIF_BRANDS


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """An image file, of whatever size."""
    if _is_heif(path) and not register_heif():
        raise ValueError("HEIC is read where pillow-heif is installed: pip install pillow-heif")
    # not by its name: Pillow would map an uncompressed TIFF into memory, and take one that lies
    # on its side for one of the size in which it is shown
    formats = _readable_formats()
    with any_size(), path.open("rb") as file, Image.open(file, formats=formats) as image:
        yield image


def _readable_formats() -> list[str]:
    """Those of FORMATS that this Pillow knows."""
    Image.init()
    return [name for name in FORMATS if name in Image.OPEN]


def _sentence(error: BaseException) -> str:
    """What is wrong, for a user: Pillow's own words, where they are any."""
    if isinstance(error, UnidentifiedImageError):
        return "it is of no format that is read"
    return str(error) or type(error).__name__


def image_sizes(path: Path, fallback_dpi: int) -> list[ImagePage]:
    """Each page in a file, from its headers alone.

    The reduced copies and masks that a TIFF holds beside an image are no pages of their own. An
    image that cannot be told of costs no other.

    Raises:
        UnreadableScanError: the file is no image, or holds more than a book can have.
    """
    try:
        with opened(path) as image:
            pages = [
                ImagePage(index, 0, 0, float(fallback_dpi), fault)
                if fault
                else ImagePage(index, *shown_size(image), _dpi(image, fallback_dpi))
                for index, fault in _images(image)
                if fault or not _is_copy(image)
            ]
    except (*FAULTS, MemoryError) as error:
        raise UnreadableScanError(
            f"{path} is not a readable image: {_sentence(error)}",
            "Open it in a viewer; convert it to PNG or TIFF, or scan it again.",
        ) from error
    if not pages:
        raise UnreadableScanError(f"{path} holds no page", "Scan it again, or remove it.")
    return pages


def _images(image: Image.Image) -> Iterator[tuple[int, str]]:
    """Go through the images of a file that may be pages: the index of each, and what is wrong with
    it; where the file breaks off, that is the last.

    They are not counted before, which takes minutes where there are ten thousands.
    """
    for index in range(1) if image.format in FIRST_ONLY else count():
        if index >= MOST_IMAGES:
            raise ValueError(f"it holds more than {MOST_IMAGES:,} images; part it into volumes")
        try:
            image.seek(index)
        except EOFError:
            return
        except SyntaxError as error:  # Pillow's word for a kind of image that it does not read
            yield index, _sentence(error)
        except FAULTS as error:
            yield index, _sentence(error)
            return
        else:
            yield index, ""


def _is_copy(image: Image.Image) -> bool:
    """Whether an image of a TIFF is a reduced copy or a mask of another."""
    tags = getattr(image, "tag_v2", {})
    kind = tags.get(SUBFILE, 0)
    return isinstance(kind, int) and bool(kind & (REDUCED | MASK))


def is_resolution(across: float, down: float) -> bool:
    """Whether pixels an inch are likely ones of a scan. Those of a fax are half as many down as
    across, or twice (ITU-T T.4); 100 dpi are 99.9998 in a PNG, which counts by the metre."""
    return 99.5 <= across <= 1250 and 0.4 < down / across < 2.2


def _dpi(image: Image.Image, fallback: int) -> float:
    """Resolution that the file gives, where it is a likely one for a scan with square pixels."""
    try:
        horizontal, vertical = (float(value) for value in image.info.get("dpi", (0, 0)))
    except (TypeError, ValueError, ZeroDivisionError):
        return float(fallback)
    square = is_resolution(horizontal, vertical) and 0.9 < vertical / horizontal < 1.1
    return round(horizontal, 1) if square else float(fallback)


def turn_to_show(path: Path) -> int | None:
    """Degrees by which the images of a file must be turned clockwise to be shown as viewers do;
    None where turning alone does not do it, as they are mirrored or signed, or where one cannot
    tell."""
    try:
        with opened(path) as image:
            if image.format != "TIFF":
                return TURNS.get(orientation(image))
            for _, fault in _images(image):
                lies = getattr(image, "tag_v2", {}).get(ORIENTATION, 1)
                if fault or lies != 1 or is_signed(image):
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
        if image.mode not in ("RGB", "YCbCr", "CMYK", "P"):
            return grey
        decode(image)
        return ImageOps.exif_transpose(image.convert("RGB"))


def load_grey(path: Path, index: int) -> NDArray[np.uint8]:
    """(H, W) uint8 grey raster of image `index`, counted from 0, as viewers show it.

    Raises:
        PageError: it cannot be decoded, or not to its end.
    """
    try:
        with opened(path) as image:
            image.seek(index)
            decode(image)
            grey = to_grey(image)
            if ends_flat(grey) and (fault := file_fault(path, image)):
                raise ValueError(fault)
            return grey
    except MemoryError as error:
        raise PageError(
            "out-of-memory", f"image {index + 1} of {path} needs more memory than it may have"
        ) from error
    except FAULTS as error:
        raise PageError(
            "damaged-page", f"image {index + 1} of {path} cannot be decoded: {_sentence(error)}"
        ) from error
