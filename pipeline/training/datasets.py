"""Readers of the datasets that the named recognizers were made for, in the formats in which they
are published.

Each yields a Row for every sample that its listing names: an image with its text, or the reason why
there is none.

- Handwritten names (Kaggle): a CSV of file name and label beside a folder of images.
- MNIST (LeCun, Cortes, Burges): IDX files, gzipped or not.
- A-Z handwritten alphabets (Kaggle): a CSV of 785 columns, the label and 28 x 28 grey levels.
- trdg's folders: images called LABEL_INDEX.png.

IAM's archives have a module of their own, iam.py.
"""

from __future__ import annotations

import gzip
import math
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import DataError
from pipeline.training.rows import (
    NOT_UTF8,
    Row,
    csv_rows,
    file_bytes,
    image_row,
    is_utf8,
)

LARGEST_IDX = 1 << 30  # values; EMNIST, the largest of its kind, holds 640 millions
IDX_IMAGES, IDX_LABELS = 0x0803, 0x0801
SIDE = 28  # of MNIST's and of A-Z's images
ILLEGIBLE_NAMES = frozenset({"", "NULL", "NAN", "EMPTY", "UNREADABLE"})
LONGEST_NAME = 64
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff"})


# names


def names_rows(table: Path, images: Path) -> Iterator[Row]:
    """The rows of a CSV of file names and names, upper-cased.

    Raises:
        DataError: it is no such table.
    """
    root = images.resolve()
    rows = csv_rows(table)
    if len(next(rows, [])) < 2:
        raise DataError(
            f"{table} has no two columns",
            "The first holds the image's file name, the second the name.",
        )
    for number, cells in enumerate(rows, start=2):
        if len(cells) < 2:
            yield Row(f"row {number}", reason="a row without two cells")
        elif not is_utf8(cells[1]):
            yield Row(f"row {number}", reason=NOT_UTF8)
        else:
            yield _name_row(cells[0].strip(), " ".join(cells[1].split()).upper(), root)


def _name_row(file: str, text: str, root: Path) -> Row:
    if text in ILLEGIBLE_NAMES:
        return Row(file, reason="illegible (NULL)")
    if len(text) > LONGEST_NAME:
        return Row(file, text, reason=f"longer than {LONGEST_NAME} characters")
    try:
        path = (root / file).resolve()
        inside = bool(file) and path.is_relative_to(root)
    except (OSError, ValueError, RuntimeError):  # too long a name, a NUL in it, links in a ring
        inside = False
    return image_row(file, text, file_bytes(path) if inside else None)


# isolated characters


def _idx(path: Path, magic: int, dimensions: int) -> NDArray[np.uint8]:
    """The array of an IDX file, gzipped or not.

    Raises:
        DataError: it is none, or shorter or longer than its header says.
    """
    try:
        with path.open("rb") as plain:
            packed = plain.peek(2)[:2] == b"\x1f\x8b"
            with gzip.open(plain) if packed else plain as file:
                head = file.read(4 * (1 + dimensions))
                found, *shape = struct.unpack(f">{1 + dimensions}I", head)
                if found != magic:
                    raise ValueError(f"its magic number is {found:#06x}, not {magic:#06x}")
                size = math.prod(shape)
                if size > LARGEST_IDX:
                    raise ValueError(f"its header promises {size:,} values")
                values = np.frombuffer(file.read(size + 1), np.uint8)
        if values.size != size:
            held = f"{values.size}" if values.size < size else f"more than {size}"
            raise ValueError(
                f"it holds {held} values, its header says {' x '.join(map(str, shape))}"
            )
        return values.reshape(shape)
    except (ValueError, struct.error, OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{path} is no IDX file: {error}", "Fetch it again from where it came."
        ) from error


def mnist_rows(images: Path, labels: Path) -> Iterator[Row]:
    """MNIST's digits, turned to dark on light."""
    pixels, digits = _idx(images, IDX_IMAGES, 3), _idx(labels, IDX_LABELS, 1)
    if len(pixels) != len(digits):
        raise DataError(f"{images} holds {len(pixels)} images, {labels} {len(digits)} labels")
    for number, (image, digit) in enumerate(zip(pixels, digits, strict=True), start=1):
        if digit > 9:
            yield Row(f"image {number}", reason=f"label {digit} is no digit")
        else:
            yield Row(f"image {number}", str(digit), np.ascontiguousarray(255 - image))


def alphabet_rows(table: Path) -> Iterator[Row]:
    """The letters of A-Z's CSV, turned to dark on light: label 0 is A."""
    for number, cells in enumerate(csv_rows(table), start=1):
        name = f"row {number}"
        if number == 1 and cells and not cells[0].strip().isdecimal():
            continue  # some copies have a head
        if len(cells) != 1 + SIDE * SIDE:
            yield Row(name, reason=f"{len(cells)} columns, not {1 + SIDE * SIDE}")
            continue
        try:
            values = np.array(cells, dtype=np.int64)
        except (ValueError, OverflowError):
            yield Row(name, reason="a cell that is no number")
            continue
        if not 0 <= values[0] < 26 or values[1:].min() < 0 or values[1:].max() > 255:
            yield Row(name, reason="a label or grey level out of range")
            continue
        yield Row(
            name,
            chr(ord("A") + int(values[0])),
            (255 - values[1:]).reshape(SIDE, SIDE).astype(np.uint8),
        )


# folders


def folder_rows(folder: Path) -> Iterator[Row]:
    """Images called LABEL_INDEX.png, as trdg writes them, in order of name.

    Raises:
        DataError: it is no folder, or may not be read.
    """
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise DataError(
            f"{folder} is no folder of images: {error.strerror}", "Give the folder of the images."
        ) from error
    for path in paths:
        if path.suffix.lower() not in IMAGE_SUFFIXES:
            continue
        named = re.fullmatch(r"(.+)_\d+", path.stem)
        if named is None:
            yield Row(path.name, reason="not called LABEL_INDEX")
        elif not is_utf8(named[1]):
            yield Row(path.name, reason=NOT_UTF8)
        else:
            yield image_row(path.name, named[1], file_bytes(path))
