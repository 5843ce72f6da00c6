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


def columns(number: int, gap: int) -> Sheet:
    """Twenty lines in two columns, every fifth of which has its number at `number` between them,
    and the second column so far from the first."""
    sheet = Sheet(1800, 1500)
    for k in range(1, 21):
        for x in (100, 100 + gap):
            sheet.text(x, 60 * k, BODY[7 * k % 9 :][:33])
        if k % 5 == 0:
            sheet.text(number, 60 * k + 4, str(k), 32)
    return sheet


def test_numbers_in_the_midst_between_two_columns_join_neither() -> None:
    """As in patents: every fifth line of the one column would go on in the other."""
    lines = list(segmented(columns(735, 705)).lines)
    assert len(lines) == 44
    assert not any(line.box.left < 800 and line.box.right > 900 for line in lines)


def test_numbers_beside_the_first_of_two_columns_are_of_its_verses() -> None:
    """They would draw the verses of the second column to those of the first."""
    lines = list(segmented(columns(730, 880)).lines)
    assert len(lines) == 40
    numbered = [line for line in lines if line.box.left < 500 and line.box.right > 725]
    assert len(numbered) == 4 and all(line.box.right < 900 for line in numbered)


def test_short_figures_in_a_table_count_no_rows() -> None:
    """Two of them four rows apart would be taken out of their rows."""
    sheet = Sheet(1600, 1200)
    for row in range(10):
        sums = ["3711" if row in (2, 6) else "128414", "32920", "126110", "82143"]
        for x, text in zip((150, 420, 700, 980, 1260), [str(1880 + row), *sums], strict=True):
            sheet.text(x, 150 + 75 * row, text)
    assert len(list(segmented(sheet).lines)) == 10
