"""Shards: runs of pages that one job works on, and the loop over their pages that every page stage
shares."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from tqdm import tqdm

from pipeline.document import DONE, QUARANTINED, Page
from pipeline.errors import PageError
from pipeline.folders import whole_folder
from pipeline.page_json import read_page, write_page
from pipeline.scan.pages import ScanPage
from stages.supervise import Failure, run_supervised

Task = TypeVar("Task")
# a book of 40 pages keeps eight cores busy
SHARDS_A_BOOK, SMALLEST, LARGEST = 16, 4, 32
# Memory of a job: Python and its libraries take some 260 MB, and 780 with a network that tells
# which way a page is up (measured on pages of 3 megapixels); a page in colour is held thrice.
MEGABYTES_BASE, BYTES_A_PIXEL = 800, 24


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


def work_pages(
    source: Path,
    target: Path,
    description: str,
    work: Callable[[Page, Path, Path], Page],
    seconds: float,
) -> None:
    """Bring each page of a shard from one stage's folder to the next's.

    `work` gets a page that is neither blank nor quarantined, the path of its files without suffix
    in `source`, and the folder for new files. A page that raises a PageError, takes longer than
    `seconds` or ends the process is quarantined; the others go on.
    """
    with whole_folder(target) as folder:

        def work_page(path: Path) -> None:
            page = read_page(path)
            if page.status == DONE:
                try:
                    page = work(page, path.with_suffix(""), folder)
                except PageError as error:
                    page = quarantine(page, error.reason, error.message)
            write_page(folder / path.name, page)

        supervise_pages(page_files(source), read_page, folder, description, work_page, seconds)


def supervise_pages(
    tasks: Sequence[Task],
    bare_page: Callable[[Task], Page],
    folder: Path,
    description: str,
    work: Callable[[Task], None],
    seconds: float,
    megabytes: Callable[[Task], float] | None = None,
) -> None:
    """Do `work`, which writes a page's files into `folder`, on each task; pages that cannot be done
    are quarantined there.

    Args:
        seconds, megabytes: what a page may take; see stages.supervise.
    """
    with tqdm(total=len(tasks), unit="page", desc=description, disable=None) as bar:

        def give_up(task: Task, failure: Failure) -> None:
            page = bare_page(task)
            for leftover in folder.glob(f"{page_name(page.number)}.*"):
                leftover.unlink()
            write_page(
                folder / f"{page_name(page.number)}.json",
                quarantine(page, failure.reason, failure.message),
            )
            bar.update()

        run_supervised(tasks, work, lambda _: seconds, lambda _: bar.update(), give_up, megabytes)


def decoding_megabytes(page: ScanPage) -> float:
    """Most memory that decoding a page may take, with the program that does it, from the size that
    its header promises; one that has a reason not to be read may promise anything."""
    pixels = 0 if page.reason else page.width * page.height
    return MEGABYTES_BASE + pixels * BYTES_A_PIXEL / 1e6


def iterate_pages(folder: Path) -> Iterator[tuple[Path, Page]]:
    """Each page of a shard's folder with the path of its JSON."""
    for path in page_files(folder):
        yield path, read_page(path)
