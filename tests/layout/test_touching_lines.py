"""Letters of two lines that touch are letters of both."""

from __future__ import annotations

import pytest
from PIL import ImageFont

from tests.layout.sheet import Sheet, segmented

UPPER, LOWER = "a gypsy jug", "of tall lamps"


def solid(pitch: int, rows: int = 2) -> Sheet:
    """Lines so close that descenders touch what stands below them, and one stroke that joins a
    letter of the first to one of the second."""
    sheet = Sheet(1600, 800)
    for row in range(rows):
        sheet.text(200, 200 + pitch * row, (UPPER, LOWER)[row % 2])
        sheet.text(480, 200 + pitch * row, "and nothing was done for thirty years")
    return sheet


def place_of(word: str, letter: int) -> int:
    """x of the middle of a letter of a line."""
    font = ImageFont.load_default(40)
    return 200 + round((font.getlength(word[:letter]) + font.getlength(word[: letter + 1])) / 2)


@pytest.mark.parametrize("letter", [2, 4])
def test_a_descender_that_runs_into_the_next_line_is_parted_from_it(letter: int) -> None:
    """Both letters would be lost, or stand in a line of their own."""
    sheet, x = solid(54), place_of(UPPER, letter)
    before = [line.box for line in segmented(sheet).lines]
    sheet.draw.line((x, 238, place_of(LOWER, letter + 1), 272), fill=0, width=4)
    lines = list(segmented(sheet).lines)
    assert len(lines) == len(before) == 2
    for line, box in zip(lines, before, strict=True):
        assert abs(line.box.left - box.left) < 4 and abs(line.box.right - box.right) < 4
    words = [len(line.words) for line in lines]
    assert words == [3 + 7, 3 + 7]


def test_a_drop_capital_stays_whole() -> None:
    """It reaches through two lines, too."""
    sheet = Sheet(1600, 800)
    sheet.text(200, 190, "F", 110)
    for row in range(4):
        sheet.text(290 if row < 2 else 200, 200 + 60 * row, "and nothing was done for thirty years")
    page = segmented(sheet)
    assert any(r.kind == "drop-capital" and r.box.height > 70 for r in page.regions)
