"""Readers of the datasets that the named recognizers were made for, in the formats in which they
are published.

Each yields a Row for every sample that its listing names: an image with its text, or the reason why
there is none. Archives are
read member by member and never unpacked: no name in them leads anywhere.

- IAM handwriting database (Marti and Bunke 2002): words.tgz or lines.tgz, with ascii.tgz
(words.txt, lines.txt) or xml.tgz.
- Handwritten names (Kaggle): a CSV of file name and label beside a folder of images.
- MNIST (LeCun, Cortes, Burges): IDX files, gzipped or not.
- A-Z handwritten alphabets (Kaggle): a CSV of 785 columns, the label and 28 x 28 grey levels.
- trdg's folders: images called LABEL_INDEX.png.
"""

from __future__ import annotations

import csv
import gzip
import html
import re
import struct
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from lxml import etree
from numpy.typing import NDArray

from pipeline.errors import DataError

LARGEST_IMAGE = 32 << 20  # bytes of a member of an archive; the largest of IAM's is below 1 MB
LARGEST_LISTING = 64 << 20
LARGEST_SIDE = 20_000  # pixels, by an image's header
IDX_IMAGES, IDX_LABELS = 0x0803, 0x0801
SIDE = 28  # of MNIST's and of A-Z's images
ILLEGIBLE_NAMES = frozenset({"", "NULL", "NAN", "EMPTY", "UNREADABLE"})
LONGEST_NAME = 64
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff"})
NO_IMAGE, DAMAGED_IMAGE, NOT_SEGMENTED, NO_TEXT = (
    "no image",
    "damaged image",
    "segmentation is marked err",
    "no text",
)


@dataclass(frozen=True)
class Row:
    """A sample: its name, its text and image (H, W) uint8, dark on light; or why it is left out.
    `group` is what it was written
    in one go with, a form or a page: samples of one group never part between training and test."""

    name: str
    text: str = ""
    image: NDArray[np.uint8] | None = None
    reason: str = ""
    group: str = ""


def decode_image(data: bytes) -> NDArray[np.uint8] | None:
    """(H, W) uint8 of an image file's bytes; None where they are none."""
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE) if data else None
    except cv2.error:
        return None
    if image is None or min(image.shape) < 2 or max(image.shape) > LARGEST_SIDE:
        return None
    return np.asarray(image, dtype=np.uint8)


def _row(name: str, text: str, data: bytes | None, group: str = "") -> Row:
    if data is None:
        return Row(name, text, reason=NO_IMAGE, group=group)
    image = decode_image(data)
    return Row(name, text, image, "" if image is not None else DAMAGED_IMAGE, group)


# IAM


@dataclass(frozen=True)
class IamEntry:
    """What IAM's listing says of a word or line: whether its segmentation is ok, and its text."""

    ok: bool
    text: str


DAMAGED = (tarfile.TarError, OSError, EOFError, zlib.error)


def _damaged(path: object, error: Exception) -> DataError:
    return DataError(
        f"{path} is no archive, or is damaged: {error}", "Fetch it again from where it came."
    )


def _members(path: Path) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """The plain files of a tar archive, compressed or not, one after the other.

    Raises:
        DataError: it is no archive, or ends too soon.
    """
    try:
        with tarfile.open(path, "r:*") as archive:
            for member in archive:
                if member.isreg():
                    yield archive, member
    except DAMAGED as error:
        raise _damaged(path, error) from error


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo, largest: int) -> bytes | None:
    if member.size > largest:
        return None
    try:
        file = archive.extractfile(member)
        return file.read() if file else None
    except DAMAGED as error:
        raise _damaged(archive.name, error) from error


def _plain(text: str) -> str:
    """IAM's text as it is read: entities resolved, and the bar that stands for a space."""
    return " ".join(html.unescape(text).replace("|", " ").split())


def parse_iam_line(line: str, fields: int) -> tuple[str, IamEntry] | None:
    """(id, entry) of a line of words.txt (8 fields before the text) or lines.txt (8 as well); None
    for what is no entry."""
    parts = line.strip().split(" ", fields)
    if line.startswith("#") or len(parts) <= fields or parts[1] not in ("ok", "err"):
        return None
    return parts[0], IamEntry(parts[1] == "ok", _plain(parts[fields]))


def _iam_listing(data: bytes) -> dict[str, IamEntry]:
    found = (parse_iam_line(line, 8) for line in data.decode("utf-8", "replace").splitlines())
    return dict(entry for entry in found if entry)


def _iam_form(data: bytes, element: str) -> dict[str, IamEntry]:
    """The words or lines of a form's XML; a line's words share the mark of its segmentation."""
    try:
        root = etree.fromstring(
            data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        )
    except etree.XMLSyntaxError:
        return {}
    entries = {}
    for line in root.iter("line"):
        ok = line.get("segmentation", "ok") == "ok"
        for item in [line] if element == "line" else line.iter("word"):
            if identity := item.get("id"):
                entries[identity] = IamEntry(ok, _plain(item.get("text", "")))
    return entries


