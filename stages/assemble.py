"""Put a book's delivery together from its shards, whole or not at all, and say how it went.

Writes pages/NNNN.*, book.txt, manifest.json (every page accounted for) and run.json (times). A page missing from every
shard is an error: nothing is delivered with a gap.
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections import Counter, defaultdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.document import BLANK, DONE, QUARANTINED, write_text
from pipeline.errors import DataError
from pipeline.export.reading import MAP_COLUMNS, read_reading, reading_text
from pipeline.lexicon import read_counts
from pipeline.version import VERSION
from stages import command

SCHEMA = 1
PACKAGES = ("numpy", "opencv-python-headless", "onnxruntime", "pyctcdecode", "kenlm", "pdf2image", "pillow")


def collect(shards: list[Path], pages: Path) -> list[dict[str, Any]]:
    """Copy every page file of the shards to `pages`; returns the summaries in order of page."""
    summaries = []
    for shard in shards:
        for path in sorted(shard.iterdir()):
            if path.suffix == ".json":
                summaries.append(json.loads(path.read_text(encoding="utf-8")))
            elif not path.name.startswith("."):
                shutil.copyfile(path, pages / path.name)
    return sorted(summaries, key=lambda page: page["number"])


def book_manifest(inventory: dict[str, Any], pages: list[dict[str, Any]], settings: dict[str, Any]) -> dict[str, Any]:
    """The manifest of a delivery.

    Raises:
        DataError: pages in are not pages out.
    """
    numbers = [page["number"] for page in pages]
    if numbers != [page["number"] for page in inventory["pages"]]:
        raise DataError(
            f"{inventory['book']}: {len(inventory['pages'])} pages in, {len(numbers)} out",
            "Remove the book's folder in work/ and run the same command again.",
        )
    counts = Counter(page["status"] for page in pages)
    hashes = {page["number"]: page["sha256"] for page in inventory["pages"]}
    return {
        "schema": SCHEMA,
        "book": inventory["book"],
        "scan": inventory["scan"],
        "counts": {"pages": len(pages)} | {status: counts[status] for status in (DONE, BLANK, QUARANTINED)},
        "settings": settings,
        "versions": {"recto": VERSION} | {name: version(name) for name in PACKAGES},
        "pages": [page | {"sha256": hashes[page["number"]]} for page in pages],
    }


def stage_seconds(benchmarks: Path) -> dict[str, float]:
    """Seconds of work of each stage, summed over its jobs, from Snakemake's benchmark files."""
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
        f"{manifest['book']}: {counts['pages']} pages: {counts['done']} done, {counts['blank']} blank, "
        f"{counts['quarantined']} quarantined; {words} words, mean confidence {100 * confidence:.1f}%"
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
    parser.add_argument("inventory", type=command.existing_path, help="manifest.json written by stages.inventory")
    parser.add_argument("output", type=Path, help="folder of the delivery, such as out/book")
    parser.add_argument("--shards", nargs="+", type=command.existing_path, required=True, help="folders of stages.export")
    parser.add_argument("--settings", type=json.loads, default={}, help="JSON to record: model, language model, config")
    parser.add_argument("--lexicon", type=Path, help="word list, to tell which hyphens at line ends stay")
    parser.add_argument("--running-heads", action="store_true", help="keep running heads and page numbers in book.txt")
    parser.add_argument("--benchmarks", type=Path, help="folder of Snakemake's benchmark files, for run.json")
    options = parser.parse_args()
    inventory = json.loads(options.inventory.read_text(encoding="utf-8"))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.output.parent, prefix=".assembling-") as temporary:
        folder = Path(temporary) / "book"
        (folder / "pages").mkdir(parents=True)
        summaries = collect(options.shards, folder / "pages")
        pages = [read_reading(page["number"], page.pop("reading")) for page in summaries]
        counts = read_counts(options.lexicon) if options.lexicon else {}
        text, rows = reading_text(pages, counts, options.running_heads)
        write_text(folder / "book.txt", text)
        write_text(folder / "book.map.tsv", "".join("\t".join(row) + "\n" for row in [MAP_COLUMNS, *rows]))
        manifest = book_manifest(inventory, summaries, options.settings)
        write_text(folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
        seconds = stage_seconds(options.benchmarks) if options.benchmarks else {}
        run = {"finished": datetime.now(UTC).isoformat(timespec="seconds"), "stage_seconds": seconds}
        write_text(folder / "run.json", json.dumps(run, indent=1) + "\n")
        shutil.rmtree(options.output, ignore_errors=True)
        folder.rename(options.output)
    print(closing_summary(manifest, seconds))


if __name__ == "__main__":
    command.run(main)
