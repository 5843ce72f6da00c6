"""What tells the pages of a PDF apart: a hash of all that each draws.

Another program may write the file anew, with another title, packed otherwise, or with a page put
before the others: a page stays what it was, and so do its corrections and what was read of it.
Objects are told by what they hold and by the order in which a page leads to them, never by their
numbers, which each program gives anew. ISO 32000-1, sections 7.3 and 7.7.3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf

from pipeline.pdf_files import LARGEST_CONTENT, content_streams, limited_decoding, open_pdf
from pipeline.scan.drawn import inherited

MOST_OBJECTS = 20_000  # that are looked at of a page; text with many fonts has some thousands
INHERITED = ("/MediaBox", "/CropBox", "/Rotate", "/Resources")
OWN = ("/UserUnit", "/Annots", "/Group")
# what leads back to other pages, and what is for programs that edit
ELSEWHERE = frozenset({"/Parent", "/P", "/Popup", "/Metadata", "/PieceInfo", "/LastModified"})
PAGES = frozenset({"/Page", "/Pages"})
PACKING = frozenset({"/Length", "/Filter", "/DecodeParms", "/DL"})  # of a stream
UNKNOWN = ""


class TooMuchError(Exception):
    """A page leads to more objects than are looked at."""


def page_hashes(path: Path, password: str = "") -> list[str]:
    """A SHA-256 of each page of a PDF, the same for the same page in another file; UNKNOWN for one
    that holds too much, or is damaged.

    Raises:
        EncryptedScanError: it wants another password. pikepdf.PdfError: it cannot be opened.
    """
    with open_pdf(path, password) as pdf, limited_decoding(LARGEST_CONTENT):
        layers = pdf.Root.get("/OCProperties")  # what of a page is shown at all
        return [_hash_of(page.obj, layers) for page in pdf.pages]


def _hash_of(page: pikepdf.Object, layers: Any) -> str:
    digest = hashlib.sha256()
    try:
        for part in _parts(page, layers):
            digest.update(b"%d %s" % (len(part), part))  # no two pages write the same otherwise
    except (pikepdf.PdfError, TooMuchError, ValueError, TypeError, RuntimeError):
        return UNKNOWN
    return digest.hexdigest()


def _parts(page: pikepdf.Object, layers: Any) -> Iterator[bytes]:
    """What a page is made of, as bytes, in an order that its objects alone decide."""
    for stream in content_streams(page.get("/Contents")):
        yield stream.read_bytes()
    waiting = [layers, *(page.get(key) for key in OWN)]
    waiting += [inherited(page, key, None) for key in INHERITED]
    seen: dict[tuple[int, int], int] = {}
    count = 0
    while waiting:
        one = waiting.pop()
        count += 1
        if count > MOST_OBJECTS:
            raise TooMuchError
        if not isinstance(one, pikepdf.Object):
            yield _scalar(one)
            continue
        if one.is_indirect:
            if one.objgen in seen:
                yield b"again %d" % seen[one.objgen]
                continue
            seen[one.objgen] = len(seen)
        yield from _object(one, waiting)


def _object(one: pikepdf.Object, waiting: list[Any]) -> Iterator[bytes]:
    """The bytes of an object itself; what it leads to is put before what is waiting."""
    if isinstance(one, pikepdf.Array):
        yield b"array %d" % len(one)
        waiting.extend(one)
    elif isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image":
        yield one.read_raw_bytes()  # large; what packs images keeps them as they are
        yield from _entries(one, ELSEWHERE | {"/Length"}, waiting)
    elif isinstance(one, pikepdf.Stream):
        yield one.read_bytes()
        yield from _entries(one, ELSEWHERE | PACKING, waiting)
    elif isinstance(one, pikepdf.Dictionary):
        if str(one.get("/Type", "")) in PAGES:
            yield b"a page"
        else:
            yield from _entries(one, ELSEWHERE, waiting)
    else:  # a name or a string
        yield bytes(one) if isinstance(one, pikepdf.String) else str(one).encode()


def _entries(one: pikepdf.Object, without: frozenset[str], waiting: list[Any]) -> Iterator[bytes]:
    keys = sorted(set(one.keys()) - without)
    yield b"entries %d" % len(keys)
    for key in keys:
        yield key.encode()
        waiting.append(one[key])


def _scalar(value: Any) -> bytes:
    """A number, a truth value or nothing; 1 and 1.0 are the same."""
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return b"%g" % float(value) if number else str(value).encode()
