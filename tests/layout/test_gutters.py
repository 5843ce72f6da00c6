"""White within rows is told from that between columns by the edges of what stands beside it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageFont

from tests.layout.sheet import BODY, Sheet, segmented

NAMES = ("Old Swan", "The Lamp", "The Tanner", "Adler", "Station House", "Miller")
PLACES = ("the market", "opposite the school", "the bridge", "a lane", "the square", "mill")
PRICES = ("from 3 to 5 francs", "2 francs", "4 to 6 francs", "all 9 fr.", "3 to 4 francs", "5 fr.")


def test_prices_that_end_at_one_edge_stand_on_their_rows() -> None:
    """A column of prices as wide as text would be read after all of the names."""
    sheet = Sheet(height=1000)
    for row, (name, place, price) in enumerate(zip(NAMES, PLACES, PRICES, strict=True)):
        sheet.text(100, 200 + 60 * row, name)
        sheet.text(600, 200 + 60 * row, place)
        wide = sheet.draw.textlength(price, font=ImageFont.load_default(40))
        sheet.text(round(1500 - wide), 200 + 60 * row, price)
    lines = list(segmented(sheet).lines)
    assert len(lines) == 6
    assert all(line.box.left < 120 and line.box.right > 1450 for line in lines)


@pytest.mark.parametrize("hanging", [0, 60])
def test_columns_of_text_set_flush_are_no_prices(hanging: int) -> None:
    """Two columns whose lines run to one edge, entries of a bibliography among them, would be read
    across."""
    sheet = Sheet()
    font = ImageFont.load_default(40)
    for row in range(12):
        for left in (100, 800):
            words = BODY[:34].split()
            indent = hanging if row % (4 if left == 100 else 3) else 0
            room = 600 - indent - sum(sheet.draw.textlength(w, font=font) for w in words)
            gap = room / (len(words) - 1)
            x = float(left + indent)
            for word in words:
                sheet.text(round(x), 200 + 60 * row, word)
                x += sheet.draw.textlength(word, font=font) + gap
    lines = list(segmented(sheet).lines)
    assert [line.box.left > 700 for line in lines] == [False] * 12 + [True] * 12


def test_figures_of_old_style_stand_on_their_rows() -> None:
    """Some of them hang and some do not: the columns of a table would be read apart."""
    sheet, rng = Sheet(height=1600), np.random.default_rng(3)
    for row in range(18):
        for x in (100, 340, 580, 820):
            hang = int(rng.integers(6))
            for k in range(int(rng.integers(2, 6))):
                digit, drop = ("7", 11) if k < hang else ("2", 0)
                sheet.text(x + 26 * k, 150 + 70 * row + drop, digit)
    lines = list(segmented(sheet).lines)
    assert len(lines) == 18 and all(line.box.right > 850 for line in lines)


def test_entries_of_an_index_are_not_read_across_a_rule() -> None:
    """Short entries that stand on one level by chance would be read as rows of a table."""
    sheet, columns = Sheet(height=1500), ((100, "BADEFCAGHB"), (700, "DCAHBGDEAF"))
    sheet.draw.line((640, 180, 640, 1280), fill=0, width=4)
    for x, entries in columns:
        y = 200
        for k, letter in enumerate(entries):
            if k % 4 == (3 if x == 100 else 1):  # the heads of letters stand elsewhere in each
                y += 30
                sheet.text(x + 220, y, letter)
                y += 60
            sheet.text(x, y, ("Lamp", "Hinge, 4", "Pin, 9", "Hall, 61")[k % 4])
            y += 60
    lines = list(segmented(sheet).lines)
    assert not any(line.box.left < 640 < line.box.right for line in lines)
    sides = [line.box.left > 640 for line in lines]
    assert sides == sorted(sides) and 12 <= sum(sides) <= 13


def test_cells_missing_from_both_columns_leave_rows_of_a_table_whole() -> None:
    """Names and figures parted by a rule would be read apart where some stand alone."""
    sheet = Sheet(height=1000)
    sheet.draw.line((440, 180, 440, 800), fill=0, width=4)
    for row, name in enumerate(("Abbey", "Acorn", "Alder", "Apple", "Badger", "Barge", "Bees")):
        sheet.text(100, 200 + 80 * row, name)
        if row != 3:
            sheet.text(500, 200 + 80 * row, "67")
    assert len(list(segmented(sheet).lines)) == 7


def test_rows_of_a_score_are_rows() -> None:
    """Names, what became of them, and a figure: as wide as text on both sides of the gutter, the
    first two would be read as columns."""
    sheet, font = Sheet(height=1000), ImageFont.load_default(40)
    names = ("Mason", "Mr. Humphreys", "Seymour", "Mr. C. H. B. Marsham", "Hardinge", "Woolley")
    for row, name in enumerate(names):
        y = 150 + 60 * row
        sheet.text(100, y, name)
        sheet.text(620, y, ("not out", "b Cox and", "run out on")[row % 3])
        figure = ("108", "7", "54")[row % 3]
        sheet.text(round(1200 - font.getlength(figure)), y, figure)
    lines = list(segmented(sheet).lines)
    assert len(lines) == 6
    assert all(line.box.left < 120 and line.box.right > 1150 for line in lines)
