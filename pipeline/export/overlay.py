"""A picture of a page as supplied, with what was found on it drawn over it, and the text read beside it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.document import Page
from pipeline.export.source import SourceWord, source_regions

REGION, LINE = (20, 140, 60), (40, 90, 220)
SURE, UNSURE = np.array((120, 120, 120)), np.array((220, 30, 30))
DOUBT = 70  # percent of confidence at which a word's box is fully red


def _word_colour(word: SourceWord) -> tuple[int, int, int]:
    """From grey for a sure word to red for a doubtful one."""
    share = np.clip((100 - word.percent) / (100 - DOUBT), 0, 1)
    red, green, blue = (SURE + share * (UNSURE - SURE)).astype(int)
    return int(red), int(green), int(blue)


def draw_overlay(page: Page, raster: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Regions, lines with their baselines and words over a page, regions numbered in reading order.

    Args:
        raster: (H, W) uint8, the page as supplied.

    Returns:
        (H, W, 3) uint8, RGB.
    """
    image = Image.fromarray(cv2.cvtColor(raster, cv2.COLOR_GRAY2RGB))
    draw = ImageDraw.Draw(image)
    thick = max(1, round(page.dpi / 100))
    font = ImageFont.load_default(max(12, page.dpi / 6))
    for number, region in enumerate(source_regions(page), start=1):
        for line in region.lines:
            for word in line.words:
                draw.rectangle(word.box.as_tuple(), outline=_word_colour(word), width=max(1, thick // 2))
        draw.rectangle(region.box.as_tuple(), outline=REGION, width=thick)
        draw.text((max(0, region.box.left - page.dpi / 6), region.box.top), str(number), font=font, fill=REGION, anchor="rt")
    for baseline in (line.baseline for line in page.lines):
        draw.line([page.to_source.apply(point) for point in baseline], fill=LINE, width=thick)
    return np.asarray(image, dtype=np.uint8)


def draw_text(page: Page, height: int, width: int) -> NDArray[np.uint8]:
    """A panel with the page's text, each line at the height at which it stands on the page; (height, width, 3) uint8, RGB."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for region in source_regions(page):
        for line in region.lines:
            font = ImageFont.load_default(max(8.0, min(line.x_height * 1.7, 1.9 * line.box.width / max(1, len(line.text)))))
            draw.text((line.box.left, line.box.bottom), line.text, font=font, fill="black", anchor="ls")
    return np.asarray(image, dtype=np.uint8)
