"""A folder that is watched: what is dropped in is taken once it has stopped growing.

Files are looked at every few seconds, as not every file system tells of changes (NFS does not).
What was taken is remembered as long as the watch lasts; a watch that begins anew takes all that is
there, and the workflow does nothing where all is done. So nothing is lost whenever it is killed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import ConfigError, MissingScanError, RectoError
from recto.run import INTERRUPTED
from recto.scans import SCANS, walk_scans
from stages.command import log

WATCH = """Watch a folder, and read what is dropped in.

    recto watch inbox/ out/ -l deu --settle 30

Each scan, folder of images or folder of books that comes into DIR, or changes there, is read into
OUT once it has not changed for some seconds. All that `recto read` says holds. Killed and started
again, it goes on where it was.
"""
PAUSE = 2.0  # seconds between two looks

Stamp = tuple[tuple[str, int, int], ...]  # path, size and time of change of each file


@dataclass
class Watched:
    """A folder, and what of it was seen and taken. `settle`: seconds for which a scan must not
    change before it is taken."""

    folder: Path
    settle: float
    _seen: dict[Path, tuple[Stamp, float]] = field(default_factory=dict)
    _taken: dict[Path, Stamp] = field(default_factory=dict)
    _is_away: bool = False

    def take(self, now: float) -> list[Path]:
        """The scans, and folders of scans, that have come or changed and are whole by now; none
        while the folder cannot be read, as a disk of the network may be away for an hour; what was
        taken before is remembered."""
        try:
            found = {
                path: stamp for path in sorted(self.folder.iterdir()) if (stamp := stamp_of(path))
            }
        except OSError as error:
            if not self._is_away:
                log.warning("%s cannot be read: %s; waiting for it", self.folder, error.strerror)
            self._is_away = True
            return []
        self._is_away = False
        whole = []
        for path, stamp in found.items():
            if path not in self._seen or self._seen[path][0] != stamp:
                self._seen[path] = (stamp, now)
            elif stamp != self._taken.get(path) and now >= self._seen[path][1] + self.settle:
                self._taken[path] = stamp
                whole.append(path)
        self._seen = {path: seen for path, seen in self._seen.items() if path in found}
        self._taken = {path: stamp for path, stamp in self._taken.items() if path in found}
        return whole


def stamp_of(path: Path) -> Stamp:
    """What tells whether a scan has changed, with the YAML beside it; empty where it is no scan,
    holds none, is hidden, or has no bytes yet."""
    if path.name.startswith("."):
        return ()
    if path.is_dir():
        files = list(walk_scans(path))
    else:
        files = [path] if path.suffix.lower() in SCANS else []
    settings = path.with_suffix(".yaml") if path.is_file() else Path(f"{path}.yaml")
    stamps = []
    for file in [*files, *([settings] if files and settings.is_file() else [])]:
        try:
            status = file.stat()
        except OSError:  # it has just been taken away
            continue
        stamps.append((str(file), status.st_size, status.st_mtime_ns))
    return tuple(stamps) if any(size for _, size, _ in stamps) else ()


def whole_scans(watched: Watched, sleep: Callable[[float], None]) -> Iterator[list[Path]]:
    """What is to be read, as it comes; without end."""
    while True:
        if whole := watched.take(time.monotonic()):
            yield whole
        sleep(PAUSE)


def watch_folder(
    folder: Path,
    place: Path,
    settle: float,
    bring: Callable[[Path], list[str]],
    read: Callable[[list[list[str]]], int],
) -> int:
    """Hand what comes into a folder to `bring`, and what that makes of it to `read`, until it is
    interrupted. A scan that cannot be brought is told of, and costs no other.

    Returns:
        the exit code of an interruption.

    Raises:
        MissingScanError: there is no such folder. ConfigError: the outputs would lie in it.
    """
    if not folder.is_dir():
        raise MissingScanError(f"{folder} is no folder", "Name the folder to watch.")
    if place.is_relative_to(folder.resolve()):
        raise ConfigError(
            f"{place.parent} lies within {folder}", "Name a folder for the outputs outside of it."
        )
    print(f"watching {folder}; Ctrl-C ends it", flush=True)
    for scans in whole_scans(Watched(folder, settle), time.sleep):
        brought = []
        for scan in scans:
            try:
                brought.append(bring(scan))
            except (RectoError, OSError) as error:
                log.error("%s", error)
        if brought and read(brought) == INTERRUPTED:
            break
    return INTERRUPTED
