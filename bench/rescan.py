"""Whether the pages that read worst are among those that the re-scan list names first.

    .venv/bin/python -m bench.rescan out/betrayed-armenia out/boy-apprenticed … \\
        --transcriptions TEXTS

The lists of all books are put together as each book's own is ordered. Prints the pages with the
highest CER, their place in the list, and how many of them are among its first; --crops writes a
picture of the worst place of each, to see which truths are wrong.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

from pipeline.export.rescan import expected_accuracy, reasons
from pipeline.training.evaluation import Tally
from pipeline.transcription import locate_transcription


@dataclass(frozen=True)
class Scored:
    """A page with its true error rate, what is expected of it, and whether it is listed."""

    book: str
    number: int
    cer: float
    edits: int
    accuracy: float
    codes: tuple[str, ...]


def scored_pages(delivery: Path, transcriptions: Path) -> list[Scored]:
    """The pages of a delivery of which there is a true text of their own."""
    manifest = json.loads((delivery / "manifest.json").read_text(encoding="utf-8"))
    truth = locate_transcription(transcriptions, manifest["book"])
    pages = []
    for page in manifest["pages"]:
        name = f"{page['number']:04d}"
        true = truth / f"{name}.txt" if truth else Path()
        if not true.is_file():
            continue
        tally = Tally()
        tally.add(
            true.read_text(encoding="utf-8"),
            (delivery / "pages" / f"{name}.txt").read_text(encoding="utf-8"),
        )
        codes = tuple(code for code, _ in reasons(page))
        pages.append(
            Scored(
                manifest["book"],
                page["number"],
                tally.cer,
                tally.errors,
                expected_accuracy(page),
                codes,
            )
        )
    return pages


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("deliveries", nargs="+", type=Path, help="folders of delivered books")
    parser.add_argument(
        "--transcriptions", type=Path, required=True, help="folder of true texts, NAME/0001.txt …"
    )
    parser.add_argument(
        "--worst", type=int, default=10, help="pages with the highest CER (default: %(default)s)"
    )
    parser.add_argument("--first", type=int, default=25, help="of the list (default: %(default)s)")
    parser.add_argument(
        "--wrong-truth",
        nargs="*",
        default=[],
        metavar="BOOK:PAGE",
        help="pages whose true text is wrong",
    )
    options = parser.parse_args()
    pages = [
        page
        for delivery in options.deliveries
        for page in scored_pages(delivery, options.transcriptions)
    ]
    listed = sorted((page for page in pages if page.codes), key=lambda page: page.accuracy)
    place = {(page.book, page.number): k for k, page in enumerate(listed, start=1)}
    judged = [page for page in pages if f"{page.book}:{page.number}" not in options.wrong_truth]
    worst = sorted(judged, key=lambda page: -page.cer)[: options.worst]
    print(f"{len(pages)} pages, {len(listed)} listed\n")
    print(
        "| book | page | CER | edits | expected accuracy | place in the list | reasons "
        "|\n|---|---|---|---|---|---|---|"
    )
    for page in worst:
        where = place.get((page.book, page.number), "–")
        print(
            f"| {page.book} | {page.number} | {100 * page.cer:.2f} % | {page.edits} | "
            f"{100 * page.accuracy:.1f} % | {where} "
            f"| {' '.join(page.codes)} |"
        )
    found = sum(
        place.get((page.book, page.number), options.first + 1) <= options.first for page in worst
    )
    print(f"\n{found} of {len(worst)} are among the first {options.first}")


if __name__ == "__main__":
    main()
