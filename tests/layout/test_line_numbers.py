"""Numbers that count lines stand on the lines that they count."""

from __future__ import annotations

import pytest

from tests.layout.sheet import BODY, Sheet, segmented


def poem(left: bool, step: int, skipped: int = 0) -> Sheet:
    """Twenty verses of unlike length, every `step`th with its number in the margin."""
    sheet = Sheet(1600, 1800)
    for k in range(1, 21):
        sheet.text(250, 100 + 60 * k, BODY[: 30 + 7 * k % 23])
        if k % step == 0 and k != skipped:
            sheet.text(130 if left else 1400, 104 + 60 * k, str(k), 32)
    return sheet


@pytest.mark.parametrize("left", [True, False])
@pytest.mark.parametrize(("step", "skipped"), [(5, 0), (5, 15), (4, 0), (10, 0), (6, 0)])
def test_numbers_of_verses_stand_on_their_verses(left: bool, step: int, skipped: int) -> None:
    """They would be read one after another, before the poem or behind it."""
    lines = list(segmented(poem(left, step, skipped)).lines)
    assert len(lines) == 20
    numbered = [
        k for k, line in enumerate(lines, 1) if line.box.left < 200 or line.box.right > 1300
    ]
    assert numbered == [k for k in range(step, 21, step) if k != skipped]


def test_figures_at_no_regular_distance_count_nothing() -> None:
    """References in a margin would be read within the text."""
    sheet = Sheet(1600, 1800)
    for k in range(1, 21):
        sheet.text(250, 100 + 60 * k, BODY[:60])
        if k in (3, 5, 12, 19):
            sheet.text(1500, 104 + 60 * k, str(k), 32)
    assert len(list(segmented(sheet).lines)) == 24


def test_the_ends_of_entries_count_no_lines_of_the_column_before() -> None:
    """The page numbers that an entry of an index has on a line of their own would be read behind
    the entries of the column to their left."""
    sheet = Sheet(1600, 1800)
    for k in range(1, 21):
        sheet.text(150, 100 + 60 * k, BODY[: 18 + 5 * k % 9])
        if k % 5 == 0:
            sheet.text(940, 100 + 60 * k, "363")
        else:
            sheet.text(900, 100 + 60 * k, BODY[: 18 + 7 * k % 11])
    assert all(line.box.right < 850 or line.box.left > 850 for line in segmented(sheet).lines)
