"""Find regions, lines and words on each upright page of a shard, and cut out the lines for the
recognizer.

    python -m stages.segment work/book/upright/0001-0004 work/book/layout/0001-0004

Beside each page's JSON lies a PNG with its line images, one under the other, each at the height of
the model's frame.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2

from pipeline.document import Page
from pipeline.image.rasters import read_raster, write_image
from pipeline.page_json import as_written
from pipeline.reading import PageLines, PageRaster, cut, segment
from pipeline.recognition.frame import LineFrame
from pipeline.recognition.line_image import stack_lines
from pipeline.recognition.model import open_model
from stages import command
from stages.settings import add_settings, read_settings
from stages.shards import work_pages

# Measured on pages of a book, in ms to write and read one, and its bytes: so 5.3 and 114,000; with
# OpenCV's own filter and level 2, 9.0 and 117,000; uncompressed it would have 563,000.
QUICK_PNG = (
    *(cv2.IMWRITE_PNG_COMPRESSION, 1),
    *(cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_DEFAULT),
    *(
        (cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE)
        if hasattr(cv2, "IMWRITE_PNG_FILTER")
        else ()  # OpenCV up to 4.11, the last that takes numpy 1, chooses the filter itself
    ),
)


def cut_as_written(found: PageRaster, frame: LineFrame) -> PageLines:
    """The images of a page's lines where the next stage looks for them, which knows the page with
    its numbers rounded: an edge may fall on another pixel."""
    return cut(replace(found, page=as_written(found.page)), frame)


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "upright", type=command.existing_path, help="folder written by stages.deskew"
    )
    parser.add_argument(
        "output", type=command.output_path, help="folder for page JSON and line images"
    )
    add_settings(parser, "segment")
    options = parser.parse_args()
    settings = read_settings(options)
    cv2.setNumThreads(1)
    model = open_model(settings.model_folder)

    def work(page: Page, stem: Path, folder: Path) -> Page:
        upright = PageRaster(page, read_raster(stem.with_suffix(".pgm")))
        lines = cut_as_written(segment(upright, model.writing), model.frame)
        if lines.images:
            path = folder / f"{stem.name}.lines.png"
            write_image(path, stack_lines(lines.images), QUICK_PNG)
        return lines.page

    work_pages(options.upright, options.output, "segment", work, settings.page_seconds)


if __name__ == "__main__":
    command.run(main)
