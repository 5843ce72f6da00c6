"""What `stages.evaluate` says of digitized books that have a true text: their error rates, what
they and their texts have not in common, their readings, their worst lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein
from tqdm import tqdm

from pipeline.languages import UNDETERMINED
from pipeline.lexicon import AUTO
from pipeline.recognition.frame import PRINT_FRAME, STORED_SCALE
from pipeline.recognition.line_image import cut_line
from pipeline.recognition.origin import NOWHERE, Origin
from pipeline.structure.page_languages import main_language
from pipeline.training.alignment import folded
from pipeline.training.breakdown import PAGES, Reading
from pipeline.training.evaluation import Tally, confusions
from stages.judge.scored import ScoredBook, ScoredLine, ScoredPage, word_outcomes
from stages.judge.worst_lines import WorstLine, as_png

ALL = "all"
RATES = ("cer", "wer", "cer_best_path", "wer_best_path", "cer_matched", "wer_matched")
SHARES = ("read_matched", "text_matched")
COLUMNS = ("book", "pages", *RATES, *SHARES)


@dataclass
class Account:
    """What is counted of some pages: errors on whole pages, with the language model and by best
    paths, and on what is matched; and characters that were read and of the text, in all and
    matched."""

    pages: int = 0
    whole: Tally = field(default_factory=Tally)
    greedy: Tally = field(default_factory=Tally)
    matched: Tally = field(default_factory=Tally)
    read: int = 0
    text: int = 0
    read_matched: int = 0
    text_matched: int = 0

    def add(self, page: ScoredPage) -> None:
        """Count a page."""
        match = page.match
        self.pages += 1
        self.whole.add(page.truth, page.text, page.language)
        self.greedy.add(page.truth, page.greedy, page.language)
        self.matched.merge(page.matched)
        self.read += match.matched_read + sum(map(len, match.loose))
        self.text += match.truth
        self.read_matched += match.matched_read
        self.text_matched += match.matched_truth

    def row(self, name: str) -> dict[str, str]:
        """A row of COLUMNS, rates and shares in percent."""
        tallies = (self.whole, self.greedy, self.matched)
        rates = [rate for tally in tallies for rate in (tally.cer, tally.wer)]
        shares = (
            self.read_matched / max(1, self.read),
            self.text_matched / max(1, self.text),
        )
        figures = [f"{100 * rate:.2f}" for rate in rates] + [f"{100 * s:.1f}" for s in shares]
        return dict(zip(COLUMNS, (name, str(self.pages), *figures), strict=True))


def score(books: list[ScoredBook]) -> list[dict[str, str]]:
    """A row of COLUMNS for each book and one for all."""
    rows, everything = [], Account()
    for book in books:
        account = Account()
        for page in book.pages:
            account.add(page)
            everything.add(page)
        rows.append(account.row(book.book.name))
    return [*rows, everything.row(ALL)]


def unmatched(books: list[ScoredBook]) -> list[dict[str, str]]:
    """Lines without a text and stretches of a text without lines, by book and page."""
    return [
        {"book": book.book.name, "page": str(page.page.number), "what": what, "text": text}
        for book in books
        for page in book.pages
        for what, texts in (("no text", page.match.loose), ("no line", page.match.missing))
        for text in texts
    ]


def page_reading(page: ScoredPage, source: str, origin: Origin, printed: bool) -> Reading:
    """A page that was read whole, for the breakdown by language, script and century.

    Args:
        printed: whether the true text keeps the letters of the print.
    """
    confidences, right = word_outcomes([page])
    return Reading(
        PAGES,
        source,
        origin,
        page.truth,
        page.text,
        page.greedy,
        lines=len(page.lines),
        printed=printed,
        words=tuple(zip(confidences.tolist(), right.tolist(), strict=True)),
        confused=Counter(confusions((folded(line.truth), line.read) for line in page.lines)),
        matched=page.matched,
        text_matched=page.match.matched_truth / max(1, page.match.truth),
    )


def book_readings(books: Iterable[ScoredBook]) -> list[Reading]:
    """The pages of the books that hold anything, as readings. Where nobody says in which language a
    book is, what was told of a page counts, or of the book where there was nothing to tell it by.
    """
    found = []
    for book in books:
        main = Origin(language=main_language([page.page for page in book.pages], AUTO))
        for page in book.pages:
            told = NOWHERE if page.language == UNDETERMINED else Origin(language=page.language)
            origin = book.origin.or_else(told).or_else(main)
            if page.truth.strip() or page.text.strip():
                found.append(page_reading(page, book.book.name, origin, book.printed))
    return found


def worst_of_books(books: list[ScoredBook], count: int) -> list[WorstLine]:
    """The lines that are least like their truth, each with its image."""
    bad = [
        (edits, book, line)
        for book in books
        for page in book.pages
        for line in page.lines
        if (edits := Levenshtein.distance(folded(line.truth), line.read))
    ]
    bad.sort(key=_worst_first)
    found, rasters = [], {}
    for edits, book, scored in tqdm(bad[:count], unit="line", desc="worst lines", disable=None):
        page, key = scored.page, (book.book.name, scored.page.number)
        if key not in rasters:
            rasters[key] = book.book.cleared_page(page)
        frame = PRINT_FRAME.scaled(STORED_SCALE)
        image = cut_line(rasters[key], scored.line, frame, page.onto_upright).image
        where = f"{key[0]}, page {key[1]}"
        found.append(WorstLine(where, edits, as_png(image), scored.truth, scored.line.text))
    return found


def _worst_first(bad: tuple[int, ScoredBook, ScoredLine]) -> tuple[int, str, int, float]:
    edits, book, line = bad
    return -edits, book.book.name, line.page.number, line.line.box.top
