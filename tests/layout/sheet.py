"""Pages printed for a test of the layout."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.document import Page
from pipeline.layout.segment import segment

WORDS = (
    "the",
    "lamp",
    "before",
    "school",
    "is",
    "of",
    "a",
    "newer",
    "pattern",
    "with",
    "square",
    "head",
    "hinge",
    "that",
    "pinch",
)


class Sheet:
    """A page to print on."""

    def __init__(self, width: int = 1600, height: int = 2000) -> None:
        self.image = Image.new("L", (width, height), 255)
        self.draw = ImageDraw.Draw(self.image)

    def text(self, x: int, y: int, text: str, size: int = 40) -> None:
        self.draw.text((x, y), text, font=ImageFont.load_default(size), fill=0)

    def column(self, x: int, y: int, lines: int, width: int, size: int = 40, seed: int = 0) -> None:
        """Ragged lines of words, as wide as said."""
        font, rng = ImageFont.load_default(size), np.random.default_rng(seed)
        for k in range(lines):
            line = ""
            while self.draw.textlength(line, font=font) < width - 4.5 * size:
                line += str(rng.choice(WORDS)) + " "
            self.text(x, y + round(k * 1.5 * size), line.strip(), size)

    def grid(self) -> None:
        """A ruled table of three rows and columns, from (200, 390) to (1100, 630)."""
        for k in range(3):
            for c in range(3):
                self.text(220 + 300 * c, 405 + 80 * k, f"{'abc'[c]} in {'fgh'[k]}")
        for k in range(4):
            self.draw.line((200, 390 + 80 * k, 1100, 390 + 80 * k), fill=0, width=3)
            self.draw.line((200 + 300 * k, 390, 200 + 300 * k, 630), fill=0, width=3)

    @property
    def raster(self) -> NDArray[np.uint8]:
        return np.where(np.asarray(self.image) > 127, np.uint8(255), np.uint8(0))


def segmented(sheet: Sheet) -> Page:
    raster = sheet.raster
    page = Page(
        1,
        raster.shape[1],
        raster.shape[0],
        300.0,
        straight_width=raster.shape[1],
        straight_height=raster.shape[0],
    )
    return segment(page, raster)[0]


BODY = "the lamp before the school is of a newer pattern with a square head and"
