"""One line for every book: out/archive.tsv, with pages, done, blank, quarantined, doubtful, mean
confidence, and reasons with what to do about them; and one for all else in scans/, with why it is
not read.

    python -m stages.archive out/archive.tsv

Takes the manifests of all deliveries, and for a scan without one the message with which its last
run ended. Snakemake calls it when all is done, and at the end of every run, whether all went well
or not.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import takewhile
from pathlib import Path
from typing import Any

from pipeline.document import QUARANTINED
from pipeline.errors import DataError, MissingScanError, RectoError, printable
from pipeline.export.cells import inert_cell
from pipeline.export.delivery import read_manifest
from pipeline.files import write_text
from pipeline.scan.scan_names import find_scan
from stages import command
from stages.digitize.corrected import counted
from stages.plan.books import refusal_log
from stages.plan.hashes import WORK
from stages.plan.shelf import SCANS, Shelf, current_shelf

COLUMNS = (
    "book",
    "status",
    "pages",
    "done",
    "blank",
    "quarantined",
    "doubtful",
    "confidence",
    "reasons",
)
EMPTY = ("",) * (len(COLUMNS) - 3)  # of what is not delivered, from `pages` to `confidence`
DELIVERED, FAILED, WAITING, IGNORED = "delivered", "failed", "waiting", "ignored"
SPEAKER = "recto: "  # what a line of a log begins with that tells of an error
DELIVERY_MANIFEST = "manifest.json"
GUIDE = "README.md"  # of a checkout: what scans/ is for


def delivered_row(name: str, manifest: Path, work: Path) -> tuple[str, ...]:
    """The line of a delivered book; one whose manifest is damaged has failed."""
    try:
        raw = read_manifest(manifest.parent)
        cells = _counts(raw["counts"], raw["pages"])
    except (DataError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return (name, FAILED, *EMPTY, f"{manifest} is damaged: remove {manifest.parent}")
    # what a later run has not got past: the delivery is that of an earlier one
    refused, *logs = logs_of(name, work)
    ended = last_error([refused, *(log for log in logs if is_newer(log, manifest))])
    return (name, DELIVERED, *cells[:-1], "; ".join(filter(None, (cells[-1], ended))))


def logs_of(name: str, work: Path) -> list[Path]:
    """Where it may stand why a book was refused, and the logs of its jobs."""
    return [work / refusal_log(name).relative_to(WORK), *(work / name / "log").rglob("*.log")]


def is_newer(path: Path, other: Path) -> bool:
    """Whether a file was written after another; no where one of them is gone."""
    try:
        return path.stat().st_mtime_ns > other.stat().st_mtime_ns
    except OSError:
        return False


def _counts(counts: dict[str, int], pages: list[dict[str, Any]]) -> tuple[str, ...]:
    """Pages by their end, mean confidence of the words, and reasons, of a manifest."""
    read = [page for page in pages if page["confidence"] is not None]
    words = sum(page["words"] for page in read)
    weighted = sum(page["confidence"] * page["words"] for page in read)
    reasons = Counter(page["reason"] for page in pages if page["status"] == QUARANTINED)
    doubts = Counter(page["doubtful"] for page in pages if page.get("doubtful"))
    listed = ", ".join(f"{count} {reason}" for reason, count in (reasons + doubts).most_common())
    numbers = (str(int(counts[key])) for key in ("pages", "done", "blank", "quarantined"))
    doubtful = str(doubts.total())  # manifests of earlier versions count none
    return (*numbers, doubtful, f"{weighted / words:.3f}" if words else "", listed)


def undelivered_row(name: str, shelf: Shelf, work: Path) -> tuple[str, ...]:
    """The line of a scan that was not delivered, with the last error that its logs hold."""
    found = shelf.scans[name]
    objection: RectoError | None = shelf.objection(name)
    if objection is None and (len(found) > 1 or not found[0].exists()):
        try:
            find_scan(SCANS, name)
        except MissingScanError as error:
            objection = error
    if objection is not None:
        return (
            name,
            FAILED,
            *EMPTY,
            "; ".join(filter(None, (objection.message, objection.remedy))),
        )
    if error_line := last_error(logs_of(name, work)):
        return (name, FAILED, *EMPTY, error_line)
    return (name, WAITING, *EMPTY, "")


def last_error(logs: list[Path]) -> str:
    """The last error that the logs tell of, and what to do about it; empty where there is none."""
    there = [log for log in logs if log.is_file()]
    for log in sorted(there, key=lambda path: path.stat().st_mtime, reverse=True):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        errors = [k for k, line in enumerate(lines) if line.startswith(SPEAKER)]
        if errors:
            remedy = takewhile(lambda line: line.startswith("  "), lines[errors[-1] + 1 :])
            told = (lines[errors[-1]].removeprefix(SPEAKER), *map(str.strip, remedy))
            return "; ".join(told)
    return ""


def delivered_manifests(out: Path) -> dict[str, Path]:
    """The manifest of every delivery below `out`, by the book's name; deliveries are not looked
    into, nor is what is hidden, which is a delivery put aside."""
    found = {}
    for folder, folders, files in os.walk(out):
        folders[:] = [name for name in folders if not name.startswith(".")]
        if DELIVERY_MANIFEST in files:
            found[str(Path(folder).relative_to(out))] = Path(folder) / DELIVERY_MANIFEST
            folders.clear()
    return found


def archive_rows(shelf: Shelf, out: Path, work: Path) -> list[tuple[str, ...]]:
    """Every delivery below `out`, every scan that has none, and all else that lies in scans/; no
    cell holds a tab, a line feed or another character that is not printed."""
    manifests = delivered_manifests(out)
    rows = [
        delivered_row(name, manifests[name], work)
        if name in manifests
        else undelivered_row(name, shelf, work)
        for name in sorted({*manifests, *shelf.scans})
    ]
    rows += [(path, IGNORED, *EMPTY, reason) for path, reason in shelf.strays]
    return [
        tuple(map(inert_cell, map(printable, (name, *(" ".join(cell.split()) for cell in row)))))
        for name, *row in rows
    ]


def closing_summary(rows: list[tuple[str, ...]], table: Path) -> str:
    """How many books are delivered, and which are not, with the reason."""
    delivered = [row for row in rows if row[1] == DELIVERED]
    pages, *ends = (sum(int(row[k]) for row in delivered) for k in range(2, 7))
    counts = ", ".join(
        f"{count} {name}" for count, name in zip(ends[:3], COLUMNS[3:6], strict=True)
    )
    ignored = [row[0] for row in rows if row[1] == IGNORED]
    books = len(rows) - len(ignored)
    told = f"{len(delivered)} of {books} books delivered; {pages} pages: {counts}"
    lines = [f"{printable(command.as_called(table))}: {told}"]
    if ends[3]:
        lines[0] += f"; {ends[3]} of the pages done are doubtful"
    lines += [f"  {row[0]} {row[1]}: {row[-1]}" for row in rows if row[1] == FAILED]
    if others := len(set(ignored) - {GUIDE}):
        told = f"{counted(others, 'other thing')} in {SCANS}/ {'was' if others == 1 else 'were'}"
        lines.append(f"  {told} not read; the table says why")
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
    rows = archive_rows(current_shelf(), out, options.work)
    write_text(options.output, "".join("\t".join(row) + "\n" for row in [COLUMNS, *rows]))
    print(closing_summary(rows, options.output))


if __name__ == "__main__":
    command.run(main)
