"""Small print beside heavy type is whole ink; what shows through the paper is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.image.binarize import ink_mask

PRINT = "The hall has steps. Please leave umbrellas at the entrance."
PLACE = slice(690, 730)


def draw_poster(small: int) -> NDArray[np.uint8]:
    """(800, 900) uint8: heavy capitals, and small print of the grey level `small` far below."""
    image = Image.new("L", (900, 800), 245)
    draw = ImageDraw.Draw(image)
    draw.text((40, 60), "JAZZ", font=ImageFont.load_default(300), fill=20, stroke_width=8)
    draw.text((40, 700), PRINT, font=ImageFont.load_default(14), fill=small)
    return np.asarray(image)


@pytest.mark.parametrize("small", [20, 60])
def test_small_print_beside_heavy_type_is_not_broken(small: int) -> None:
    """The last line of a poster would be lost."""
    pieces, *_ = cv2.connectedComponentsWithStats(ink_mask(draw_poster(small))[PLACE])
    assert pieces - 1 < 1.3 * len(PRINT.replace(" ", ""))


def test_what_shows_through_beside_heavy_type_is_no_ink() -> None:
    """The back of a cover would be read."""
    assert not ink_mask(draw_poster(200))[PLACE].any()
