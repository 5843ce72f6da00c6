"""The table of rounds of reading, aligning and training: what `snakemake --cores 8
eval/NAME.rounds.tsv` makes.

A row for each round and book, and one for all books of a round: how many lines there are and how
many of them were aligned beyond doubt, the error rates of the pages that are kept aside, which no
round learns from, and the minutes that the round's model learnt. Round 0 is read with the model
that all begins from. Error rates, in percent, are those of the lines that the text has words for;
old letters, quotes and dashes are folded, as texts for reading have those of today.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

from pipeline.files import write_text
from pipeline.training.evaluation import Tally
from stages import command
from stages.judge.scored import ScoredBook, scored_books
from stages.make.align import pages_aside

COLUMNS = ("round", "book", "lines", "aligned", "share", "cer_aside", "wer_aside", "minutes")
ALL = "all"


def tally_aside(book: ScoredBook, aside: int) -> Tally:
    """Errors on the pages of a book that are kept aside."""
    tally, chosen = Tally(), pages_aside(book.book, aside)
    for page in book.pages:
        if page.page.number in chosen:
            tally.merge(page.matched)
    return tally


def minutes_of(log: Path) -> str:
    """How long a training took, by its log; nothing where there is none, or it
    ended before its first evaluation."""
    if not log.is_file():
        return ""
    with log.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return f"{float(rows[-1]['seconds']) / 60:.1f}" if rows else ""


def table_row(
    number: int, book: str, counts: dict[str, int], tally: Tally, minutes: str
) -> tuple[str, ...]:
    """A row of COLUMNS."""
    return (
        str(number),
        book,
        str(counts["lines"]),
        str(counts["aligned"]),
        f"{100 * counts['aligned'] / max(1, counts['lines']):.1f}",
        f"{100 * tally.cer:.2f}",
        f"{100 * tally.wer:.2f}",
        minutes,
    )


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("output", type=command.output_path, help="TSV to write")
    parser.add_argument("folder", type=command.existing_path, help="what the rounds have left")
    parser.add_argument("books", nargs="+", help="names of books")
    parser.add_argument("--rounds", type=int, required=True, help="how many")
    parser.add_argument(
        "--aside", type=int, required=True, metavar="N", help="one page of N is kept aside"
    )
    parser.add_argument("--transcriptions", type=command.existing_path, required=True)
    options = parser.parse_args()
    rows: list[tuple[str, ...]] = [COLUMNS]
    for number in range(options.rounds + 1):
        folder = options.folder / str(number)
        minutes = minutes_of(folder / "checkpoints" / "log.csv")
        work = [folder / "read" / book if number else Path("work") / book for book in options.books]
        whole, sums = Tally(), {"lines": 0, "aligned": 0}
        for book in scored_books(work, options.transcriptions):
            name = book.book.name
            path = folder / "aligned" / f"{name}.json"
            counts = json.loads(path.read_text(encoding="utf-8"))
            tally = tally_aside(book, options.aside)
            whole.merge(tally)
            sums = {key: sums[key] + counts[key] for key in sums}
            rows.append(table_row(number, name, counts, tally, ""))
        rows.append(table_row(number, ALL, sums, whole, minutes))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join("\t".join(row) for row in rows) + "\n"
    write_text(options.output, text)
    print(text, end="")


if __name__ == "__main__":
    command.run(main)
