"""Draw lines of an LMDB set with their texts, as the recognizer sees them in training: one look finds what no score shows.

python -m stages.contact_sheet data/print-en.lmdb sheet.png --count 24
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.training.data import DegradedLines, LineSet
from stages import command

WIDTH, CAPTION = 800, 18


def captioned(image: NDArray[np.uint8], text: str) -> NDArray[np.uint8]:
    """A line image, cut or filled to the sheet's width, above its text."""
    line = np.full((image.shape[0], WIDTH), 200, np.uint8)
    visible = image[:, :WIDTH]
    line[:, : visible.shape[1]] = visible
    caption = Image.new("L", (WIDTH, CAPTION), 255)
    ImageDraw.Draw(caption).text((6, CAPTION - 4), text, font=ImageFont.load_default(13), fill=90, anchor="ls")
    return np.vstack([line, np.asarray(caption, dtype=np.uint8)])


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("lines", type=command.existing_path, help="LMDB set")
    parser.add_argument("output", type=Path, help="PNG to write")
    parser.add_argument("--count", type=int, default=24, help="lines (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the choice and the degradation (default: %(default)s)")
    options = parser.parse_args()
    lines = LineSet(options.lines)
    rng = np.random.default_rng(options.seed)
    chosen = rng.choice(np.arange(1, lines.count + 1), min(options.count, lines.count), replace=False)
    degraded = DegradedLines([lines])
    sheet = np.vstack([captioned(*degraded[(0, int(index), options.seed)]) for index in chosen])
    cv2.imwrite(str(options.output), sheet)


if __name__ == "__main__":
    command.run(main)
