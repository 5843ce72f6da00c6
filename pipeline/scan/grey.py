"""Grey rasters of images of any mode and depth, the same way up as every viewer shows them."""

from __future__ import annotations

import os
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps
from PIL.TiffImagePlugin import TiffImageFile

ORIENTATION = 0x0112  # the tag of EXIF and TIFF
LYING = frozenset({5, 6, 7, 8})  # its values for images that are stored on their side
MIRRORED = frozenset({2, 4, 5, 7})
PHOTOMETRIC, WHITE_IS_ZERO = 0x0106, 0  # of TIFF 6.0; Pillow turns only samples of 8 bits round
BITS, PLANAR, APART = 0x0102, 0x011C, 2
STRIP = 256  # rows that are scaled at a time, so that floats of a large page need little room
SAMPLE_FORMAT, UNSIGNED, SIGNED = 0x0153, 1, 2
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PIXELS_AND_END = frozenset({b"IDAT", b"IEND"})
# The white of samples of so many bits: scanners store 10, 12 or 14 bits in samples of 16, and
# programs of science store all of them in floats.
WHITES = tuple(float(2**bits - 1) for bits in (1, 8, 10, 12, 14, 16, 24, 32))


def orientation(image: Image.Image) -> int:
    """How an image is stored, 1 to 8 as EXIF counts; 1 where it does not say. Pillow turns TIFF by
    itself."""
    if image.format == "TIFF":
        return 1
    try:
        value = _exif(image).get(ORIENTATION, 1)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, IndexError):
        return 1  # damaged EXIF is none
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _exif(image: Image.Image) -> Image.Exif:
    """EXIF of an image. Pillow decodes the whole of a PNG to look for what stands behind its
    pixels, also where nothing does: that would be each page twice, and a bomb before its size is
    looked at."""
    if isinstance(image, ImageFile.ImageFile) and image.format == "PNG" and _is_told(image.fp):
        return Image.Image.getexif(image)
    return image.getexif()


def _is_told(file: IO[bytes] | None) -> bool:
    """Whether all that a PNG says has been read: no chunk but pixels stands behind its first ones.
    Heads of chunks alone are read; a file that is let go of has been decoded."""
    if file is None:
        return False
    place, found, pixels = file.tell(), False, False
    file.seek(len(PNG_SIGNATURE))
    while not found and len(head := file.read(8)) == 8:
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        found = pixels and kind not in PIXELS_AND_END
        pixels = pixels or kind == b"IDAT"
        file.seek(length + 4, os.SEEK_CUR)  # 4 of the checksum
    file.seek(place)
    return not found


def shown_size(image: Image.Image) -> tuple[int, int]:
    """(width, height) of an image as viewers show it."""
    width, height = image.size
    return (height, width) if orientation(image) in LYING else (width, height)


def decode(image: Image.Image) -> None:
    """Have the samples of an image read. Pillow takes uncompressed planes of 16 bits in a TIFF for
    such of 8, and would give another picture."""
    if isinstance(image, TiffImageFile) and _has_deep_planes(image):
        order = "B" if image.tag_v2.prefix == b"MM" else "L"
        plain: list[Any] = [tile.args for tile in image.tile]
        image.tile = [
            tile._replace(args=(f"{mode};16{order}", *rest))
            for tile, (mode, *rest) in zip(image.tile, plain, strict=True)
        ]
    image.load()


def _has_deep_planes(image: TiffImageFile) -> bool:
    """Whether an image is one of a TIFF whose channels lie apart, in samples of 16 bits, and are
    not compressed."""
    tags = image.tag_v2
    apart = tags.get(PLANAR) == APART and set(tags.get(BITS, ())) == {16}
    return apart and all(tile.codec_name == "raw" for tile in image.tile)


def to_grey(image: Image.Image) -> NDArray[np.uint8]:
    """(H, W) uint8 grey of an image as viewers show it: transparency on white, deep samples scaled
    to the bits that are used.

    Raises:
        ValueError: its samples count colours of a palette that is not there.
    """
    if image.mode in ("P", "PA") and image.palette is None:
        raise ValueError("it has no palette")
    turn = orientation(image)
    image = image.convert("LA") if image.mode == "La" else image  # no other way leads from it
    if image.mode.startswith(("I", "F")):
        grey = _deep_grey(image)
    elif image.mode == "LAB":  # its first channel is the lightness, which Pillow turns to no grey
        grey = np.asarray(image.getchannel(0), dtype=np.uint8)
    elif is_signed(image):
        grey = np.asarray(image, dtype=np.uint8) ^ np.uint8(0x80)
    else:
        if image.mode in ("RGBA", "LA", "PA", "RGBa") or "transparency" in image.info:
            image = image.convert("RGBA")
            paper = Image.new("RGBA", image.size, "white")
            image = Image.alpha_composite(paper, image)
        grey = np.asarray(image.convert("L"), dtype=np.uint8)
    if turn == 1:
        return grey
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    upright = Image.fromarray(grey)
    upright.info["exif"] = exif.tobytes()
    return np.asarray(ImageOps.exif_transpose(upright), dtype=np.uint8)


def is_signed(image: Image.Image) -> bool:
    """Whether an image of a TIFF has signed samples of 8 bits, which are read as unsigned by
    Pillow and all that is built on it."""
    return image.mode == "L" and _sample_format(image) == SIGNED


def _sample_format(image: Image.Image) -> int:
    """What a TIFF says its samples are; unsigned where it says nothing."""
    told = getattr(image, "tag_v2", {}).get(SAMPLE_FORMAT, (UNSIGNED,))
    return told[0] if isinstance(told, tuple) and told else UNSIGNED


def _deep_grey(image: Image.Image) -> NDArray[np.uint8]:
    """Grey of samples deeper than 8 bits; of a TIFF's, its tags say what Pillow leaves out."""
    samples = np.asarray(image)
    tags = getattr(image, "tag_v2", {})
    if samples.dtype == np.int32 and _sample_format(image) == UNSIGNED:
        samples = samples.view(np.uint32)  # Pillow takes unsigned samples of 32 bits for signed
    grey = scaled(samples)
    return 255 - grey if tags.get(PHOTOMETRIC) == WHITE_IS_ZERO else grey


def scaled(samples: NDArray) -> NDArray[np.uint8]:
    """(H, W) uint8 of deep samples: white is that of the fewest bits that hold them all. What is no
    number is paper, as programs mark what they left out."""
    finite = np.isfinite(samples) if samples.dtype.kind == "f" else np.True_
    highest = float(samples.max(initial=0, where=finite))
    white = next((one for one in WHITES if highest <= one), highest)
    lowest = float(samples.min(initial=0, where=finite))
    shift = min(lowest, 0.0)
    white = highest if shift < 0 < highest - shift else white  # signed samples: lowest to highest
    grey = np.empty(samples.shape, dtype=np.uint8)
    for top in range(0, len(samples), STRIP):
        strip = samples[top : top + STRIP].astype(np.float64)
        levels = np.clip((strip - shift) * (255.0 / (white - shift)), 0, 255)
        grey[top : top + STRIP] = np.where(np.isnan(strip), 255.0, levels)
    return grey
