"""What lies in scans/: every scan with its name, and everything else with why it is not read.

The folder is walked once, and nothing in it is opened. Links to folders are followed, each real
folder once, but not out of scans/ to a folder above it, and not without end: behind a link may lie
the whole machine.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath

from pipeline.corrections import SUFFIX
from pipeline.errors import MissingScanError
from pipeline.scan.images import IMAGE_SUFFIXES
from pipeline.scan.scan_names import PDF_SUFFIX, is_scan_name

SCANS = Path("scans")
SETTINGS_SUFFIX = ".yaml"
# Where a delivery or a work folder of that name would lie in the way of a file of Recto's own.
RESERVED = re.compile(r"archive\.tsv(/.*)?|(log|benchmark|train)/.*")
# Snakemake takes what is repeated so often at the end of a name for a rule without end.
REPEATED = re.compile(r"(.+)\1{19}$")
HIDDEN = "its name begins with a point: hidden files are not read"
UNKNOWN = f"of no kind that is read: {PDF_SUFFIX}, {', '.join(IMAGE_SUFFIXES)}"
# What libraries hold, and a tool turns into what is read.
CONVERTED = {
    ".djvu": "make a PDF of it: ddjvu -format=pdf IN.djvu OUT.pdf (apt install djvulibre-bin)",
    ".ps": "make a PDF of it: ps2pdf IN.ps OUT.pdf (apt install ghostscript)",
    ".epub": "it holds text, not pages",
    ".zip": "unpack it: its images in a folder are a book",
}
CONVERTED |= {
    ".djv": CONVERTED[".djvu"],
    ".eps": CONVERTED[".ps"],
    **dict.fromkeys((".yml", ".yaml"), f"settings of a book are called NAME{SETTINGS_SUFFIX}"),
    **dict.fromkeys((".cbz", ".cbr", ".rar", ".7z", ".tar", ".tgz", ".gz"), CONVERTED[".zip"]),
}
AGAIN = "a link to a folder that is read under another name"
MOST_LINKED = 200_000  # things behind links that are looked at; some seconds
ABOVE = "a link to a folder that holds the scans themselves"
TOO_MUCH = f"behind links lie more than {MOST_LINKED:,} things; this folder is not looked through"
EMPTY = "an empty folder"
NO_SCAN = "of a scan that is not there"
OWN = (SETTINGS_SUFFIX, SUFFIX)  # what lies beside a scan and is its own


@dataclass
class Shelf:
    """`scans`: names, each with the files and folders called so; more than one is an error of this
    book's. `strays`: path below scans/ and reason of all that is no scan, no page and no settings.
    """

    scans: dict[str, list[Path]] = field(default_factory=dict)
    strays: list[tuple[str, str]] = field(default_factory=list)

    def objection(self, name: str) -> MissingScanError | None:
        """Why no book can have this name; None where it can."""
        if not is_scan_name(name):
            return MissingScanError(
                f"{name!r} is no name of a scan",
                "Rename it: nothing that is not printed, no space but the plain one, no braces, no "
                "word in <>, no point at the beginning, not --.",
            )
        if RESERVED.fullmatch(name):
            return MissingScanError(
                f"{name} is a name that Recto needs for itself", "Rename the scan."
            )
        if REPEATED.search(name):
            return MissingScanError(
                f"{name} ends in what is repeated twenty times, which Snakemake does not take",
                "Rename the scan.",
            )
        above = next((str(p) for p in PurePosixPath(name).parents if str(p) in self.scans), None)
        if above is not None:
            return MissingScanError(
                f"{name} lies below another scan, {above}",
                f"Rename {SCANS / above}, or move what is in it.",
            )
        return None


@lru_cache(maxsize=1)
def current_shelf() -> Shelf:
    """What lies in scans/, as it was when first asked."""
    return take_stock(SCANS)


def take_stock(folder: Path) -> Shelf:
    """What lies in a folder of scans, at any depth."""
    shelf, seen, settings, linked_things = Shelf(), set(), [], 0
    above = {_identity(path) for path in folder.absolute().parents}
    folders, links = deque([folder]), deque[Path]()
    while folders or links:
        path, linked = (folders.popleft(), False) if folders else (links.popleft(), True)
        identity = _identity(path)
        if identity in seen or identity in above or linked_things > MOST_LINKED:
            why = AGAIN if identity in seen else ABOVE if identity in above else TOO_MUCH
            shelf.strays.append((_relative(path, folder), why))
            continue
        seen.add(identity)
        try:
            entries = list(_entries(path))
        except OSError as error:
            if path != folder or not isinstance(error, FileNotFoundError):
                shelf.strays.append((_relative(path, folder), f"cannot be read: {error.strerror}"))
            continue
        linked_things += len(entries) if linked else 0
        if not entries and path != folder:
            shelf.strays.append((_relative(path, folder), EMPTY))
        for entry in entries:
            place = path / entry.name
            if entry.name.startswith("."):
                shelf.strays.append((_relative(place, folder), HIDDEN))
            elif _is_folder(entry):
                (links if linked or entry.is_symlink() else folders).append(place)
            elif place.suffix.lower() in (PDF_SUFFIX, *IMAGE_SUFFIXES):
                _add_scan(shelf, place, folder)
            elif suffix := next((own for own in OWN if place.name.endswith(own)), ""):
                settings.append((_relative(place, folder), suffix))
            else:
                shelf.strays.append((_relative(place, folder), _why_unread(place)))
    lost = (path for path, own in settings if path.removesuffix(own) not in shelf.scans)
    shelf.strays += [(path, NO_SCAN) for path in lost]
    shelf.strays.sort()
    shelf.scans = dict(sorted(shelf.scans.items()))
    return shelf


def _add_scan(shelf: Shelf, place: Path, folder: Path) -> None:
    """Add a PDF or an image: a scan by itself, or a page of the folder that it lies in."""
    by_itself = place.suffix.lower() == PDF_SUFFIX or place.parent == folder
    scan = place if by_itself else place.parent
    name = _relative(place.with_suffix("") if by_itself else scan, folder)
    found = shelf.scans.setdefault(name, [])
    if scan not in found:
        found.append(scan)


def _why_unread(place: Path) -> str:
    """Why a file of another kind is not read, and what to do where a tool helps."""
    advice = CONVERTED.get(place.suffix.lower())
    return f"{place.suffix.lower()[1:]} is not read; {advice}" if advice else UNKNOWN


def _relative(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder))


def _entries(path: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(path) as entries:
        yield from sorted(entries, key=lambda entry: entry.name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _identity(path: Path) -> tuple[int, int] | Path:
    """What tells a folder from every other, whatever it is called."""
    try:
        status = path.stat()
    except OSError:
        return path
    return status.st_dev, status.st_ino
