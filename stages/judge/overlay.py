"""Draw what was found on a page over its scan: regions in reading order, baselines, words (red
where doubtful).

python -m stages.overlay work/book 5 page5.png --text
"""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np

from pipeline.errors import DataError
from pipeline.export.overlay import draw_overlay, draw_text
from pipeline.page_json import read_page
from pipeline.scan.pages import ScanPage, load_page
from stages import command
from stages.passwords import read_password
from stages.shards import page_name


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "book",
        type=command.existing_path,
        help="work folder of the digitized book, such as work/book",
    )
    parser.add_argument("number", type=int, help="page number, from 1")
    parser.add_argument("output", type=Path, help="PNG to write")
    parser.add_argument(
        "--scans", type=Path, default=Path("scans"), help="folder of scans (default: %(default)s)"
    )
    parser.add_argument(
        "--password-from", type=Path, help="the book's YAML, which may hold `password:`"
    )
    parser.add_argument("--text", action="store_true", help="put the text beside the page")
    options = parser.parse_args()
    path = next((options.book / "text").glob(f"*/{page_name(options.number)}.json"), None)
    if path is None:
        raise DataError(
            f"page {options.number} of {options.book} was not read",
            f"Run: snakemake --cores 8 out/{options.book.name}/",
        )
    page = read_page(path)
    inventory = json.loads((options.book / "manifest.json").read_text(encoding="utf-8"))
    scan_page = ScanPage(**inventory["pages"][options.number - 1])
    raster = load_page(options.scans, scan_page, read_password(options.password_from))
    picture = draw_overlay(page, raster)
    if options.text:
        picture = np.hstack([picture, draw_text(page, picture.shape[0], picture.shape[1])])
    cv2.imwrite(str(options.output), picture[:, :, ::-1])


if __name__ == "__main__":
    command.run(main)
