"""A picture of a page as supplied, with what was found on it drawn over it, and the text read
beside it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.document import (
    CAPTION,
    FOOTNOTE,
    HEADER,
    HEADING,
    MARGINALIA,
    PAGE_NUMBER,
    PICTURE,
    TABLE,
    TEXT,
    Page,
)
from pipeline.export.lettering import label_font
from pipeline.export.source import SourceWord, source_regions

LINE, PATH, LEAF = (40, 90, 220), (240, 170, 60), (170, 0, 170)
COLOURS = {
    TEXT: (20, 140, 60),
    HEADING: (200, 40, 120),
    HEADER: (0, 140, 160),
    PAGE_NUMBER: (0, 140, 160),
    CAPTION: (150, 90, 0),
    FOOTNOTE: (110, 60, 180),
    MARGINALIA: (110, 60, 180),
    TABLE: (120, 120, 0),
    PICTURE: (220, 100, 0),
}
SURE, UNSURE = np.array((120, 120, 120)), np.array((220, 30, 30))
DOUBT = 70  # percent of confidence at which a word's box is fully red


def _word_colour(word: SourceWord) -> tuple[int, int, int]:
    """From grey for a sure word to red for a doubtful one."""
    share = np.clip((100 - word.percent) / (100 - DOUBT), 0, 1)
    red, green, blue = (SURE + share * (UNSURE - SURE)).astype(int)
    return int(red), int(green), int(blue)


def draw_overlay(page: Page, raster: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Leaves, regions with their kinds, lines with their baselines, and words over a page; regions
    numbered in reading order, with a path from each to the next.

    Args:
        raster: (H, W) uint8, the page as supplied.

    Returns:
        (H, W, 3) uint8, RGB.
    """
    image = Image.fromarray(cv2.cvtColor(raster, cv2.COLOR_GRAY2RGB))
    draw = ImageDraw.Draw(image)
    thick = max(1, round(page.dpi / 100))
    font = label_font(max(12, page.dpi / 8))
    if len(page.leaves) > 1:
        for leaf in page.leaves:
            draw.rectangle(page.home_box(leaf.box).as_tuple(), outline=LEAF, width=2 * thick)
    ends: list[tuple[float, float]] = []
    for number, region in enumerate(source_regions(page), start=1):
        colour = COLOURS.get(region.kind, COLOURS[TEXT])
        for line in region.lines:
            for word in line.words:
                draw.rectangle(
                    word.box.as_tuple(), outline=_word_colour(word), width=max(1, thick // 2)
                )
        draw.rectangle(region.box.as_tuple(), outline=colour, width=thick)
        label = f"{number} {region.kind}" if region.kind != TEXT else str(number)
        draw.text((region.box.left, region.box.top), label, font=font, fill=colour, anchor="lb")
        if region.lines:
            ends += [(region.box.left, region.box.top), (region.box.right, region.box.bottom)]
    for baseline in (line.baseline for line in page.lines):
        draw.line(page.home_path(baseline), fill=LINE, width=thick)
    for end, start in zip(ends[1::2], ends[2::2], strict=False):
        draw.line([end, start], fill=PATH, width=thick)
    return np.asarray(image, dtype=np.uint8)


def draw_text(page: Page, height: int, width: int) -> NDArray[np.uint8]:
    """A panel with the page's text, each line at the height at which it stands on the page;
    (height, width, 3) uint8, RGB."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for region in source_regions(page):
        for line in region.lines:
            font = label_font(
                max(8.0, min(line.x_height * 1.7, 1.9 * line.box.width / max(1, len(line.text))))
            )
            draw.text(
                (line.box.left, line.box.bottom), line.text, font=font, fill="black", anchor="ls"
            )
    return np.asarray(image, dtype=np.uint8)
