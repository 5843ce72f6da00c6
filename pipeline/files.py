"""Files written whole or not at all, and their hashes."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

from pipeline.meter import FILES, spent_on

BLOCK = 512  # bytes, of which stat(2) counts the blocks of a file
SMALLEST_HOLLOW = 1 << 30  # bytes: less is read within seconds
LEAST_SHARE = 1e-3  # of a file's bytes; a file system that packs them reaches a hundredth
SURROGATE = re.compile("[\ud800-\udfff]")


@spent_on(FILES)
def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal. One that has no size has no content: those of /proc and
    /sys that a link may lead to say so, and can be read for ever."""
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return hashlib.sha256().hexdigest()
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_sized(path: Path) -> bytes:
    """What a file holds, as far as its size says: nothing of one that could be read for ever."""
    with path.open("rb") as file:
        return file.read(os.fstat(file.fileno()).st_size)


def is_hollow(status: os.stat_result) -> bool:
    """Whether a file is large and all but none of it lies on the disk: it is made in an instant,
    and would take hours to read."""
    on_disk = status.st_blocks * BLOCK
    return status.st_size > SMALLEST_HOLLOW and on_disk < status.st_size * LEAST_SHARE


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
