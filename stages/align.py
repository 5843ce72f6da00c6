"""Cut a digitized book into line images with their true text, from a transcription without line breaks.

The book must have been digitized (out/NAME, work/NAME). The transcription is a folder with one text a page (0001.txt …).
Lines whose alignment is in doubt are dropped; the report says how many, and why. What is written is an LMDB set to
fine-tune a recognizer on.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from pipeline.document import DONE, Page, read_page
from pipeline.errors import DataError
from pipeline.image.straighten import straighten
from pipeline.layout.segment import segment
from pipeline.recognition.crop import crop_line
from pipeline.recognition.frame import PRINT_FRAME, STORED_SCALE
from pipeline.scan.pages import ScanPage, load_page
from pipeline.synthesis.store import LineStore
from pipeline.training.alignment import AlignedLine, RecognizedLine, align_lines, report
from stages import command
from stages.inventory import read_password
from stages.shards import page_name


def cleared_page(scans: Path, scan_page: ScanPage, page: Page, password: str) -> NDArray[np.uint8]:
    """The straight raster of a page with its graphics cleared, made anew: rasters are not kept."""
    grey = load_page(scans, scan_page, password)
    bare = Page(page.number, grey.shape[1], grey.shape[0], page.dpi)
    straight_page, straight = straighten(bare, grey)
    return segment(straight_page, straight)[1]


def recognized_lines(page: Page) -> list[RecognizedLine]:
    """Text and least confidence of each line of a page."""
    return [RecognizedLine(line.text, min((w.confidence or 0.0 for w in line.words), default=0.0)) for line in page.lines]


def aligned_samples(
    book: Path, scans: Path, transcription: Path, judged: list[AlignedLine], password: str
) -> Iterator[list[tuple[NDArray[np.uint8], str]]]:
    """Yield the kept lines of each page; every line's verdict is appended to `judged`."""
    inventory = json.loads((book / "manifest.json").read_text(encoding="utf-8"))
    for raw in tqdm(inventory["pages"], unit="page", desc="align", disable=None):
        scan_page, name = ScanPage(**raw), page_name(raw["number"])
        path = next((book / "text").glob(f"*/{name}.json"), None)
        truth = transcription / f"{name}.txt"
        if path is None or not truth.is_file() or (page := read_page(path)).status != DONE:
            continue
        verdicts = align_lines(recognized_lines(page), truth.read_text(encoding="utf-8"))
        judged += verdicts
        if any(v.text for v in verdicts):
            grey = cleared_page(scans, scan_page, page, password)
            frame = PRINT_FRAME.scaled(STORED_SCALE)
            yield [(crop_line(grey, line, frame), v.text) for line, v in zip(page.lines, verdicts, strict=True) if v.text]


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("book", type=command.existing_path, help="work folder of the digitized book, such as work/my-book")
    parser.add_argument("transcription", type=command.existing_path, help="folder with 0001.txt …, one text a page")
    parser.add_argument("output", type=Path, help="LMDB folder to write, whole or not at all")
    parser.add_argument("--scans", type=Path, default=Path("scans"), help="folder of scans (default: %(default)s)")
    parser.add_argument("--password-from", type=Path, help="the book's YAML, which may hold `password:`")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if not (options.book / "manifest.json").is_file():
        raise DataError(f"{options.book} is no digitized book", f"Run: snakemake --cores 8 out/{options.book.name}/")
    build = options.output.with_name(options.output.name + ".part")
    shutil.rmtree(build, ignore_errors=True)
    judged: list[AlignedLine] = []
    password = read_password(options.password_from)
    with LineStore(build, {"kind": "aligned", "book": options.book.name}) as store:
        for samples in aligned_samples(options.book, options.scans, options.transcription, judged, password):
            store.append(samples)
    if not any(line.text for line in judged):
        raise DataError("no line could be aligned", "Is this the transcription of this book, with one file a page?")
    shutil.rmtree(options.output, ignore_errors=True)
    build.rename(options.output)
    print(report(judged))


if __name__ == "__main__":
    command.run(main)
