"""A digitized book as the stages that come after it see it: its pages with their text, and their
rasters, made anew."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Page
from pipeline.errors import DataError
from pipeline.geometry import Affine
from pipeline.page_json import read_page
from pipeline.reading import new_page, segment, straighten
from pipeline.scan.pages import ScanPage, load_page
from stages.shards import page_files


@dataclass(frozen=True)
class DigitizedBook:
    """Name and work folder of a book, where its scan lies, how each of its pages is found there,
    and the names of its shards."""

    name: str
    work: Path
    scans: Path
    scan_pages: dict[int, ScanPage]
    shards: tuple[str, ...]
    password: str = field(default="", repr=False)

    def pages(self) -> dict[int, Page]:
        """Every page that was read, by number: done, blank or quarantined. Shards of an earlier
        scan of that name, which had more pages or fewer, may still lie beside those of this one."""
        paths = [path for shard in self.shards for path in page_files(self.work / "text" / shard)]
        return {int(path.stem): read_page(path) for path in paths}

    def raster(self, number: int) -> NDArray[np.uint8]:
        """(H, W) uint8: a page as supplied."""
        return load_page(self.scans, self.scan_pages[number], self.password)

    def cleared_page(self, page: Page) -> NDArray[np.uint8]:
        """(H, W) uint8: the upright raster of a page with its graphics cleared, made anew, as
        rasters are not kept."""
        bare = new_page(self.raster(page.number), page.dpi, page.number)
        deskewed = page.onto_upright != Affine()

        def lies_as_before(attempt: Page, _: NDArray[np.uint8]) -> float:
            return float(attempt.orientation == page.orientation)

        upright = straighten(bare, deskewed, lies_as_before)
        if page.mesh:  # as it was found, whatever angle was taken off before
            upright = replace(upright, page=replace(page, leaves=()))
        return segment(upright, page.writing).grey


def open_book(work: Path, password: str = "") -> DigitizedBook:
    """The book in a work folder, such as work/my-book.

    Raises:
        DataError: it was not digitized.
    """
    manifest = work / "manifest.json"
    if not manifest.is_file() or not (work / "text").is_dir():
        raise DataError(
            f"{work} is no digitized book",
            f"Run: snakemake --cores 8 out/{'/'.join(work.parts[1:]) or work.name}/",
        )
    raw = json.loads(manifest.read_text(encoding="utf-8"))
    pages = {page["number"]: ScanPage(**page) for page in raw["pages"]}
    return DigitizedBook(
        raw["book"], work, Path(raw["folder"]), pages, tuple(raw["shards"]), password
    )
