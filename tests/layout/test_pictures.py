"""Pictures, and the words beside and within them."""

from __future__ import annotations

import numpy as np
from PIL import Image

from pipeline.document import PICTURE, Page
from pipeline.layout.segment import segment
from tests.layout.sheet import Sheet, segmented


def test_nothing_is_read_in_a_picture_and_its_caption_stands_alone() -> None:
    """Dots of a halftone would be read as letters."""
    sheet, rng = Sheet(), np.random.default_rng(1)
    halftone = rng.random((500, 500)) < 0.55
    sheet.image.paste(Image.fromarray(np.where(halftone, np.uint8(0), np.uint8(255))), (150, 300))
    sheet.text(200, 830, "The lamp, from the east", 34)
    sheet.column(750, 300, 14, 700, seed=3)
    page = segmented(sheet)
    picture = next(region for region in page.regions if region.kind == PICTURE)
    assert abs(picture.box.left - 150) < 20
    assert abs(picture.box.bottom - 800) < 50
    assert len(list(page.lines)) == 15
    assert all(line.box.left > 700 or line.box.top > 800 for line in page.lines)


def test_words_within_a_drawing_are_read() -> None:
    """Names in a plan would be lost."""
    sheet = Sheet()
    sheet.draw.rectangle(
        (150, 300, 850, 900), outline=0, width=40
    )  # a plan: thick walls around a court with its name in it
    sheet.text(350, 560, "LOWER COURT", 40)
    sheet.column(150, 1000, 12, 1200, seed=3)
    page = segmented(sheet)
    assert any(region.kind == PICTURE for region in page.regions)
    assert any(345 < line.box.left < 365 and 560 < line.box.top < 600 for line in page.lines)
    assert len(list(page.lines)) in (13, 14)  # its two words are one line or two


def test_a_drawing_takes_no_text_with_it_as_display_type() -> None:
    """Labels beside a drawing would vanish with it."""
    sheet = Sheet()
    for x in (200, 420, 640):
        sheet.draw.ellipse((x, 330, x + 150, 480), outline=0, width=12)
    names = [(220, "spine"), (440, "left arm"), (660, "right arm")]
    for x, name in names:
        sheet.text(x, 500, name, 30)
        sheet.text(x, 540, name, 30)
    sheet.column(150, 800, 12, 1200, seed=3)
    rows = [line.box for line in segmented(sheet).lines]
    for top in (500, 540):
        assert sum(box.width for box in rows if top < box.top < top + 30) > 300


def test_a_plate_without_a_letter_is_a_picture() -> None:
    """Else a page that is one picture would be doubtful."""
    grey = np.full((1200, 900), 250, np.uint8)
    grey[150:1000, 120:800] = np.linspace(20, 120, 680).astype(np.uint8)
    page, _ = segment(Page(1, 900, 1200, 300.0), grey)
    (region,) = page.regions
    assert region.kind == PICTURE


def test_fine_print_within_a_drawing_is_read() -> None:
    """Labels in type so small that its letters pass for marks were lost."""
    sheet = Sheet()
    sheet.draw.rectangle((150, 300, 850, 900), outline=0, width=40)
    sheet.text(350, 560, "cell activations", 18)
    sheet.column(150, 1000, 12, 1200, seed=3)
    page = segmented(sheet)
    assert any(345 < line.box.left < 365 and 560 < line.box.top < 600 for line in page.lines)
