"""Cut a digitized book into line images with their true text: from what a person has corrected and
accepted in it, and from a transcription that knows nothing of lines.

The book must have been digitized (out/NAME, work/NAME). Lines that a person has accepted are true
as they stand. The transcription is a text of the whole book, or a folder with one text a page
(0001.txt …) or one file of PAGE XML or ALTO (0001.xml …); its line breaks, hyphens and quotes may
be its own. Lines whose alignment is in doubt are dropped; the report says how many, and why. What
is written is an LMDB set to fine-tune a recognizer on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from pipeline.corrections import Corrections, open_corrections
from pipeline.document import DONE, Page
from pipeline.errors import DataError
from pipeline.folders import check_ours, whole_folder
from pipeline.recognition.frame import PRINT_FRAME, STORED_SCALE
from pipeline.recognition.line_image import cut_line
from pipeline.structure.correcting import proofread_texts
from pipeline.synthesis.store import LineStore
from pipeline.training.alignment import AlignedLine, RecognizedLine, align_lines, report
from pipeline.training.page_truth import read_truth
from pipeline.transcription import Transcription
from stages import command
from stages.digitized import DigitizedBook, open_book
from stages.passwords import read_password


def recognized_lines(page: Page) -> list[RecognizedLine]:
    """Text and least confidence of each line of a page."""
    return [
        RecognizedLine(line.text, min((w.confidence or 0.0 for w in line.words), default=0.0))
        for line in page.lines
    ]


def judge_lines(page: Page, truth: str, proofread: Mapping[int, str]) -> list[AlignedLine]:
    """The true text of each line of a page, or why it has none.

    Args:
        truth: transcription of the page; "" where there is none.
        proofread: what a person has found right, by the line's index.
    """
    verdicts = align_lines(recognized_lines(page), truth)
    return [
        AlignedLine(proofread[k]) if k in proofread else verdict
        for k, verdict in enumerate(verdicts)
    ]


def aligned_samples(
    book: DigitizedBook,
    transcription: Transcription,
    corrections: Corrections | None,
    judged: list[AlignedLine],
) -> Iterator[list[tuple[NDArray[np.uint8], str]]]:
    """Yield the kept lines of each page; every line's verdict is appended to `judged`."""
    frame = PRINT_FRAME.scaled(STORED_SCALE)
    pages = {number: page for number, page in book.pages().items() if page.status == DONE}
    truths = transcription.of_pages(
        {n: "\n".join(line.text for line in page.lines) for n, page in pages.items()}
    )
    for number, page in tqdm(pages.items(), unit="page", desc="align", disable=None):
        sha256 = book.scan_pages[number].sha256
        own = corrections.of_page(sha256, number) if corrections else None
        verdicts = judge_lines(page, truths[number], proofread_texts(page, own) if own else {})
        judged += verdicts
        if any(v.text for v in verdicts):
            grey = book.cleared_page(page)
            yield [
                (cut_line(grey, line, frame, page.onto_upright).image, v.text)
                for line, v in zip(page.lines, verdicts, strict=True)
                if v.text
            ]


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "book",
        type=command.existing_path,
        help="work folder of the digitized book, such as work/my-book",
    )
    parser.add_argument(
        "transcription",
        nargs="?",
        type=command.existing_path,
        help="text of the book, or folder with a text, PAGE XML or ALTO a page",
    )
    parser.add_argument("output", type=Path, help="LMDB folder to write, whole or not at all")
    parser.add_argument(
        "--corrections", type=Path, help="corrections file of the book, where there is one"
    )
    parser.add_argument(
        "--password-from", type=Path, help="the book's YAML, which may hold `password:`"
    )
    options = parser.parse_args()
    check_ours(options.output)  # before the work of minutes
    cv2.setNumThreads(1)
    book = open_book(options.book, read_password(options.password_from))
    truth = Transcription({})
    if options.transcription:
        truth = read_truth(options.transcription)
    corrections = open_corrections(options.corrections)
    judged: list[AlignedLine] = []
    with whole_folder(options.output) as folder:
        with LineStore(folder, {"kind": "aligned", "book": book.name}) as store:
            for samples in aligned_samples(book, truth, corrections, judged):
                store.append(samples)
        if not any(line.text for line in judged):
            raise DataError(
                "no line could be aligned, and none was accepted by a proofreader",
                "Is this the transcription of this book?",
            )
    print(report(judged))


if __name__ == "__main__":
    command.run(main)
