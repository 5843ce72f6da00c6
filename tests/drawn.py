"""Words drawn in the face that Pillow brings along, for tests that need an image of a text, and
where an image lies."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.recognition.frame import PRINT_FRAME, STORED_SCALE
from pipeline.recognition.line_place import LinePlace
from tests.conftest import print_page


def drawn_text(text: str, size: int = 40) -> np.ndarray:
    image = Image.new("L", (30 + 30 * len(text), 60), 250)
    ImageDraw.Draw(image).text((10, 5), text, font=ImageFont.load_default(size), fill=10)
    return np.asarray(image, dtype=np.uint8)


def png(text: str) -> bytes:
    return bytes(np.asarray(cv2.imencode(".png", drawn_text(text))[1]).tobytes())


def line_image(text: str) -> np.ndarray:
    """A line at the stored size, drawn without any installed font."""
    page = print_page((text,), size=46, width=130 + 26 * len(text), height=200)
    return np.ascontiguousarray(page[84 : 84 + PRINT_FRAME.height * STORED_SCALE, 80:])


def page_x(place: LinePlace, column: float) -> float:
    """x on the straight page of one column of a line's image."""
    return float(place.page_xs(np.array([column], dtype=np.float64))[0])
