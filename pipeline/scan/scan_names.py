"""What a book is called, and the one scan of that name."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import MissingScanError
from pipeline.scan import images

PDF_SUFFIX = ".pdf"


def find_scan(folder: Path, name: str) -> Path:
    """The scan called `name` in `folder`: a file with a known suffix, or a folder of images.

    Raises:
        MissingScanError: there is none, or more than one, or it is a link that leads nowhere, or
            the name leads out of `folder`.
    """
    if not is_scan_name(name):
        raise MissingScanError(
            f"{name!r} is no name of a scan", f"Name what lies in {folder}/, without its suffix."
        )
    for above in Path(name).parents[:-1]:
        if any(path.is_file() or _holds_images(path) for path in _scans_called(folder, str(above))):
            raise MissingScanError(
                f"{name} lies below another scan, {above}",
                f"Rename {folder / above}, or move what is in it.",
            )
    suffixes = (PDF_SUFFIX, *images.IMAGE_SUFFIXES)
    found = _scans_called(folder, name)
    if len(found) > 1:
        names = ", ".join(p.name for p in found)
        raise MissingScanError(
            f"more than one scan is called {name}: {names}", "Rename all but one of them."
        )
    if not found:
        there = (
            [p.name for p in sorted(folder.iterdir()) if p.suffix.lower() in suffixes or p.is_dir()]
            if folder.is_dir()
            else []
        )
        listing = ", ".join(there) if there else "no scan"
        raise MissingScanError(f"there is no scan {folder / name}.pdf (nor .tif, .jp2, .png, "
".jpg, nor a folder)",
                               f"{folder}/ holds: {listing}")  # fmt: skip
    if not found[0].exists():
        raise MissingScanError(
            f"{found[0]} is a link that leads nowhere",
            "Put the scan itself there, or mend the link.",
        )
    return found[0]


def _scans_called(folder: Path, name: str) -> list[Path]:
    """Files and folders of that name, the suffixes of files left out."""
    parent, stem = (folder / name).parent, Path(name).name
    entries = sorted(parent.iterdir()) if parent.is_dir() else []
    suffixes = (PDF_SUFFIX, *images.IMAGE_SUFFIXES)
    return [
        p
        for p in entries
        if (p.is_dir() and p.name == stem) or (p.stem == stem and p.suffix.lower() in suffixes)
    ]


def _holds_images(path: Path) -> bool:
    return path.is_dir() and any(p.suffix.lower() in images.IMAGE_SUFFIXES for p in path.iterdir())


def is_scan_name(name: str) -> bool:
    """Whether a book may be called that: parts that do not begin with a point, no control
    characters, no braces (Snakemake's), not what ends the options of a command."""
    parts = name.split("/")
    return (
        all(part and not part.startswith(".") for part in parts)
        and name.isprintable()
        and not set("{}") & set(name)
        and name != "--"
    )
