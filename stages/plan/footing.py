"""Whether a run can work where it is and write where it has to, told before its first job:
Snakemake ends with a traceback of its own, or after hours, when the first delivery is to be put in
its place."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import StorageError


def check_place(place: Path) -> None:
    """Make sure that the folder that a run is in may be called so.

    Raises:
        StorageError: it may not.
    """
    if set("{}") & set(str(place)):
        raise StorageError(
            f"{place}: a brace in the name of a folder is taken by Snakemake for its own",
            "Rename the folder, or name another one.",
        )


def check_writable(folders: Iterable[Path]) -> None:
    """Make sure that folders can be written, or made where they are not there; nothing is made.

    Raises:
        StorageError: one cannot.
    """
    for folder in folders:
        if folder.is_symlink() and not folder.exists():
            raise StorageError(
                f"{folder}/ is a link that leads nowhere",
                "Mount what it leads to, or take the link away.",
            )
        here = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not here.is_dir():
            raise StorageError(f"{here} is no folder", f"Move {here} away: {folder}/ is needed.")
        if not os.access(here, os.W_OK | os.X_OK):
            raise StorageError(
                f"{folder}/ cannot be written",
                "Make it writable for this user, or mount it so, and run the same command again.",
            )
