"""Shards: runs of pages that one job works on, and the loop over their pages that every page stage shares."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from pipeline.document import DONE, QUARANTINED, Page, read_page, write_page
from pipeline.errors import PageError

SHARDS_A_BOOK, SMALLEST, LARGEST = 16, 4, 32


def shard_size(pages: int) -> int:
    """Pages in a shard of a book of so many pages, whatever the machine."""
    return min(max(math.ceil(pages / SHARDS_A_BOOK), SMALLEST), LARGEST)


def split(pages: int, size: int) -> list[tuple[int, int]]:
    """(first, last) page numbers of each shard."""
    return [(first, min(first + size - 1, pages)) for first in range(1, pages + 1, size)]


def shard_name(first: int, last: int) -> str:
    """Name of a shard: its page numbers."""
    return f"{first:04d}-{last:04d}"


def page_name(number: int) -> str:
    """Name of a page's files, without suffix."""
    return f"{number:04d}"


def page_files(folder: Path) -> list[Path]:
    """The page JSON files of a shard's folder, in order of page."""
    return sorted(folder.glob("[0-9]*.json"), key=lambda path: int(path.stem))


def quarantine(page: Page, reason: str, message: str) -> Page:
    """The page, set aside with its reason; what was found on it is dropped."""
    return replace(page, status=QUARANTINED, reason=reason, message=message, leaves=())


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A folder to fill that becomes `target` when all went well: a job killed at any instant leaves no half of one."""
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    yield part
    shutil.rmtree(target, ignore_errors=True)
    part.rename(target)


def work_pages(source: Path, target: Path, description: str, work: Callable[[Page, Path, Path], Page]) -> None:
    """Bring each page of a shard from one stage's folder to the next's.

    `work` gets a page that is neither blank nor quarantined, the path of its files without suffix in `source`, and the
    folder for new files. A PageError that it raises quarantines that page; the others go on.
    """
    with whole_folder(target) as folder:
        for path in tqdm(page_files(source), unit="page", desc=description, disable=None):
            page = read_page(path)
            if page.status == DONE:
                try:
                    page = work(page, path.with_suffix(""), folder)
                except PageError as error:
                    page = quarantine(page, error.reason, str(error))
            write_page(folder / path.name, page)


def iterate_pages(folder: Path) -> Iterator[tuple[Path, Page]]:
    """Each page of a shard's folder with the path of its JSON."""
    for path in page_files(folder):
        yield path, read_page(path)
