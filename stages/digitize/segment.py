"""Find regions, lines and words on each upright page of a shard, and cut out the lines for the
recognizer.

Beside each page's JSON lies a PNG with its line images, one under the other, each at the height of
the model's frame.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.document import BLANK, Page
from pipeline.image.rasters import read_raster, write_image
from pipeline.layout.segment import segment
from pipeline.recognition.frame import LineFrame
from pipeline.recognition.line_image import crop_line, place_line, vary_x_height
from pipeline.recognition.model import open_model
from stages import command
from stages.shards import add_page_seconds, work_pages


def stack_lines(page: Page, grey: NDArray[np.uint8], frame: LineFrame) -> NDArray[np.uint8]:
    """The line images of a page in reading order, one under the other, white to their right; a line
    of two readings has two."""
    lines = [reading for line in page.lines for reading in vary_x_height(line)]
    width = max(place_line(line, frame).width for line in lines)
    onto, strips = page.onto_upright, []
    for line in lines:
        image = crop_line(grey, line, frame, onto)
        strips.append(np.pad(image, ((0, 0), (0, width - image.shape[1])), constant_values=255))
    return np.vstack(strips)


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
        page, cleared = segment(
            page, np.asarray(read_raster(stem.with_suffix(".pgm")), dtype=np.uint8)
        )
        if not any(page.lines):
            return replace(page, status=BLANK, leaves=())
        path = folder / f"{stem.name}.lines.png"
        write_image(path, stack_lines(page, cleared, frame), [cv2.IMWRITE_PNG_COMPRESSION, 2])
        return page

    work_pages(options.upright, options.output, "segment", work, options.page_seconds)


if __name__ == "__main__":
    command.run(main)
