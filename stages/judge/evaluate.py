"""Score a recognizer end to end, on digitized books that have a true text.

Writes scores.csv (CER and WER of each book, with the language model and without, on whole pages and
on what pages and texts have in common), unmatched.csv (what they have not), confusions.csv and
.png, reliability.png, learning-curve.png (where the model has a training log) and report.html with
the worst lines and their images.

`snakemake eval/print-latin/ --config transcriptions=DIR` digitizes the books first.
"""

from __future__ import annotations

import base64
import csv
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from jinja2 import Environment, FileSystemLoader
from rapidfuzz.distance import Levenshtein
from tqdm import tqdm

from pipeline.folders import whole_folder
from pipeline.recognition.frame import PRINT_FRAME, STORED_SCALE
from pipeline.recognition.line_image import cut_line
from pipeline.recognition.model import TRAINING_LOG
from pipeline.training.alignment import folded
from pipeline.training.evaluation import Tally, confusions, reliability
from pipeline.training.plots import draw_confusions, draw_learning_curve, draw_reliability
from stages import command
from stages.judge.scored import (
    ScoredBook,
    ScoredLine,
    ScoredPage,
    add_scored_books,
    scored_books,
    word_outcomes,
)

ALL = "all"
RATES = ("cer", "wer", "cer_best_path", "wer_best_path", "cer_matched", "wer_matched")
SHARES = ("read_matched", "text_matched")
COLUMNS = ("book", "pages", *RATES, *SHARES)


@dataclass(frozen=True)
class BadLine:
    """A line with its edits, ready to be shown."""

    book: ScoredBook
    scored: ScoredLine
    edits: int


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
        for truth, read in match.runs:
            self.matched.add(truth, read, page.language)
        self.read += match.matched_read + sum(map(len, match.loose))
        self.text += match.matched_truth + sum(map(len, match.missing))
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


def bad_lines(books: list[ScoredBook]) -> list[BadLine]:
    """Every line that is not as its truth, the worst first."""
    bad = []
    for book in books:
        for page in book.pages:
            for scored in page.lines():
                if edits := Levenshtein.distance(folded(scored.truth), scored.read):
                    bad.append(BadLine(book, scored, edits))
    return sorted(
        bad,
        key=lambda line: (
            -line.edits,
            line.book.book.name,
            line.scored.page.number,
            line.scored.line.box.top,
        ),
    )


def shown(lines: list[BadLine]) -> list[dict[str, str | int]]:
    """Lines for the report, each with its image as base64 of a PNG."""
    entries, rasters = [], {}
    for bad in tqdm(lines, unit="line", desc="worst lines", disable=None):
        page, key = bad.scored.page, (bad.book.book.name, bad.scored.page.number)
        if key not in rasters:
            rasters[key] = bad.book.book.cleared_page(page)
        image = cut_line(
            rasters[key], bad.scored.line, PRINT_FRAME.scaled(STORED_SCALE), page.onto_upright
        ).image
        png = base64.b64encode(np.asarray(cv2.imencode(".png", image)[1]).tobytes()).decode("ascii")
        entries.append(
            {
                "book": key[0],
                "page": key[1],
                "edits": bad.edits,
                "image": png,
                "truth": bad.scored.truth,
                "read": bad.scored.line.text,
            }
        )
    return entries


def write_csv(path: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    """Rows under a head of column names."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("output", type=Path, help="folder to write, such as eval/print-latin")
    add_scored_books(parser)
    parser.add_argument(
        "--model",
        type=Path,
        default=Path("models/print-latin"),
        help="model folder that the books were read with",
    )
    parser.add_argument(
        "--worst", type=int, default=50, help="lines shown in the report (default: %(default)s)"
    )
    options = parser.parse_args()
    cv2.setNumThreads(1)
    books = list(scored_books(options.books, options.transcriptions))
    scores, bad = score(books), bad_lines(books)
    counts = confusions((folded(line.scored.truth), line.scored.read) for line in bad)
    found = reliability(*word_outcomes([page for book in books for page in book.pages]))
    log = options.model / TRAINING_LOG
    with whole_folder(options.output) as folder:
        write_csv(folder / "scores.csv", COLUMNS, scores)
        write_csv(folder / "unmatched.csv", ("book", "page", "what", "text"), unmatched(books))
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        write_csv(
            folder / "confusions.csv",
            ("truth", "read", "count"),
            [{"truth": t, "read": r, "count": str(n)} for (t, r), n in ordered],
        )
        draw_confusions(counts, folder / "confusions.png")
        draw_reliability(found, folder / "reliability.png")
        if log.is_file():
            with log.open(newline="", encoding="utf-8") as file:
                draw_learning_curve(list(csv.DictReader(file)), folder / "learning-curve.png")
        template = Environment(
            loader=FileSystemLoader(Path(__file__).parent), autoescape=True
        ).get_template("report.html.jinja")
        page = template.render(
            model=options.model.name,
            scores=scores,
            reliability=found,
            learning=log.is_file(),
            worst=shown(bad[: options.worst]),
        )
        (folder / "report.html").write_text(page, encoding="utf-8")
    for row in scores:
        print("\t".join(row.values()))


if __name__ == "__main__":
    command.run(main)
