"""Put a book's delivery together from its shards, whole or not at all, and say how it went.

Writes pages/NNNN.*, book.txt, book.map.tsv, rescan.tsv (pages worth scanning again), manifest.json
(every page accounted for, and the SHA-256 of every file) and run.json (times); where they are asked
for, book.hocr, book.pdf and report.html. A page missing
from every shard is an error: nothing is delivered with a gap.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.document import BLANK, DONE, QUARANTINED
from pipeline.errors import DataError
from pipeline.export.book_hocr import book_hocr
from pipeline.export.delivery import file_hashes
from pipeline.export.printed_json import read_reading
from pipeline.export.rescan import COLUMNS, rescan_rows
from pipeline.files import write_text
from pipeline.lexicon import LEXICONS, language_files, read_counts
from pipeline.scan.pages import PDF_SUFFIX, ScanPage
from pipeline.structure.printed import ReadRegion
from pipeline.structure.reading_text import MAP_COLUMNS, write_reading_text
from pipeline.version import VERSION
from stages import command
from stages.digitize.export import LAYER_SUFFIX
from stages.passwords import read_password
from stages.settings import add_settings, read_settings
from stages.shards import page_name

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


@dataclass(frozen=True)
class Book:
    """What a book is put together from: the folder that becomes its delivery, its inventory and its
    pages' summaries."""

    folder: Path
    inventory: dict[str, Any]
    summaries: list[dict[str, Any]]
    layers: dict[int, Path]

    @property
    def numbers(self) -> list[int]:
        """The pages' numbers, in order."""
        return [page["number"] for page in self.summaries]


def collect(
    shards: list[Path], pictures: list[Path], folder: Path, inventory: dict[str, Any]
) -> Book:
    """Copy every page file of the shards to where it belongs in the delivery; the summaries come in
    order of page."""
    summaries, layers = [], {}
    for shard in shards:
        for path in sorted(shard.iterdir()):
            if path.suffix == ".json":
                summaries.append(json.loads(path.read_text(encoding="utf-8")))
            elif path.suffix == LAYER_SUFFIX:
                layers[int(path.stem)] = path
            elif not path.name.startswith("."):
                shutil.copyfile(
                    path, folder / ("report" if path.suffix == ".js" else "pages") / path.name
                )
    for shard in pictures:
        for path in sorted(shard.glob("*.jpg")):
            shutil.copyfile(path, folder / "report" / path.name)
    return Book(folder, inventory, sorted(summaries, key=lambda page: page["number"]), layers)


def write_reading(
    book: Book, readings: list[list[ReadRegion]], counts: Mapping[str, int], running_heads: bool
) -> None:
    """book.txt and book.map.tsv."""
    text, rows = write_reading_text(readings, counts, running_heads)
    write_text(book.folder / "book.txt", text)
    write_text(
        book.folder / "book.map.tsv", "".join("\t".join(row) + "\n" for row in [MAP_COLUMNS, *rows])
    )


def write_book_hocr(book: Book) -> None:
    """book.hocr, of the pages' own."""
    pages = (
        (book.folder / "pages" / f"{page_name(number)}.hocr").read_text(encoding="utf-8")
        for number in book.numbers
    )
    write_text(book.folder / "book.hocr", book_hocr(pages, book.inventory["scan"]))


