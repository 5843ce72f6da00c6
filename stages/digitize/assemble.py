"""Put a book's delivery together from its shards, whole or not at all, and say how it went.

    python -m stages.assemble work/book/manifest.json out/book --shards work/book/export/*

Writes pages/NNNN.*, book.txt, book.map.tsv, rescan.tsv (pages worth scanning again), manifest.json
(every page accounted for, and the SHA-256 of every file) and run.json (times, and what was asked
for); where they are asked for, book.hocr, book.pdf and report.html. A page missing from every shard
is an error: nothing is delivered with a gap. What a person put or changed in an earlier delivery is
kept, and named.
"""

from __future__ import annotations

import csv
import json
from argparse import Namespace
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.book_config import BookSettings
from pipeline.document import BLANK, DONE, QUARANTINED
from pipeline.errors import DataError
from pipeline.export.delivery import file_hashes, put_in_place, recover
from pipeline.export.kept import check_delivered, keep
from pipeline.export.printed_json import read_reading
from pipeline.export.rescan import COLUMNS, rescan_rows
from pipeline.files import file_hash, json_text, write_text
from pipeline.folders import part_beside
from pipeline.lexicon import LEXICONS, files_of, read_counts
from pipeline.structure.page_languages import book_languages
from pipeline.version import VERSION
from stages import command
from stages.digitize.book_files import (
    Book,
    collect,
    write_book_hocr,
    write_pdf,
    write_reading,
    write_report,
)
from stages.digitize.corrected import deliver_corrections, told_corrections
from stages.passwords import read_password
from stages.settings import add_settings, read_settings
from stages.supervise import Limits, run_limited

SCHEMA = 1
PACKAGES = (
    "numpy",
    "opencv-python-headless",
    "onnxruntime",
    "pyctcdecode",
    "kenlm",
    "pdf2image",
    "pillow",
)


def check_complete(book: Book) -> None:
    """Raises DataError where pages in are not pages out."""
    if book.numbers != [page["number"] for page in book.inventory["pages"]]:
        raise DataError(
            f"{book.inventory['book']}: {len(book.inventory['pages'])} pages in, "
            f"{len(book.numbers)} out",
            "Remove the book's folder in work/ and run the same command again.",
        )


def book_manifest(
    book: Book, settings: dict[str, Any], **more: dict[str, Any] | None
) -> dict[str, Any]:
    """The manifest of a delivery whose other files are all there; `more`: what became of the book's
    PDF and corrections, where it has any."""
    inventory, pages = book.inventory, book.summaries
    counts = Counter(page["status"] for page in pages)
    hashes = book.hashes
    return {
        "schema": SCHEMA,
        "book": inventory["book"],
        "scan": inventory["scan"],
        "counts": {"pages": len(pages)}
        | {status: counts[status] for status in (DONE, BLANK, QUARANTINED)}
        | {"doubtful": sum(bool(page["doubtful"]) for page in pages)},
        "settings": settings,
        "versions": {"recto": VERSION} | {name: version(name) for name in PACKAGES},
        "pages": [page | {"sha256": hashes[page["number"]]} for page in pages],
        **{name: told for name, told in more.items() if told},
        "files": file_hashes(book.folder),
    }


