"""Recto, Tesseract and OCRmyPDF on the same PDFs and cores, in turn: pages/s, CPU-seconds a page,
peak memory.

    .venv/bin/python -m bench.throughput scans/book.pdf --rounds 3 --cores 2
    .venv/bin/python -m bench.throughput BOOKS/*.pdf --tools recto tesseract

Several PDFs are one shelf: one run of Recto, and one book after the other for the others.

Tesseract reads pages that pdftoppm rendered at 300 dpi (counted in its time), one process a core
with OMP_THREAD_LIMIT=1, to hOCR and text. OCRmyPDF runs with --deskew and as many jobs. A tool that
is not installed is left out. Recto's time is that of the whole command, Snakemake included. Peak
memory is that of the largest single process, pages that it shares with others included.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.workplace import lay_out


@dataclass(frozen=True)
class Measured:
    """Wall-clock seconds, CPU seconds of all processes, and the largest resident size of one
    process in MB."""

    wall: float
    cpu: float
    peak: float


def watch(
    command: list[str], cwd: Path, environment: dict[str, str] | None = None
) -> tuple[Measured, str]:
    """Run a command and measure it with all its children; returns what it printed, too."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        start = time.monotonic()
        process = subprocess.Popen(
            command, cwd=cwd, env=os.environ | (environment or {}), stdout=output, stderr=errors
        )
        # the kernel counts: to look at the processes meanwhile would take time from them
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode != 0:
            sys.exit(f"{command[0]} failed:\n{errors.read()[-2000:]}")
        megabytes = usage.ru_maxrss * 1024 / 1e6
        return Measured(wall, usage.ru_utime + usage.ru_stime, megabytes), output.read()


def recto(pdfs: Sequence[Path], place: Path, cores: int) -> Measured:
    """The real command in a fresh workplace."""
    lay_out(place)
    for pdf in pdfs:
        (place / "scans" / pdf.name).symlink_to(pdf)
    snakemake = Path(sys.executable).with_name("snakemake")
    targets = [f"out/{pdf.stem}/" for pdf in pdfs]
    return watch([str(snakemake), "--cores", str(cores), *targets], place)[0]


def tesseract(pdfs: Sequence[Path], place: Path, cores: int) -> Measured:
    """pdftoppm, then one Tesseract process a core."""
    books = [
        f"pdftoppm -r 300 -gray -png '{pdf}' {number}-page && "
        f"ls {number}-page*.png | sed 's/.png$//' | "
        f"xargs -P {cores} -I@ tesseract @.png @ -l eng hocr txt"
        for number, pdf in enumerate(pdfs)
    ]
    return watch(["bash", "-c", " && ".join(books)], place, {"OMP_THREAD_LIMIT": "1"})[0]


def ocrmypdf(pdfs: Sequence[Path], place: Path, cores: int) -> Measured:
    """OCRmyPDF as its users run it."""
    books = [
        f"ocrmypdf --deskew --force-ocr --jobs {cores} '{pdf}' {number}.pdf"
        for number, pdf in enumerate(pdfs)
    ]
    return watch(["bash", "-c", " && ".join(books)], place)[0]


TOOLS: dict[str, Callable[[Sequence[Path], Path, int], Measured]] = {
    "recto": recto,
    "tesseract": tesseract,
    "ocrmypdf": ocrmypdf,
}


def page_count(pdf: Path) -> int:
    """Pages of a PDF."""
    info = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True).stdout
    return int(next(line.split()[1] for line in info.splitlines() if line.startswith("Pages:")))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pdfs", nargs="+", type=Path)
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=list(TOOLS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    pdfs = [pdf.resolve() for pdf in options.pdfs]
    pages = sum(map(page_count, pdfs))
    names = [name for name in options.tools if name == "recto" or shutil.which(name)]
    results: dict[str, list[Measured]] = {name: [] for name in names}
    for number in range(options.rounds):
        for name in names:
            with tempfile.TemporaryDirectory() as folder:
                results[name].append(TOOLS[name](pdfs, Path(folder), options.cores))
            last = results[name][-1]
            print(
                f"round {number + 1}: {name} {last.wall:.1f} s, {last.cpu:.1f} CPU-s",
                file=sys.stderr,
            )
    base = median(m.wall for m in results[names[0]])
    books = ", ".join(pdf.name for pdf in pdfs)
    print(f"{books}: {pages} pages, {options.cores} cores, median of {options.rounds} rounds\n")
    print(
        f"| | pages/s | CPU-s/page | peak MB of one process | time over {names[0]}'s "
        "|\n|---|---|---|---|---|"
    )
    for name in names:
        wall, cpu = median(m.wall for m in results[name]), median(m.cpu for m in results[name])
        peak = max(m.peak for m in results[name])
        print(
            f"| {name} | {pages / wall:.2f} | {cpu / pages:.2f} | {peak:.0f} | {wall / base:.2f} |"
        )


if __name__ == "__main__":
    main()
