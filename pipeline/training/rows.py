"""A sample of a dataset, and how its image, its text and the tables that name it are read."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import DataError
from pipeline.recognition.origin import NOWHERE, Origin

LARGEST_IMAGE = 32 << 20  # bytes of an image file; the largest of IAM's is below 1 MB
LARGEST_SIDE = 20_000  # pixels, by an image's header
NO_IMAGE, DAMAGED_IMAGE, NO_TEXT, NOT_UTF8 = (
    "no image",
    "damaged image",
    "no text",
    "text that is not in UTF-8",
)


@dataclass(frozen=True)
class Row:
    """A sample: its name, its text and image (H, W) uint8, dark on light; or why it is left out.
    `group` is what it was written in one go with, a form or a page: samples of one group never part
    between training and test. `origin` is what it is printed in, as far as that is known."""

    name: str
    text: str = ""
    image: NDArray[np.uint8] | None = None
    reason: str = ""
    group: str = ""
    origin: Origin = NOWHERE


def decode_image(data: bytes) -> NDArray[np.uint8] | None:
    """(H, W) uint8 of an image file's bytes; None where they are none."""
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE) if data else None
    except cv2.error:
        return None
    if image is None or min(image.shape) < 2 or max(image.shape) > LARGEST_SIDE:
        return None
    return np.asarray(image, dtype=np.uint8)


def image_row(name: str, text: str, data: bytes | None, group: str = "") -> Row:
    """A sample from an image file's bytes; left out with its reason where there is no image."""
    if data is None:
        return Row(name, text, reason=NO_IMAGE, group=group)
    image = decode_image(data)
    return Row(name, text, image, "" if image is not None else DAMAGED_IMAGE, group)


def file_bytes(path: Path) -> bytes | None:
    """What a plain file of an image's size holds; None where there is none, or it may not be
    read."""
    try:
        small = path.is_file() and path.stat().st_size <= LARGEST_IMAGE
        return path.read_bytes() if small else None
    except OSError:
        return None


def csv_rows(table: Path) -> Iterator[list[str]]:
    """The rows of a CSV; bytes that are not UTF-8 are lone surrogates in them.

    Raises:
        DataError: it cannot be read, or is no CSV.
    """
    try:
        with table.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
            yield from csv.reader(file)
    except (csv.Error, OSError) as error:
        raise DataError(
            f"{table} is no CSV: {error}", "Give the table as it was published."
        ) from error


def is_utf8(text: str) -> bool:
    """Whether a text that was read with surrogateescape was UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
