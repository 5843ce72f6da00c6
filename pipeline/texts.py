"""Texts that people bring along (transcriptions, corpora, tables): UTF-8, or refused by name.

What is in another encoding is never guessed: a wrong guess is a wrong letter in every word that has
an accent, and nobody is told.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from pipeline.errors import DataError

# The marks at the head of a file by which an encoding names itself; those of UTF-32 begin like
# those of UTF-16.
SELF_NAMED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode_text(data: bytes, origin: str) -> str:
    """The text of bytes in UTF-8, or in UTF-16 or UTF-32 where its mark is at their head.

    Args:
        origin: where they come from, for the message.

    Raises:
        DataError: they are in another encoding.
    """
    encoding = next((name for mark, name in SELF_NAMED if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{origin} is not in UTF-8 (line {line}: byte {data[error.start]:#04x})",
            "Convert it from the encoding that it is in: iconv -f WINDOWS-1252 -t UTF-8",
        ) from error


def read_text(path: Path) -> str:
    """The text of a file; line ends of any system become line feeds.

    Raises:
        DataError: it cannot be read, or is in another encoding than UTF-8.
    """
    try:
        text = decode_text(path.read_bytes(), str(path))
    except OSError as error:
        raise DataError(
            f"{path} cannot be read: {error.strerror}", "Give a plain text file that you may read."
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
