"""Small books that are drawn at random: lines of common words, as an image, a TIFF or a PDF."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WORDS = ("keeper", "lamp", "stairs", "again", "looked", "grey", "sea", "went", "the", "of")
KINDS = ("png", "pdf", "tif")


def draw_page(rng: random.Random) -> Image.Image:
    """A small page of lines in the face that Pillow brings along."""
    image = Image.new("L", (900, 420), 255)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(30)
    for row in range(6):
        pen.text((50, 40 + 56 * row), " ".join(rng.choices(WORDS, k=8)), font=font, fill=0)
    return image


def write_book(scans: Path, name: str, rng: random.Random, pages: int = 1) -> None:
    """A book of so many pages, of a kind drawn at random; of more than one no PNG."""
    first, *more = (draw_page(rng) for _ in range(pages))
    kind = rng.choice(KINDS[1:] if more else KINDS)
    path = scans / f"{name}.{kind}"
    if more:
        first.save(path, save_all=True, append_images=more)
    else:
        first.save(path)
