"""Make the sample book: prose written for Recto, set in book faces, put through a scan simulator,
with its true text.

    python -m stages.sample sample.pdf sample.gt --seed 2

The same seed and fonts give the same book. `make fonts` installs the faces.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import yaml
from PIL import Image
from tqdm import tqdm

from pipeline.folders import check_ours, whole_folder
from pipeline.synthesis import scanner, typesetting
from stages import command
from stages.shards import page_name

DESCRIPTION = Path(typesetting.__file__).with_name("sample.yaml")
RESOLUTION = 300
WRITTEN = time.gmtime(0)  # a date of its own would make each sample another
GREY_PAGES = {3, 6, 11}  # the others are bitonal


def make_pages(book: dict, seed: int) -> list[tuple[Image.Image, str]]:
    """Each page as scanned, 1-bit or grey, and its text."""
    pages = []
    for number, page in enumerate(
        tqdm(book["pages"], unit="page", desc="sample", disable=None), start=1
    ):
        rng = np.random.default_rng((seed, number))
        clean, text = typesetting.set_page(page, book, number)
        scan = scanner.Scan(bitonal=number not in GREY_PAGES, **page.get("scan", {}))
        scanned = Image.fromarray(scanner.scan_page(clean, scan, rng))
        pages.append(
            (scanned.convert("1", dither=Image.Dither.NONE) if scan.bitonal else scanned, text)
        )
    return pages


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "pdf", type=command.output_path, help="PDF to write, such as scans/book.pdf"
    )
    parser.add_argument(
        "truth", type=command.output_path, help="folder for the true text of each page"
    )
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    options = parser.parse_args()
    check_ours(options.truth)  # before the work of minutes
    book = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))
    pages = make_pages(book, options.seed)
    with whole_folder(options.truth) as folder:
        for number, (_, text) in enumerate(pages, start=1):
            (folder / f"{page_name(number)}.txt").write_text(text, encoding="utf-8")
    first, *others = [image for image, _ in pages]
    options.pdf.parent.mkdir(parents=True, exist_ok=True)
    part = options.pdf.with_name(f".{options.pdf.name}.part")
    first.save(
        part,
        "PDF",
        save_all=True,
        append_images=others,
        resolution=RESOLUTION,
        title=book["subtitle"],
        creationDate=WRITTEN,
        modDate=WRITTEN,
    )
    part.replace(options.pdf)


if __name__ == "__main__":
    command.run(main)
