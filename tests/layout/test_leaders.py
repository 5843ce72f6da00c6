"""Contents keep their page numbers on their lines; dots that are no leader stay text."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageFont

from pipeline.document import PICTURE
from pipeline.geometry import Box
from pipeline.layout.leaders import find_led
from pipeline.layout.lines import FoundLine
from tests.layout.sheet import BODY, Sheet, segmented

ENTRIES = ("The harbour", "How the brig was found there", "A letter", "The old dog", "Notes")


def _draw_contents(dot: str, step: int) -> Sheet:
    """Entries with leaders from where they end to their numbers, at the right margin."""
    sheet = Sheet()
    for k, entry in enumerate(ENTRIES):
        y = 300 + 90 * k
        sheet.text(150, y, entry)
        start = 170 + round(sheet.draw.textlength(entry, font=ImageFont.load_default(40)))
        for x in range(1340, start, -step):
            sheet.text(x, y, dot)
        sheet.text(1380, y, str(10 * k + 7))
    return sheet


@pytest.mark.parametrize(("dot", "step"), [(".", 20), (".", 45), ("-", 40)])
def test_a_leader_joins_an_entry_to_its_number(dot: str, step: int) -> None:
    """All numbers would be read after all entries, and the dots as text."""
    lines = list(segmented(_draw_contents(dot, step)).lines)
    assert len(lines) == len(ENTRIES)
    for line, entry in zip(lines, ENTRIES, strict=True):
        end = 160 + Sheet().draw.textlength(entry, font=ImageFont.load_default(40))
        assert line.box.left < 200
        assert line.box.right > 1390
        assert all(word.box.right < end or word.box.left > 1370 for word in line.words)


@pytest.mark.parametrize("dots", ["...", ". . . .", "...."])
def test_an_ellipsis_stays_text(dots: str) -> None:
    """What an author leaves unsaid would be erased."""
    sheet = Sheet()
    sheet.text(100, 300, BODY[:40] + dots)
    sheet.text(100, 360, BODY[:60])
    first, second = segmented(sheet).lines
    plain = Sheet()
    plain.text(100, 300, BODY[:40])
    plain.text(100, 360, BODY[:60])
    (without, same) = segmented(plain).lines
    assert first.box.right > without.box.right + 20
    assert second.box == same.box


@pytest.mark.parametrize("letters", ["nevercarries", "isnevercarriesnorcarries"])
def test_full_stops_of_a_spelled_word_stay_text(letters: str) -> None:
    """Points between single letters would be erased."""
    sheet = Sheet()
    for k, letter in enumerate(letters):
        sheet.text(150 + 50 * k, 300, letter)
        sheet.text(180 + 50 * k, 300, ".")
    (line,) = segmented(sheet).lines
    assert line.box.right > 180 + 50 * (len(letters) - 1)


def test_what_is_filled_in_on_dotted_lines_is_read_without_the_dots() -> None:
    """Dots of a form are more than its letters: they set the size of its type, and were read."""
    sheet = Sheet()
    for k, (label, value) in enumerate(
        (("Name", "Ada Pell"), ("Born in", "Mill Lane"), ("Trade", "Clock maker"))
    ):
        y = 300 + 120 * k
        sheet.text(150, y, label)
        start = 180 + round(sheet.draw.textlength(label, font=ImageFont.load_default(40)))
        for x in range(start, 1500, 14):
            sheet.text(x, y, ".")
        sheet.text(start + 160, y - 9, value)
    page = segmented(sheet)
    assert [len(line.words) for line in page.lines] == [3, 4, 3]
    assert all(line.x_height > 15 and line.box.right < 900 for line in page.lines)


@pytest.mark.parametrize("high", [40, 44])
def test_a_value_as_long_as_its_dotted_line_is_read_without_the_dots(high: int) -> None:
    """Where letters stand on nearly all of it, or touch some of its dots, the dots were read."""
    sheet, value = Sheet(height=900), "the lamp before the pinch is of a newer"
    end = 330 + round(sheet.draw.textlength(value, font=ImageFont.load_default(40)))
    for k in range(3):
        y = 200 + 150 * k
        sheet.text(100, y, "Paid to")
        for x in range(290, end + 60, 15):
            sheet.draw.rectangle((x, y + high, x + 4, y + high + 4), fill=0)
        sheet.text(330, y, value)
    lines = list(segmented(sheet).lines)
    assert [len(line.words) for line in lines] == [11, 11, 11]
    assert all(line.box.right < end + 10 for line in lines)


def test_dashes_before_a_price_do_not_part_it_from_its_leader() -> None:
    """Prices by the pint, with dashes for those by the packet and the ounce, would stand apart."""
    sheet = Sheet()
    for k, entry in enumerate(ENTRIES):
        y = 300 + 90 * k
        sheet.text(150, y, entry)
        start = 170 + round(sheet.draw.textlength(entry, font=ImageFont.load_default(40)))
        for x in range(1140, start, -20):
            sheet.text(x, y, ".")
        for x in (1170, 1230):
            sheet.draw.rectangle((x, y + 24, x + 36, y + 27), fill=0)
        sheet.text(1285, y, f"{k + 3}d")
    lines = list(segmented(sheet).lines)
    assert len(lines) == len(ENTRIES)
    assert all(line.box.left < 200 and line.box.right > 1310 for line in lines)


def test_a_rule_of_fine_dots_is_no_picture() -> None:
    """Fields of a form with dotted rules under what is filled in: the dots were so many and so near
    to each other that they passed for a halftone, and what stood on them was lost with it."""
    sheet = Sheet()
    sheet.column(150, 800, 8, 1300)
    for y in (300, 372):
        for left, label, value in ((150, "Name", "Whitaker"), (750, "Form", "IV b")):
            sheet.text(left, y, label)
            sheet.text(left + 200, y, value)
            for x in range(left + 110, left + 560, 5):
                sheet.draw.rectangle((x, y + 48, x + 2, y + 50), fill=0)
    page = segmented(sheet)
    assert not any(region.kind == PICTURE for region in page.regions)
    filled = [word for line in page.lines if line.box.top < 450 for word in line.words]
    assert len(filled) == 10


def test_a_leader_within_a_line_joins_no_other_column_to_it() -> None:
    """Where an entry is so long that its few dots end at its number, the line would go on in the
    next column, as in directories."""
    sheet = Sheet()
    sheet.draw.line((790, 280, 790, 280 + 90 * 8), fill=0, width=3)
    for column in (100, 820):
        for k in range(8):
            y, entry = 300 + 90 * k, BODY[: 18 + (7 * k + column) % 9]
            sheet.text(column, y, entry, 36)
            start = column + 12 + round(sheet.draw.textlength(entry, ImageFont.load_default(36)))
            for x in range(start, column + 575, 14):
                sheet.text(x, y, ".", 36)
            sheet.text(column + 585, y, "2148", 36)
    lines = [line.box for line in segmented(sheet).lines]
    assert len(lines) == 16
    assert all(box.right < 790 or box.left > 790 for box in lines)


@pytest.mark.parametrize("entry", ["Eq.", "Stem, 2 cm."])
def test_the_point_before_a_leader_stays_text(entry: str) -> None:
    """The points of abbreviations on either side would be erased with the dots."""
    sheet, font = Sheet(), ImageFont.load_default(40)
    sheet.column(150, 100, 3, 1200)
    for k in range(4):
        y = 400 + 90 * k
        sheet.text(150, y, entry)
        start = 165 + round(sheet.draw.textlength(entry, font=font))
        for x in range(start, 1000, 9):  # small dots, as a dotted rule has them
            sheet.draw.rectangle((x, y + 36, x + 2, y + 38), fill=0)
        sheet.text(1010, y, "R.")
        sheet.text(1080, y, "acris")
    last = [line for line in segmented(sheet).lines if line.box.top > 380]
    assert len(last) == 4
    ends = [
        [max(w.box.right for w in line.words if w.box.left < left + 300) for left in (150, 950)]
        for line in last
    ]
    width = [sheet.draw.textlength(text, font=font) for text in (entry, "R.")]
    for before, behind in ends:
        assert abs(before - 150 - width[0]) < 5
        assert behind > 1100  # of the word behind R. …
    (initial,) = {w.box.right for line in last for w in line.words if 1000 < w.box.left < 1030}
    assert abs(initial - 1010 - width[1]) < 5  # … which has its point


def test_the_point_of_an_initial_before_points_like_it_stays_text() -> None:
    """Names of a directory end in initials, and their points are as large as those of leaders."""
    sheet, font = Sheet(), ImageFont.load_default(40)
    for k, entry in enumerate(("Eyes H.", "Trust K.", "Despair B.", "Fly A.")):
        y = 300 + 90 * k
        sheet.text(150, y, entry)
        for x in range(172 + round(sheet.draw.textlength(entry, font=font)), 1000, 16):
            sheet.text(x, y, ".")
        sheet.text(1010, y, "4732")
        row = [line for line in segmented(sheet).lines if y < line.box.bottom < y + 60]
        assert len(row) == 1
        ends = [word.box.right for word in row[0].words if word.box.left < 600]
        assert abs(max(ends) - 150 - sheet.draw.textlength(entry, font=font)) < 5


@pytest.mark.parametrize("length", [60, 100, 300])
def test_a_leader_joins_what_lies_at_its_ends(length: int) -> None:
    """At a short leader the page number would count as what stands before it, too."""
    lines = [FoundLine(np.array([k]), np.array([100.0]), 20.0) for k in range(2)]
    ends = np.array([(0.0, 160.0), (170.0 + length + 15, 170.0 + length + 45)])
    assert find_led(lines, ends, [Box(170, 97, 170 + length, 100)]) == {1: 0}
