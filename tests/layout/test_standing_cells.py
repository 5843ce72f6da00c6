"""Heads of ruled tables that stand are read as what they are, and leave the rest of their table as
it is."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pipeline.document import PICTURE, TABLE
from pipeline.line_turns import turns_to_lie
from tests.layout.sheet import Sheet, segmented

HEADS = ("Smallpox", "Scarlet fever", "Measles", "Age")


def headed(turns: int, figures: tuple[str, ...]) -> Sheet:
    """A ruled table, the heads of four of its columns after so many counter-clockwise quarter
    turns."""
    sheet = Sheet(1400, 1000)
    rules = [200, 500, *(500 + 55 * k for k in range(1, 7))]
    columns = [100, 400, 520, 640, 760, 880]
    for k, head in enumerate(HEADS):
        line = Sheet(290, 50)
        line.text(5, 2, head, 34)
        turned = np.rot90(np.asarray(line.image), turns)
        sheet.image.paste(Image.fromarray(turned), (columns[k + 1] + 40, 205))
    sheet.text(120, 440, "Borough", 34)
    for row in range(6):
        sheet.text(120, 508 + 55 * row, "Birkenhead", 34)
        for k, figure in enumerate(figures):
            sheet.text(columns[k + 1] + 10, 508 + 55 * row, figure, 34)
    for y in rules:
        sheet.draw.line((100, y, 880, y), fill=0, width=4)
    for x in columns:
        sheet.draw.line((x, 200, x, 830), fill=0, width=4)
    return sheet


@pytest.mark.parametrize("turns", [1, 3])
def test_heads_that_stand_are_lines_of_their_cells(turns: int) -> None:
    """Their letters would be a row of signs, one below the other."""
    (table,) = [
        r for r in segmented(headed(turns, ("0", "41", "1,2", "8"))).regions if r.kind == TABLE
    ]
    standing = [line for line in table.lines if turns_to_lie(line)]
    assert len(standing) == len(HEADS)
    assert [line.box.left // 120 for line in standing] == [3, 4, 5, 6]
    assert standing[0].box.height > 3 * standing[0].box.width
    lying = [line for line in table.lines if not turns_to_lie(line)]
    assert len(lying) == 1 + 6 * 5
    assert table.lines[0] in lying and all(line.box.top < 500 for line in standing)


def test_commas_of_a_close_grid_are_kept() -> None:
    """Its rules fill their box as a drawing does: what is no letter within was lost."""
    sheet = Sheet(1400, 1000)
    for y in range(200, 801, 40):
        sheet.draw.line((100, y, 900, y), fill=0, width=4)
    for x in range(100, 901, 100):
        sheet.draw.line((x, 200, x, 800), fill=0, width=4)
    for row in range(15):
        for column in range(8):
            sheet.text(115 + 100 * column, 204 + 40 * row, "1,40", 26)
    page = segmented(sheet)
    assert not [region for region in page.regions if region.kind == PICTURE]
    (table,) = [region for region in page.regions if region.kind == TABLE]
    tall = [line.box.height > 20 for line in table.lines]  # the comma hangs below the figures
    assert len(tall) == 120 and all(tall)


def test_a_column_of_single_figures_in_one_cell_lies() -> None:
    """Figures below each other would be read as a line that stands."""
    sheet = Sheet(1400, 1000)
    for x in (100, 500, 600, 700):
        sheet.draw.line((x, 200, x, 600), fill=0, width=4)
    for y in (200, 260, 600):
        sheet.draw.line((100, y, 700, y), fill=0, width=4)
    for k in range(6):
        sheet.text(120, 265 + 54 * k, "the lamp of", 40)
        for x in (540, 640):
            sheet.text(x, 265 + 54 * k, "4812739"[k], 40)
    lines = list(segmented(sheet).lines)
    assert not [line for line in lines if turns_to_lie(line)] and len(lines) >= 6


def test_words_below_each_other_whose_letters_touch_do_not_stand() -> None:
    """The first column of a table at low resolution would be read as one word on its side."""
    sheet = Sheet(1400, 1200)
    for x in (100, 420, 700, 980):
        sheet.draw.line((x, 200, x, 1060), fill=0, width=4)
    for y in (200, 260):
        sheet.draw.line((100, y, 980, y), fill=0, width=4)
    for row in range(16):
        y = 270 + 48 * row
        sheet.text(110, y, "Birkenhead"[: 5 + row % 5], 34)
        sheet.draw.line((120, y + 26, 185 + 15 * (row % 5), y + 26), fill=0, width=5)  # touching
        for k in range(2):
            sheet.text(480 + 280 * k, y, "12.40", 34)
    lines = [line for line in segmented(sheet).lines if line.box.top > 265]
    assert not any(turns_to_lie(line) for line in lines)
