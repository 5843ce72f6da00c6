"""Make a model's word confidences mean what they say, on pages with a true text that the model was
not trained on.

    python -m stages.calibrate models/print-latin work/my-book --last 5

The pages have to be digitized with this model. What is found is written into the model folder;
digitize anew to use it.
"""

from __future__ import annotations

from pipeline.errors import DataError
from pipeline.recognition.confidence import fit_calibration
from pipeline.recognition.model import open_model, recalibrate
from pipeline.training.evaluation import reliability
from stages import command
from stages.judge.scored import ScoredPage, add_scored_books, scored_books, word_outcomes


def chosen(pages: list[ScoredPage], last: int) -> list[ScoredPage]:
    """The last so many pages of a book; all with 0."""
    return pages[-last:] if last else pages


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "model", type=command.existing_path, help="model folder, such as models/print-latin"
    )
    add_scored_books(parser)
    parser.add_argument(
        "--last", type=int, default=0, metavar="N", help="use the last N pages of each book only"
    )
    options = parser.parse_args()
    model = open_model(options.model)
    pages = [
        page
        for book in scored_books(options.books, options.transcriptions)
        for page in chosen(book.pages, options.last)
    ]
    raw, right = word_outcomes(pages, raw=True)
    if right.all() or not right.any():
        raise DataError(
            f"{len(right)} words, all of them right or all wrong, tell nothing of confidences",
            "Give more pages.",
        )
    calibration = fit_calibration(raw, right)
    recalibrate(model, calibration)
    before, after = reliability(raw, right), reliability(calibration.of_all(raw), right)
    print(
        f"{len(right)} words of {len(pages)} pages, {int((~right).sum())} of them wrong: slope "
        f"{calibration.slope:.3f}, "
        f"offset {calibration.offset:.3f}; expected calibration error {before.error:.4f} before, "
        f"{after.error:.4f} after"
    )


if __name__ == "__main__":
    command.run(main)
