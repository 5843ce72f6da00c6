"""Digitized books beside their true texts, for the stages that score, audit and calibrate."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Line, Page
from pipeline.errors import DataError
from pipeline.lexicon import AUTO
from pipeline.recognition.confidence import raw_confidence
from pipeline.recognition.origin import NOWHERE, Origin
from pipeline.structure.page_languages import main_language
from pipeline.training.alignment import true_stretches, undivided, words_right
from pipeline.training.evaluation import Tally
from pipeline.training.matching import Match, match_page
from pipeline.training.page_truth import read_truth
from pipeline.training.true_sets import read_card
from pipeline.transcription import locate_transcription
from stages import command
from stages.digitized import DigitizedBook, open_book
from stages.passwords import read_password


def add_scored_books(parser: ArgumentParser, nargs: str = "+") -> None:
    """Add what `scored_books` is asked for: the books, so many as `nargs` says, and where their
    true texts lie."""
    parser.add_argument(
        "books",
        nargs=nargs,
        type=command.existing_path,
        help="work folders of digitized books, such as work/my-book",
    )
    parser.add_argument(
        "--transcriptions",
        type=Path,
        default=Path("transcriptions"),
        help="folder of true texts (default: %(default)s)",
    )


@dataclass(frozen=True)
class ScoredLine:
    """A line of a page, and the stretch of the true text opposite it (no hyphen where a word is
    divided at its end)."""

    page: Page
    line: Line
    truth: str

    @property
    def read(self) -> str:
        """The line's text, folded as its truth is compared, without a dividing hyphen."""
        return undivided(self.line.text)


@dataclass(frozen=True)
class ScoredPage:
    """A page with its true text."""

    page: Page
    truth: str

    @property
    def text(self) -> str:
        """What was read, with the language model."""
        return "\n".join(line.text for line in self.page.lines)

    @property
    def greedy(self) -> str:
        """What was read by best paths alone."""
        return "\n".join(line.greedy for line in self.page.lines)

    @property
    def language(self) -> str:
        """The code of the language of most of its words."""
        return main_language([self.page], AUTO)

    @cached_property
    def lines(self) -> list[ScoredLine]:
        """Its lines with their true texts."""
        stretches = true_stretches([line.text for line in self.page.lines], self.truth)
        return [
            ScoredLine(self.page, line, truth)
            for line, truth in zip(self.page.lines, stretches, strict=True)
        ]

    @cached_property
    def match(self) -> Match:
        """Where it and its true text say the same."""
        return match_page([line.text for line in self.page.lines], self.truth)

    @cached_property
    def matched(self) -> Tally:
        """Errors of what it and its true text have in common."""
        tally = Tally()
        for truth, read in self.match.runs:
            tally.add(truth, read, self.language)
        return tally


@dataclass(frozen=True)
class ScoredBook:
    """A digitized book and its pages that have a true text; what it is printed in, where that is
    known, and whether the text keeps the letters of the print, as PAGE XML and ALTO do."""

    book: DigitizedBook
    pages: list[ScoredPage] = field(default_factory=list)
    origin: Origin = NOWHERE
    printed: bool = False


def scored_books(work: list[Path], transcriptions: Path) -> Iterator[ScoredBook]:
    """Each of the books in the work folders with its true text, and what truth.yaml says of it.

    Raises:
        DataError: a book was not digitized, or has no true text.
    """
    card = read_card(transcriptions)
    for folder in work:
        book = open_book(folder)
        book = replace(book, password=read_password(book.scans / f"{book.name}.yaml"))
        path = locate_transcription(transcriptions, book.name)
        if path is None:
            raise DataError(
                f"{transcriptions} holds no text of {book.name}", f"Put it there as {book.name}.txt"
            )
        pages = book.pages()
        truths = read_truth(path).of_pages(
            {n: "\n".join(line.text for line in page.lines) for n, page in pages.items()}
        )
        scored = [ScoredPage(page, truths[number]) for number, page in pages.items()]
        printed = next(path.glob("*.xml"), None) is not None
        yield ScoredBook(book, scored, card.get(book.name, NOWHERE), printed)


def word_outcomes(
    pages: list[ScoredPage], raw: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(confidence, whether right) of every word of the lines that have a text: calibrated
    confidences, or with `raw` products of posteriors."""
    confidences, right = [], []
    for page in pages:
        for scored in compress(page.lines, page.match.stands):
            outcomes = words_right(scored.read, scored.truth)
            for word, outcome in zip(scored.line.words, outcomes, strict=False):
                confidences.append(raw_confidence(word) if raw else word.confidence or 0.0)
                right.append(outcome)
    return np.array(confidences, dtype=np.float64), np.array(right, dtype=np.bool_)
