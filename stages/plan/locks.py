"""One lock of the kernel on each book's work, which dies with the process that holds it."""

from __future__ import annotations

import fcntl
import resource
from pathlib import Path
from typing import IO

from pipeline.errors import BusyError, storage_error


class Locks:
    """The locks of a run, held until its process ends."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self._held: dict[str, IO[str]] = {}
        # a lock is an open file, and a shelf may have more books than files may be open by default
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    def claim(self, name: str) -> None:
        """Hold the lock on a book.

        Raises:
            BusyError: another live run holds it.
            StorageError: the book's work folder cannot be written.
            OSError: it cannot be made for another reason.
        """
        if name in self._held:
            return
        path = self._work / name / ".lock"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = path.open("w")
        except OSError as error:
            raise storage_error(error) or error from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.close()
            raise BusyError(
                f"{name} is being worked on by another run", "Wait until it ends, or stop it."
            ) from error
        self._held[name] = handle
