"""A folder of plain text as paragraphs in the typography of printed books."""

from __future__ import annotations

import gzip
import re
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import DataError
from pipeline.texts import decode_text

_OPENING_DOUBLE = re.compile(r'(^|[\s(\[—–-])"(?=\S)')
_OPENING_SINGLE = re.compile(r"(^|[\s(\[—–“-])'(?=\S)")
_APOSTROPHE_START = re.compile(
    r"‘(?=(?:tis|twas|twere|twill|em|til|cause|gainst|neath)\b|\d)", re.IGNORECASE
)


def read_texts(folder: Path) -> Iterator[str]:
    """Yield the text of each `.txt` or `.txt.gz` file under `folder`, in order of path.

    Raises:
        DataError: the folder is missing or holds no such file, or one that is not in UTF-8.
    """
    paths = sorted(p for p in Path(folder).rglob("*") if p.name.endswith((".txt", ".txt.gz")))
    if not paths:
        raise DataError(
            f"no text in {folder}", "Give a folder of .txt or .txt.gz files: --config corpus=DIR"
        )
    for path in paths:
        try:
            raw = path.read_bytes()
            yield decode_text(gzip.decompress(raw) if path.suffix == ".gz" else raw, str(path))
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(
                f"{path} cannot be read: {error}", "Put a whole file there, or take it away."
            ) from error


def typographic(text: str) -> str:
    """Turn typewriter quotes, dashes and emphasis marks into those of print; NFC.

    `"` and `'` become curly by what stands before them, `--` an em dash, `_emphasis_` plain text.
    """
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("…", "...")
    text = re.sub(r"-{2,}", "—", text)
    text = re.sub(r"(?<!\w)_|_(?!\w)", "", text)
    text = _OPENING_DOUBLE.sub(r"\1“", text).replace('"', "”")
    text = _OPENING_SINGLE.sub(r"\1‘", text).replace("'", "’")
    return _APOSTROPHE_START.sub("’", text)


def paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of `text`, parted by blank lines, each on one line in printed
    typography."""
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        line = " ".join(block.split())
        if line:
            yield typographic(line)


def read_paragraphs(folder: Path) -> Iterator[str]:
    """Yield every paragraph of every text under `folder`."""
    for text in read_texts(folder):
        yield from paragraphs(text)
