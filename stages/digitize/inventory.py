"""List the pages of a scan and divide them into shards.

    python -m stages.inventory scans book work/book

Writes manifest.json, with each page's place, size, resolution and hash, and a file for each shard.
A shard's file is touched only if its content changed: that decides whether the shard is worked on
again. Pages that cannot be opened are listed with the reason; a scan that cannot be opened as a
whole is an error.
"""

from __future__ import annotations

import re
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from pipeline.book_config import BookSettings
from pipeline.errors import ConfigError, printable
from pipeline.files import json_text, write_text
from pipeline.scan.pages import ScanPage, list_pages
from pipeline.scan.scan_names import find_scan
from stages import command
from stages.passwords import read_password
from stages.settings import add_settings, read_settings
from stages.shards import shard_name, shard_size, split
from stages.supervise import Limits, run_limited

LONGEST_SHOWN = 60  # characters of a setting that a message shows


def select_pages(pages: list[ScanPage], wanted: str) -> list[ScanPage]:
    """The pages of "1-10,15", numbered anew from 1; all where nothing is wanted.

    Raises:
        ConfigError: that is no list of pages, or no page is left.
    """
    if not wanted:
        return pages
    ranges = [
        re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9})?)?", part)
        for part in wanted.replace(" ", "").split(",")
    ]
    numbers: set[int] = set()
    for match in ranges:
        if not match or int(match[2] or match[1]) < int(match[1]):
            raise ConfigError(
                f"`pages: {wanted[:LONGEST_SHOWN]}` is no list of pages",
                "Write it as 1-10 or 3,5,8-12",
            )
        if len(numbers) == len(pages):
            continue
        first = int(match[1])
        last = int(match[2] or len(pages)) if "-" in match[0] else first
        numbers.update(range(max(first, 1), min(last, len(pages)) + 1))
    chosen = [page for page in pages if page.number in numbers]
    if not chosen:
        raise ConfigError(
            f"`pages: {wanted[:LONGEST_SHOWN]}` leaves none of {len(pages)} pages",
            "Give pages that the scan has.",
        )
    return [replace(page, number=number) for number, page in enumerate(chosen, start=1)]


def write_if_changed(path: Path, text: str) -> None:
    """Write `text`, unless the file holds it already."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_text(path, text)


def write_shards(folder: Path, pages: list[ScanPage], size: int) -> list[str]:
    """Write a file for each shard, remove those of an earlier division; returns their names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for first, last in split(len(pages), size or shard_size(len(pages))):
        names.append(shard_name(first, last))
        shard = {"pages": [page.as_dict() for page in pages[first - 1 : last]]}
        write_if_changed(folder / f"{names[-1]}.json", json_text(shard))
    for path in folder.glob("*.json"):
        if path.stem not in names:
            path.unlink()
    return names


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("scans", type=Path, help="folder of scans")
    parser.add_argument("name", help="name of the scan in it, without suffix")
    parser.add_argument(
        "output", type=command.output_path, help="folder for manifest.json and shards/"
    )
    parser.add_argument(
        "--password-from", type=Path, help="the book's YAML, which may hold `password:`"
    )
    add_settings(parser, "inventory")
    options = parser.parse_args()
    settings = read_settings(options)
    run_limited(
        lambda: take_inventory(options, settings),
        f"{options.scans / options.name}",
        Limits(settings.book_seconds, settings.book_megabytes),
    )


def take_inventory(options: Namespace, settings: BookSettings) -> None:
    """List the pages of a scan and write what the stages after this one read."""
    scan = find_scan(options.scans, options.name)
    pages = list_pages(scan, settings.dpi, read_password(options.password_from))
    pages = select_pages(pages, settings.pages)
    shards = write_shards(options.output / "shards", pages, settings.shard)
    manifest = {
        "book": options.name,
        "scan": scan.name,
        "folder": str(scan.parent),
        "shards": shards,
        "pages": [page.as_dict() for page in pages],
    }
    write_text(options.output / "manifest.json", json_text(manifest))
    broken = sum(bool(page.reason) for page in pages)
    print(
        f"{printable(options.name)}: {len(pages)} pages in {len(shards)} shards"
        + (f", {broken} unreadable" if broken else ""),
        flush=True,
    )


if __name__ == "__main__":
    command.run(main)
