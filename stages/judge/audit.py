"""What the language model changed, word by word, for better and for worse; an error where it makes
a book worse.

Compares the text of best paths, which the page JSON keeps, with the text of the beam search, on
digitized books that have a true text. Writes one line a changed word: book, verdict, best path,
with the language model, truth.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import ModelError
from pipeline.files import write_text
from pipeline.training.alignment import folded, undivided
from pipeline.training.evaluation import Changes, Tally, model_changes
from stages import command
from stages.judge.scored import ScoredBook, add_scored_books, scored_books


def changes_of(book: ScoredBook) -> Changes:
    """The words of a book that the language model changed."""
    changes = Changes()
    for page in book.pages:
        for scored in page.lines():
            if scored.line.greedy != scored.line.text:
                model_changes(
                    undivided(scored.line.greedy), scored.read, folded(scored.truth), changes
                )
    return changes


def tallies(book: ScoredBook) -> tuple[Tally, Tally]:
    """Errors of a book with the language model, and by best paths alone."""
    decoded, greedy = Tally(), Tally()
    for page in book.pages:
        decoded.add(page.truth, page.text, page.language)
        greedy.add(page.truth, page.greedy, page.language)
    return decoded, greedy


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "output", type=Path, help="TSV to write, such as eval/print-latin.audit.tsv"
    )
    add_scored_books(parser)
    options = parser.parse_args()
    rows, harmed = ["book\tverdict\tbest path\tlanguage model\ttruth"], []
    for book in scored_books(options.books, options.transcriptions):
        changes, (decoded, greedy) = changes_of(book), tallies(book)
        for verdict in ("better", "worse", "neither"):
            rows += [
                "\t".join((book.book.name, verdict, *words)) for words in getattr(changes, verdict)
            ]
        gain = 1 - decoded.wer / greedy.wer if greedy.wer else 0.0
        print(
            f"{book.book.name}: {len(changes.better)} better, {len(changes.worse)} worse, "
            f"{len(changes.neither)} neither; "
            f"CER {100 * greedy.cer:.2f} to {100 * decoded.cer:.2f}, WER {100 * greedy.wer:.2f} "
            f"to {100 * decoded.wer:.2f} "
            f"({100 * gain:.1f}% of the word errors gone)"
        )
        if decoded.errors > greedy.errors or decoded.word_errors > greedy.word_errors:
            harmed.append(book.book.name)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    write_text(options.output, "\n".join(rows) + "\n")
    if harmed:
        raise ModelError(
            f"the language model makes {', '.join(harmed)} worse",
            "Lower decoder.alpha, or set language_model: false",
        )


if __name__ == "__main__":
    command.run(main)
