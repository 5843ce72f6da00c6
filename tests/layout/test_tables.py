"""Ruled tables: cells from rules, and lines in cells, row by row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import TABLE, Cell, Leaf, Line, Page, Region
from pipeline.geometry import Box
from pipeline.image.ink import classify_ink
from pipeline.layout.grids import build_cells
from pipeline.layout.lines import FoundLine, measure_line
from pipeline.layout.segment import segment
from pipeline.layout.tables import build_regions, level_short_lines
from pipeline.page_json import page_from_json, page_to_json
from tests.conftest import print_page
from tests.layout.sheet import Sheet, segmented

X_HEIGHT = 20.0


def rules_of(rows: int, columns: int) -> tuple[list[Box], list[Box]]:
    wide, high = 200 * columns, 60 * rows
    level = [Box(0, 60 * k, wide + 3, 60 * k + 3) for k in range(rows + 1)]
    standing = [Box(200 * k, 0, 200 * k + 3, high + 3) for k in range(columns + 1)]
    return level, standing


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 8), st.integers(1, 6), st.booleans())
def test_a_grid_has_its_rows_and_columns(rows: int, columns: int, open_sides: bool) -> None:
    """Else cells would be read in the wrong row."""
    level, standing = rules_of(rows, columns)
    if open_sides and columns > 1:
        standing = standing[1:-1]
    cells = build_cells(level, standing, X_HEIGHT)
    assert [(cell.row, cell.column) for cell in cells] == [
        (r, c) for r in range(rows) for c in range(columns)
    ]
    assert {(cell.rows, cell.columns) for cell in cells} == {(1, 1)}


def test_a_cell_without_a_rule_to_its_neighbour_takes_both_columns() -> None:
    """Else a heading over two columns would be cut in two."""
    level, standing = rules_of(3, 3)
    standing[1] = Box(200, 60, 203, 183)  # not in the first row
    cells = build_cells(level, standing, X_HEIGHT)
    assert Cell(cells[0].box, 0, 0, 1, 2) == cells[0]
    assert len(cells) == 8


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_no_two_cells_have_a_place_in_common(data: st.DataObject) -> None:
    """What stands there would be read twice, under one id: no schema allows it."""
    level, standing = rules_of(4, 4)
    ends = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(sorted)
    for k in range(1, 4):  # rules that end anywhere
        (left, right), (top, bottom) = data.draw(ends), data.draw(ends)
        level[k] = Box(200 * left, 60 * k, 200 * right + 3, 60 * k + 3)
        standing[k] = Box(200 * k, 60 * top, 200 * k + 3, 60 * bottom + 3)
    cells = build_cells(level, standing, X_HEIGHT)
    places = [
        (cell.row + r, cell.column + c)
        for cell in cells
        for r in range(cell.rows)
        for c in range(cell.columns)
    ]
    assert sorted(places) == sorted(set(places))
    assert len(places) == (max(places)[0] + 1) * (max(c for _, c in places) + 1)


def test_a_grid_within_a_cell_of_another_has_its_text_alone() -> None:
    """It would be read twice: there, and in the cell around it."""
    outer, inner = Box(0, 0, 1000, 600), Box(50, 50, 450, 250)

    def found(text_at: Box) -> Line:
        floor = float(text_at.bottom)
        return Line(text_at, ((float(text_at.left), floor), (float(text_at.right), floor)), 20.0)

    lines = [found(Box(60, 60, 120, 80)), found(Box(600, 100, 700, 120))]
    grids = [(Cell(outer, 0, 0),), (Cell(inner, 0, 0),)]
    regions = build_regions(grids, lines)
    assert [region.lines for region in regions] == [(lines[0],), (lines[1],)]


def test_a_family_tree_is_no_table() -> None:
    """Names in boxes that lines join would be read several times over: the paper around the boxes
    is no cell."""
    sheet = Sheet()
    sheet.draw.line((800, 300, 800, 600), fill=0, width=4)
    sheet.draw.line((300, 600, 1300, 600), fill=0, width=4)
    boxes = [(800, 300, "The elder"), *((x, 900, f"A {n} lamp") for x, n in ((300, "new"),))]
    boxes += [(800, 900, "The bridge"), (1300, 900, "Mill Lane")]
    boxes += [(300, 1200, "Tanner"), (800, 1200, "Orchard"), (1300, 1200, "Clock maker")]
    for x in (300, 800, 1300):
        sheet.draw.line((x, 600, x, 1200), fill=0, width=4)
    for x, y, name in boxes:
        sheet.draw.rectangle((x - 160, y - 40, x + 160, y + 40), fill=255, outline=0, width=4)
        sheet.text(x - 120, y - 25, name)
    assert len(list(segmented(sheet).lines)) in (3, 7)  # rows of boxes, or the boxes
    assert not any(region.kind == TABLE for region in segmented(sheet).regions)


def test_cells_are_read_row_by_row() -> None:
    """Else columns of words in a ruled table are read as columns of text."""
    grey = np.full((4 * 80 + 3, 3 * 300 + 3), 255, np.uint8)
    for r in range(4):
        for c in range(3):
            word = print_page((f"{'abc'[c]} word in {'fghk'[r]}",))
            ink = np.argwhere(word < 128)
            (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0) + 1
            cut = word[top:bottom, left : min(right, left + 270)]
            y, x = 80 * r + 20, 300 * c + 15
            grey[y : y + cut.shape[0], x : x + cut.shape[1]] = cut
    for k in range(5):
        grey[80 * k : 80 * k + 3] = 0
    for k in range(4):
        grey[:, 300 * k : 300 * k + 3] = 0
    grey = np.pad(grey, 200, constant_values=255)
    page = Page(1, grey.shape[1], grey.shape[0], 300.0)
    page, cleared = segment(page, grey)
    (table,) = [region for region in page.regions if region.kind == TABLE]
    assert len(table.cells) == 12
    assert len(table.lines) == 12
    for line, cell in zip(table.lines, table.cells, strict=True):
        assert cell.holds(line.box)
    assert cleared[200:203].min() == 255
    assert page_from_json(page_to_json(page)) == page_from_json(
        page_to_json(page_from_json(page_to_json(page)))
    )
    assert next(page_from_json(page_to_json(page)).regions).cells == table.cells


def test_only_tables_have_cells() -> None:
    """Else a format would write cells of what it does not know as a table."""
    box = Box(0, 0, 10, 10)
    region = Region(box, TABLE, cells=(Cell(box, 0, 0),))
    assert Leaf(box, (region,)).regions[0].cells[0].columns == 1


@pytest.mark.parametrize("fall", [0.05, 0.3, 0.9])
def test_a_short_line_stands_on_the_baseline_of_its_row(fall: float) -> None:
    """ "Qty" would be measured from the feet of its Q and y, and read wrong."""
    page = print_page(("pattern", "before", "gyp"), width=500, height=400)
    ink = classify_ink(np.where(page < 128, np.uint8(255), np.uint8(0)), 300.0)
    members = np.flatnonzero(ink.letters)
    short = measure_line(ink.components, members[-3:], ink.letter)
    level = short.baseline_at(0.0) - fall * ink.letter
    beside = [FoundLine(members[:6], np.array([level]), ink.letter) for _ in range(2)]
    found = level_short_lines(ink, [*beside, short])
    assert found[:2] == beside
    assert (found[2].baseline_at(0.0) == level) == (fall == 0.3)


def test_headings_of_one_line_and_of_two_in_one_cell_are_three_lines() -> None:
    """A heading of one line, which stands between the two of its neighbour, would be read with one
    of these, at a level where neither lies."""
    grey = np.full((800, 1400), 255, np.uint8)
    for text, x, y in (("Re (%)", 480, 92), ("time to", 760, 71), ("manoeuvre (s)", 760, 113)):
        word = print_page((text,), width=600, height=200)[80:160, 80:]
        grey[y : y + word.shape[0], x : x + 500] = np.minimum(
            grey[y : y + word.shape[0], x : x + 500], word[:, :500]
        )
    for k in range(2, 5):
        word = print_page((f"row {k} of it",), width=600, height=200)[80:160, 80:]
        grey[100 * k : 100 * k + 80, 120:620] = word[:, :500]
    for y in (40, 200, 300, 400, 500):
        grey[y : y + 3, 60:1340] = 0
    for x in (60, 1337):
        grey[40:503, x : x + 3] = 0
    grey[200:503, 650:653] = 0
    page, _ = segment(Page(1, grey.shape[1], grey.shape[0], 300.0), grey)
    (table,) = [region for region in page.regions if region.kind == TABLE]
    head = [line for line in table.lines if line.box.bottom < 200]
    assert [line.box.left < 600 for line in head] == [False, True, False]


@pytest.mark.parametrize(
    ("above", "rows"),
    [
        ((("name", 40), ("place", 340), ("year", 640)), 4),
        ((("place", 340), ("year", 640)), 4),
        ((("the lamps before the school of the town", 40),), 3),  # a caption
        ((("lamps", 40),), 3),
    ],
)
def test_headings_above_a_grid_are_its_first_row(
    above: tuple[tuple[str, int], ...], rows: int
) -> None:
    """A dark head has no rules that anybody sees, and would be missing in the table; a caption
    would be its first row."""
    sheet = Sheet()
    for text, x in above:
        sheet.text(200 + x, 325, text)
    sheet.grid()
    (table,) = [region for region in segmented(sheet).regions if region.kind == TABLE]
    assert max(cell.row for cell in table.cells) + 1 == rows
    assert len(table.lines) == 9 + (len(above) if rows == 4 else 0)


def ruled_columns(rows: list[tuple[str, ...]], *, closed: bool, wide: int = 300) -> Sheet:
    """Three columns with rules between, under their head, and over their sum where it is closed."""
    sheet, low = Sheet(), 400 + 60 * len(rows)
    for k, row in enumerate((("Place", "Tons", "Cwt"), *rows)):
        for c, text in enumerate(row):
            sheet.text(220 + wide * c, 345 + 60 * k, text)
    for x in range(200, 201 + 3 * wide, wide):
        sheet.draw.line((x, 330, x, low), fill=0, width=3)
    for y in (330, 395, *((low - 60, low) if closed else ())):
        sheet.draw.line((200, y, 200 + 3 * wide, y), fill=0, width=3)
    return sheet


@pytest.mark.parametrize("closed", [False, True])
def test_rows_between_which_nobody_ruled_are_rows(closed: bool) -> None:
    """A whole column of figures would be one cell, and be read before the next column."""
    rows = [
        ("Alpha in Kent", "48", "17"),
        ("Brook", "4", "2"),
        ("Under 5 miles", "", "13"),
        ("Dover", "312", "9"),
        ("All", "364", "41"),
    ]
    (table,) = [r for r in segmented(ruled_columns(rows, closed=closed)).regions if r.kind == TABLE]
    assert max(cell.row for cell in table.cells) == len(rows)
    held = [sum(cell.holds(line.box) for line in table.lines) for cell in table.cells]
    assert held == [1, 1, 1, *(int(bool(text)) for row in rows for text in row)]


def test_prose_in_ruled_columns_has_no_rows() -> None:
    """Texts in two languages would be cut into their lines, and sentences be read across."""
    prose = ("lamps and more lamps", "of the older ones in", "before the schools")
    sheet = ruled_columns([prose] * 5, closed=True, wide=430)
    (table,) = [region for region in segmented(sheet).regions if region.kind == TABLE]
    assert max(cell.row for cell in table.cells) == 2


def test_rules_that_run_on_over_their_frame_make_no_column() -> None:
    """A table would have an empty column before its first."""
    level, standing = rules_of(3, 3)
    level = [Box(box.left - 20, box.top, box.right + 18, box.bottom) for box in level]
    assert max(cell.column for cell in build_cells(level, standing, X_HEIGHT)) == 2


def test_a_heading_beside_two_rows_of_headings_is_in_the_head() -> None:
    """The head of a census has the years above, and the first column's heading half as high: none
    of it would be in the table."""
    sheet = Sheet()
    sheet.text(620, 250, "1851")
    sheet.text(220, 295, "Age last")
    for c, text in enumerate(("Persons", "Males", "Females", "All")):
        sheet.text(510 + 165 * c, 325, text)
    for k in range(3):
        sheet.text(220, 405 + 80 * k, f"{k} and more")
        for c in range(4):
            sheet.text(540 + 165 * c, 405 + 80 * k, f"{7 + c}{k}")
    for k in range(4):
        sheet.draw.line((200, 390 + 80 * k, 1160, 390 + 80 * k), fill=0, width=3)
    for x in (200, *range(500, 1161, 165)):
        sheet.draw.line((x, 390, x, 630), fill=0, width=3)
    (table,) = [region for region in segmented(sheet).regions if region.kind == TABLE]
    head = [cell for cell in table.cells if cell.row == 0]
    assert [sum(cell.holds(line.box) for line in table.lines) for cell in head] == [1] * 5
    assert len(table.lines) == 5 + 3 * 5


def test_entries_of_several_lines_in_ruled_rows_are_no_rows() -> None:
    """`Smith, John senior | New York City` would be read line by line across both cells."""
    sheet = Sheet()
    entries = [("Smith,", "John", "senior"), ("New", "York", "City"), ("baker", "and", "miller")]
    for c, heading in enumerate(("Name", "Place", "Trade")):
        sheet.text(220 + 300 * c, 345, heading)
    for row in range(3):
        for c, entry in enumerate(entries):
            for k, text in enumerate(entry):
                sheet.text(220 + 300 * c, 405 + 190 * row + 60 * k, text)
    for y in (330, *range(395, 966, 190)):
        sheet.draw.line((200, y, 1100, y), fill=0, width=3)
    for x in range(200, 1101, 300):
        sheet.draw.line((x, 330, x, 965), fill=0, width=3)
    (table,) = [region for region in segmented(sheet).regions if region.kind == TABLE]
    assert len(table.cells) == 12


@pytest.mark.parametrize("closed", [True, False])
def test_a_row_of_boxes_is_read_box_by_box(closed: bool) -> None:
    """The fields in the head of a form: their labels would be one line, and their values another.
    Columns of a newspaper, open below, are no boxes."""
    sheet = Sheet()
    fields = (
        ("Office", "Inverness"),
        ("Handed in", "9.42"),
        ("Received", "10.05"),
        ("Words", "23"),
    )
    for k, (label, value) in enumerate(fields):
        sheet.text(120 + 330 * k, 210, label, 30)
        sheet.text(120 + 330 * k, 255, value, 40)
    for y in (200, 310) if closed else (200,):
        sheet.draw.line((100, y, 1420, y), fill=0, width=3)
    for k in range(5):
        sheet.draw.line((100 + 330 * k, 200, 100 + 330 * k, 310), fill=0, width=3)
    sheet.column(100, 400, 6, 1300)
    tables = [region for region in segmented(sheet).regions if region.kind == TABLE]
    assert len(tables) == closed
    for table in tables:
        lefts = [(line.box.left - 100) // 330 for line in table.lines]
        assert lefts == [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(("mark", "width"), [("dash", 23), ("ditto", 19)])
def test_a_mark_alone_in_a_cell_stands_in_that_cell(mark: str, width: int) -> None:
    """A dash says that there is none: it was taken for a mark of the figure in the next cell. A
    ditto would be lost."""
    sheet = Sheet()
    sheet.grid()
    sheet.draw.rectangle((203, 473, 497, 547), fill=255)
    if mark == "dash":
        sheet.draw.rectangle((340, 510, 362, 514), fill=0)
    else:
        for x in (340, 352):
            sheet.draw.rectangle((x, 500, x + 6, 512), fill=0)
    (table,) = [region for region in segmented(sheet).regions if region.kind == TABLE]
    lone, neighbour = table.lines[3:5]
    assert (lone.box.left, lone.box.width) == (340, width)
    assert neighbour.box.left > 500
    assert len(table.lines) == 9


def test_a_dash_between_figures_stays_with_them() -> None:
    """In a table below a head that nobody ruled, cells were taken for empty as their rows had new
    numbers: the dash of 1914-18 was a line of its own."""
    sheet = Sheet()
    for c in range(3):
        sheet.text(230 + 300 * c, 320, ("Years", "Men", "Ships")[c])
    sheet.grid()
    sheet.draw.rectangle((503, 473, 797, 547), fill=255)
    sheet.text(520, 485, "1914-18")
    lines = [line for line in segmented(sheet).lines if 470 < line.box.top < 540]
    assert [len(line.words) for line in lines] == [3, 1, 3]
    assert all(line.box.height > 15 for line in lines)


def test_the_large_day_of_a_calendar_is_read_before_its_small_print() -> None:
    """In one frame with the small print its upper half would be cut off."""
    sheet = Sheet(height=900)
    for k in range(6):
        x, y = 100 + 300 * (k % 3), 200 + 120 * (k // 3)
        sheet.text(x + 12, y + 12, str(3 + k), 60)
        sheet.text(x + 60, y + 39, "fourth after", 30)
        sheet.text(x + 12, y + 76, "Easter", 30)
    for k in range(4):
        if k < 3:
            sheet.draw.line((100, 200 + 120 * k, 1000, 200 + 120 * k), fill=0, width=3)
        sheet.draw.line((100 + 300 * k, 200, 100 + 300 * k, 440), fill=0, width=3)
    (table,) = [region for region in segmented(sheet).regions if region.kind == TABLE]
    assert len(table.lines) == 18
    for k in range(0, 18, 3):
        day, beside, below = table.lines[k : k + 3]
        assert day.box.height > 1.4 * beside.box.height and day.box.right <= beside.box.left
        assert below.box.top > beside.box.bottom
