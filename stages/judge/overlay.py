"""Draw what was found on a page over its scan: regions in reading order, baselines, words (red
where doubtful).

    python -m stages.overlay work/book 5 page5.png --text
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from pipeline.errors import DataError
from pipeline.export.overlay import draw_overlay, draw_text
from pipeline.image.rasters import write_image
from pipeline.page_json import read_page
from pipeline.scan.pages import ScanPage, load_page
from stages import command
from stages.passwords import read_password
from stages.shards import page_name


def find_page(book: Path, number: int) -> tuple[Path, ScanPage, Path]:
    """What was found on a page, which page of its scan it is, and the folder where that lies.

    Raises:
        DataError: the folder is no work folder, the book has no such page, or it was not read yet.
    """
    if not (book / "shards").is_dir():
        meant = Path("work", *book.parts[1:]) if book.parts[:1] == ("out",) else "work/NAME"
        raise DataError(f"{book} is no work folder of a book", f"Give {meant}.")
    inventory = json.loads((book / "manifest.json").read_text(encoding="utf-8"))
    pages = {entry["number"]: entry for entry in inventory["pages"]}
    if number not in pages:
        raise DataError(
            f"{book} has no page {number}", f"It has pages {min(pages)} to {max(pages)}."
        )
    paths = (book / "text" / shard / f"{page_name(number)}.json" for shard in inventory["shards"])
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        raise DataError(
            f"page {number} of {book} was not read yet",
            f"Run: snakemake --cores 8 out/{'/'.join(book.parts[1:])}/",
        )
    return path, ScanPage(**pages[number]), Path(inventory["folder"])


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    command.add_book(parser)
    parser.add_argument("number", type=int, help="page number, from 1")
    parser.add_argument("output", type=command.picture_path, help="PNG to write")
    parser.add_argument(
        "--scans", type=Path, help="folder of the scan (default: where it was read from)"
    )
    parser.add_argument(
        "--password-from", type=Path, help="the book's YAML, which may hold `password:`"
    )
    parser.add_argument("--text", action="store_true", help="put the text beside the page")
    options = parser.parse_args()
    path, scan_page, folder = find_page(options.book, options.number)
    page = read_page(path)
    raster = load_page(options.scans or folder, scan_page, read_password(options.password_from))
    picture = draw_overlay(page, raster)
    if options.text:
        picture = np.hstack([picture, draw_text(page, picture.shape[0], picture.shape[1])])
    options.output.parent.mkdir(parents=True, exist_ok=True)
    write_image(options.output, picture[:, :, ::-1])


if __name__ == "__main__":
    command.run(main)
