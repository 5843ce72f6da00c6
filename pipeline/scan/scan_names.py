"""What a book is called, and the one scan of that name."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.errors import MissingScanError
from pipeline.scan import images

PDF_SUFFIX = ".pdf"
# Snakemake puts something in their place in every path, or ends the plan of all books
PLACEHOLDER = re.compile(r"[{}]|<[a-z][a-z0-9_]*>")


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
        if _scans_called(folder, str(above)):
            raise MissingScanError(
                f"{name} lies below another scan, {above}",
                f"Rename {folder / above}, or move what is in it.",
            )
    suffixes = (PDF_SUFFIX, *images.IMAGE_SUFFIXES)
    found = _scans_called(folder, name) or [path for path in [folder / name] if path.is_dir()]
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
    """Files of that name, their suffixes left out, and the folder of that name where it holds
    images: one with notes or another program's output beside a scan is none."""
    parent, stem = (folder / name).parent, Path(name).name
    entries = sorted(parent.iterdir()) if parent.is_dir() else []
    suffixes = (PDF_SUFFIX, *images.IMAGE_SUFFIXES)
    return [
        path
        for path in entries
        if (path.name == stem and _holds_images(path))
        or (path.stem == stem and path.suffix.lower() in suffixes and not path.is_dir())
    ]


def _holds_images(path: Path) -> bool:
    """Whether it is a folder with images in it; hidden ones are none (macOS leaves some beside
    every file)."""
    try:
        return path.is_dir() and any(
            one.suffix.lower() in images.IMAGE_SUFFIXES
            and not one.name.startswith(".")
            and not one.is_dir()
            for one in path.iterdir()
        )
    except OSError:  # it cannot be read
        return False


def is_scan_name(name: str) -> bool:
    """Whether a book may be called that: parts that do not begin with a point, no control
    characters, no placeholder of Snakemake's, not what ends the options of a command."""
    parts = name.split("/")
    return (
        all(part and not part.startswith(".") for part in parts)
        and name.isprintable()
        and not PLACEHOLDER.search(name)
        and name != "--"
    )
