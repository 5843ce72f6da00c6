"""Words drawn in the face that Pillow brings along, for tests that need an image of a text."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont


def drawn_text(text: str, size: int = 40) -> np.ndarray:
    image = Image.new("L", (30 + 30 * len(text), 60), 250)
    ImageDraw.Draw(image).text((10, 5), text, font=ImageFont.load_default(size), fill=10)
    return np.asarray(image, dtype=np.uint8)


def png(text: str) -> bytes:
    return bytes(np.asarray(cv2.imencode(".png", drawn_text(text))[1]).tobytes())
