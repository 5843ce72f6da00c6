"""Dittos far from their row stand in it, and what is none does not."""

from __future__ import annotations

import pytest

from tests.layout.sheet import BODY, Sheet, segmented


def listed(*rows: tuple[str, int]) -> Sheet:
    """Rows of a list below "Jan. 4 …", each with what stands in the column of the month, at x."""
    sheet = Sheet(1600, 1000)
    sheet.text(150, 200, "Jan.")
    sheet.text(300, 200, "4")
    sheet.text(420, 200, BODY[:40])
    for k, (mark, x) in enumerate(rows, 1):
        sheet.text(x, 200 + 70 * k, mark)
        sheet.text(420, 200 + 70 * k, BODY[:40])
    return sheet


@pytest.mark.parametrize("mark", ['"', "”", "„"])
@pytest.mark.parametrize("x", [170, 200])
def test_a_ditto_stands_in_its_row(mark: str, x: int) -> None:
    """The month of all rows but the first would be lost."""
    lines = list(segmented(listed((mark, x), (mark, x))).lines)
    assert [line.box.left - x in range(20) for line in lines] == [False, True, True]
    assert len(lines) == 3 and all(len(line.words) == 10 for line in lines[1:])


def test_two_dittos_stand_in_one_row() -> None:
    """The nearer one is before the row, and the other before that."""
    sheet = listed(('"', 170))
    sheet.text(305, 270, '"')
    first, second = segmented(sheet).lines
    assert [word.box.left in range(165, 180) for word in second.words[:1]] == [True]
    assert len(second.words) == 11 and len(first.words) == 11


def test_specks_are_no_dittos() -> None:
    """Dirt in a margin has nothing above it that it repeats, and dirt in crowds is alike."""
    sheet = listed(("", 0), ("", 0))
    for x, y in ((60, 280), (72, 280)):  # two alike, in the margin
        sheet.draw.rectangle((x, y, x + 3, y + 8), fill=0)
    for k in range(9):  # a crowd in the column
        sheet.draw.rectangle((170 + 9 * k, 350, 172 + 9 * k, 358), fill=0)
    assert all(line.box.left >= 420 for line in list(segmented(sheet).lines)[1:])


@pytest.mark.parametrize("size", [40, 48])
def test_a_ditto_in_a_cell_stands_high_in_its_row(size: int) -> None:
    """Those of lists of passengers, whose strokes are as high as small letters, stood on a baseline
    of their own, and were read as figures."""
    sheet = Sheet(1400, 900)
    for row in range(5):
        top = 210 + 100 * row
        for x in (150, 450, 750):
            if row and (row + x // 300) % 3:
                for k in range(2):
                    sheet.draw.polygon(
                        [
                            (x + 12 * k + dx, top + 12 + dy)
                            for dx, dy in ((4, 0), (9, 0), (5, 14), (0, 14))
                        ],
                        fill=0,
                    )
            else:
                sheet.text(x, top, "farmer", size)
    for k in range(6):
        sheet.draw.line((120, 190 + 100 * k, 1020, 190 + 100 * k), fill=0, width=3)
    for x in range(120, 1021, 300):
        sheet.draw.line((x, 190, x, 690), fill=0, width=3)
    lines = list(segmented(sheet).lines)
    assert len(lines) == 15
    floors = [line.baseline[0][1] for line in lines]
    for row in range(5):
        assert max(floors[3 * row : 3 * row + 3]) - min(floors[3 * row : 3 * row + 3]) < 4
    sizes = [line.x_height for line in lines]
    assert max(sizes) < 1.1 * min(sizes)
