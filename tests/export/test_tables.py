"""Tables in every format: rows, columns and cells, and nothing lost."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from pipeline.document import TABLE, Cell, Leaf, Line, Page, Region, Word
from pipeline.export.alto import page_alto
from pipeline.export.hocr import page_hocr
from pipeline.export.page_xml import page_xml
from pipeline.export.source import source_regions
from pipeline.export.table_csv import page_tables
from pipeline.export.text import page_text
from pipeline.geometry import Box
from tests.hocr import spec_accepts

CELLS = [["Fish", "caught, in all"], ["cod", "12"], ["", "7"]]


def table_page() -> Page:
    """A heading over two columns, and three rows of two cells, one of them empty."""
    cells, lines = [Cell(Box(0, 0, 400, 40), 0, 0, 1, 2)], [line_of("Landings", 10, 10)]
    for r, row in enumerate(CELLS, start=1):
        for c, text in enumerate(row):
            cells.append(Cell(Box(200 * c, 40 * r, 200 * c + 200, 40 * r + 40), r, c))
            if text:
                lines.append(line_of(text, 200 * c + 10, 40 * r + 10))
    box = Box(0, 0, 400, 160)
    region = Region(box, TABLE, tuple(lines), cells=tuple(cells))
    return Page(1, 500, 300, 300.0, "sheet.png", leaves=(Leaf(Box(0, 0, 500, 300), (region,)),))


def line_of(text: str, left: int, top: int) -> Line:
    words = tuple(
        Word(Box(left + 60 * k, top, left + 60 * k + 50, top + 20), word, 0.9)
        for k, word in enumerate(text.split())
    )
    floor = float(top + 20)
    box = Box.around(word.box for word in words)
    return Line(box, ((float(left), floor), (float(box.right), floor)), 14.0, words)


def test_a_table_is_a_row_a_line() -> None:
    """Text and CSV would have cells in the wrong row, or lose the commas in them."""
    regions = source_regions(table_page())
    assert page_text(regions) == "Landings\nFish\tcaught, in all\ncod\t12\n\t7\n"
    (table,) = page_tables(regions)
    assert list(csv.reader(table.splitlines())) == [["Landings", ""], *CELLS]


def test_each_line_of_a_table_is_in_one_cell() -> None:
    """What stands where two cells of an older run overlap would be there twice, under one id; what
    has moved off the grid since it was found would be in no output."""
    page = table_page()
    (region,) = page.regions
    twice = replace(region, cells=(*region.cells, Cell(Box(0, 0, 300, 90), 0, 0)))
    off = line_of("note", 410, 130)
    wider = replace(twice, box=Box(0, 0, 470, 160), lines=(*twice.lines, off))
    (found,) = source_regions(replace(page, leaves=(Leaf(page.leaves[0].box, (wider,)),)))
    numbers = sorted(number for cell in found.cells for number, _ in cell.lines)
    assert numbers == list(range(1, len(wider.lines) + 1))
    assert page_text([found]).endswith("\t7 note\n")


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ('=HYPERLINK("http://a.org")', '\'=HYPERLINK("http://a.org")'),
        ("@SUM(1)", "'@SUM(1)"),
        ("-cmd|'/c calc'!A0", "'-cmd|'/c calc'!A0"),
        ("='file:///etc/passwd'#$passwd.A1", "'='file:///etc/passwd'#$passwd.A1"),
        ("='\\\\host\\s\\[x.xls]A'!A1", "'='\\\\host\\s\\[x.xls]A'!A1"),
        ("- Hurrah!", "- Hurrah!"),
        ("@ 6d. a yard", "@ 6d. a yard"),
        ("-12.5", "-12.5"),
        ("= 4 (see below)", "'= 4 (see below)"),
        ("(=4)", "(=4)"),
    ],
)
def test_no_cell_is_run_by_a_spreadsheet(printed: str, written: str) -> None:
    """A page could be printed so that its table fetches or starts something."""
    line = line_of(printed, 10, 10)
    region = Region(Box(0, 0, 900, 60), TABLE, (line,), cells=(Cell(Box(0, 0, 900, 60), 0, 0),))
    page = Page(1, 900, 60, 300.0, "sheet.png", leaves=(Leaf(Box(0, 0, 900, 60), (region,)),))
    (table,) = page_tables(source_regions(page))
    assert list(csv.reader(table.splitlines())) == [[written]]


def test_hocr_holds_the_cells(tmp_path: Path) -> None:
    """Programs that read tables would not find ours; hocr-spec would refuse the file."""
    path = tmp_path / "0001.hocr"
    path.write_text(page_hocr(table_page(), "eng"), encoding="utf-8")
    spec_accepts(path)
    rows = etree.parse(path).findall(".//{*}tr")
    texts = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in rows]
    assert texts == [["Landings"], *CELLS]
    assert rows[0][0].get("colspan") == "2"


@pytest.mark.shared
def test_alto_and_page_follow_their_schemas(schemas: dict[str, etree.XMLSchema]) -> None:
    """Programs that check what they take in would refuse a page with a table."""
    page = table_page()
    for kind, write in (("alto", page_alto), ("page", page_xml)):
        root = etree.fromstring(write(page, "eng").encode())
        schemas[kind].assertValid(root)
        words = root.findall(".//{*}String") or root.findall(".//{*}Word")
        assert len(words) == sum(len(line.words) for line in page.lines)
    (table,) = root.findall(".//{*}TableRegion")
    assert (table.get("rows"), table.get("columns")) == ("4", "2")
    assert len(table.findall(".//{*}TableCellRole")) == 7
