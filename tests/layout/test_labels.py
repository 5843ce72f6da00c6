"""Labels keep their values on their lines; columns stay columns."""

from __future__ import annotations

import pytest

from tests.layout.sheet import Sheet, segmented

PAIRS = (
    ("Your reference:", "seventeen of May"),
    ("Subject:", "berth for the North Star"),
    ("Amount paid:", "twenty pounds"),
    ("Our clerk:", "a newer man with a square head"),
)


@pytest.mark.parametrize("end", [":", ""])
def test_values_stand_on_the_lines_of_their_labels(end: str) -> None:
    """All labels would be read before all values; without colons, two columns be read across."""
    sheet = Sheet()
    for k, (label, value) in enumerate(PAIRS):
        sheet.text(150, 300 + 62 * k, label.rstrip(":") + end)
        sheet.text(700, 300 + 62 * k, value)
    lines = list(segmented(sheet).lines)
    assert len(lines) == (len(PAIRS) if end else 2 * len(PAIRS))


@pytest.mark.parametrize("mark", [":", ";", "."])
def test_a_colon_at_the_end_of_a_line_joins_no_columns(mark: str) -> None:
    """One line of a column that ends in a colon would be read across to the next column."""
    sheet = Sheet()
    sheet.column(100, 200, 12, 620)
    sheet.column(850, 200, 12, 620, seed=1)
    sheet.text(100, 200 + 12 * 60, "and the lamp is of the school" + mark)
    sheet.text(850, 200 + 12 * 60, "before a square head of the")
    assert len(list(segmented(sheet).lines)) == 26


@pytest.mark.parametrize("arrows", [True, False])
def test_labels_with_arrows_between_them_are_no_row(arrows: bool) -> None:
    """The labels of a diagram would be read across it, arrows among their letters."""
    sheet = Sheet()
    for k in range(3):
        sheet.text(150, 300 + 160 * k, "node")
        sheet.text(900, 300 + 160 * k, "edge")
        if arrows:
            for end in (300, 460, 620):
                sheet.draw.line((400, 325 + 160 * k, 760, end + 25), fill=0, width=4)
    assert len(list(segmented(sheet).lines)) == (6 if arrows else 3)


def draw_fields(sheet: Sheet, tooth: int, left: int = 500) -> None:
    """Labels, and values on rules that begin at the same x; with the teeth of combs, if any."""
    for row, label in enumerate(("Account number", "Postcode", "Surname", "Date of birth")):
        y = 200 + 120 * row
        sheet.text(100, y, label)
        sheet.draw.line((left, y + 62, 1300, y + 62), fill=0, width=3)
        for k in range(11 if tooth else 0):
            sheet.draw.line((500 + 80 * k, y + 62 - tooth, 500 + 80 * k, y + 62), fill=0, width=3)
        for k, letter in enumerate("LAMPHINGE"):
            sheet.text(528 + 80 * k, y, letter)


@pytest.mark.parametrize("tooth", [0, 30])
def test_labels_stand_on_the_rows_of_the_values_on_their_rules(tooth: int) -> None:
    """Labels without a colon would be read before all of their values."""
    sheet = Sheet(height=900)
    draw_fields(sheet, tooth)
    lines = list(segmented(sheet).lines)
    assert len(lines) == 4
    assert all(line.box.left < 120 and line.box.right > 1100 for line in lines)


@pytest.mark.parametrize("dotted", ["whole", "broken", ""])
def test_values_on_dotted_rules_stand_on_the_rows_of_their_labels(dotted: str) -> None:
    """Most forms have dots to write on, some of which run together; without them, labels and values
    are two columns."""
    sheet = Sheet()
    for k, (label, value) in enumerate(PAIRS):
        sheet.text(150, 300 + 75 * k, label.rstrip(":"))
        sheet.text(700, 300 + 75 * k, value)
        for x in range(690, 1400, 12) if dotted else ():
            sheet.draw.ellipse((x, 360 + 75 * k, x + 4, 364 + 75 * k), fill=0)
        if dotted == "broken":
            sheet.draw.line((802, 362 + 75 * k, 841, 362 + 75 * k), fill=0, width=4)
    lines = [line for line in segmented(sheet).lines if line.box.height > 15]
    assert len(lines) == len(PAIRS) * (1 if dotted else 2)


@pytest.mark.parametrize("dotted", [True, False])
def test_fields_one_behind_the_other_are_one_row(dotted: bool) -> None:
    """Labels right behind the blanks of others would be a column of their own."""
    sheet = Sheet(height=900)
    for row, label in enumerate(("Tell", "Pride below", "Possession", "York")):
        y, end = 200 + 100 * row, 820 + 60 * (row % 3)
        sheet.text(100, y, label)
        sheet.text(380, y, "honor")
        sheet.text(end + 30, y, "even")
        sheet.text(end + 260, y, "283")
        for left, right in ((360, end), (end + 230, 1480)):
            for x in range(left, right, 12) if dotted else ():
                sheet.draw.ellipse((x, y + 60, x + 4, y + 64), fill=0)
            if not dotted:
                sheet.draw.line((left, y + 62, right, y + 62), fill=0, width=3)
    lines = [line for line in segmented(sheet).lines if line.box.height > 15]
    assert len(lines) == 4
    assert all(line.box.left < 120 and line.box.right > 1100 for line in lines)
