"""Content hashes of scans, models and lexicons, which decide what is done again.

A file is read once: its hash is remembered with its size and times. The table is a file to which a
line is added for each hash, so that hashing takes a time that grows with the files alone, and a run
that was killed has lost nothing.

The time of the last change of content can be set back, and programs that turn or rename images do
so on request (`exiftool -P`, `rsync -t`), with files of the same size; that of the last change of
any kind cannot.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path

from pipeline.files import file_hash, is_hollow, write_text
from pipeline.scan.images import IMAGE_SUFFIXES
from stages.plan.shelf import current_shelf

WORK = Path("work")
HASHES = WORK / ".hashes.jsonl"  # no book can be called so
MISSING, NO_FILE, UNREADABLE = "missing", "no file", "unreadable"
STALE_LINES = 1000  # lines of files hashed anew, beyond which the table is written anew too

# Size in bytes, times of the last change of content and of any change, in nanoseconds.
Stamp = tuple[int, int, int]


def content_hash(path: Path) -> str:
    """SHA-256 of a file; a word in its place where it is missing, no regular file or a hollow one
    (which could be read for ever), or unreadable."""
    try:
        status = path.stat()
    except OSError:
        return MISSING
    if not stat.S_ISREG(status.st_mode) or is_hollow(status):
        return NO_FILE
    key, stamp = str(path), (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    remembered = _remembered()
    if key not in remembered or remembered[key][0] != stamp:
        try:
            remembered[key] = stamp, file_hash(path)
        except OSError:
            return UNREADABLE
        _append(_line(key, *remembered[key]))
    return remembered[key][1]


@cache
def scan_hash(name: str) -> str:
    """Content hash of a scan: of its file, or of all its images with their names; empty where there
    is no such scan, or more than one."""
    found = current_shelf().scans.get(name, [])
    if len(found) != 1:
        return ""
    digest = hashlib.sha256()
    for file in _files(found[0]):
        digest.update(os.fsencode(f"{file.name}={content_hash(file)}\n"))
    return digest.hexdigest()


def _files(scan: Path) -> list[Path]:
    """The scan itself, or the images in its folder."""
    if not scan.is_dir():
        return [scan]
    try:
        return sorted(path for path in scan.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES)
    except OSError:
        return []


@lru_cache(maxsize=1)
def _remembered() -> dict[str, tuple[Stamp, str]]:
    """The table. A line that was cut off by a kill is left out."""
    try:
        lines = HASHES.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    table: dict[str, tuple[Stamp, str]] = {}
    for line in lines:
        with suppress(ValueError, TypeError):
            key, size, content, change, digest = json.loads(line)
            table[str(key)] = (size, content, change), str(digest)
    if len(lines) > len(table) + STALE_LINES:
        with suppress(OSError):
            write_text(HASHES, "".join(_line(key, *value) for key, value in table.items()))
    return table


def _line(key: str, stamp: Stamp, digest: str) -> str:
    return json.dumps([key, *stamp, digest]) + "\n"


def _append(line: str) -> None:
    with suppress(OSError):  # not to remember costs time, and nothing else
        WORK.mkdir(exist_ok=True)
        with HASHES.open("a", encoding="utf-8") as file:
            file.write(line)
