"""Take a corrections file into a book: it joins what was corrected before, beside the scan, and the
next run of the book brings it into every output.

    python -m stages.apply book.corrections.json out/book
    snakemake --cores 8 out/book/

Of a line that is in both, the new file's words count. Corrections are told by the hash of the page
and the place of the line, so they outlive a run from the beginning and another model.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.corrections import (
    SUFFIX,
    Corrections,
    corrections_json,
    count_changed,
    merge,
    read_corrections,
)
from pipeline.errors import DataError, printable
from pipeline.export.delivery import read_manifest
from pipeline.files import write_text
from stages import command
from stages.digitize.corrected import counted


def check_book(corrections: Corrections, delivery: Path) -> int:
    """How many of the pages in a corrections file are no pages of a delivered book.

    Raises:
        DataError: it is of another book, or none of its pages is.
    """
    manifest = read_manifest(delivery)
    if corrections.book != manifest.get("book"):
        raise DataError(
            f"these are corrections of {corrections.book}, not of {manifest.get('book')}",
            "Name the delivery that they were made in.",
        )
    hashes = {page.get("sha256") for page in manifest["pages"]}
    lost = sum(page.sha256 not in hashes for page in corrections.pages)
    if lost and lost == len(corrections.pages):
        raise DataError(
            f"{delivery} has none of the pages that were corrected: it is of another scan",
            "Name the delivery that they were made in.",
        )
    return lost


def apply(path: Path, delivery: Path, scans: Path) -> Path:
    """Join a corrections file with those of its book; returns where they lie.

    Raises:
        DataError: it is no corrections file, or of another book.
    """
    corrections = read_corrections(path)
    if lost := check_book(corrections, delivery):
        command.log.warning("%d of the corrected pages are no pages of %s", lost, delivery)
    target = scans / f"{corrections.book}{SUFFIX}"
    if target.exists():
        corrections = merge(read_corrections(target), corrections)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_text(target, corrections_json(corrections))
    lines = [line for page in corrections.pages for line in page.lines]
    words = counted(count_changed(lines), "word")
    accepted = counted(sum(line.accepted for line in lines), "line")
    pages = counted(len(corrections.pages), "page")
    print(f"{printable(str(target))}: {words} changed, {accepted} accepted on {pages}", flush=True)
    return target


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "corrections", type=command.existing_path, help="file that the report has saved"
    )
    parser.add_argument(
        "delivery", type=command.existing_path, metavar="out/NAME", help="folder of the book"
    )
    parser.add_argument(
        "--scans", type=Path, default=Path("scans"), help="folder of scans (default: %(default)s)"
    )
    options = parser.parse_args()
    apply(options.corrections, options.delivery, options.scans)


if __name__ == "__main__":
    command.run(main)
