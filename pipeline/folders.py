"""Folders that are made whole and take the place of an older one, but never of what is not ours.

A folder that Recto makes holds a marker with the paths of all its files. Only a folder in which
nothing else lies is replaced: whatever a person put there, and every folder of other origin, stays.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import StorageError

MARKER = ".recto"
# Snakemake's mark of when a folder was made, and the file that LMDB makes for whoever reads a set.
STRANGERS = frozenset({".snakemake_timestamp", "lock.mdb"})
NAMED = 3  # files that a message names
LONGEST_NAME = 255  # bytes, on the file systems of Linux


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A folder to fill that becomes `target` when all went well: a job killed at any instant leaves
    no half of one.

    Raises:
        StorageError: what lies at `target` is not ours, and stays as it is.
    """
    check_ours(target)
    with part_beside(target) as part:
        yield part
        put_in_place(part, target)


@contextmanager
def part_beside(target: Path) -> Iterator[Path]:
    """An empty folder beside `target`, on the same disk, gone when it is done with. Its name comes
    from that of `target`: what a job left that was killed, the next one takes away.

    Raises:
        StorageError: what lies there is not ours, and stays as it is.
    """
    part = part_of(target)
    check_ours(part)
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    _mark(part, None)
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def put_in_place(filled: Path, target: Path, known: Collection[str] | None = None) -> None:
    """Let a folder that was filled take the place of an older one of ours; one that was filled on
    another disk is copied beside it first.

    Args:
        known: as in `check_ours`; the folder is marked as ours where it is None.

    Raises:
        StorageError: what lies at `target` is not ours, and stays as it is.
    """
    check_ours(target, known)
    if known is None:
        _mark(filled, file_names(filled))
    target.parent.mkdir(parents=True, exist_ok=True)
    if filled.stat().st_dev != target.parent.stat().st_dev:
        with part_beside(target) as part:
            shutil.copytree(filled, part, dirs_exist_ok=True)
            shutil.rmtree(filled)
            _take_place(part, target)
    else:
        _take_place(filled, target)


def _take_place(filled: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    filled.rename(target)


def part_of(target: Path) -> Path:
    """Where a folder is filled: beside it, so that it can be renamed."""
    name = f".{target.name}.part"
    if len(name.encode("utf-8", "surrogateescape")) > LONGEST_NAME:
        digest = hashlib.sha256(target.name.encode("utf-8", "surrogateescape")).hexdigest()
        name = f".{digest[:16]}.part"
    return target.with_name(name)


def file_names(folder: Path) -> list[str]:
    """Path within `folder` of everything in it that is no folder, links unfollowed; sorted."""
    names = (
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    )
    return sorted(names)


def _mark(folder: Path, names: list[str] | None) -> None:
    """Write the marker: the files that are ours; None while the folder is being filled, when all
    are."""
    (folder / MARKER).write_text(
        json.dumps({"made_by": "recto", "files": names}) + "\n", encoding="utf-8"
    )


def check_ours(target: Path, known: Collection[str] | None = None) -> None:
    """Make sure that nothing at `target` would be lost that Recto did not put there.

    Args:
        known: paths of the files that Recto puts there; what the folder's marker says where it is
            None.

    Raises:
        StorageError: it is no folder, or holds anything else.
    """
    if not target.exists() and not target.is_symlink():
        return
    remedy = f"Give another folder, or move {target} away: nothing in it was touched."
    if target.is_symlink() or not target.is_dir():
        raise StorageError(f"{target} is no folder that Recto made", remedy)
    there = [name for name in file_names(target) if name != MARKER]
    if known is None:
        marked = _marked(target)
        if marked is not None and marked["files"] is None:
            return
        known = frozenset(marked["files"]) if marked else frozenset()
    foreign = [name for name in there if name not in known and Path(name).name not in STRANGERS]
    if foreign:
        listed = ", ".join(map(repr, foreign[:NAMED])) + (" …" if len(foreign) > NAMED else "")
        raise StorageError(f"{target} holds what Recto did not put there: {listed}", remedy)


def _marked(folder: Path) -> dict | None:
    """What the marker of a folder says; None where there is none, or it is none of ours."""
    try:
        marked = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(marked, dict) and marked.get("made_by") == "recto"
    listed = ours and isinstance(marked.get("files", ""), list | None)
    return marked if listed else None
