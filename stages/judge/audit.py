"""What the language model changed, word by word, for better and for worse; an error where it makes
a book worse.

    python -m stages.audit eval/print-latin.audit.tsv work/my-book --transcriptions transcriptions

Compares the text of best paths, which the page JSON keeps, with the text of the beam search, on
digitized books that have a true text. Writes one line a changed word: book, verdict, best path,
with the language model, truth, and `name` where what was changed may be a name: a capitalized word
that is in no lexicon.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from itertools import compress
from pathlib import Path

from pipeline.errors import ModelError
from pipeline.files import write_text
from pipeline.lexicon import LEXICONS, bare_word, files_of, read_counts
from pipeline.training.alignment import folded, undivided
from pipeline.training.evaluation import Changes, Tally, model_changes
from stages import command
from stages.judge.scored import ScoredBook, add_scored_books, scored_books

COLUMNS = ("book", "verdict", "best path", "language model", "truth", "name")


def is_name(word: str, changed: str, known: Container[str]) -> bool:
    """Whether a word that was changed, in more than its points, may be a name."""
    bare = bare_word(word)
    if not bare[:1].isupper() or bare == bare_word(changed):
        return False
    return not any(form in known for form in (bare, bare.lower(), bare.capitalize()))


def words_of(book: ScoredBook, lexicons: Path) -> frozenset[str]:
    """The words of the lexicons of a book's languages."""
    codes = {region.language for page in book.pages for region in page.page.regions}
    paths = (files_of(code, lexicons).words for code in sorted(codes) if code)
    return frozenset().union(*(read_counts(path) for path in paths if path.is_file()))


def changes_of(book: ScoredBook) -> Changes:
    """The words of a book that the language model changed."""
    changes = Changes()
    for page in book.pages:
        for scored in compress(page.lines, page.match.stands):
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
        "output", type=command.output_path, help="TSV to write, such as eval/print-latin.audit.tsv"
    )
    add_scored_books(parser)
    parser.add_argument(
        "--lexicons",
        type=Path,
        default=LEXICONS,
        help="folder of word lists (default: %(default)s)",
    )
    options = parser.parse_args()
    rows, harmed = ["\t".join(COLUMNS)], []
    for book in scored_books(options.books, options.transcriptions):
        changes, (decoded, greedy) = changes_of(book), tallies(book)
        known = words_of(book, options.lexicons)
        names: Counter[str] = Counter()
        for verdict in ("better", "worse", "neither"):
            for words in getattr(changes, verdict):
                name = "name" if is_name(words[0], words[1], known) else ""
                names[verdict] += bool(name)
                rows.append("\t".join((book.book.name, verdict, *words, name)))
        gain = 1 - decoded.wer / greedy.wer if greedy.wer else 0.0
        print(
            f"{book.book.name}: {len(changes.better)} better, {len(changes.worse)} worse, "
            f"{len(changes.neither)} neither; "
            f"CER {100 * greedy.cer:.2f} to {100 * decoded.cer:.2f}, WER {100 * greedy.wer:.2f} "
            f"to {100 * decoded.wer:.2f} "
            f"({100 * gain:.1f}% of the word errors gone); of names {names['better']} better, "
            f"{names['worse']} worse, {names['neither']} neither"
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
