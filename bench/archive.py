"""What an archive costs: planning 10,000 pages that are not there, and digitizing more and more
pages that are.

    .venv/bin/python -m bench.archive plan --books 40 --pages 250
    .venv/bin/python -m bench.archive cost BOOKS/letters.pdf
    .venv/bin/python -m bench.archive cost --copies 3 BOOKS/*.pdf

`plan` writes the manifests and shards of books of which there are no pages, and times `snakemake
-n` on them. `cost` digitizes the given scans as one shelf, each as often as said, and prints
pages/s, CPU-seconds a page, the largest process, and the largest size of work/.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from bench.throughput import Measured, page_count, watch
from bench.workplace import lay_out
from pipeline.scan.pages import ScanPage
from stages.digitize.inventory import write_shards

SNAKEMAKE = str(Path(sys.executable).with_name("snakemake"))


def fake_book(place: Path, name: str, count: int) -> None:
    """The manifest and the shards of a book without pages, as stages.inventory writes them."""
    (place / "scans" / f"{name}.pdf").write_bytes(b"%PDF-1.4\n")
    pages = [
        ScanPage(n, f"{name}.pdf", n - 1, 2480, 3508, 300.0, f"{n:064x}", True)
        for n in range(1, count + 1)
    ]
    folder = place / "work" / name
    shards = write_shards(folder / "shards", pages, 0)
    manifest = {
        "book": name,
        "scan": f"{name}.pdf",
        "folder": "scans",
        "shards": shards,
        "pages": [p.as_dict() for p in pages],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


def plan(books: int, pages: int) -> tuple[Measured, int]:
    """Time and memory of `snakemake -n`, and the number of jobs that it planned."""
    with tempfile.TemporaryDirectory() as folder:
        place = lay_out(Path(folder))
        for number in range(1, books + 1):
            fake_book(place, f"book-{number:03d}", pages)
        measured, output = watch([SNAKEMAKE, "--cores", "8", "-n"], place)
    totals = [line.split()[1] for line in output.splitlines() if line.startswith("total")]
    return measured, int(totals[-1])


def megabytes(folder: Path) -> float:
    """Size of all files below a folder, some of which may go while one looks."""
    size = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                size += (Path(path) / name).lstat().st_size
    return size / 1e6


def cost(scans: list[Path], copies: int, cores: int) -> tuple[Measured, float]:
    """Time and memory of a shelf, and the largest size of its work/ in MB."""
    largest = [0.0]
    with tempfile.TemporaryDirectory() as folder:
        place = lay_out(Path(folder))
        for scan in scans:
            for copy in range(1, copies + 1):
                (place / "scans" / f"{scan.stem}-{copy}{scan.suffix}").symlink_to(scan.resolve())
        done = threading.Event()

        def look() -> None:
            while not done.wait(0.5):
                largest[0] = max(largest[0], megabytes(place / "work"))

        watcher = threading.Thread(target=look, daemon=True)
        watcher.start()
        measured, _ = watch([SNAKEMAKE, "--cores", str(cores)], place)
        done.set()
        watcher.join()
    return measured, largest[0]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    actions = parser.add_subparsers(dest="action", required=True)
    planning = actions.add_parser("plan", help="time snakemake -n on books that are not there")
    planning.add_argument("--books", type=int, default=40, help="default: %(default)s")
    planning.add_argument("--pages", type=int, default=250, help="of each (default: %(default)s)")
    costing = actions.add_parser("cost", help="digitize a shelf")
    costing.add_argument("scans", nargs="+", type=Path, help="PDFs")
    costing.add_argument("--copies", type=int, default=1, help="of each (default: %(default)s)")
    costing.add_argument(
        "--cores", type=int, default=os.cpu_count() or 1, help="default: %(default)s"
    )
    options = parser.parse_args()
    if options.action == "plan":
        measured, jobs = plan(options.books, options.pages)
        pages = options.books * options.pages
        print(
            f"{pages} pages in {options.books} books: {jobs} jobs planned in {measured.wall:.1f} "
            f"s, {measured.peak:.0f} MB"
        )
    else:
        pages = options.copies * sum(page_count(scan) for scan in options.scans)
        measured, disk = cost(options.scans, options.copies, options.cores)
        print(
            "| pages | pages/s | CPU-s/page | peak MB of one process | largest work/, MB "
            "|\n|---|---|---|---|---|"
        )
        print(
            f"| {pages} | {pages / measured.wall:.2f} | {measured.cpu / pages:.2f} | "
            f"{measured.peak:.0f} | {disk:.0f} |"
        )


if __name__ == "__main__":
    main()
