"""Write each page of a shard in each output format, and what the book's manifest and its reading text need of it."""

from __future__ import annotations

import json
from pathlib import Path

from tqdm import tqdm

from pipeline.document import Page, write_text
from pipeline.export.hocr import page_hocr
from pipeline.export.reading import page_reading
from pipeline.export.source import source_regions
from pipeline.export.text import page_text
from stages import command
from stages.shards import iterate_pages, whole_folder

FORMATS = ("hocr", "txt")


def summary(page: Page) -> dict[str, str | int | float | None]:
    """What the book's manifest says of a page."""
    confidence = page.mean_confidence
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
    }


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("pages", type=command.existing_path, help="folder written by stages.recognize")
    parser.add_argument("output", type=Path, help="folder for the shard's outputs")
    parser.add_argument("--lang", default="eng", help="language of the book (default: %(default)s)")
    parser.add_argument("--outputs", nargs="+", choices=FORMATS, default=list(FORMATS), help="default: all")
    options = parser.parse_args()
    writers = {
        "hocr": lambda page: page_hocr(page, options.lang),
        "txt": lambda page: page_text(source_regions(page)),
    }
    with whole_folder(options.output) as folder:
        for path, page in tqdm(list(iterate_pages(options.pages)), unit="page", desc="export", disable=None):
            for name in options.outputs:
                write_text(folder / f"{path.stem}.{name}", writers[name](page))
            entry = summary(page) | {"reading": page_reading(page)}
            write_text(folder / f"{path.stem}.json", json.dumps(entry, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    command.run(main)
