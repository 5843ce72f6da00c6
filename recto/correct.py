"""What `recto` does with corrections: the report to proofread in, and what was saved there brought
into every output."""

from __future__ import annotations

import webbrowser
from pathlib import Path

from pipeline.corrections import SUFFIX
from pipeline.errors import DataError
from recto.place import find_place, recall_settings
from recto.proofread import Proofreading
from recto.run import run_workflow
from stages.digitize.apply import apply as join_corrections

APPLY = """Bring corrections into every output of a delivery.

    recto apply out/letters                  what recto proofread has saved
    recto apply letters.corrections.json out/letters

CORRECTIONS is the file that report.html has saved; left out, the one that `recto proofread` has put
beside the delivery. Of a line that was corrected before, the new words count. They outlive later
runs and other models, and teach the next `recto train MODEL --lines OUT/NAME`.
"""
PROOFREAD = """Open the report of a delivery in a browser, with a place to save to.

    recto read letters.pdf out/ --outputs hocr,txt,report
    recto proofread out/letters

It is served on this machine alone, under an address that nobody can guess, until Ctrl C. What is
saved lies beside the delivery, as OUT/NAME.corrections.json: `recto apply OUT/NAME` applies it.
"""
PROOFREAD_FIRST = "Proofread it first: recto proofread {}"


def apply(delivery: Path, corrections: Path | None, options: list[str]) -> int:
    """`recto apply`: join the corrections with those of the book, and write its outputs anew, as
    they were asked for last.

    Raises:
        DataError: there is no corrections file, it is none, or is of another book.
    """
    delivery = delivery.resolve()
    place = find_place(delivery)
    path = corrections or saved_beside(delivery)
    if not path.exists():
        raise DataError(f"{path} is not there", "Save it from the report, and name it.")
    join_corrections(path, delivery, place / "scans")
    book = str(delivery.relative_to(place.parent))
    return run_workflow(place, [f"out/{book}/"], recall_settings(place, book), options)


def saved_beside(delivery: Path) -> Path:
    """Where `recto proofread` puts what is saved."""
    return delivery.parent / f"{delivery.name}{SUFFIX}"


def cut_lines(delivery: Path, cores: int) -> Path:
    """The set of the lines of a delivery that a person has accepted, as true lines.

    Raises:
        DataError: none could be cut: it was not proofread, no line was accepted, or the book has no
            workplace any more.
    """
    delivery = delivery.resolve()
    place = find_place(delivery)
    book = str(delivery.relative_to(place.parent))
    target = f"data/aligned/{book}.lmdb"
    settings = recall_settings(place, book)
    if not (place / "scans" / f"{book}{SUFFIX}").exists():
        saved = saved_beside(delivery)
        todo = f"Bring in what was saved: recto apply {delivery}" if saved.exists() else ""
        raise DataError(f"{delivery} was not proofread", todo or PROOFREAD_FIRST.format(delivery))
    if run_workflow(place, [target], settings, ["--cores", str(cores)]):
        raise DataError(
            f"no lines of {delivery} can be learnt from", PROOFREAD_FIRST.format(delivery)
        )
    return place / target


def proofread(delivery: Path, port: int, browse: bool) -> int:
    """`recto proofread`: serve a report until Ctrl C.

    Raises:
        DataError: it is no delivery, or has no report.
    """
    with Proofreading(delivery.resolve(), port) as server:
        print(f"{server.address}\nSaves to {server.target}. Ctrl C ends it.", flush=True)
        if browse:
            webbrowser.open(server.address)
        server.serve_forever()
    return 0
