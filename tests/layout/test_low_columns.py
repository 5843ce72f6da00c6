"""Columns of a few lines are read one after the other."""

from __future__ import annotations

import numpy as np
from PIL import ImageFont

from tests.layout.sheet import BODY, Sheet, segmented


def justified(sheet: Sheet, x: int, y: int, words: list[str], width: int) -> None:
    """A line that is set flush on both sides."""
    wide = [sheet.draw.textlength(word, font=ImageFont.load_default(40)) for word in words]
    space = (width - sum(wide)) / (len(words) - 1)
    at = float(x)
    for word, own in zip(words, wide, strict=True):
        sheet.text(round(at), y, word)
        at += own + space


def below_a_table(last: int) -> Sheet:
    """Lines of text, and below them four in two columns, of which the last has so many words."""
    sheet, words = Sheet(height=1200), BODY.split()
    for k in range(8):
        justified(sheet, 100, 100 + 56 * k, words, 1400)
    for k in range(4):
        justified(sheet, 100, 548 + 56 * k, words[k : k + 8], 682)
        own = words[k + 1 : k + 9] if k < 3 else words[:last]
        justified(sheet, 818, 548 + 56 * k, own, 682 if k < 3 else 90 * last)
    return sheet


def test_notes_in_two_columns_of_a_few_lines_are_read_one_after_the_other() -> None:
    """Below the tables of an almanac, and in the small print of forms, lines of the two were read
    as one."""
    for last in (3, 8):
        lines = [line for line in segmented(below_a_table(last)).lines if line.box.top > 540]
        assert [line.box.left > 800 for line in lines] == [False] * 4 + [True] * 4


def test_wide_spaces_of_a_paragraph_part_no_columns() -> None:
    sheet, rng = Sheet(height=1500), np.random.default_rng(5)
    words = BODY.split()
    for k in range(16):
        justified(sheet, 100, 100 + 56 * k, [str(w) for w in rng.permutation(words)], 1450)
    assert len(list(segmented(sheet).lines)) == 16


def test_spaces_below_each_other_in_typescript_part_no_columns() -> None:
    """A few of its lines have all of their spaces in the same places."""
    sheet = Sheet(height=600)
    for k in range(4):
        for j, letter in enumerate("noon ocean canoe one soon sauce acnes cone aeon season"):
            sheet.text(100 + 26 * j, 200 + 56 * k, letter.strip())
    assert len(list(segmented(sheet).lines)) == 4
