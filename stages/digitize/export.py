"""Write each page of a shard in each output format, and what the book's manifest and its other
files need of it.

    python -m stages.export work/book/text/0001-0004 work/book/export/0001-0004 --outputs hocr txt

hocr, txt, alto, page and tsv are files of their own, and so is each of a page's tables;
book-hocr is put together from the pages' hOCR; for pdf a page's text layer is written, which
`stages.assemble` lays over the page; for the report a script with the page's words.

What a person has corrected goes into all of them; the pages that were read stay as they are.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tqdm import tqdm

from pipeline.config import Spelling
from pipeline.corrections import Corrections, open_corrections
from pipeline.document import Page
from pipeline.export.alto import page_alto
from pipeline.export.hocr import page_hocr
from pipeline.export.page_xml import page_xml
from pipeline.export.printed_json import page_reading
from pipeline.export.rescan import cut_off_lines
from pipeline.export.source import reading_regions
from pipeline.export.table_csv import page_tables
from pipeline.export.text import page_text
from pipeline.export.text_layer import text_layer
from pipeline.export.tsv import page_tsv
from pipeline.files import write_text
from pipeline.folders import whole_folder
from pipeline.structure.correcting import Outcome, correct_page
from pipeline.structure.page_languages import main_language, page_languages
from stages import command
from stages.settings import add_settings, read_settings
from stages.shards import iterate_pages

LAYER_SUFFIX = ".layer"  # the text layer of a page's PDF: not delivered by itself
SUFFIXES = {
    "hocr": ".hocr",
    "txt": ".txt",
    "alto": ".alto.xml",
    "page": ".page.xml",
    "tsv": ".tsv",
    "pdf": LAYER_SUFFIX,
    "report": ".js",
}


def _text_layer(page: Page, spelling: Spelling) -> str:
    return text_layer(page, spelling).decode("ascii")


def _script(page: Page) -> str:
    from pipeline.export.report import page_script  # as above

    return page_script(page)


def writers(language: str, spelling: Spelling) -> dict[str, Callable[[Page], str]]:
    """The function that writes a page in each format: those that give each word its place as
    printed, those that are read and searched in `spelling`."""
    return {
        "hocr": lambda page: page_hocr(page, language),
        "txt": lambda page: page_text(reading_regions(page, spelling)),
        "alto": lambda page: page_alto(page, language),
        "page": lambda page: page_xml(page, language),
        "tsv": page_tsv,
        "pdf": lambda page: _text_layer(page, spelling),
        "report": _script,
    }


def page_hashes(inventory: Path) -> dict[int, str]:
    """The hash of each page of a scan, by number."""
    pages = json.loads(inventory.read_text(encoding="utf-8"))["pages"]
    return {page["number"]: page["sha256"] for page in pages}


def corrected(
    page: Page, corrections: Corrections | None, hashes: Mapping[int, str]
) -> tuple[Page, Outcome | None]:
    """A page with its corrections, and what became of them; None where it has none.

    Args:
        hashes: of the pages of the scan, by number.
    """
    own = corrections and corrections.of_page(hashes.get(page.number, ""), page.number)
    return correct_page(page, own) if own else (page, None)


def summary(page: Page, outcome: Outcome | None = None) -> dict[str, Any]:
    """What the book's manifest says of a page."""
    confidence = page.mean_confidence
    heights = [line.x_height / page.onto_read.e for line in page.lines]
    return {
        "number": page.number,
        "image": page.image,
        "status": page.status,
        "reason": page.reason,
        "message": page.message,
        "width": page.width,
        "height": page.height,
        "dpi": page.dpi,
        "orientation": page.orientation,
        "skew": page.skew,
        "skew_confidence": page.skew_confidence,
        "lines": sum(1 for _ in page.lines),
        "words": sum(1 for _ in page.words),
        "confidence": None if confidence is None else round(confidence, 4),
        "x_height": round(statistics.median(heights), 1) if heights else None,
        "stray_ink": round(page.stray_ink, 4),
        "illegible": page.illegible,
        "doubtful": page.doubtful,
        "cut_off": cut_off_lines(page),
        "languages": page_languages(page),
        **({"corrections": asdict(outcome)} if outcome else {}),
    }


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "pages", type=command.existing_path, help="folder written by stages.recognize"
    )
    parser.add_argument("output", type=command.output_path, help="folder for the shard's outputs")
    parser.add_argument(
        "--corrections", type=Path, help="corrections file of the book, where there is one"
    )
    parser.add_argument(
        "--inventory",
        type=command.existing_path,
        help="manifest.json written by stages.inventory, by which corrections find their pages",
    )
    add_settings(parser, "export")
    options = parser.parse_args()
    settings = read_settings(options)
    if options.corrections and not options.inventory:
        parser.error("--corrections needs --inventory, by which they find their pages")
    wanted = {"hocr" if name == "book-hocr" else name for name in settings.outputs} & set(SUFFIXES)
    pages = list(iterate_pages(options.pages))
    corrections = open_corrections(options.corrections)
    hashes = page_hashes(options.inventory) if corrections else {}
    spelling = settings.spelling
    write = writers(main_language((page for _, page in pages), settings.lang), spelling)
    with whole_folder(options.output) as folder:
        for path, read in tqdm(pages, unit="page", desc="export", disable=None):
            page, outcome = corrected(read, corrections, hashes)
            for name in sorted(wanted):
                write_text(folder / f"{path.stem}{SUFFIXES[name]}", write[name](page))
            regions = reading_regions(page, spelling) if "tables" in settings.outputs else ()
            tables = page_tables(regions)
            for number, table in enumerate(tables, start=1):
                write_text(folder / f"{path.stem}.table-{number}.csv", table)
            entry = summary(page, outcome) | {"reading": page_reading(page, spelling)}
            write_text(folder / f"{path.stem}.json", json.dumps(entry, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    command.run(main)