def iam_entries(listing: Path, element: str) -> dict[str, IamEntry]:
    """What ascii.tgz, xml.tgz, words.txt or lines.txt says of each word or line (`element`).

    Raises:
        DataError: there is no entry.
    """
    entries: dict[str, IamEntry] = {}
    if listing.suffix == ".txt":
        entries = _iam_listing(listing.read_bytes())
    else:
        for archive, member in _members(listing):
            name = PurePosixPath(member.name).name
            if name == f"{element}s.txt":
                entries |= _iam_listing(_content(archive, member, LARGEST_LISTING) or b"")
            elif name.endswith(".xml"):
                entries |= _iam_form(_content(archive, member, LARGEST_LISTING) or b"", element)
    if not entries:
        raise DataError(
            f"{listing} names no {element}s",
            f"Give ascii.tgz, xml.tgz or {element}s.txt as IAM publishes them.",
        )
    return entries


def iam_rows(images: Path, listing: Path, element: str, with_err: bool = False) -> Iterator[Row]:
    """The words or lines of IAM.

    Args:
        images: words.tgz or lines.tgz.
        element: "word" or "line".
        with_err: take those whose segmentation is marked err, too.
    """
    entries = iam_entries(listing, element)
    seen = set()
    for archive, member in _members(images):
        name = PurePosixPath(member.name)
        if name.suffix != ".png":
            continue
        identity = name.stem
        entry = entries.get(identity)
        group = "-".join(identity.split("-")[:2])
        seen.add(identity)
        if entry is None:
            yield Row(identity, reason="not in the listing", group=group)
        elif not entry.ok and not with_err:
            yield Row(identity, entry.text, reason=NOT_SEGMENTED, group=group)
        elif not entry.text:
            yield Row(identity, reason=NO_TEXT, group=group)
        else:
            yield _row(identity, entry.text, _content(archive, member, LARGEST_IMAGE), group)
    for identity in entries:
        if identity not in seen:
            yield Row(
                identity,
                entries[identity].text,
                reason=NO_IMAGE,
                group="-".join(identity.split("-")[:2]),
            )


# names


def names_rows(table: Path, images: Path) -> Iterator[Row]:
    """The rows of a CSV of file names and names, upper-cased.

    Raises:
        DataError: it is no such table.
    """
    root = images.resolve()
    try:
        with table.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            reader = csv.reader(file)
            head = next(reader, [])
            if len(head) < 2:
                raise DataError(
                    f"{table} has no two columns",
                    "The first holds the image's file name, the second the name.",
                )
            for number, cells in enumerate(reader, start=2):
                if len(cells) < 2:
                    yield Row(f"row {number}", reason="a row without two cells")
                    continue
                yield _name_row(cells[0].strip(), " ".join(cells[1].split()).upper(), root)
    except csv.Error as error:
        raise DataError(f"{table} is no CSV: {error}") from error


def _name_row(file: str, text: str, root: Path) -> Row:
    if text in ILLEGIBLE_NAMES:
        return Row(file, reason="illegible (NULL)")
    if len(text) > LONGEST_NAME:
        return Row(file, text, reason=f"longer than {LONGEST_NAME} characters")
    path = (root / file).resolve() if file and "\0" not in file else root
    if not path.is_relative_to(root) or not path.is_file():
        return Row(file, text, reason=NO_IMAGE)
    return _row(file, text, path.read_bytes() if path.stat().st_size <= LARGEST_IMAGE else None)


# isolated characters


def _idx(path: Path, magic: int, dimensions: int) -> NDArray[np.uint8]:
    """The array of an IDX file, gzipped or not.

    Raises:
        DataError: it is none, or shorter or longer than its header says.
    """
    try:
        raw = path.read_bytes()
        data = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
        found, *shape = struct.unpack(f">{1 + dimensions}I", data[: 4 * (1 + dimensions)])
        if found != magic:
            raise ValueError(f"its magic number is {found:#06x}, not {magic:#06x}")
        values = np.frombuffer(data, np.uint8, offset=4 * (1 + dimensions))
        if values.size != int(np.prod(shape, dtype=np.int64)):
            raise ValueError(
                f"it holds {values.size} values, its header says {' x '.join(map(str, shape))}"
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
    with table.open(newline="", encoding="utf-8", errors="replace") as file:
        for number, cells in enumerate(csv.reader(file), start=1):
            name = f"row {number}"
            if number == 1 and cells and not cells[0].strip().isdigit():
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
    """Images called LABEL_INDEX.png, as trdg writes them, in order of name."""
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in IMAGE_SUFFIXES or not path.is_file():
            continue
        named = re.fullmatch(r"(.+)_\d+", path.stem)
        if named is None:
            yield Row(path.name, reason="not called LABEL_INDEX")
        else:
            yield _row(
                path.name,
                named[1],
                path.read_bytes() if path.stat().st_size <= LARGEST_IMAGE else None,
            )
