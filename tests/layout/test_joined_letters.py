"""Words whose letters are one piece of ink."""

from __future__ import annotations

import numpy as np
from PIL import ImageFont

from tests.layout.sheet import Sheet, segmented


def test_a_long_word_struck_through_is_read() -> None:
    """One piece of ink, wider than any letter, was taken for a rule or a mark, and the word was
    lost."""
    sheet = Sheet(height=900)
    for row, words in enumerate(
        (("the lamp", "mmmmmmmmmmmm", "before"), ("of a", "newer", "head"))
    ):
        x = 100
        for word in words:
            sheet.text(x, 200 + 70 * row, word)
            end = x + round(sheet.draw.textlength(word, font=ImageFont.load_default(40)))
            if word.startswith("m"):
                sheet.draw.line((x, 225, end, 225), fill=0, width=4)
            x = end + 14
    first, second = segmented(sheet).lines
    assert len(first.words) == 4
    assert first.box.right > second.box.right


def test_a_border_of_waves_beside_a_heading_is_no_word() -> None:
    """It would be read as letters."""
    sheet = Sheet(height=900)
    sheet.text(600, 200, "the lamp")
    for left in (200, 820):
        xs = range(left, left + 340, 4)
        points = [(x, 225 + 9 * np.sin(x / 8)) for x in xs]
        sheet.draw.line(points, fill=0, width=5)
    (line,) = segmented(sheet).lines
    assert line.box.left > 580 and line.box.right < 820