def write_pdf(book: Book, scans: Path, password: str, pdfa: bool) -> dict[str, Any]:
    """book.pdf; returns what the manifest says of it: whether it is there, claims PDF/A, and what
    stood against either."""
    import pikepdf  # opened only where a PDF is asked for, as are the modules below

    from pipeline.export.image_pdf import bind_images
    from pipeline.export.pdf import BoundPage, bind_pdf
    from pipeline.export.pdfa import claim

    pages = []
    for entry in book.inventory["pages"]:
        page = ScanPage(**entry)
        layer = book.layers[page.number].read_bytes() if page.number in book.layers else b""
        pages.append(
            BoundPage(scans / page.file, page.index, page.width, page.height, page.dpi, layer)
        )
    target, scan = book.folder / "book.pdf", scans / book.inventory["scan"]
    try:
        if scan.suffix.lower() == PDF_SUFFIX:
            bind_pdf(scan, password, pages, target)
            against = []
        else:
            lost = bind_images(pages, target)
            against = [
                f"page {book.numbers[k]}: its image cannot be packed into a PDF, and is left out"
                for k in lost
            ]
    except pikepdf.PdfError as error:
        target.unlink(missing_ok=True)
        print(f"recto: {scan}: book.pdf cannot be written: {error}", file=sys.stderr)
        return {"written": False, "pdfa": False, "objections": [str(error)]}
    if pdfa and not against:
        against = claim(target, bool(password))
    if pdfa and against:
        print(
            f"recto: {scan}: book.pdf cannot claim PDF/A-2b: {'; '.join(against)}", file=sys.stderr
        )
    return {"written": True, "pdfa": pdfa and not against, "objections": against}


def write_report(book: Book, readings: list[list[ReadRegion]], settings: dict[str, Any]) -> None:
    """report.html, and report/search.js for it."""
    from pipeline.export.report import report_html, search_script  # opens the engine of templates

    lines = (
        (
            number,
            [
                " ".join(piece.text for piece in line.pieces)
                for region in regions
                for line in region.lines
            ],
        )
        for number, regions in zip(book.numbers, readings, strict=True)
    )
    write_text(book.folder / "report" / "search.js", search_script(lines))
    write_text(
        book.folder / "report.html",
        report_html(book.inventory["book"], book.summaries, settings, VERSION),
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
    book: Book, settings: dict[str, Any], pdf: dict[str, Any] | None
) -> dict[str, Any]:
    """The manifest of a delivery whose other files are all there."""
    inventory, pages = book.inventory, book.summaries
    counts = Counter(page["status"] for page in pages)
    hashes = {page["number"]: page["sha256"] for page in inventory["pages"]}
    return {
        "schema": SCHEMA,
        "book": inventory["book"],
        "scan": inventory["scan"],
        "counts": {"pages": len(pages)}
        | {status: counts[status] for status in (DONE, BLANK, QUARANTINED)},
        "settings": settings,
        "versions": {"recto": VERSION} | {name: version(name) for name in PACKAGES},
        "pages": [page | {"sha256": hashes[page["number"]]} for page in pages],
        **({"pdf": pdf} if pdf else {}),
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


def closing_summary(manifest: dict[str, Any], seconds: dict[str, float]) -> str:
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
    total = sum(seconds.values())
    if total:
        lines[0] += f"; {counts['pages'] / total:.2f} pages a second of work"
    lines += [
        f"  page {page['number']} quarantined ({page['reason']}): {page['message']}"
        for page in manifest["pages"]
        if page["status"] == QUARANTINED
    ]
    return "\n".join(lines)


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "inventory", type=command.existing_path, help="manifest.json written by stages.inventory"
    )
    parser.add_argument("output", type=Path, help="folder of the delivery, such as out/book")
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
    lexicon, _ = language_files(settings.lang, options.lexicons)
    inventory = json.loads(options.inventory.read_text(encoding="utf-8"))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.output.parent, prefix=".assembling-") as temporary:
        folder = Path(temporary) / "book"
        for name in ("pages", *(["report"] if "report" in settings.outputs else [])):
            (folder / name).mkdir(parents=True)
        book = collect(options.shards, options.pictures, folder, inventory)
        check_complete(book)
        readings = [read_reading(page["number"], page.pop("reading")) for page in book.summaries]
        write_reading(
            book,
            readings,
            read_counts(lexicon) if lexicon.is_file() else {},
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
        manifest = book_manifest(book, options.record, pdf)
        write_text(
            folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        )
        seconds = stage_seconds(options.benchmarks) if options.benchmarks else {}
        run = {
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "stage_seconds": seconds,
        }
        write_text(folder / "run.json", json.dumps(run, indent=1) + "\n")
        shutil.rmtree(options.output, ignore_errors=True)
        folder.rename(options.output)
    print(closing_summary(manifest, seconds))


if __name__ == "__main__":
    command.run(main)
