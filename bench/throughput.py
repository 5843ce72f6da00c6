"""Recto, Tesseract and OCRmyPDF on the same PDF and cores, in turn: pages/s, CPU-seconds a page,
peak memory.

    .venv/bin/python -m bench.throughput scans/book.pdf --rounds 3 --cores 2

Tesseract reads pages that pdftoppm rendered at 300 dpi (counted in its time), one process a core
with OMP_THREAD_LIMIT=1, to hOCR and text. OCRmyPDF runs with --deskew and as many jobs. A tool that
is not installed is left out. Recto's time is that of the whole command, Snakemake included. Peak
memory is that of the largest single process.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

ROOT = Path(__file__).resolve().parent.parent


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
    before, start = os.times(), time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=os.environ | (environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    peak = [0.0]
    watcher = threading.Thread(target=_watch_memory, args=(process.pid, peak), daemon=True)
    watcher.start()
    output, errors = process.communicate()
    wall, after = time.monotonic() - start, os.times()
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed:\n{errors[-2000:]}")
    cpu = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    return Measured(wall, cpu, peak[0]), output


def _watch_memory(pid: int, peak: list[float]) -> None:
    while True:
        try:
            family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for process in family:
            try:
                peak[0] = max(peak[0], process.memory_info().rss / 1e6)
            except psutil.Error:
                continue
        time.sleep(0.05)


def recto(pdf: Path, place: Path, cores: int) -> Measured:
    """The real command in a fresh workplace."""
    for name in (
        "Snakefile",
        "config.yaml",
        "environment.yml",
        "pipeline",
        "stages",
        "models",
        "lexicons",
        "profiles",
    ):
        (place / name).symlink_to(ROOT / name)
    (place / "scans").mkdir()
    (place / "scans" / pdf.name).symlink_to(pdf)
    snakemake = Path(sys.executable).with_name("snakemake")
    return watch([str(snakemake), "--cores", str(cores), f"out/{pdf.stem}/"], place)[0]


def tesseract(pdf: Path, place: Path, cores: int) -> Measured:
    """pdftoppm, then one Tesseract process a core."""
    script = (
        f"pdftoppm -r 300 -gray -png '{pdf}' page && "
        f"ls page*.png | sed 's/.png$//' | xargs -P {cores} -I@ tesseract @.png @ -l eng hocr txt"
    )
    return watch(["bash", "-c", script], place, {"OMP_THREAD_LIMIT": "1"})[0]


def ocrmypdf(pdf: Path, place: Path, cores: int) -> Measured:
    """OCRmyPDF as its users run it."""
    return watch(
        ["ocrmypdf", "--deskew", "--force-ocr", "--jobs", str(cores), str(pdf), "out.pdf"], place
    )[0]


TOOLS: dict[str, Callable[[Path, Path, int], Measured]] = {
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
    parser.add_argument("pdf", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    pdf, pages = options.pdf.resolve(), page_count(options.pdf)
    names = [name for name in TOOLS if name == "recto" or shutil.which(name)]
    results: dict[str, list[Measured]] = {name: [] for name in names}
    for number in range(options.rounds):
        for name in names:
            with tempfile.TemporaryDirectory() as folder:
                results[name].append(TOOLS[name](pdf, Path(folder), options.cores))
            last = results[name][-1]
            print(
                f"round {number + 1}: {name} {last.wall:.1f} s, {last.cpu:.1f} CPU-s",
                file=sys.stderr,
            )
    base = median(m.wall for m in results["recto"])
    print(f"{pdf.name}, {pages} pages, {options.cores} cores, median of {options.rounds} rounds\n")
    print(
        "| | pages/s | CPU-s/page | peak MB of one process | time over Recto's "
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
