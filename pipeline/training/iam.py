"""The IAM handwriting database (Marti and Bunke 2002), as it is published: words.tgz or lines.tgz,
with ascii.tgz (words.txt, lines.txt) or xml.tgz.

Archives are read member by member and never unpacked: no name in them leads anywhere.
"""

from __future__ import annotations

import html
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lxml import etree

from pipeline.errors import DataError
from pipeline.texts import decode_text
from pipeline.training.rows import LARGEST_IMAGE, NO_IMAGE, NO_TEXT, Row, image_row

LARGEST_LISTING = 64 << 20  # bytes
NOT_SEGMENTED = "segmentation is marked err"


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
    found = (parse_iam_line(line, 8) for line in decode_text(data, "the listing").splitlines())
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
            yield image_row(identity, entry.text, _content(archive, member, LARGEST_IMAGE), group)
    for identity in entries:
        if identity not in seen:
            yield Row(
                identity,
                entries[identity].text,
                reason=NO_IMAGE,
                group="-".join(identity.split("-")[:2]),
            )
