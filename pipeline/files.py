"""Files written whole or not at all, and their hashes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from pipeline.meter import FILES, spent_on


@spent_on(FILES)
def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@spent_on(FILES)
def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8, whole or not at all."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)
