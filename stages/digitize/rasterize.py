"""Make a grey raster of each page of a shard.

    python -m stages.rasterize scans work/book/shards/0001-0004.json work/book/raster/0001-0004

An image that fills its page is taken pixel for pixel; other pages are rendered at their resolution
in the manifest. A page that cannot be read is quarantined with its reason; the others go on.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from pipeline.document import Page
from pipeline.errors import PageError
from pipeline.folders import whole_folder
from pipeline.image.rasters import write_image
from pipeline.page_json import write_page
from pipeline.scan.pages import ScanPage, load_page
from stages import command
from stages.passwords import read_password
from stages.settings import add_settings, read_settings
from stages.shard_file import bare_page, read_shard
from stages.shards import (
    decoding_megabytes,
    page_name,
    quarantine,
    supervise_pages,
)


def rasterize(scans: Path, scan_page: ScanPage, target: Path, password: str) -> Page:
    """Write the raster of one page; returns the page, quarantined where there is none."""
    page = bare_page(scan_page)
    try:
        grey = load_page(scans, scan_page, password)
    except PageError as error:
        return quarantine(page, error.reason, str(error))
    write_image(target / f"{page_name(page.number)}.pgm", grey)
    height, width = grey.shape
    digest = hashlib.md5(np.ascontiguousarray(grey).data, usedforsecurity=False).hexdigest()
    return Page(
        page.number,
        width,
        height,
        page.dpi,
        page.image,
        digest,
        straight_width=width,
        straight_height=height,
    )


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("scans", type=Path, help="folder that the shard's files are relative to")
    parser.add_argument(
        "shard", type=command.existing_path, help="shard file written by stages.inventory"
    )
    parser.add_argument("output", type=command.output_path, help="folder for the rasters")
    parser.add_argument(
        "--password-from", type=Path, help="the book's YAML, which may hold `password:`"
    )
    add_settings(parser, "rasterize")
    options = parser.parse_args()
    settings = read_settings(options)
    password = read_password(options.password_from)
    with whole_folder(options.output) as folder:

        def work(scan_page: ScanPage) -> None:
            page = rasterize(options.scans, scan_page, folder, password)
            write_page(folder / f"{page_name(page.number)}.json", page)

        supervise_pages(
            read_shard(options.shard),
            bare_page,
            folder,
            "rasterize",
            work,
            settings.page_seconds,
            decoding_megabytes,
        )


if __name__ == "__main__":
    command.run(main)
