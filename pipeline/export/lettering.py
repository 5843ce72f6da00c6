"""The type in which pictures are labelled: matplotlib's DejaVu Sans, for Pillow's own has neither
accents nor dashes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
from PIL import ImageFont

FACE = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


@lru_cache(maxsize=64)
def label_font(size: float) -> ImageFont.FreeTypeFont:
    """The face at a size in pixels per em."""
    return ImageFont.truetype(str(FACE), size)
