"""Score a recognizer by language, script and century: on digitized books that have a true text, and
on true lines and pages, which it reads itself.

    python -m stages.evaluate eval/mine work/my-book --transcriptions transcriptions
    python -m stages.evaluate eval/print-latin --truth DIR --recipe print-latin

DIR holds collections: folders of pairs NAME.png and NAME.gt.txt, or of pages in PAGE XML or ALTO
with their images. What they are, and in which language, script and century, is said in
DIR/truth.yaml (docs/evaluation.md); without one the sets that the recipe declares are taken, and of
these the works that nothing has learnt from. Lines are cut out along their outlines: what the
recognizer alone makes of them. Pages in PAGE XML and ALTO are read whole as well.

Writes groups.tsv (CER as printed and folded, WER, expected calibration error of the words'
confidences, with the language model, and error rates of best paths, by set, language, script and
century), confusions.tsv (which character was read for which, by language, script and century, the
worst first), left-out.tsv, confusions.png, reliability.png, learning-curve.png (where the model has
a training log) and report.html with all of it and the worst lines; of books also scores.csv (CER
and WER of each, on whole pages and on what pages and texts have in common) and unmatched.csv (what
they have not).

`snakemake --cores 8 eval/print-latin/ --config transcriptions=DIR truth=DIR` digitizes the books
first.
"""

from __future__ import annotations

import csv
from argparse import Namespace
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from jinja2 import Environment, FileSystemLoader

from pipeline.files import write_text
from pipeline.folders import whole_folder
from pipeline.recognition.model import TRAINING_LOG
from pipeline.recognition.recipe import read_recipe, recipe_names
from pipeline.training.breakdown import (
    COLUMNS as GROUP_COLUMNS,
)
from pipeline.training.breakdown import (
    CONFUSION_COLUMNS,
    Reading,
    breakdown,
    confused_characters,
)
from pipeline.training.evaluation import Reliability, reliability
from pipeline.training.plots import draw_confusions, draw_learning_curve, draw_reliability
from stages import command
from stages.digitize.recognize import add_lexicons
from stages.judge.book_scores import COLUMNS, book_readings, score, unmatched, worst_of_books
from stages.judge.scored import ScoredBook, add_scored_books, scored_books
from stages.judge.true_collections import LEFT_OUT_COLUMNS, Measure, Measured, sets_to_measure
from stages.judge.worst_lines import worst_first
from stages.settings import add_settings, read_settings

SHOWN_CONFUSIONS = 15  # of each group, in the report


def write_table(
    path: Path, columns: tuple[str, ...], rows: list[dict[str, str]], delimiter: str = ","
) -> None:
    """Rows under a head of column names."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def worst_confusions(rows: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """For the report: the most frequent confusions of each group, by its name."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        name = ", ".join(row[key] for key in CONFUSION_COLUMNS[:4])
        found.setdefault(name, []).append(row)
    return {name: own[:SHOWN_CONFUSIONS] for name, own in found.items()}


def draw_all(folder: Path, readings: list[Reading], found: Reliability, log: Path) -> bool:
    """Write the plots; returns whether there is one of the training."""
    counts: Counter[tuple[str, str]] = Counter()
    for reading in readings:
        counts.update(reading.confused)
    draw_confusions(counts, folder / "confusions.png")
    draw_reliability(found, folder / "reliability.png")
    if log.is_file():
        with log.open(newline="", encoding="utf-8") as file:
            draw_learning_curve(list(csv.DictReader(file)), folder / "learning-curve.png")
    return log.is_file()


def read_options() -> Namespace:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "output", type=command.output_path, help="folder to write, such as eval/print-latin"
    )
    add_scored_books(parser, "*")
    parser.add_argument("--truth", type=command.existing_path, help="folder of collections")
    parser.add_argument(
        "--recipe",
        default="print-latin",
        choices=[name for name in recipe_names() if read_recipe(name).frame],
        help="by which the recognizer was trained (default: %(default)s)",
    )
    add_lexicons(parser)
    parser.add_argument(
        "--worst", type=int, default=50, help="lines shown in the report (default: %(default)s)"
    )
    add_settings(parser, "evaluate")
    options = parser.parse_args()
    if not options.books and not options.truth:
        parser.error("nothing to score: give work folders of digitized books, or --truth DIR")
    return options


def measure_all(books: list[ScoredBook], options: Namespace) -> Measured:
    """What was read of the books, and what the recognizer reads of the collections."""
    found = Measured(book_readings(books), worst_of_books(books, options.worst))
    if options.truth:
        recipe = read_recipe(options.recipe)
        sets = sets_to_measure(options.truth, recipe, [book.book.name for book in books])
        measure = Measure(read_settings(options), recipe, options.lexicons)
        for name, declared in sets.items():
            found.add(measure.of_set(name, declared, options.truth, options.worst))
    found.worst = worst_first(found.worst, options.worst)
    return found


def write_all(folder: Path, books: list[ScoredBook], found: Measured, model: Path) -> None:
    """Write tables, plots and the page that shows them."""
    readings = found.readings
    scores = score(books) if books else []
    if books:
        write_table(folder / "scores.csv", COLUMNS, scores)
        write_table(folder / "unmatched.csv", ("book", "page", "what", "text"), unmatched(books))
    groups, confused, left = breakdown(readings), confused_characters(readings), found.left_out_rows
    write_table(folder / "groups.tsv", GROUP_COLUMNS, groups, "\t")
    write_table(folder / "confusions.tsv", CONFUSION_COLUMNS, confused, "\t")
    write_table(folder / "left-out.tsv", LEFT_OUT_COLUMNS, left, "\t")
    words = [word for reading in readings for word in reading.words]
    sure = reliability(np.array([c for c, _ in words]), np.array([r for _, r in words], bool))
    learning = draw_all(folder, readings, sure, model / TRAINING_LOG)
    loader = FileSystemLoader(Path(__file__).parent)
    template = Environment(loader=loader, autoescape=True).get_template("report.html.jinja")
    page = template.render(
        model=model.name,
        scores=scores,
        groups=groups,
        confusions=worst_confusions(confused),
        left_out=left,
        reliability=sure,
        learning=learning,
        worst=found.worst,
    )
    write_text(folder / "report.html", page)
    for row in groups:
        print("\t".join(row.values()))


def main() -> None:
    """Score and write."""
    options = read_options()
    cv2.setNumThreads(1)
    books = list(scored_books(options.books, options.transcriptions))
    found = measure_all(books, options)
    with whole_folder(options.output) as folder:
        write_all(folder, books, found, read_settings(options).model_folder)


if __name__ == "__main__":
    command.run(main)
