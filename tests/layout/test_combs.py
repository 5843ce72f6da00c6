"""The teeth of combs in forms are no letters; what stands between them is kept."""

from __future__ import annotations

import pytest

from tests.layout.sheet import BODY, Sheet, segmented


def draw_comb(sheet: Sheet, y: int, text: str, cells: int, high: int) -> None:
    """A rule with teeth, and a letter of `text` in each of the first cells."""
    sheet.draw.line((500, y, 500 + 70 * cells, y), fill=0, width=3)
    for k in range(cells + 1):
        sheet.draw.line((500 + 70 * k, y - high, 500 + 70 * k, y), fill=0, width=3)
    for k, letter in enumerate(text):
        sheet.text(522 + 70 * k, y - 62, letter)


@pytest.mark.parametrize("high", [20, 34])
def test_letters_in_a_comb_are_read_without_its_teeth(high: int) -> None:
    """Its teeth would be read as l and I, or take the letters' baseline away."""
    sheet = Sheet(height=1000)
    sheet.text(100, 100, BODY)
    draw_comb(sheet, 400, "LAMPHINGE", 12, high)
    draw_comb(sheet, 600, "SQUARE", 8, high)
    lines = [line for line in segmented(sheet).lines if line.box.top > 250]
    assert [len(line.words) for line in lines] == [9, 6]
    assert all(line.box.right < 520 + 70 * len(line.words) for line in lines)
    assert all(line.box.height < 50 for line in lines)


def test_letters_on_a_rule_are_no_teeth() -> None:
    """Words of a filled-in form would lose their letters."""
    sheet = Sheet(height=600)
    sheet.text(100, 100, BODY)
    sheet.text(110, 300, "Ill till I fill all mills, lintels")
    sheet.draw.line((100, 342, 760, 342), fill=0, width=3)
    (line,) = (line for line in segmented(sheet).lines if line.box.top > 250)
    assert line.box.left < 120 and line.box.right > 520 and line.box.top < 312
