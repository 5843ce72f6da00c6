"""A delivery that can be checked: the SHA-256 of every file in it, and what has become of them
since."""

from __future__ import annotations

import json
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import DataError
from pipeline.files import file_hash
from pipeline.folders import part_of

MANIFEST, RUN = "manifest.json", "run.json"
BEFORE = "before"  # beside what takes its place: an older delivery
NO_HASH = ""
UNHASHED = frozenset(
    {MANIFEST, RUN, ".snakemake_timestamp"}
)  # the manifest itself, times, and Snakemake's own mark


def file_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of a delivery, by its path within it; manifest, times and Snakemake's
    mark aside."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir())
    names = ((path.relative_to(folder).as_posix(), path) for path in files)
    return {name: _hash(path) for name, path in names if name not in UNHASHED}


def _hash(path: Path) -> str:
    """SHA-256 of a plain file; what else may lie in a folder (links, pipes, devices, what may not
    be read) has none, and is equal to nothing that was delivered."""
    try:
        return file_hash(path) if is_plain(path) else NO_HASH
    except OSError:
        return NO_HASH


def is_plain(path: Path) -> bool:
    """Whether a path is that of a regular file, and no link to one.

    Raises:
        OSError: there is none, or it may not be looked at.
    """
    return stat.S_ISREG(path.lstat().st_mode)


def put_in_place(new: Path, target: Path) -> None:
    """Give a folder the place of another, which is moved beside it and then removed: at no instant
    is anything lost, and where the place cannot be taken the other comes back."""
    before = new.with_name(BEFORE)
    try:
        if target.exists():
            target.rename(before)
        new.rename(target)
    except BaseException:
        if before.exists() and not target.exists():
            before.rename(target)
        raise


def recover(target: Path) -> None:
    """Put a delivery back that `put_in_place` had moved aside when its job was killed: a person's
    files may lie in it."""
    aside = part_of(target) / BEFORE
    if aside.exists() and not target.exists():
        aside.rename(target)


@dataclass(frozen=True)
class Findings:
    """What became of a delivery: files changed, lost and added, and what its manifest says that
    cannot be."""

    changed: tuple[str, ...]
    lost: tuple[str, ...]
    added: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether all is as it was delivered."""
        return not (self.changed or self.lost or self.added or self.wrong)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a delivery.

    Raises:
        DataError: there is none, or it is none.
    """
    path = folder / MANIFEST
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise TypeError("it is no file")
        manifest = dict(json.loads(path.read_text(encoding="utf-8")))
        files, pages, counts = (manifest.get(key) for key in ("files", "pages", "counts"))
        if not isinstance(files, dict) or not isinstance(pages, list):
            raise TypeError("files and pages are missing")
        if not isinstance(counts, dict) or not all(isinstance(page, dict) for page in pages):
            raise TypeError("its pages or their counts are none")
        return manifest
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError(
            f"{folder} is no delivery: it has no {MANIFEST}",
            "Give a book's folder, such as out/book",
        ) from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataError(
            f"{path} is no manifest: {error}", "Take the delivery anew from where it came."
        ) from error


def check_delivery(folder: Path) -> Findings:
    """Compare a delivery with its manifest.

    Raises:
        DataError: it has no manifest that can be read.
    """
    manifest = read_manifest(folder)
    promised, there = manifest["files"], file_hashes(folder)
    return Findings(
        changed=tuple(
            name
            for name in sorted(promised.keys() & there.keys())
            if there[name] == NO_HASH or promised[name] != there[name]
        ),
        lost=tuple(sorted(promised.keys() - there.keys())),
        added=tuple(sorted(there.keys() - promised.keys())),
        wrong=tuple(_miscounts(manifest)),
    )


def _miscounts(manifest: dict[str, Any]) -> list[str]:
    """Where the numbers of pages do not add up."""
    counts, pages = manifest["counts"], manifest["pages"]
    found = []
    if counts.get("pages") != len(pages):
        found.append(f"{counts.get('pages')} pages are counted, {len(pages)} are listed")
    for status in ("done", "blank", "quarantined"):
        listed = sum(page.get("status") == status for page in pages)
        if counts.get(status) != listed:
            found.append(
                f"{counts.get(status)} pages are counted as {status}, {listed} are listed so"
            )
    return found
