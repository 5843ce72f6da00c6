"""What of a delivery outlives the next one: outputs that were made once, and what a person put or
changed there.

An output once made for a book stays asked for, until a person removes its files. A file that a
person changed is kept beside the new one, as `book.txt.kept`; told by the hashes of the manifest,
and that of the manifest itself by run.json.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from pipeline.config import OUTPUTS
from pipeline.errors import DataError, StorageError, printable
from pipeline.export.delivery import (
    MANIFEST,
    NO_HASH,
    RUN,
    UNHASHED,
    file_hashes,
    is_plain,
    read_manifest,
)
from pipeline.files import file_hash

# The files of each output, by which it is told that it was made.
FILES = {
    "hocr": "pages/*.hocr",
    "txt": "pages/*.txt",
    "alto": "pages/*.alto.xml",
    "page": "pages/*.page.xml",
    "tsv": "pages/*.tsv",
    "tables": "pages/*.csv",
    "book-hocr": "book.hocr",
    "pdf": "book.pdf",
    "report": "report.html",
}
KEPT = ".kept"  # what a file of a person is called where Recto has one of its name
NAMED = 10  # files that the summary names of each kind


def made_outputs(folder: Path) -> list[str]:
    """The outputs that a delivery was made with, in the order of OUTPUTS; without those whose files
    a person has removed since. Raises nothing: what is no delivery was made with none."""
    listed = read_run(folder).get("outputs")
    candidates = set(OUTPUTS if listed is None else listed)
    made = {name for name in candidates if name in FILES and _is_there(folder, FILES[name])}
    if listed is not None and made >= candidates:
        return [name for name in OUTPUTS if name in made]
    try:  # a book without tables has no file of them, and they stay asked for
        promised = read_manifest(folder)["files"]
    except DataError:
        return []
    for name in candidates & FILES.keys():
        is_promised = any(fnmatch(path, FILES[name]) for path in promised)
        if listed is None and not is_promised:  # of an earlier version: what a person put there
            made.discard(name)
        if listed is not None and not is_promised:
            made.add(name)
    return [name for name in OUTPUTS if name in made]


def _is_there(folder: Path, pattern: str) -> bool:
    """Whether a file of an output lies in a delivery; of a folder of 10,000 pages only the first
    files are looked at."""
    below, _, name = pattern.rpartition("/")
    if not below:
        return (folder / name).exists()
    try:
        with os.scandir(folder / below) as entries:
            return any(fnmatch(entry.name, name) for entry in entries)
    except OSError:
        return False


def read_run(folder: Path) -> dict[str, Any]:
    """What run.json of a delivery says; nothing where there is none that can be read."""
    try:
        run = json.loads((folder / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return run if isinstance(run, dict) else {}


def check_delivered(folder: Path) -> None:
    """Make sure that a delivery may take the place of a folder.

    Raises:
        StorageError: it is no delivery, but holds something; or something in it is no plain file,
            and cannot be kept.
    """
    if not folder.is_symlink() and not folder.exists():
        return
    remedy = f"Move {folder} away: nothing in it was touched."
    if folder.is_symlink() or not folder.is_dir():
        raise StorageError(f"{folder} is no folder that Recto delivered", remedy)
    files = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or not path.is_dir()
    }
    if not files.keys() - (UNHASHED - {MANIFEST}):
        return
    try:
        read_manifest(folder)
    except DataError as error:
        raise StorageError(
            f"{folder} is no delivery of Recto's: {error.message}", remedy
        ) from error
    odd = [name for name, path in files.items() if not is_plain(path)]
    if odd:
        raise StorageError(f"{folder} holds what cannot be kept: {odd[0]!r}", remedy)


@dataclass(frozen=True)
class Succession:
    """What a new delivery did with the files of the one before it: `kept`, by its name there, as
    what it is kept; `dropped`: delivered before, and no more."""

    kept: Mapping[str, str]
    dropped: tuple[str, ...]

    @property
    def told(self) -> list[str]:
        """Lines of the closing summary."""
        own = [name for name, kept in self.kept.items() if kept == name]
        changed = [kept for name, kept in self.kept.items() if kept != name]
        parts = (
            ("kept as they were, not Recto's", own),
            ("changed by hand, kept beside the new files", changed),
            ("delivered before, and not any more", list(self.dropped)),
        )
        return [f"  {text}: {_listed(names)}" for text, names in parts if names]


def _listed(names: list[str]) -> str:
    more = [f"and {len(names) - NAMED} more"] if len(names) > NAMED else []
    return ", ".join([*map(printable, names[:NAMED]), *more])


def keep(old: Path, new: Path) -> Succession:
    """Copy what a person put or changed in a delivery into the next one, which is whole but for
    that. Where the next has a file of that name it lies beside it, as NAME.kept, NAME.2.kept …

    Raises:
        StorageError: a file cannot be read. DataError: the manifest is gone. Nothing is lost then.
    """
    there = file_hashes(old) if old.is_dir() else {}
    if not there and not (old / MANIFEST).exists():
        return Succession({}, ())
    ours: dict[str, str] = read_manifest(old)["files"]
    recorded = read_run(old).get("manifest")
    if recorded and (digest := file_hash(old / MANIFEST)) != recorded:
        there, ours = there | {MANIFEST: digest}, ours | {MANIFEST: recorded}
    kept = {}
    # first what keeps its name, which so is taken for all that is kept under another
    for name, digest in sorted(there.items(), key=lambda file: (new / file[0]).exists()):
        if digest == NO_HASH:
            raise StorageError(
                f"{old / name} cannot be kept", f"Move {old} away: nothing in it was touched."
            )
        if ours.get(name) != digest and not _is_same(new / name, digest):
            kept[name] = _keep_file(old / name, new, name, digest)
    gone = there.keys() & ours.keys() - {
        path.relative_to(new).as_posix() for path in new.rglob("*")
    }
    return Succession(kept, tuple(sorted(gone)))


def _is_same(path: Path, digest: str) -> bool:
    return path.is_file() and file_hash(path) == digest


def _keep_file(path: Path, new: Path, name: str, digest: str) -> str:
    """Copy one file into a new delivery; returns its name there."""
    target, number = new / name, 1
    while target.exists() and not _is_same(target, digest):
        target = new / f"{name}{f'.{number}' if number > 1 else ''}{KEPT}"
        number += 1
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return target.relative_to(new).as_posix()
