"""List the pages of a scan and divide them into shards.

Writes manifest.json, with each page's place, size, resolution and hash, and a file for each shard.
A shard's file is
touched only if its content changed: that is what decides whether the shard is worked on again.
Pages that cannot be opened are listed with the reason; a scan that cannot be opened as a whole is
an error.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from pipeline.errors import ConfigError
from pipeline.files import write_text
from pipeline.scan.pages import ScanPage, find_scan, list_pages
from stages import command
from stages.passwords import read_password
from stages.shards import shard_name, shard_size, split


def select_pages(pages: list[ScanPage], wanted: str) -> list[ScanPage]:
    """The pages of "1-10,15", numbered anew from 1; all where nothing is wanted.

    Raises:
        ConfigError: that is no list of pages, or no page is left.
    """
    if not wanted:
        return pages
    numbers: list[int] = []
    for part in wanted.replace(" ", "").split(","):
        match = re.fullmatch(r"(\d+)(?:-(\d+)?)?", part)
        if not match:
            raise ConfigError(
                f"`pages: {wanted}` is no list of pages", "Write it as 1-10 or 3,5,8-12"
            )
        first = int(match[1])
        last = int(match[2] or len(pages)) if "-" in part else first
        numbers += range(first, min(last, len(pages)) + 1)
    chosen = [page for page in pages if page.number in set(numbers)]
    if not chosen:
        raise ConfigError(
            f"`pages: {wanted}` leaves none of {len(pages)} pages", "Give pages that the scan has."
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
        write_if_changed(
            folder / f"{names[-1]}.json", json.dumps(shard, ensure_ascii=False, indent=1) + "\n"
        )
    for path in folder.glob("*.json"):
        if path.stem not in names:
            path.unlink()
    return names


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("scans", type=Path, help="folder of scans")
    parser.add_argument("name", help="name of the scan in it, without suffix")
    parser.add_argument("output", type=Path, help="folder for manifest.json and shards/")
    parser.add_argument(
        "--dpi", type=int, default=300, help="for pages that do not say (default: %(default)s)"
    )
    parser.add_argument(
        "--shard", type=int, default=0, help="pages a shard (default: by the number of pages)"
    )
    parser.add_argument("--pages", default="", help="only these, such as 1-10,15")
    parser.add_argument(
        "--password-from", type=Path, help="the book's YAML, which may hold `password:`"
    )
    options = parser.parse_args()
    scan = find_scan(options.scans, options.name)
    pages = list_pages(scan, options.dpi, read_password(options.password_from))
    pages = select_pages(pages, options.pages)
    shards = write_shards(options.output / "shards", pages, options.shard)
    manifest = {
        "book": options.name,
        "scan": scan.name,
        "folder": str(scan.parent),
        "shards": shards,
        "pages": [page.as_dict() for page in pages],
    }
    write_text(
        options.output / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    )
    broken = sum(bool(page.reason) for page in pages)
    print(
        f"{options.name}: {len(pages)} pages in {len(shards)} shards"
        + (f", {broken} unreadable" if broken else "")
    )


if __name__ == "__main__":
    command.run(main)
