"""Text under stamps and signatures is found; engravings and frames are left as they are."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.document import Page
from pipeline.image.binarize import ink_mask
from pipeline.image.ink import classify_ink
from pipeline.layout.overprint import part_overprint
from pipeline.layout.segment import segment
from tests.conftest import print_page

LINES = tuple("the lamp before the school is of a newer pattern" for _ in range(8))


def stamped(shade: int, width: int = 9) -> np.ndarray:
    """A page of lines with an ellipse over them; where both lie, the darker shows."""
    text = print_page(LINES)
    over = Image.new("L", text.shape[::-1], 255)
    ImageDraw.Draw(over).ellipse((250, 120, 950, 600), outline=shade, width=width)
    return np.minimum(text, np.asarray(over, np.uint8))


def words_of(grey: np.ndarray) -> list[int]:
    page, _ = segment(Page(1, grey.shape[1], grey.shape[0], 300.0), grey)
    return [len(line.words) for line in page.lines]


@pytest.mark.parametrize(("shade", "width"), [(140, 9), (150, 110)])
def test_lines_under_a_stamp_are_whole(shade: int, width: int) -> None:
    """Words that a stamp touches would be lost with it, and those within the broad letters of a
    watermark, which were taken for a picture."""
    found, expected = words_of(stamped(shade, width)), words_of(print_page(LINES))
    assert len(found) == len(expected)
    assert sum(found) >= 0.97 * sum(expected)


def test_a_stamp_is_taken_off_what_is_read() -> None:
    """Else its ring would be read as letters."""
    grey = stamped(140)
    _, cleared = segment(Page(1, grey.shape[1], grey.shape[0], 300.0), grey)
    text = print_page(LINES)
    clear = np.abs(cleared.astype(int) - text) < 64
    assert clear.mean() > 0.99


def test_words_that_a_signature_crosses_are_kept() -> None:
    """They would be lost with it, as it is as dark as they are."""
    text = print_page(LINES)
    image = Image.fromarray(text)
    xs = np.arange(200, 900, 4)
    wave = [(int(x), int(400 + 60 * np.sin(x / 40))) for x in xs]
    ImageDraw.Draw(image).line(wave, fill=0, width=6)
    found, expected = words_of(np.asarray(image, np.uint8)), words_of(text)
    assert len(found) == len(expected)
    assert sum(found) >= 0.8 * sum(expected)


@pytest.mark.parametrize("shade", [0, 140])
def test_a_drawing_without_text_is_left_whole(shade: int) -> None:
    """Else its lines would be read."""
    image = Image.fromarray(print_page(LINES[:2]))
    draw = ImageDraw.Draw(image)
    for k in range(5):
        draw.ellipse((200 + 30 * k, 300, 800 - 30 * k, 800), outline=shade, width=5)
    grey = np.asarray(image, np.uint8)
    ink = classify_ink(ink_mask(grey), 300.0)
    parted, over = part_overprint(ink, grey)
    assert parted is ink
    assert not over.any()
