"""Spaces that lie over white of other lines by chance part no lines."""

from __future__ import annotations

from PIL import ImageFont

from tests.layout.sheet import BODY, Sheet, segmented


def test_a_space_over_the_white_of_a_list_is_one_of_its_line() -> None:
    """Lines above and below a list of ingredients were read in two halves."""
    sheet, font = Sheet(height=1500), ImageFont.load_default(40)
    kinds = ("raisins, seeded", "tea", "cider of old", "eggs, well beaten")
    amounts = ("3 large spoons of", "2 cups full of", "a good pint of", "6 heaped cups of")
    for k, (kind, amount) in enumerate(zip(kinds, amounts, strict=True)):
        sheet.text(200, 380 + 80 * k, kind)
        sheet.text(round(900 - sheet.draw.textlength(amount, font=font)), 380 + 80 * k, amount)
    words = BODY.split()
    widths = [sheet.draw.textlength(word, font=font) for word in words]
    for y, before in ((300, 5), (700, 4)):  # words before the white of the list
        x = 540 - sum(widths[:before]) - 20 * (before - 1)
        for word, width in zip(words, widths, strict=True):
            sheet.text(round(x), y, word)
            x += width + 20
    for k in range(5):
        for y in (240 - 60 * k, 760 + 60 * k):
            sheet.text(60, y, BODY)
    assert len(list(segmented(sheet).lines)) == 16
