"""Find regions, lines and words on each upright page of a shard, and cut out the lines for the
recognizer.

Beside each page's JSON lies a PNG with its line images, one under the other, each at the height of
the model's frame.
"""

from __future__ import annotations

from pathlib import Path

import cv2

from pipeline.document import DONE, Page
from pipeline.image.rasters import read_raster, write_image
from pipeline.reading import PageRaster, cut, segment
from pipeline.recognition.line_image import stack_lines
from pipeline.recognition.model import open_model
from stages import command
from stages.shards import add_page_seconds, work_pages


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "upright", type=command.existing_path, help="folder written by stages.deskew"
    )
    parser.add_argument("output", type=Path, help="folder for page JSON and line images")
    parser.add_argument(
        "--model",
        type=Path,
        default=Path("models/print-en"),
        help="model folder, for its line frame",
    )
    add_page_seconds(parser)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    frame = open_model(options.model).frame

    def work(page: Page, stem: Path, folder: Path) -> Page:
        upright = PageRaster(page, read_raster(stem.with_suffix(".pgm")))
        lines = cut(segment(upright), frame)
        if lines.page.status == DONE:
            path = folder / f"{stem.name}.lines.png"
            write_image(path, stack_lines(lines.images), [cv2.IMWRITE_PNG_COMPRESSION, 2])
        return lines.page

    work_pages(options.upright, options.output, "segment", work, options.page_seconds)


if __name__ == "__main__":
    command.run(main)
