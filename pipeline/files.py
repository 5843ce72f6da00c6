"""Files written whole or not at all, and their hashes."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

from pipeline.meter import FILES, spent_on

SURROGATE = re.compile("[\ud800-\udfff]")


@spent_on(FILES)
def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def json_text(value: Any, indent: int | None = 1) -> str:
    """JSON that any program reads and UTF-8 can hold: the lone surrogates by which Python writes
    names that are no UTF-8 are escaped, all else stands as it is."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


@spent_on(FILES)
def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8, whole or not at all."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)
