"""One line for every book: out/archive.tsv, with pages, done, blank, quarantined, mean confidence
and reasons.

Takes the manifests of all deliveries, and for a scan without one the message with which its last
run ended. Snakemake calls it when all is done, and at the end of every run, whether all went well
or not.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from pipeline.document import QUARANTINED
from pipeline.errors import MissingScanError
from pipeline.files import write_text
from pipeline.scan.pages import find_scan
from stages import command
from stages.workflow import SCANS, scan_names

COLUMNS = ("book", "status", "pages", "done", "blank", "quarantined", "confidence", "reasons")
DELIVERED, FAILED, WAITING = "delivered", "failed", "waiting"


def delivered_row(name: str, manifest: Path) -> tuple[str, ...]:
    """The line of a delivered book."""
    raw = json.loads(manifest.read_text(encoding="utf-8"))
    counts, pages = raw["counts"], raw["pages"]
    words = sum(page["words"] for page in pages if page["confidence"] is not None)
    weighted = sum(
        page["confidence"] * page["words"] for page in pages if page["confidence"] is not None
    )
    reasons = Counter(page["reason"] for page in pages if page["status"] == QUARANTINED)
    listed = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
    numbers = (str(counts[key]) for key in ("pages", "done", "blank", "quarantined"))
    return (name, DELIVERED, *numbers, f"{weighted / words:.3f}" if words else "", listed)


def undelivered_row(name: str, work: Path) -> tuple[str, ...]:
    """The line of a scan that was not delivered, with the last error that its logs hold."""
    try:
        find_scan(SCANS, name)
    except MissingScanError as error:
        return (name, FAILED, *[""] * 5, error.message)
    logs = sorted((work / name / "log").rglob("*.log"), key=lambda path: path.stat().st_mtime)
    for log in reversed(logs):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        errors = [line.removeprefix("recto: ") for line in lines if line.startswith("recto: ")]
        if errors:
            return (name, FAILED, *[""] * 5, errors[-1])
    return (name, WAITING, *[""] * 6)


def archive_rows(scans: list[str], out: Path, work: Path) -> list[tuple[str, ...]]:
    """Every delivery below `out`, every scan that has none; no cell holds a tab or a line feed."""
    manifests = {
        name: path
        for path in out.rglob("manifest.json")
        if not (name := str(path.parent.relative_to(out))).startswith(".")
    }
    rows = [
        delivered_row(name, manifests[name]) if name in manifests else undelivered_row(name, work)
        for name in sorted({*manifests, *scans})
    ]
    return [tuple(" ".join(cell.split()) for cell in row) for row in rows]


def closing_summary(rows: list[tuple[str, ...]], table: Path) -> str:
    """How many books are delivered, and which are not, with the reason."""
    delivered = [row for row in rows if row[1] == DELIVERED]
    pages, *ends = (sum(int(row[k]) for row in delivered) for k in range(2, 6))
    counts = ", ".join(f"{count} {name}" for count, name in zip(ends, COLUMNS[3:6], strict=True))
    lines = [f"{table}: {len(delivered)} of {len(rows)} books delivered; {pages} pages: {counts}"]
    lines += [f"  {row[0]} {row[1]}: {row[-1]}" for row in rows if row[1] == FAILED]
    return "\n".join(lines)


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "output",
        type=Path,
        nargs="?",
        default=Path("out/archive.tsv"),
        help="TSV to write (default: %(default)s)",
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=Path("work"),
        help="folder with the books' logs (default: %(default)s)",
    )
    options = parser.parse_args()
    out = options.output.parent
    out.mkdir(parents=True, exist_ok=True)
    rows = archive_rows(scan_names(), out, options.work)
    write_text(options.output, "".join("\t".join(row) + "\n" for row in [COLUMNS, *rows]))
    print(closing_summary(rows, options.output))


if __name__ == "__main__":
    command.run(main)
