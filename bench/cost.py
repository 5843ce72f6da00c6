"""Where the CPU seconds of a page go: each stage's, parted into starting up, reading and writing
files, and work.

    .venv/bin/python -m bench.cost scans/book.pdf --cores 2

The book is digitized in a folder of its own, Snakemake included. Each command says what it has
cost (`stages.cost`); what is left of the whole run is of Snakemake, of the shells and clients of
its jobs, and of the warm parent. CPU seconds change less than wall-clock seconds while something
else runs on the machine, but they do: caches and hyper-threads are shared.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import defaultdict
from pathlib import Path

from bench.throughput import page_count, recto

PARTS = ("start_up", "files", "work", "cpu_time")


def stage_costs(benchmarks: Path) -> dict[str, dict[str, float]]:
    """CPU seconds of each stage, in PARTS and of its jobs together, in the order of their names."""
    costs: defaultdict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(PARTS, 0.0))
    for path in sorted(benchmarks.rglob("*.tsv")):
        stage = path.relative_to(benchmarks).parts[0].removesuffix(".tsv")
        with path.open(newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                for part in PARTS:
                    costs[stage][part] += float(row[part])
    return dict(costs)


def cost_table(costs: dict[str, dict[str, float]], whole: float, pages: int) -> list[str]:
    """A Markdown table of CPU seconds a page.

    Args:
        costs: of each stage, in PARTS, for all pages.
        whole: CPU seconds of the whole run.
    """
    rows: list[tuple[str, ...]] = [
        ("", "start-up", "files", "work", "in all"),
        ("---",) * (len(PARTS) + 1),
    ]
    for stage, cost in costs.items():
        rows.append((stage, *(f"{cost[part] / pages:.3f}" for part in PARTS)))
    sums = {part: sum(cost[part] for cost in costs.values()) for part in PARTS}
    rows.append(("stages", *(f"{sums[part] / pages:.3f}" for part in PARTS)))
    rest = (whole - sums["cpu_time"]) / pages
    rows.append(("Snakemake, shells, warm parent", "", "", "", f"{rest:.3f}"))
    rows.append(("the run", "", "", "", f"{whole / pages:.3f}"))
    return [f"| {' | '.join(row)} |" for row in rows]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pdf", type=Path)
    parser.add_argument("--cores", type=int, default=2, help="default: %(default)s")
    options = parser.parse_args()
    pdf = options.pdf.resolve()
    with tempfile.TemporaryDirectory() as folder:
        measured = recto([pdf], Path(folder), options.cores)
        costs = stage_costs(Path(folder) / "work" / pdf.stem / "benchmark")
    pages = page_count(pdf)
    print(f"{pdf.name}, {pages} pages, {options.cores} cores: CPU seconds a page\n")
    print("\n".join(cost_table(costs, measured.cpu, pages)))


if __name__ == "__main__":
    main()
