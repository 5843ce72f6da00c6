"""The teeth and boxes of combs in forms are no letters; what stands in their cells is kept, and
makes words."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from pipeline.document import Line
from tests.layout.sheet import BODY, Sheet, segmented

CELL, FIRST = 70, 500  # pixels: width of a cell, and left edge of the first


def draw_comb(sheet: Sheet, y: int, text: str, cells: int, high: int) -> None:
    """A rule with teeth, and a letter of `text` in each of the first cells."""
    sheet.draw.line((FIRST, y, FIRST + CELL * cells, y), fill=0, width=3)
    for k in range(cells + 1):
        sheet.draw.line((FIRST + CELL * k, y - high, FIRST + CELL * k, y), fill=0, width=3)
    write(sheet, y, text, CELL)


def draw_boxes(sheet: Sheet, y: int, text: str, cells: int, gap: int = 0) -> None:
    """A row of boxes that share their sides, or stand apart, and what is written in them."""
    for k in range(cells):
        x = FIRST + k * (CELL + gap)
        sheet.draw.rectangle((x, y - 74, x + CELL, y), outline=0, width=3)
    write(sheet, y, text, CELL + gap)


def write(sheet: Sheet, y: int, text: str, step: int) -> None:
    for k, letters in enumerate(text):
        sheet.text(FIRST + 22 + step * k, y - 62, letters)


def letters_of(lines: Iterable[Line]) -> list[list[int]]:
    """How many letters the words of lines have that stand in cells."""
    return [[max(1, len(word.cells)) for word in line.words] for line in lines]


@pytest.mark.parametrize("high", [20, 34, 64])
def test_letters_in_a_comb_are_read_without_its_teeth(high: int) -> None:
    """Its teeth would be read as l and I, or take the letters' baseline away; and the letters would
    be read as words of one letter each."""
    sheet = Sheet(height=1000)
    sheet.text(100, 100, BODY)
    draw_comb(sheet, 400, "LAMPHINGE", 12, high)
    draw_comb(sheet, 600, "SQUARE", 8, high)
    lines = [line for line in segmented(sheet).lines if line.box.top > 250]
    assert letters_of(lines) == [[9], [6]]
    assert all(line.box.right < 520 + CELL * len(line.words[0].cells) for line in lines)
    assert all(line.box.height < 50 for line in lines)


@pytest.mark.parametrize("gap", [0, 14])
def test_letters_in_boxes_are_words_that_end_at_empty_ones(gap: int) -> None:
    """Names in forms would be read as letters one by one, or two of them as one."""
    sheet = Sheet(height=1000)
    sheet.text(100, 100, BODY)
    draw_boxes(sheet, 400, "LAMP HEAD", 12, gap)
    draw_boxes(sheet, 600, "17", 2, gap)
    draw_boxes(sheet, 800, "SQUARE", 9, gap)
    lines = [line for line in segmented(sheet).lines if line.box.top > 250]
    assert letters_of(lines) == [[4, 4], [2], [6]]
    assert all(line.box.height < 50 for line in lines)


def test_a_label_stands_on_the_row_of_its_boxes() -> None:
    """Labels of a form would follow what they are the labels of."""
    sheet = Sheet(height=1000)
    sheet.text(100, 100, BODY)
    for y, label, value in ((400, "Hinge", "PINCH"), (600, "Pattern", "LAMP"), (800, "No.", "38")):
        sheet.text(100, y - 62, label)
        draw_boxes(sheet, y, value, 6, 14)
    lines = [line for line in segmented(sheet).lines if line.box.top > 250]
    assert [sizes[-1] for sizes in letters_of(lines)] == [5, 4, 2]
    assert all(line.box.left < 120 for line in lines)


def test_boxes_with_more_than_a_letter_each_hold_words_of_their_own() -> None:
    """The figures of a day, a month and a year would run together."""
    sheet = Sheet(height=1000)
    sheet.text(100, 100, BODY)
    draw_boxes(sheet, 400, "", 4)
    for k, figures in enumerate(("12", "7", "34", "8")):
        sheet.text(FIRST + 12 + CELL * k, 338, figures)
    (line,) = (line for line in segmented(sheet).lines if line.box.top > 250)
    assert letters_of([line]) == [[1, 1, 1, 1]]


def test_letters_on_a_rule_are_no_teeth() -> None:
    """Words of a filled-in form would lose their letters."""
    sheet = Sheet(height=600)
    sheet.text(100, 100, BODY)
    sheet.text(110, 300, "Ill till I fill all mills, lintels")
    sheet.draw.line((100, 342, 760, 342), fill=0, width=3)
    (line,) = (line for line in segmented(sheet).lines if line.box.top > 250)
    assert line.box.left < 120 and line.box.right > 520 and line.box.top < 312
