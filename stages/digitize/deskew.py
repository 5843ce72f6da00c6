"""Bring each raster of a shard upright, find the angle of its lines, and keep the exact transform
back to it.

    python -m stages.deskew work/book/raster/0001-0004 work/book/upright/0001-0004

Orientation is told from the lines and their letters, and where these leave it open, from how well
the network reads the page as it may lie, without a language model. The angle is told from the
sharpness of the rows. A page that is level within 0.3 degrees, or whose angle is unsure, counts as
level. Nothing is resampled here: lines are cut along their angle later. A page without ink is
marked as blank.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from pipeline.document import DONE, Page
from pipeline.image.rasters import read_raster, write_image
from pipeline.reading import PageRaster, judge_by_reading, straighten
from stages import command
from stages.settings import add_settings, read_settings
from stages.shards import work_pages

if TYPE_CHECKING:
    from pipeline.recognition.recognizer import Network


def _open_network(folder: Path) -> Network:
    """The network on the CPU whatever the device, so that both turn pages alike; imported only
    where a page asks for it, as it takes longer than a page."""
    from pipeline.recognition.recognizer import share_network

    return share_network(folder)


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "rasters", type=command.existing_path, help="folder written by stages.rasterize"
    )
    parser.add_argument(
        "output", type=command.output_path, help="folder for upright rasters and page JSON"
    )
    add_settings(parser, "deskew")
    options = parser.parse_args()
    settings = read_settings(options)
    cv2.setNumThreads(1)
    judge = judge_by_reading(lambda: _open_network(settings.model_folder))

    def deskew(page: Page, stem: Path, folder: Path) -> Page:
        raster = PageRaster(page, read_raster(stem.with_suffix(".pgm")))
        upright = straighten(raster, settings.deskew, judge)
        if upright.page.status == DONE:
            write_image(folder / f"{stem.name}.pgm", upright.grey)
        return upright.page

    work_pages(options.rasters, options.output, "deskew", deskew, settings.page_seconds)


if __name__ == "__main__":
    command.run(main)
