"""What stands before the items of a list is kept on their lines; boxes to tick are no letters."""

from __future__ import annotations

import pytest
from PIL import ImageFont

from tests.layout.sheet import Sheet, segmented

LEFT, ITEM = 150, 330


def list_of(*marks: str) -> Sheet:
    sheet = Sheet()
    for k, mark in enumerate(marks):
        sheet.text(LEFT, 300 + 80 * k, mark)
        sheet.text(ITEM, 300 + 80 * k, "the lamp before the school is of a newer pattern")
    return sheet


@pytest.mark.parametrize("mark", ["•", "–", "(a)", "1)", "A."])
def test_what_marks_an_item_stands_on_its_line(mark: str) -> None:
    """Bullets, dashes and brackets would be lost before a wide gap."""
    lines = list(segmented(list_of(mark, mark, mark)).lines)
    assert len(lines) == 3
    assert all(line.box.left < LEFT + 40 for line in lines)


@pytest.mark.parametrize("gap", range(20, 120, 8))
def test_a_dash_is_kept_however_near_its_item_it_stands(gap: int) -> None:
    """Between what a line takes as its mark and what is a bullet far before it, some were lost."""
    sheet, dash = Sheet(), 30
    for k in range(3):
        y = 300 + 80 * k
        sheet.text(ITEM, y, "the lamp before the school is of a newer pattern")
        sheet.draw.rectangle((ITEM - gap - dash, y + 28, ITEM - gap, y + 30), fill=0)
    lines = list(segmented(sheet).lines)
    assert [line.box.left < ITEM - gap for line in lines] == [True] * 3


def test_brackets_that_hang_do_not_part_a_letter_from_its_item() -> None:
    """Marks with brackets and marks without have feet on two levels: they passed for labels that
    stand beside a text by chance, and were lost one by one."""
    sheet = list_of("A.", "", "B.", "")
    for k in (1, 3):
        for x, piece, drop in ((LEFT, "(", 9), (LEFT + 16, "c", 0), (LEFT + 40, ")", 9)):
            sheet.text(x, 300 + 80 * k + drop, piece)
    lines = list(segmented(sheet).lines)
    assert [line.box.left < LEFT + 40 for line in lines] == [True] * 4


def test_one_mark_of_each_kind_is_enough() -> None:
    """A list may mix them."""
    lines = list(segmented(list_of("•", "–", "1)", "(a)", "A.")).lines)
    assert [line.box.left < LEFT + 40 for line in lines] == [True] * 5


def test_specks_before_a_line_are_no_bullets() -> None:
    """Dirt in a margin would be read as marks of lists."""
    sheet = list_of("", "")
    for k in range(12):  # a crowd of them, all round
        x, y = LEFT + 9 * k, 330 + 5 * (k % 3)
        sheet.draw.ellipse((x, y, x + 5, y + 5), 0)
    assert all(line.box.left > ITEM - 20 for line in segmented(sheet).lines)


@pytest.mark.parametrize("side", [24, 34, 60])
def test_an_empty_box_is_no_letter(side: int) -> None:
    """It would be read as a bracket or a stroke, and hide the word beside it."""
    sheet = Sheet()
    for k in range(3):
        y = 300 + 90 * k
        sheet.draw.rectangle((LEFT, y + 36 - side, LEFT + side, y + 36), outline=0, width=3)
        sheet.text(LEFT + side + 40, y, "the lamp before the school")
    lines = list(segmented(sheet).lines)
    assert len(lines) == 3
    assert all(line.box.left > LEFT + side for line in lines)