def stage_seconds(benchmarks: Path) -> dict[str, float]:
    """Seconds of work of each stage, summed over its jobs, from the benchmark files of its jobs."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for path in sorted(benchmarks.rglob("*.tsv")) if benchmarks.is_dir() else []:
        with path.open(newline="") as file:
            seconds[path.relative_to(benchmarks).parts[0].removesuffix(".tsv")] += sum(
                float(row["s"]) for row in csv.DictReader(file, delimiter="\t")
            )
    return {stage: round(value, 2) for stage, value in seconds.items()}


def closing_summary(manifest: dict[str, Any]) -> str:
    """What a user wants to know at the end of a run."""
    counts = manifest["counts"]
    read = [page for page in manifest["pages"] if page["confidence"] is not None]
    words = sum(page["words"] for page in read)
    confidence = sum(page["confidence"] * page["words"] for page in read) / words if words else 0.0
    lines = [
        f"{manifest['book']}: {counts['pages']} pages: {counts['done']} done, {counts['blank']} "
        "blank, "
        f"{counts['quarantined']} quarantined; {words} words, mean confidence "
        f"{100 * confidence:.1f}%"
    ]
    lines += [
        f"  page {page['number']} quarantined ({page['reason']}): {page['message']}"
        for page in manifest["pages"]
        if page["status"] == QUARANTINED
    ]
    if counts["doubtful"]:
        doubted = [p for p in manifest["pages"] if p["doubtful"]]
        listed = ", ".join(f"{page['number']} ({page['doubtful']})" for page in doubted)
        lines.append(f"  {counts['doubtful']} of the pages done are doubtful: {listed}")
    return "\n".join(lines)


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "inventory", type=command.existing_path, help="manifest.json written by stages.inventory"
    )
    parser.add_argument(
        "output", type=command.output_path, help="folder of the delivery, such as out/book"
    )
    parser.add_argument(
        "--shards",
        nargs="+",
        type=command.existing_path,
        required=True,
        help="folders of stages.export",
    )
    parser.add_argument(
        "--pictures",
        nargs="*",
        type=command.existing_path,
        default=[],
        help="folders of stages.pictures",
    )
    parser.add_argument(
        "--scans", type=Path, default=Path("scans"), help="folder that holds the scan, for book.pdf"
    )
    parser.add_argument(
        "--password-from", type=Path, help="the book's YAML, which may hold `password:`"
    )
    parser.add_argument(
        "--corrections", type=Path, help="corrections file of the book, where there is one"
    )
    parser.add_argument(
        "--record",
        metavar="JSON",
        type=json.loads,
        default={},
        help="what the manifest says of how the book was read: model, language model, config",
    )
    parser.add_argument(
        "--lexicons",
        type=Path,
        default=LEXICONS,
        help="folder of word lists, which tell what hyphens at line ends stay "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--benchmarks", type=Path, help="folder of the jobs' benchmark files, for run.json"
    )
    add_settings(parser, "assemble")
    options = parser.parse_args()
    settings = read_settings(options)
    run_limited(
        lambda: assemble(options, settings),
        f"{options.output}",
        Limits(settings.book_seconds, settings.book_megabytes),
    )


def word_counts(book: Book, lexicons: Path) -> Mapping[str, int]:
    """How often the words of a book's languages occur in other texts."""
    counts: Counter[str] = Counter()
    for code in book_languages(book.summaries):
        if (words := files_of(code, lexicons).words).is_file():
            counts.update(read_counts(words))
    return counts


def assemble(options: Namespace, settings: BookSettings) -> None:
    """Put a delivery together and into its place."""
    recover(options.output)
    check_delivered(options.output)
    inventory = json.loads(options.inventory.read_text(encoding="utf-8"))
    with part_beside(options.output) as part:
        folder = part / "book"
        for name in ("pages", *(["report"] if "report" in settings.outputs else [])):
            (folder / name).mkdir(parents=True)
        book = collect(options.shards, options.pictures, folder, inventory)
        check_complete(book)
        readings = [read_reading(page["number"], page.pop("reading")) for page in book.summaries]
        write_reading(
            book,
            readings,
            word_counts(book, options.lexicons),
            settings.running_heads,
        )
        write_text(
            folder / "rescan.tsv",
            "".join("\t".join(row) + "\n" for row in [COLUMNS, *rescan_rows(book.summaries)]),
        )
        pdf = None
        if "book-hocr" in settings.outputs:
            write_book_hocr(book)
        if "pdf" in settings.outputs:
            pdf = write_pdf(
                book, options.scans, read_password(options.password_from), settings.pdfa
            )
        if "report" in settings.outputs:
            write_report(book, readings, options.record)
        outcome = deliver_corrections(options.corrections, folder, book.hashes, book.summaries)
        manifest = book_manifest(book, options.record, pdf=pdf, corrections=outcome)
        write_text(folder / "manifest.json", json_text(manifest))
        seconds = stage_seconds(options.benchmarks) if options.benchmarks else {}
        run = {
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "stage_seconds": seconds,
            "outputs": settings.outputs,
            "manifest": file_hash(folder / "manifest.json"),
        }
        write_text(folder / "run.json", json.dumps(run, indent=1) + "\n")
        succession = keep(options.output, folder)
        put_in_place(folder, options.output)
    told = [closing_summary(manifest), *told_corrections(outcome), *succession.told]
    print("\n".join(told), flush=True)


if __name__ == "__main__":
    command.run(main)
