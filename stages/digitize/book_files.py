"""The files of a book's delivery, put together from those of its pages."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import RectoError
from pipeline.export.book_hocr import book_hocr
from pipeline.files import write_text
from pipeline.scan.pages import ScanPage
from pipeline.scan.scan_names import PDF_SUFFIX
from pipeline.structure.printed import ReadLine, ReadRegion
from pipeline.structure.reading_text import MAP_COLUMNS, write_reading_text
from pipeline.version import VERSION
from stages.command import log
from stages.digitize.export import LAYER_SUFFIX
from stages.shards import page_name


@dataclass(frozen=True)
class Book:
    """What a book is put together from: the folder that becomes its delivery, its inventory and its
    pages' summaries."""

    folder: Path
    inventory: dict[str, Any]
    summaries: list[dict[str, Any]]
    layers: dict[int, Path]

    @property
    def numbers(self) -> list[int]:
        """The pages' numbers, in order."""
        return [page["number"] for page in self.summaries]

    @property
    def hashes(self) -> dict[int, str]:
        """The hash of each page of the scan, by number."""
        return {page["number"]: page["sha256"] for page in self.inventory["pages"]}


def collect(
    shards: list[Path], pictures: list[Path], folder: Path, inventory: dict[str, Any]
) -> Book:
    """Copy every page file of the shards to where it belongs in the delivery; the summaries come in
    order of page."""
    summaries, layers = [], {}
    for shard in shards:
        for path in sorted(shard.iterdir()):
            if path.suffix == ".json":
                summaries.append(json.loads(path.read_text(encoding="utf-8")))
            elif path.suffix == LAYER_SUFFIX:
                layers[int(path.stem)] = path
            elif not path.name.startswith("."):
                shutil.copyfile(
                    path, folder / ("report" if path.suffix == ".js" else "pages") / path.name
                )
    for shard in pictures:
        for path in sorted(shard.glob("*.jpg")):
            shutil.copyfile(path, folder / "report" / path.name)
    return Book(folder, inventory, sorted(summaries, key=lambda page: page["number"]), layers)


def write_reading(
    book: Book, readings: list[list[ReadRegion]], counts: Mapping[str, int], running_heads: bool
) -> None:
    """book.txt and book.map.tsv."""
    text, rows = write_reading_text(readings, counts, running_heads)
    write_text(book.folder / "book.txt", text)
    write_text(
        book.folder / "book.map.tsv", "".join("\t".join(row) + "\n" for row in [MAP_COLUMNS, *rows])
    )


def write_book_hocr(book: Book) -> None:
    """book.hocr, of the pages' own."""
    pages = (
        (book.folder / "pages" / f"{page_name(number)}.hocr").read_text(encoding="utf-8")
        for number in book.numbers
    )
    write_text(book.folder / "book.hocr", book_hocr(pages, book.inventory["scan"]))


def write_pdf(book: Book, scans: Path, password: str, pdfa: bool) -> dict[str, Any]:
    """book.pdf; returns what the manifest says of it: whether it is there, claims PDF/A, and what
    stood against either."""
    # opened only where a PDF is asked for, as pikepdf is
    from pipeline.export.image_pdf import bind_images
    from pipeline.export.pdf import BoundPage, bind_pdf
    from pipeline.export.pdfa import claim
    from pipeline.pdf_files import ODD

    pages = []
    for entry in book.inventory["pages"]:
        page = ScanPage(**entry)
        layer = book.layers[page.number].read_bytes() if page.number in book.layers else b""
        pages.append(
            BoundPage(scans / page.file, page.index, page.width, page.height, page.dpi, layer)
        )
    target, scan = book.folder / "book.pdf", scans / book.inventory["scan"]
    try:
        if scan.suffix.lower() == PDF_SUFFIX:
            was_encrypted, textless = bind_pdf(scan, password, pages, target)
            against = [
                f"page {number}: its objects are damaged or too large, and its text is not added"
                for number, page in zip(book.numbers, pages, strict=True)
                if page.index in textless
            ]
        else:
            was_encrypted = False
            lost = bind_images(pages, target)
            against = [
                f"page {book.numbers[k]}: its image cannot be packed into a PDF, and is left out"
                for k in lost
            ]
    except (*ODD, RectoError) as error:
        target.unlink(missing_ok=True)
        log.warning("%s: book.pdf cannot be written: %s", scan, error)
        return {"written": False, "pdfa": False, "objections": [str(error)]}
    if against:
        log.warning("%s: book.pdf: %s", scan, "; ".join(against))
    elif pdfa and (against := claim(target, was_encrypted)):
        log.warning("%s: book.pdf cannot claim PDF/A-2b: %s", scan, "; ".join(against))
    return {"written": True, "pdfa": pdfa and not against, "objections": against}


def write_report(book: Book, readings: list[list[ReadRegion]], settings: dict[str, Any]) -> None:
    """report.html, and what it shares among pages in report/."""
    # opens the engine of templates
    from pipeline.export.report import book_script, copy_viewer, report_html, search_script

    lines = (
        (number, map(_searched, (line for region in regions for line in region.lines)))
        for number, regions in zip(book.numbers, readings, strict=True)
    )
    copy_viewer(book.folder)
    told = [page | {"sha256": book.hashes[page["number"]]} for page in book.summaries]
    write_text(book.folder / "report" / "book.js", book_script(book.inventory["book"], told))
    write_text(book.folder / "report" / "search.js", search_script(lines))
    write_text(
        book.folder / "report.html",
        report_html(book.inventory["book"], book.summaries, settings, VERSION),
    )


def _searched(line: ReadLine) -> tuple[int, int, str]:
    """The numbers of a line's region and of the line in it, out of its words' id, and its text."""
    _, _, region, number, _ = line.pieces[0].id.split("_")
    return int(region), int(number), " ".join(piece.text for piece in line.pieces)