@pytest.mark.parametrize("side", [34, 48])
def test_a_crossed_box_is_no_letter(side: int) -> None:
    """It would be read as an ampersand or a sum."""
    sheet = Sheet()
    for k, width in enumerate((3, 4, 5)):
        y = 300 + 90 * k
        left, top, right, bottom = LEFT, y + 36 - side, LEFT + side, y + 36
        sheet.draw.rectangle((left, top, right, bottom), outline=0, width=3)
        sheet.draw.line((left, top, right, bottom), fill=0, width=width)
        sheet.draw.line((left, bottom, right, top), fill=0, width=width)
        sheet.text(LEFT + side + 40, y, "the lamp before the school")
    lines = list(segmented(sheet).lines)
    assert len(lines) == 3
    assert all(line.box.left > LEFT + side for line in lines)


@pytest.mark.parametrize("letter", ["X", "5", "M"])
def test_a_letter_that_touches_its_box_is_kept(letter: str) -> None:
    """What is written into a form would be lost."""
    sheet = Sheet()
    for k in range(3):
        y = 300 + 90 * k
        sheet.text(LEFT, y, letter)
        wide = round(sheet.draw.textlength(letter, font=ImageFont.load_default(40)))
        sheet.draw.rectangle((LEFT, y - 2, LEFT + wide, y + 50), outline=0, width=3)
        sheet.text(LEFT + 90, y, "the lamp before the school")
    lines = list(segmented(sheet).lines)
    assert all(line.box.left < LEFT + 40 for line in lines)


def test_letters_are_no_boxes() -> None:
    """Else capitals with four corners would be lost."""
    sheet = Sheet()
    sheet.text(LEFT, 300, "HOW DO BEN AND NED MEND 800 DOORS")
    (line,) = segmented(sheet).lines
    assert len(line.words) == 8


@pytest.mark.parametrize("at", ["before", "within", "behind"])
def test_a_long_dash_is_of_its_line(at: str) -> None:
    """What stands for a name, or for the author of the title above, would vanish like a rule."""
    sheet = Sheet()
    for k in range(4):
        sheet.text(420, 300 + 60 * k, "the lamp before the school is")
    sheet.text(420, 540, "in the town of" if at == "within" else "the lamp before the school is")
    x = {"before": 260, "within": 690, "behind": 960}[at]
    if at == "within":
        sheet.text(845, 540, "the lamp")
    sheet.draw.rectangle((x, 564, x + 130, 567), fill=0)
    sheet.draw.rectangle((420, 640, 550, 643), fill=0)  # a rule below all
    line = max(segmented(sheet).lines, key=lambda line: line.box.top)
    assert line.box.left == pytest.approx(x if at == "before" else 421, abs=2)
    assert any(word.box.left <= x + 5 and word.box.right >= x + 125 for word in line.words)
    assert line.box.bottom < 630


def test_a_dash_at_the_end_of_a_column_joins_no_lines() -> None:
    """Two columns would be read across where a line ends with a dash that reaches the gutter."""
    sheet = Sheet()
    for k in range(14):
        sheet.text(
            150, 300 + 56 * k, "the lamp before the" if k == 6 else "the lamp before the school is"
        )
        sheet.text(700, 300 + 56 * k, "of a newer pattern with hinges")
    sheet.draw.rectangle((515, 300 + 56 * 6 + 24, 665, 300 + 56 * 6 + 27), fill=0)
    lines = list(segmented(sheet).lines)
    assert len(lines) == 28
    assert sum(line.box.right > 660 for line in lines if line.box.left < 600) == 14


def test_the_bar_of_a_fraction_is_no_dash() -> None:
    """Formulas would be torn at their bars, and dashes be read that are none."""
    sheet = Sheet()
    for k in range(4):
        sheet.text(150, 200 + 60 * k, "the lamp before the school is of a newer")
    sheet.text(150, 500, "and so it is")
    sheet.text(480, 462, "a + b")
    sheet.draw.rectangle((450, 520, 600, 523), fill=0)
    sheet.text(480, 526, "c + d")
    lines = list(segmented(sheet).lines)
    assert not any(
        word.box.right > 590 for line in lines for word in line.words if word.box.top > 440
    )
