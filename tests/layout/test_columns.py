"""Columns, tables, openings, and the order in which their blocks are read."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import ImageFont

from pipeline.document import TABLE
from pipeline.layout.blocks import link_lines
from pipeline.layout.order import find_caption_ends, find_spanning_rules, order_blocks
from tests.layout.sheet import BODY, WORDS, Sheet, segmented


@pytest.mark.parametrize("gap", [60, 120, 300])
def test_two_columns_under_a_heading(gap: int) -> None:
    """Two columns would be read across, line by line, or their heading after them."""
    sheet = Sheet()
    sheet.text(300, 100, "A heading over the two columns", 60)
    sheet.column(100, 300, 20, 650, seed=1)
    sheet.column(750 + gap - 60, 300, 20, 650, seed=2)
    order = [(region.box.left > 650, region.box.top > 250) for region in segmented(sheet).regions]
    assert order == sorted(order, key=lambda place: (place[1], place[0]))
    assert set(order) == {(False, False), (False, True), (True, True)}


def test_a_rule_parts_narrow_columns() -> None:
    """Lines would run over the rule between two columns."""
    sheet = Sheet()
    sheet.column(100, 300, 20, 660, seed=1)
    sheet.column(780, 300, 20, 660, seed=2)
    sheet.draw.line((770, 290, 770, 1500), fill=0, width=3)
    assert all(line.box.right < 775 or line.box.left > 765 for line in segmented(sheet).lines)


def test_one_column_is_never_parted() -> None:
    """Ragged lines with wide spaces: rivers are no gutters."""
    for seed in range(6):
        sheet, rng = Sheet(), np.random.default_rng(seed)
        font = ImageFont.load_default(40)
        for k in range(24):
            x = 100
            while x < 1350:
                word = str(rng.choice(WORDS))
                sheet.text(x, 200 + 60 * k, word)
                x += round(sheet.draw.textlength(word, font=font)) + int(rng.integers(14, 32))
        lines = list(segmented(sheet).lines)
        assert len(lines) == 24
        assert all(line.box.width > 1100 for line in lines)


def test_a_table_is_read_row_by_row() -> None:
    """A table's figures would be read away from what they belong to."""
    sheet = Sheet()
    for k, (name, number) in enumerate(
        (
            ("Market Place", "24"),
            ("Silver Street", "31"),
            ("Tanner Lane", "17"),
            ("The bridge", "6"),
        )
    ):
        sheet.text(150, 300 + 60 * k, name)
        sheet.text(1100, 300 + 60 * k, number)
    sheet.column(150, 700, 6, 1200)
    lines = list(segmented(sheet).lines)
    assert len(lines) == 10
    assert all(line.box.right > 1080 for line in lines[:4])


