"""PDF files opened with care: with a password only where they want one, and with bounds on what a
few compressed bytes may become.

Poppler's tools take a password on their command line, where every user of the machine can read it.
They are handed a decrypted copy instead, in a file without a name, which nobody else can open and
which is gone with the process.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import pikepdf

from pipeline.errors import EncryptedScanError, UnreadableScanError

# Bytes that one compressed stream may become while a file is opened: the table of a million objects
# has some tens of megabytes.
LARGEST_TABLE = 256 << 20


# Bytes of decoded content that are looked through on a page. Pages of text have tens of kilobytes,
# the largest maps at hand some megabytes; pikepdf needs some 60 bytes for each (measured on a
# stream of "q Q").
LARGEST_CONTENT = 4 << 20

# Sides of a page, in points: ISO 32000-1, annex C, and ISO 19005-2 likewise.
LARGEST_SIDE, SMALLEST_SIDE = 14400.0, 3.0

# What pikepdf raises of an object that is of another kind than it should be.
ODD = (
    pikepdf.PdfError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    OverflowError,
    RuntimeError,
)


def content_bytes(contents: Any) -> int:
    """Size of a page's content once it is decoded.

    Raises:
        pikepdf.PdfError: it cannot be decoded, or is larger than limited_decoding allows.
    """
    return sum(len(part.read_bytes()) for part in content_streams(contents))


def content_streams(contents: Any) -> list[pikepdf.Stream]:
    """The streams of a page's content, of which there may be one or many."""
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return [part for part in parts if isinstance(part, pikepdf.Stream)]


@contextmanager
def limited_decoding(largest: int) -> Iterator[None]:
    """Within it, pikepdf raises a PdfError for a stream that would become more than `largest`
    bytes, whichever of its filters does it."""
    before = pikepdf.settings.set_qpdf_limits(
        flate_max_memory=largest,
        run_length_max_memory=largest,
        png_max_memory=largest,
        tiff_max_memory=largest,
        dct_max_memory=largest,
    )
    try:
        yield
    finally:
        pikepdf.settings.set_qpdf_limits(**before)  # type: ignore[arg-type]


def open_pdf(path: Path, password: str = "") -> pikepdf.Pdf:
    """A PDF, whether or not it wants the password that is at hand.

    Raises:
        EncryptedScanError: it wants another password.
        pikepdf.PdfError: it cannot be opened.
    """
    try:
        with limited_decoding(LARGEST_TABLE):
            return pikepdf.open(path, password=password if wants_password(path) else "")
    except pikepdf.PasswordError as error:
        raise locked(path, password) from error


def locked(path: Path, password: str) -> EncryptedScanError:
    """What is told of a PDF that does not open with the password that is at hand, if there is
    one."""
    settings = path.with_suffix(".yaml")
    if password:
        return EncryptedScanError(
            f"{path} does not open with the password that is given for it",
            f"Correct `password` in {settings}, in quotes, or RECTO_PASSWORD.",
        )
    return EncryptedScanError(
        f"{path} is encrypted", f'Put its password into {settings}, in quotes: `password: "…"`'
    )


def wants_password(path: Path) -> bool:
    """Whether a PDF cannot be opened without a password; one with an owner's password alone can.

    Raises:
        pikepdf.PdfError: it cannot be opened at all.
    """
    try:
        with limited_decoding(LARGEST_TABLE):
            pikepdf.open(path).close()
    except pikepdf.PasswordError:
        return True
    return False


class _PatientFile(io.FileIO):
    """A file that takes what cannot be written as written, and remembers why it was not.

    An exception within pikepdf's writer ends the process: the hash of a file's content, from which
    its id is made, writes once more while the exception is on its way.
    """

    failure: OSError | None = None

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError as error:
            self.failure = self.failure or error
            return memoryview(data).nbytes


def save_whole(pdf: pikepdf.Pdf, target: Path, **options: Any) -> None:
    """Write a PDF without a password, the same bytes for the same content.

    Args:
        options: more of pikepdf's.

    Raises:
        OSError: the disk is full.
    """
    raw = _PatientFile(target, "wb")
    with io.BufferedWriter(raw) as file:
        pdf.save(file, deterministic_id=True, recompress_flate=False, encryption=False, **options)
    if raw.failure is not None:
        raise raw.failure


@dataclass(frozen=True)
class PlainPdf:
    """A PDF that can be read without a password: the name to open it by, and the descriptors that
    a program must be handed for that."""

    name: str
    files: tuple[int, ...] = ()
    copy: IO[bytes] | None = field(default=None, repr=False)


def plain_pdf(path: Path, password: str = "") -> PlainPdf:
    """A PDF as programs are to open it: itself, or a decrypted copy where it wants a password.

    Raises:
        EncryptedScanError: it wants another password.
        UnreadableScanError: it wants a password, and is damaged.
    """
    if not password:
        return PlainPdf(_as_no_option(path))
    return _unlocked(path, path.stat().st_mtime_ns, password)


def _as_no_option(path: Path) -> str:
    """Its whole path: a name that begins with a dash would be taken for an option."""
    return str(path.absolute())


@lru_cache(maxsize=1)  # the pages of a book come one after the other
def _unlocked(path: Path, _: int, password: str) -> PlainPdf:
    try:
        with open_pdf(path, password) as pdf:
            if not wants_password(path):
                return PlainPdf(_as_no_option(path))
            copy = tempfile.TemporaryFile()  # noqa: SIM115  (it lives as long as it is remembered)
            pdf.save(copy, encryption=False)
            copy.flush()
    except pikepdf.PdfError as error:
        raise UnreadableScanError(
            f"{path} cannot be decrypted: {error}", "Copy it again from where it came."
        ) from error
    return PlainPdf(f"/dev/fd/{copy.fileno()}", (copy.fileno(),), copy)
