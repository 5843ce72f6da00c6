"""Make the pictures of a shard's pages for the report: each as it was supplied, at the size of a
screen, and a thumbnail.

    python -m stages.pictures scans work/book/shards/0001-0004.json work/book/pictures/0001-0004
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PageError
from pipeline.folders import whole_folder
from pipeline.image.rasters import write_image
from pipeline.scan.pages import ScanPage, load_page
from stages import command
from stages.passwords import read_password
from stages.settings import add_settings, read_settings
from stages.shard_file import bare_page, read_shard
from stages.shards import decoding_megabytes, page_name, supervise_pages

VIEW_SIDE, THUMBNAIL_SIDE = 2000, 300  # pixels of the longer side
VIEW_QUALITY, THUMBNAIL_QUALITY = 45, 60  # of JPEG


def reduced(grey: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """(H', W') uint8: an image whose longer side is at most `side`."""
    scale = side / max(grey.shape)
    if scale >= 1:
        return grey
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def draw_pictures(scans: Path, scan_page: ScanPage, folder: Path, password: str) -> None:
    """Write NNNN.jpg and NNNN.small.jpg of one page; nothing where it cannot be read."""
    try:
        grey = load_page(scans, scan_page, password)
    except PageError:
        return
    name = page_name(scan_page.number)
    write_image(
        folder / f"{name}.jpg", reduced(grey, VIEW_SIDE), [cv2.IMWRITE_JPEG_QUALITY, VIEW_QUALITY]
    )
    write_image(
        folder / f"{name}.small.jpg",
        reduced(grey, THUMBNAIL_SIDE),
        [cv2.IMWRITE_JPEG_QUALITY, THUMBNAIL_QUALITY],
    )


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("scans", type=Path, help="folder that the shard's files are relative to")
    parser.add_argument(
        "shard", type=command.existing_path, help="shard file written by stages.inventory"
    )
    parser.add_argument("output", type=command.output_path, help="folder for the pictures")
    parser.add_argument(
        "--password-from", type=Path, help="the book's YAML, which may hold `password:`"
    )
    add_settings(parser, "pictures")
    options = parser.parse_args()
    settings = read_settings(options)
    cv2.setNumThreads(1)
    password = read_password(options.password_from)
    with whole_folder(options.output) as folder:

        def work(scan_page: ScanPage) -> None:
            draw_pictures(options.scans, scan_page, folder, password)

        supervise_pages(
            read_shard(options.shard),
            bare_page,
            folder,
            "pictures",
            work,
            settings.page_seconds,
            decoding_megabytes,
        )


if __name__ == "__main__":
    command.run(main)
