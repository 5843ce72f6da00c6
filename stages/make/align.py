"""Cut a digitized book into line images with their true text: from what a person has corrected and
accepted in it, and from a transcription that knows nothing of lines.

    python -m stages.align work/my-book transcriptions/my-book.txt data/aligned/my-book.lmdb

The book must have been digitized (out/NAME, work/NAME). Lines that a person has accepted are true
as they stand. The transcription is a text of the whole book, or a folder with one text a page
(0001.txt …) or one file of PAGE XML or ALTO (0001.xml …); its line breaks, hyphens and quotes may
be its own. Lines whose alignment is in doubt are dropped; the report says how many, and why. What
is written is an LMDB set to fine-tune a recognizer on.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from pipeline.corrections import Corrections, open_corrections
from pipeline.document import DONE, Page
from pipeline.errors import DataError
from pipeline.files import write_text
from pipeline.folders import check_ours, whole_folder
from pipeline.recognition.frame import PRINT_FRAME, STORED_SCALE
from pipeline.recognition.line_image import cut_line
from pipeline.structure.correcting import proofread_texts
from pipeline.synthesis.store import LineStore
from pipeline.training.alignment import (
    AlignedLine,
    RecognizedLine,
    align_lines,
    report,
    with_common_hyphen,
)
from pipeline.training.page_truth import read_truth
from pipeline.training.true_sets import held_out_works
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


def judge_book(pages: Mapping[int, Page], transcription: Transcription) -> list[list[AlignedLine]]:
    """The true text of each line of each page by the transcription, or why it has none."""
    read = {n: "\n".join(line.text for line in page.lines) for n, page in pages.items()}
    truths = transcription.of_pages(read)
    verdicts = [align_lines(recognized_lines(page), truths[n]) for n, page in pages.items()]
    alike = iter(with_common_hyphen([verdict for page in verdicts for verdict in page]))
    return [list(islice(alike, len(page))) for page in verdicts]


def prefer_proofread(
    verdicts: Sequence[AlignedLine], proofread: Mapping[int, str]
) -> list[AlignedLine]:
    """The lines of a page, with what a person has found right, by the line's index, in place of
    what was aligned."""
    return [
        AlignedLine(proofread[k]) if k in proofread else verdict
        for k, verdict in enumerate(verdicts)
    ]


def aligned_samples(
    book: DigitizedBook,
    transcription: Transcription,
    corrections: Corrections | None,
    judged: list[AlignedLine],
    aside: Container[int] = (),
) -> Iterator[list[tuple[NDArray[np.uint8], str]]]:
    """Yield the kept lines of each page, but for pages that are kept aside; every line's verdict is
    appended to `judged`."""
    frame = PRINT_FRAME.scaled(STORED_SCALE)
    pages = {number: page for number, page in book.pages().items() if page.status == DONE}
    by_text = dict(zip(pages, judge_book(pages, transcription), strict=True))
    for number, page in tqdm(pages.items(), unit="page", desc="align", disable=None):
        sha256 = book.scan_pages[number].sha256
        own = corrections.of_page(sha256, number) if corrections else None
        verdicts = prefer_proofread(by_text[number], proofread_texts(page, own) if own else {})
        judged += verdicts
        if number not in aside and any(v.text for v in verdicts):
            grey = book.cleared_page(page)
            yield [
                (cut_line(grey, line, frame, page.onto_upright).image, v.text)
                for line, v in zip(page.lines, verdicts, strict=True)
                if v.text
            ]


def pages_aside(book: DigitizedBook, one_of: int) -> frozenset[int]:
    """The pages of a book, one of so many, that nothing learns from; none where that is 0."""
    numbers = held_out_works(map(str, book.scan_pages), one_of) if one_of else ()
    return frozenset(map(int, numbers))


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    command.add_book(parser)
    parser.add_argument(
        "transcription",
        nargs="?",
        type=command.existing_path,
        help="text of the book, or folder with a text, PAGE XML or ALTO a page",
    )
    parser.add_argument(
        "output", type=command.output_path, help="LMDB folder to write, whole or not at all"
    )
    parser.add_argument(
        "--corrections", type=Path, help="corrections file of the book, where there is one"
    )
    parser.add_argument(
        "--password-from", type=Path, help="the book's YAML, which may hold `password:`"
    )
    parser.add_argument(
        "--aside",
        type=int,
        default=0,
        metavar="N",
        help="one page of N is judged, but its lines are left out of the set: to test on",
    )
    parser.add_argument(
        "--report", type=command.output_path, help="JSON file for the numbers of lines"
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
            aside = pages_aside(book, options.aside)
            for samples in aligned_samples(book, truth, corrections, judged, aside):
                store.append(samples)
        if not any(line.text for line in judged):
            raise DataError(
                "no line could be aligned, and none was accepted by a proofreader",
                "Is this the transcription of this book?",
            )
    if options.report:
        counts = {"lines": len(judged), "aligned": sum(line.text is not None for line in judged)}
        write_text(options.report, json.dumps(counts) + "\n")
    print(report(judged))


if __name__ == "__main__":
    command.run(main)
