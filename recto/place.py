"""The folder in which the workflow runs for one folder of outputs: `OUT/.recto`.

It looks like a checkout: links to Recto's own rules, models and lexicons, the scans that were asked
for, and `work/`, where a run that was ended goes on. `out/` there is `OUT` itself.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.corrections import SUFFIX
from pipeline.errors import DataError, MissingScanError, StorageError
from pipeline.files import json_text, write_text
from pipeline.installation import CODE, HOUSE
from pipeline.scan.scan_names import find_scan

HIDDEN = ".recto"
ASKED = "asked.json"  # what each book was read with last
SHARED = ("Snakefile", "config.yaml", "environment.yml", "profiles")
EXTENDED = ("models", "lexicons")  # to which a user may add


def open_place(out: Path) -> Path:
    """The workplace of `out`, made where it is not there yet.

    Raises:
        StorageError: a file is in its way. OSError: it cannot be written.
    """
    place = out.resolve() / HIDDEN
    try:
        for folder in ("scans", *EXTENDED):
            (place / folder).mkdir(parents=True, exist_ok=True)
    except (NotADirectoryError, FileExistsError) as error:
        raise StorageError(
            f"{out} cannot be a folder: a file is in its way ({error.filename})",
            "Name another folder for the outputs.",
        ) from error
    for name in SHARED:
        link(place / name, HOUSE / name)
    for path in CODE.glob("stages/**/*.smk"):  # by file: rules name others by their place
        bring_file(place / path.relative_to(CODE), path)
    for kind in EXTENDED:
        for path in (HOUSE / kind).iterdir():
            link(place / kind / path.name, path)
    link(place / "out", out.resolve())
    return place


def find_place(delivery: Path) -> Path:
    """The workplace of a delivery, by its absolute path.

    Raises:
        DataError: there is none.
    """
    place = next((p / HIDDEN for p in delivery.parents if (p / HIDDEN).is_dir()), None)
    if place is None:
        raise DataError(
            f"{delivery} has no {HIDDEN} beside it",
            "Run `recto read` again: it goes on from there.",
        )
    return place


def remember_settings(place: Path, targets: Sequence[str], settings: Mapping[str, Any]) -> None:
    """Note what was asked for, of books by their targets, or of the whole shelf."""
    noted = _noted(place)
    noted |= {target.removeprefix("out/").rstrip("/"): dict(settings) for target in targets or [""]}
    write_text(place / ASKED, json_text(noted))


def recall_settings(place: Path, book: str) -> dict[str, Any]:
    """What was asked for when a book was read last."""
    noted = _noted(place)
    return dict(noted.get(book, noted.get("", {})))


def _noted(place: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((place / ASKED).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}


def bring_corrections(place: Path) -> None:
    """Take the corrections of books that were delivered before from their deliveries into a
    workplace that is new: an earlier one may have been removed."""
    if (place / "work").exists():
        return
    for path in place.parent.glob("**/corrections.json"):
        book = path.parent.relative_to(place.parent)
        target = place / "scans" / f"{book}{SUFFIX}"
        if (path.parent / "manifest.json").is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def forgotten_books(place: Path) -> list[str]:
    """What is to be made anew of books that were delivered from a workplace that is gone: of how
    they were read nothing is known, and Snakemake would leave them as they are, whatever is asked
    for."""
    found = []
    for path in place.parent.glob("**/manifest.json"):
        book = str(path.parent.relative_to(place.parent))
        listed = place / "work" / book / "manifest.json"
        if not path.is_relative_to(place) and not listed.exists() and _has_scan(place, book):
            found.append(str(listed.relative_to(place)))
    return sorted(found)


def _has_scan(place: Path, book: str) -> bool:
    try:
        return bool(find_scan(place / "scans", book))
    except MissingScanError:
        return False


def link(place: Path, target: Path) -> None:
    """A symbolic link to `target`; one that leads elsewhere is replaced, what is none is left."""
    if place.is_symlink() and place.readlink() != target:
        place.unlink()
    if not place.is_symlink() and not place.exists():
        place.symlink_to(target)


def bring_file(target: Path, source: Path) -> None:
    """Link one file, with the folders above it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    link(target, source)