def test_a_short_heading_over_three_columns_is_read_first() -> None:
    """It is no wider than the middle column, and was read after the first one."""
    sheet = Sheet(1700, 1500)
    sheet.text(780, 100, "INDEX", 50)
    for column in range(3):
        sheet.column(100 + 520 * column, 220, 12, 440, 36, column)
    page = segmented(sheet)
    assert [region.box.left // 500 for region in page.regions] == [1, 0, 1, 2]


def test_a_title_of_two_lines_is_read_before_side_headings() -> None:
    """That of typed minutes stands above their text alone, and was read after all headings."""
    sheet = Sheet()
    for k, line in enumerate(("Minutes of the meeting", "that was held in the school")):
        sheet.text(600, 150 + 60 * k, line)
    for k in range(4):
        sheet.text(100, 400 + 300 * k, "A heading")
        sheet.column(480, 400 + 300 * k, 4, 1000, seed=k)
    tops = [line.box.top for line in segmented(sheet).lines]
    assert max(tops[:2]) < 300


def test_names_on_a_map_are_read_from_top_to_bottom_on_one_page() -> None:
    """White between them was taken for the gutter of an opening or of columns."""
    sheet, rng = Sheet(2000, 1500), np.random.default_rng(5)
    lefts = [*rng.integers(80, 700, 6).tolist(), *rng.integers(1050, 1600, 6).tolist()]
    for k, left in enumerate(rng.permutation(lefts).tolist()):
        sheet.text(left, 100 + 110 * k, ("Old Mill", "Tanner", "Orchard")[k % 3])
    page = segmented(sheet)
    tops = [line.box.top for line in page.lines]
    assert len(page.leaves) == 1 and len(tops) == 12
    assert tops == sorted(tops)


@pytest.mark.parametrize("ruled", [False, True])
def test_the_rows_of_a_register_are_read_across_its_columns(ruled: bool) -> None:
    """Columns of names as wide as text were read one after the other, and no entry stood together;
    an upright rule between them made it worse."""
    sheet = Sheet(height=1400)
    names = ("Old Tanner", "Orchard Lane", "A bridge", "Lamp House", "A miller", "Square", "Hinges")
    for row, name in enumerate(names):
        for x, text in ((60, str(row + 11)), (180, name), (660, f"{name} and"), (1160, name)):
            sheet.text(x, 200 + 90 * row, text)
    sheet.text(1160, 245, "of a mill")  # an entry goes on in one column
    if ruled:
        for x in (620, 1120):
            sheet.draw.line((x, 180, x, 820), fill=0, width=4)
    lines = list(segmented(sheet).lines)
    assert len(lines) == 8
    assert [line.box.left < 100 for line in lines] == [True, False] + [True] * 6


@pytest.mark.parametrize("low", [600, 609])
def test_sums_stand_on_the_lines_of_what_they_are_of(low: int) -> None:
    """A short name lies too far from its sum to be one row by itself, and a total between two
    rules has no white gutter."""
    sheet = Sheet(2300, 1200)
    names = ("Lamp", "Lamp of the old school", "Hinge", "Square of the bridge house", "Tanner")
    for row, name in enumerate((*names, "Total")):
        y = 200 + 60 * row + (40 if name == "Total" else 0)
        sheet.text(60, y, name)
        for x in (1500, 1840, 2160):
            sheet.text(x, y, "37")
    for y in (495, low, low + 8):
        sheet.draw.line((1480, y, 2220, y), fill=0, width=3)
    lines = list(segmented(sheet).lines)
    assert len(lines) == 6
    assert all(line.box.left < 100 and line.box.right > 2100 for line in lines)


def test_labels_beside_a_few_lines_of_a_column_are_no_cells_of_it() -> None:
    """Labels of a figure would be read into the lines of the column beside them."""
    sheet = Sheet()
    end = 150 + round(sheet.draw.textlength(BODY[:30], font=ImageFont.load_default(40)))
    for row in range(20):
        sheet.text(150, 300 + 60 * row, BODY[:30])
    for row in (2, 5, 8, 11, 14):
        sheet.text(end + 70, 300 + 60 * row, "6.6")
    lines = list(segmented(sheet).lines)
    assert len(lines) == 25 and all(line.box.right <= end or line.box.left > end for line in lines)


def test_a_formula_beside_a_table_is_no_cell_of_it() -> None:
    """Rows of a table would be read in one line with what stands beside them by chance, in a crop
    that is too high for them."""
    sheet = Sheet()
    for row in range(20):
        for x, text in ((900, str(10 + row)), (1050, WORDS[row % len(WORDS)] * 2)):
            sheet.text(x, 300 + 45 * row, text, 30)
    for k in range(5):
        sheet.text(150, 360 + 107 * k, "R = COCH(OH)CH", 50)
    lines = list(segmented(sheet).lines)
    beside = 150 + sheet.draw.textlength("R = COCH(OH)CH", font=ImageFont.load_default(50)) + 5
    assert all(line.box.right <= beside or line.box.left > 890 for line in lines)
    assert sum(line.box.left > 890 for line in lines) == 20


def test_a_caption_in_two_columns_is_read_before_the_text_below_it() -> None:
    """The second half of a caption would be read after a column of text."""
    sheet = Sheet()
    for x, seed in ((100, 1), (820, 2)):
        sheet.column(x, 300, 4, 650, size=30, seed=seed)
        sheet.column(x, 600, 16, 650, size=40, seed=seed)
    order = [(region.box.top > 580, region.box.left > 700) for region in segmented(sheet).regions]
    assert order == sorted(order) and set(order) == {
        (False, False),
        (False, True),
        (True, False),
        (True, True),
    }


def test_rules_part_what_stands_above_them_from_what_stands_below() -> None:
    """Text above a rule would be read between two columns below it."""
    sheet = Sheet()
    for x, seed in ((100, 1), (820, 2)):
        sheet.column(x, 300, 3, 650, seed=seed)
        sheet.column(x, 520, 16, 650, seed=seed + 2)
    sheet.draw.line((100, 500, 1470, 500), fill=0, width=4)
    order = [(region.box.top > 500, region.box.left > 700) for region in segmented(sheet).regions]
    assert order == sorted(order) and len(set(order)) == 4


def test_an_opening_has_two_leaves_and_the_left_one_is_read_first() -> None:
    """The two pages of an opening would be read across."""
    sheet = Sheet(2600, 1700)
    sheet.column(150, 200, 20, 1000, seed=1)
    sheet.column(1450, 200, 20, 1000, seed=2)
    sheet.text(600, 1550, "14")
    sheet.text(1900, 1550, "15")
    page = segmented(sheet)
    assert [len([line for r in leaf.regions for line in r.lines]) for leaf in page.leaves] == [
        21,
        21,
    ]
    assert page.leaves[0].box.right == page.leaves[1].box.left
    assert all(line.box.right < 1300 for region in page.leaves[0].regions for line in region.lines)


boxes = st.lists(
    st.tuples(st.integers(0, 900), st.integers(0, 900), st.integers(4, 300), st.integers(4, 60)),
    max_size=40,
).map(
    lambda raw: np.array([(x, y, x + w, y + h) for x, y, w, h in raw], dtype=float).reshape(-1, 4)
)


@settings(max_examples=60, deadline=None)
@given(boxes)
def test_every_line_is_in_one_block_and_every_block_is_read_once(
    lines: NDArray[np.float64],
) -> None:
    """Some arrangement of lines would lose a line, or read it twice."""
    floors, heights = lines[:, 3], np.full(len(lines), 20.0)
    blocks = link_lines(lines, floors, heights, np.zeros(len(lines), bool))
    assert sorted(k for block in blocks for k in block) == list(range(len(lines)))
    for block in blocks:
        assert [floors[k] for k in block] == sorted(floors[k] for k in block)
    assert sorted(order_blocks(lines)) == list(range(len(lines)))
    rules = lines[::3]
    assert {tuple(rule) for rule in find_spanning_rules(lines, rules)} <= {
        tuple(rule) for rule in rules
    }
    assert find_caption_ends(lines, heights, 20.0).shape[1] == 4


def test_a_headline_across_the_white_between_two_columns_is_read_after_both() -> None:
    """The head of a letter: an address would be read behind the letter, and the date with it."""
    telephone, address = (190, 130, 600, 200), (1180, 145, 1470, 190)
    name, date = (412, 235, 1235, 287), (1244, 392, 1471, 418)
    reference, dear = (183, 460, 432, 517), (184, 699, 292, 724)
    boxes = np.array([dear, reference, date, name, address, telephone], float)
    assert order_blocks(boxes) == [5, 4, 3, 2, 1, 0]


def test_rules_that_hang_from_that_under_the_heading_part_columns() -> None:
    """Notes between the columns of a Bible would be read into the verses beside them."""
    sheet = Sheet()
    sheet.text(600, 140, "the school lamp")
    sheet.draw.line((100, 200, 1500, 200), fill=0, width=3)
    for x in (670, 930):
        sheet.draw.line((x, 200, x, 500), fill=0, width=3)
    for k in range(5):
        sheet.text(120, 220 + 56 * k, "the lamp before the school is")
        sheet.text(955, 220 + 56 * k, "of a newer pattern with hinges")
        if k < 3:
            sheet.text(690, 220 + 56 * k, "see the pinch")
    lines = list(segmented(sheet).lines)
    assert len(lines) == 1 + 5 + 5 + 3
    assert not any(line.box.left < x < line.box.right for line in lines[1:] for x in (670, 930))


def test_no_block_goes_on_below_the_rule_under_a_running_head() -> None:
    """The price in the head of a newspaper would be read with its last column."""
    boxes = np.array(
        [(2039, 322, 2362, 347), (1682, 382, 2358, 415), (1647, 423, 2358, 456)], float
    )
    floors, heights, first = boxes[:, 3], np.full(3, 17.0), np.zeros(3, bool)
    rule = np.array([(119, 358, 2363, 361)], float)
    linked = link_lines(boxes, floors, heights, first)
    assert linked == [[0, 1, 2]]
    assert link_lines(boxes, floors, heights, first, rules=rule) == [[0], [1, 2]]
    underline = np.array([(2039, 358, 2362, 361)], float)
    assert link_lines(boxes, floors, heights, first, rules=underline) == linked


def test_no_block_goes_on_below_a_table() -> None:
    """What stands above and below a table would be one paragraph, read before it."""
    sheet = Sheet()
    sheet.text(200, 200, "the lamps of the school")
    sheet.grid()
    sheet.text(200, 700, "the lamps of the town")
    above, table, below = segmented(sheet).regions
    assert above.box.bottom < table.box.top < table.box.bottom < below.box.top
    assert table.kind == TABLE


def test_text_in_frames_side_by_side_is_not_read_across_them() -> None:
    """A line would run on from one framed notice into the next: a side of a frame is no component
    of its own."""
    sheet = Sheet()
    width = round(sheet.draw.textlength(BODY[:30], font=ImageFont.load_default(40)))
    middle = 100 + width + 36
    for left, tops in ((100, (200, 560, 920)), (middle + 24, (200, 530, 890))):
        for top in tops:
            sheet.draw.rectangle((left, top, left + width + 30, top + 200), outline=0, width=5)
            for k in range(2):
                sheet.text(left + 14, top + 40 + 60 * k, BODY[:30])
    page = segmented(sheet)
    assert [line.box.left > middle for line in page.lines] == [False] * 6 + [True] * 6
    assert all(line.box.right < middle or line.box.left > middle for line in page.lines)


def test_cards_side_by_side_are_read_one_by_one() -> None:
    """Four index cards on one sheet: their first lines are on one level, and each begins with a
    call number far from its entry, as a row of a table does."""
    sheet = Sheet(2400, 1400)
    for left in (60, 1260):
        for top in (60, 700):
            sheet.draw.rectangle((left, top, left + 1060, top + 560), outline=0, width=4)
            for k, (number, entry) in enumerate(
                (
                    ("Q", "Ball, Sir Robert"),
                    ("41 B", "The story of the heavens"),
                    ("1886", "London"),
                )
            ):
                sheet.text(left + 60, top + 60 + 60 * k, number)
                sheet.text(left + 260, top + 60 + 60 * k, entry)
            sheet.text(left + 260, top + 240, "551 p. plates.")
    lines = list(segmented(sheet).lines)
    assert all(line.box.right < 1200 or line.box.left > 1260 for line in lines)
    cards = [(line.box.left > 1260, line.box.top > 700) for line in lines]
    assert sum(a != b for a, b in pairwise(cards)) == 3


@pytest.mark.parametrize("gap", [10, 0])
def test_framed_notices_that_touch_are_read_column_by_column(gap: int) -> None:
    """Frames that nearly touch, or share a side, were taken for a table, and their text was read
    across them."""
    sheet = Sheet()
    width = round(sheet.draw.textlength(BODY[:30], font=ImageFont.load_default(40))) + 40
    for column, counts in enumerate(((1, 3, 2, 4, 2, 1), (3, 2, 4, 1, 1, 2))):
        left, top = 100 + column * (width + gap), 200
        for count in counts:
            foot = top + 40 + 60 * count
            sheet.draw.rectangle((left, top, left + width, foot), outline=0, width=5)
            for k in range(count):
                sheet.text(left + 20, top + 20 + 60 * k, BODY[:30])
            top = foot + gap
    page = segmented(sheet)
    middle = 100 + width + gap / 2
    assert [line.box.left > middle for line in page.lines] == [False] * 13 + [True] * 13
    assert not any(region.kind == TABLE for region in page.regions)


@pytest.mark.parametrize("left", [False, True])
def test_a_note_in_the_margin_is_not_read_into_the_line_beside_it(left: bool) -> None:
    """A note's first line stands beside a line of the text, and bent the baseline of both."""
    sheet = Sheet()
    width = round(sheet.draw.textlength(BODY, font=ImageFont.load_default(36)))
    start, note = (360, 40) if left else (100, 100 + width + 60)
    for row in range(20):
        sheet.text(start, 200 + 60 * row, BODY, 36)
    for top in (322, 742):
        for k, words in enumerate(("Lamps in the", "square school", "and a tower")):
            sheet.text(note, top + 36 * k, words, 24)
    boxes = [line.box for line in segmented(sheet).lines]
    assert len(boxes) == 26
    margin = start - 10 if left else note - 10
    assert all(box.right < margin or box.left > margin for box in boxes)


def test_a_scratch_through_a_few_lines_parts_none() -> None:
    """Both halves of its lines would be read as columns."""
    sheet = Sheet()
    for row in range(10):
        sheet.text(100, 300 + 60 * row, BODY)
    sheet.draw.line((444, 668, 444, 845), fill=0, width=3)
    assert len(list(segmented(sheet).lines)) == 10


def test_a_cast_stands_on_the_lines_of_its_parts() -> None:
    """Names much alike in length, far from their parts, would be read as a column of their own."""
    sheet = Sheet()
    cast = [
        ("Master Walter", "Mr. Butler"),
        ("Sir Thomas", "Mr. Montague"),
        ("Lord Tinsel", "Mr. Ham"),
    ]
    cast += [("Master Wilford", "Mr. Stewart"), ("Julia", "Miss Penleys"), ("Helen", "Mrs. Roxby")]
    font = ImageFont.load_default(40)
    for k, (part, name) in enumerate(cast):
        sheet.text(150, 300 + 56 * k, part)
        sheet.text(1450 - round(sheet.draw.textlength(name, font=font)), 300 + 56 * k, name)
    sheet.text(150, 120, "THE HUNCHBACK AND THE LAMP", 70)
    lines = [line for line in segmented(sheet).lines if line.box.top > 280]
    assert len(lines) == len(cast)
    assert all(line.box.left < 170 and line.box.right > 1430 for line in lines)


def test_a_line_above_side_headings_is_not_cut_where_their_gutter_runs_up_into_it() -> None:
    """The last line of a paragraph in typed minutes: one of its spaces lay over the gutter between
    the side headings below it and their text."""
    sheet = Sheet()
    sheet.text(
        150, 200, "Present: the chairman, and of the members the following were there, by name"
    )
    sheet.text(150, 260, "Reid, W. Burton,")
    start = 150 + round(sheet.draw.textlength("Reid, W. Burton,", font=ImageFont.load_default(40)))
    sheet.text(start + 25, 260, "H. Clegg and others.")
    for k, heading in enumerate(("MINUTES", "STREETS", "TARRING", "SUMS")):
        sheet.text(150, 380 + 240 * k, heading)
        sheet.column(start + 62, 380 + 240 * k, 3, 900, seed=k)
    lines = list(segmented(sheet).lines)
    assert [line.box.right > start for line in lines[:2]] == [True, True]
    assert len(lines) == 2 + 4 + 12


def test_side_headings_are_read_before_their_own_text() -> None:
    """Those of minutes were read one after another, before all of the text."""
    sheet = Sheet(1600, 1700)
    for k in range(5):
        sheet.text(100, 208 + 280 * k, ("Lamps", "The school", "Heads", "Hinges", "Square")[k])
        sheet.column(480, 200 + 280 * k, 3 + k % 2, 1000, seed=k)
    tops = [line.box.top for line in segmented(sheet).lines]
    assert len(tops) == 22
    assert all(after > before - 12 for before, after in pairwise(tops))


def test_notes_beside_a_text_without_parts_are_no_side_headings() -> None:
    """They stand beside lines in the midst of it."""
    sheet = Sheet(1600, 1700)
    for top in (324, 744, 1164):
        sheet.text(100, top, "a lamp", 36)
    sheet.column(480, 200, 22, 1000)
    lefts = [line.box.left for line in segmented(sheet).lines]
    assert sum(left < 300 for left in lefts[:3]) == 3


@pytest.mark.parametrize("level", [True, False])
def test_frames_in_rows_are_read_row_by_row(level: bool) -> None:
    """Cards that stand in rows would be read down the page; the notices of a column are."""
    sheet = Sheet()
    for k, name in enumerate("abcdef"):
        x, y = 100 + 700 * (k % 2), 200 + 320 * (k // 2) + (0 if level else 110 * (k % 2))
        sheet.draw.rectangle((x, y, x + 620, y + 260), outline=0, width=4)
        sheet.draw.rectangle((x + 8, y + 8, x + 612, y + 252), outline=0, width=3)
        for row in range(3):
            sheet.text(x + 60, y + 40 + 65 * row, f"the lamp of {name * 3}")
    lines = list(segmented(sheet).lines)
    sides = [line.box.left > 750 for line in lines]
    assert len(lines) == 18
    by_rows = [k // 3 % 2 == 1 for k in range(18)]
    assert sides == (by_rows if level else sorted(sides))
