"""What is to be read, linked into a workplace under the names that its books have there."""

from __future__ import annotations

import filecmp
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import ConfigError, MissingScanError, printable
from pipeline.scan.images import IMAGE_SUFFIXES
from pipeline.scan.scan_names import PDF_SUFFIX
from recto.place import bring_file
from stages.command import log
from stages.plan.shelf import HIDDEN, SETTINGS_SUFFIX, Shelf, take_stock

SCANS = {PDF_SUFFIX, *IMAGE_SUFFIXES}
NAMED = 10  # things that are not read, by their names


def bring_scans(place: Path, source: Path) -> list[str]:
    """Link a scan, or all that lies in a folder, into the workplace's scans/.

    A folder that holds images and no PDF is one book; any other is a shelf of books.

    Returns:
        the books' targets; none for a shelf, which is done whole.

    Raises:
        MissingScanError: there is nothing that could be read, or no book can be called so.
        ConfigError: a shelf that holds the folder of outputs, which would be read as scans; or a
            book of that name was read from another scan, which is still there.
    """
    source = source.absolute()
    if ".." in source.parts:  # the book would be called so
        source = source.resolve()
    remove_dead_links(place / "scans")
    if source.is_file() and source.suffix.lower() in SCANS:
        check_name(source.stem)
        bring_scan(place, source.stem, source)
        tell_unread(source.parent, [source.with_suffix(".yml")])
        return [f"out/{source.stem}/"]
    if not source.is_dir():
        raise MissingScanError(
            f"{source} is no scan",
            "Name a PDF or an image (TIFF, JPEG, JPEG 2000, PNG, WebP, AVIF, HEIC …), or a folder "
            "that holds some.",
        )
    if place.is_relative_to(source.resolve()):
        raise ConfigError(
            f"{place.parent} lies within {source}", "Name a folder for the outputs outside of it."
        )
    shelf = take_stock(source)
    if not shelf.scans:
        raise MissingScanError(f"{source} holds no scans", "Name the folder that does.")
    if is_one_book(source, shelf):
        check_name(source.name)
        bring_folder(place, source.name, source)
        return [f"out/{source.name}/"]
    for name, scans in shelf.scans.items():
        for scan in scans:
            (bring_folder if scan.is_dir() else bring_scan)(place, name, scan)
    tell_unread(source, [source / path for path, why in shelf.strays if why != HIDDEN])
    return []


def check_name(name: str) -> None:
    """Make sure that a book that was asked for by itself may be called so: of one on a shelf the
    plan tells, which Snakemake does not come to for a target of its own.

    Raises:
        MissingScanError: it may not.
    """
    if (objection := Shelf().objection(name)) is not None:
        raise objection


def is_one_book(folder: Path, shelf: Shelf) -> bool:
    """Whether a folder holds images and no PDF; what lies in its folders is then told of, as it
    belongs to no book."""
    scans = [path for paths in shelf.scans.values() for path in paths]
    below = [path for path in scans if path.parent != folder or path.is_dir()]
    suffixes = {path.suffix.lower() for path in scans if path not in below}
    if not suffixes or PDF_SUFFIX in suffixes:
        return False
    tell_unread(folder, below, ", which is read as one book, of the images in it alone")
    return True


def tell_unread(folder: Path, paths: list[Path], why: str = "") -> None:
    """Warn of what of a folder is not read, as far as it is there."""
    names = [printable(str(path.relative_to(folder))) for path in paths if path.exists()]
    if names:
        more = [f"and {len(names) - NAMED} more"] if len(names) > NAMED else []
        log.warning("not read of %s%s: %s", folder, why, ", ".join([*names[:NAMED], *more]))


def images_of(folder: Path) -> list[Path]:
    """The images in a folder, none hidden."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in IMAGE_SUFFIXES
        and not path.name.startswith(".")
        and not path.is_dir()
    )


def walk_scans(folder: Path) -> Iterator[Path]:
    """Every file of the scans in a folder, and every book's YAML, at any depth, none hidden."""
    for name, scans in take_stock(folder).scans.items():
        for scan in scans:
            yield from images_of(scan) if scan.is_dir() else [scan]
        if (settings := folder / f"{name}{SETTINGS_SUFFIX}").is_file():
            yield settings


def bring_scan(place: Path, name: str, scan: Path) -> None:
    """Link a scan in one file, with the YAML beside it."""
    target = place / "scans" / f"{name}{scan.suffix}"
    if target.exists() and not is_same(target, scan):
        raise other_book(place, name, target.resolve(), scan)
    bring_file(target, scan)
    bring_settings(place, name, scan.with_suffix(SETTINGS_SUFFIX))


def bring_folder(place: Path, name: str, folder: Path) -> None:
    """Link the images of a folder, with the YAML beside it."""
    images, target = images_of(folder), place / "scans" / name
    for other in target.iterdir() if target.is_dir() else []:
        if other.is_symlink() and not is_same(other, folder / other.name):
            raise other_book(place, name, other.resolve().parent, folder)
    for path in images:
        bring_file(target / path.name, path)
    bring_settings(place, name, Path(f"{folder}{SETTINGS_SUFFIX}"))


def is_same(one: Path, other: Path) -> bool:
    """Whether two files are one, or alike to the last byte."""
    return other.exists() and (one.samefile(other) or filecmp.cmp(one, other))


def other_book(place: Path, name: str, old: Path, new: Path) -> ConfigError:
    """What is told where the pages of one book would take the place of another's."""
    return ConfigError(
        f"{place.parent / name} is read from {old}, and {new} has the same name",
        "Name another folder for the outputs, or rename one of them. If it is the same book, "
        f"scanned anew, remove {place / 'scans' / name}* first.",
    )


def bring_settings(place: Path, name: str, settings: Path) -> None:
    """Link the book's own YAML, where one lies beside its scan."""
    if settings.is_file():
        bring_file(place / "scans" / f"{name}{SETTINGS_SUFFIX}", settings)


def remove_dead_links(folder: Path) -> None:
    """Remove links to scans that are gone."""
    for path in folder.rglob("*"):
        if path.is_symlink() and not path.exists():
            path.unlink()
