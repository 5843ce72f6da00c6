"""Whether deskewing does harm: the same books with it and without it, page by page.

    .venv/bin/python -m bench.deskew BOOKS

BOOKS is a folder of NAME.pdf and NAME.gt/0001.txt. Both runs are the real command in workplaces of
their own. Printed are the pages that are worse with deskewing by more than 0.3 points of CER or 3
characters, those that are better by as much, and both scores of each book.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from bench.archive import SNAKEMAKE
from bench.workplace import lay_out
from pipeline.training.evaluation import comparable

POINTS, CHARACTERS = 0.3, 3


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="folder of NAME.pdf and NAME.gt/")
    parser.add_argument("--cores", type=int, default=2, help="default: %(default)s")
    options = parser.parse_args()
    truths = sorted(options.folder.glob("*.gt"))
    with tempfile.TemporaryDirectory() as temporary:
        places = {}
        for setting in ("true", "false"):
            place = Path(temporary, setting)
            places[setting] = lay_out(place)
            for truth in truths:
                (place / "scans" / f"{truth.stem}.pdf").symlink_to(
                    truth.with_suffix(".pdf").resolve()
                )
            command = [
                SNAKEMAKE,
                "--cores",
                str(options.cores),
                "--quiet",
                "all",
                "--config",
                f"deskew={setting}",
            ]
            if subprocess.run(command, cwd=place).returncode:
                sys.exit(f"the run with deskew={setting} failed")
        print(
            "| book | CER with deskew | without | pages worse | pages better "
            "|\n|---|---|---|---|---|"
        )
        for truth in truths:
            totals, length, worse, better = [0, 0], 0, [], []
            for page in sorted(truth.glob("*.txt")):
                text = comparable(page.read_text(encoding="utf-8"))
                errors = []
                for setting in ("true", "false"):
                    read = places[setting] / "out" / truth.stem / "pages" / page.name
                    errors.append(
                        Levenshtein.distance(text, comparable(read.read_text(encoding="utf-8")))
                    )
                totals, length = (
                    [total + error for total, error in zip(totals, errors, strict=True)],
                    length + len(text),
                )
                allowed = max(CHARACTERS, POINTS / 100 * len(text))
                if errors[0] - errors[1] > allowed:
                    worse.append(page.stem)
                if errors[1] - errors[0] > allowed:
                    better.append(page.stem)
            on, off = (f"{100 * total / length:.2f}" for total in totals)
            print(
                f"| {truth.stem} | {on} | {off} | {' '.join(worse) or 'none'} | "
                f"{' '.join(better) or 'none'} |"
            )


if __name__ == "__main__":
    main()
