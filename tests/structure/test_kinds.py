"""Kinds of regions and beginnings of paragraphs, told from recognized text."""

from __future__ import annotations

from pipeline.document import (
    CAPTION,
    FOOTNOTE,
    HAND,
    HEADER,
    HEADING,
    MARGINALIA,
    PAGE_NUMBER,
    PICTURE,
    PRINT,
    TABLE,
    TEXT,
    Cell,
    Leaf,
    Line,
    Page,
    Region,
    Word,
)
from pipeline.geometry import Box
from pipeline.structure.body import measure_body
from pipeline.structure.kinds import label_page
from tests.layout.sheet import BODY


def line_at(
    left: int, floor: int, text: str, width: int | None = None, x_height: float = 20.0
) -> Line:
    """A recognized line of words of even width."""
    words, step = text.split(), 12
    total = width or sum(len(word) + 1 for word in words) * step
    unit = total / (len(text) + 1e-9)
    found, x = [], float(left)
    for word in words:
        found.append(
            Word(
                Box(
                    round(x), floor - 30, max(round(x) + 1, round(x + len(word) * unit)), floor + 8
                ),
                word,
                0.9,
            )
        )
        x += (len(word) + 1) * unit
    box = Box.around(word.box for word in found)
    return Line(
        box,
        ((float(left), float(floor)), (float(box.right), float(floor))),
        x_height,
        tuple(found),
        text=text,
    )


def region_of(*lines: Line) -> Region:
    return Region(Box.around(line.box for line in lines), TEXT, lines)


def labelled(*regions: Region, writing: str = PRINT) -> list[tuple[str, str]]:
    leaves = (Leaf(Box(0, 0, 1600, 2400), regions),)
    page = label_page(Page(1, 1600, 2400, 300.0, leaves=leaves, writing=writing))
    return [(region.kind, region.lines[0].text if region.lines else "") for region in page.regions]


def body(top: int, count: int, indent: tuple[int, ...] = ()) -> Region:
    return region_of(
        *(
            line_at(
                300 if k in indent else 200, top + 52 * k, BODY, 1100 - (100 if k in indent else 0)
            )
            for k in range(count)
        )
    )


def test_kinds_of_regions() -> None:
    """Running heads, page numbers, notes and captions would stand in the text for reading."""
    picture = Region(Box(400, 1000, 1000, 1400), PICTURE)
    found = labelled(
        region_of(line_at(600, 100, "THE LAMP-LIGHTER", 400)),
        region_of(line_at(1250, 100, "27", 40)),
        region_of(line_at(500, 300, "CHAPTER THE SECOND", 500)),
        body(450, 9),
        picture,
        region_of(line_at(500, 1450, "Fig. 1. The lamp, from the east.", 400, 17.0)),
        region_of(line_at(40, 700, "See below", 110, 15.0)),
        body(1550, 6),
        region_of(line_at(200, 2000, "* This was in the year of the flood, and after.", 700, 15.0)),
        region_of(line_at(720, 2200, "iv", 30)),
    )
    assert found == [
        (HEADER, "THE LAMP-LIGHTER"),
        (PAGE_NUMBER, "27"),
        (HEADING, "CHAPTER THE SECOND"),
        (TEXT, BODY),
        (PICTURE, ""),
        (CAPTION, "Fig. 1. The lamp, from the east."),
        (MARGINALIA, "See below"),
        (TEXT, BODY),
        (FOOTNOTE, "* This was in the year of the flood, and after."),
        (PAGE_NUMBER, "iv"),
    ]


def test_a_caption_is_read_after_the_text_beside_its_picture() -> None:
    """A caption would part a sentence: text goes on from above a picture to its side, not below
    it. At the foot of a column it stays before the next, which begins higher up."""
    picture = Region(Box(200, 1000, 700, 1400), PICTURE)
    caption = region_of(line_at(250, 1450, "Fig. 1. The lamp, from the east.", 400, 17.0))

    def column(left: int, top: int, bottom: int) -> Region:
        levels = range(top, bottom, 52)
        return region_of(*(line_at(left, y, "and so it was by the lamp,", 500) for y in levels))

    around = labelled(body(450, 10), picture, caption, column(760, 1030, 1600))
    assert [kind for kind, _ in around] == [TEXT, PICTURE, TEXT, CAPTION]
    columns = labelled(column(200, 450, 950), picture, caption, column(760, 450, 1600))
    assert [kind for kind, _ in columns] == [TEXT, PICTURE, CAPTION, TEXT]


def test_a_page_number_in_the_first_line_of_the_text_is_split_off() -> None:
    """A page number would stand in the middle of a sentence."""
    text = body(400, 8)
    first = region_of(line_at(700, 348, "39", 40), *text.lines)
    assert [kind for kind, _ in labelled(first)] == [PAGE_NUMBER, TEXT]


def test_rows_of_cells_are_a_table() -> None:
    """A table would be joined into a paragraph."""
    rows = []
    for k, name in enumerate(("Market Place", "Silver Street", "Weir Street")):
        one, two = (
            line_at(200, 400 + 60 * k, name, 250),
            line_at(1000, 400 + 60 * k, str(20 + k), 40),
        )
        words = (*one.words, *two.words)
        rows.append(
            Line(
                Box.around(w.box for w in words), one.baseline, 20.0, words, text=f"{name} {20 + k}"
            )
        )
    regions = region_of(*rows), body(800, 6)
    assert labelled(*regions)[0][0] == TABLE
    assert labelled(*regions, writing=HAND)[0][0] == TEXT  # hands leave white as wide anywhere


def test_paragraphs_begin_at_indents() -> None:
    """Paragraphs would run together."""
    page = label_page(
        Page(1, 1600, 2400, 300.0, leaves=(Leaf(Box(0, 0, 1600, 2400), (body(400, 10, (3, 7)),)),))
    )
    assert [line.paragraph for line in page.lines] == [k in (3, 7) for k in range(10)]


def test_hanging_lines_begin_where_they_stand_out() -> None:
    """Entries of an index or a list would run together."""
    lines = [
        line_at(200 if k % 3 == 0 else 260, 400 + 52 * k, BODY, 1100 if k % 3 == 0 else 1040)
        for k in range(12)
    ]
    page = label_page(
        Page(1, 1600, 2400, 300.0, leaves=(Leaf(Box(0, 0, 1600, 2400), (region_of(*lines),)),))
    )
    assert [line.paragraph for line in page.lines] == [k % 3 == 0 for k in range(12)]


def test_numbers_that_count_the_lines_of_two_columns_are_in_neither() -> None:
    """In a patent they would be read between the end of the one column and the other."""
    left = region_of(*(line_at(100, 300 + 50 * k, "lines of the text here") for k in range(24)))
    right = region_of(*(line_at(800, 300 + 50 * k, "lines of the text here") for k in range(24)))
    numbers = [region_of(line_at(650, 250 + 250 * k, str(5 * k), 24)) for k in range(1, 5)]
    kinds = labelled(left, *numbers, right)
    assert [kind for kind, _ in kinds] == [TEXT, *[MARGINALIA] * 4, TEXT]


def test_numbers_between_two_columns_that_count_nothing_are_text() -> None:
    left = region_of(*(line_at(100, 300 + 50 * k, "lines of the text here") for k in range(24)))
    right = region_of(*(line_at(800, 300 + 50 * k, "lines of the text here") for k in range(24)))
    numbers = [
        region_of(line_at(650, 250 + 250 * k, number, 24))
        for k, number in enumerate(("17", "3", "90", "41"), 1)
    ]
    kinds = labelled(left, *numbers, right)
    assert [kind for kind, _ in kinds] == [TEXT] * 6


def test_the_pitch_is_that_of_lines_one_below_the_other() -> None:
    """Beside a ruled table, whose cells stand on one level, all lines would stand apart: first
    lines would pass for running heads, and every line for a paragraph."""
    lines = tuple(line_at(0, 50 + 50 * k, BODY[:40]) for k in range(9))
    text = Region(Box(0, 0, 900, 600), TEXT, lines)
    rows = tuple(line_at(90 * c, 700 + 40 * r, "12") for r in range(5) for c in range(9))
    cells = tuple(
        Cell(Box(90 * c, 670 + 40 * r, 90 * c + 80, 710 + 40 * r), r, c)
        for r in range(5)
        for c in range(9)
    )
    table = Region(Box(0, 660, 900, 900), TABLE, rows, cells=cells)
    assert measure_body([text, table]).pitch == measure_body([text]).pitch == 50


def test_signs_that_say_something_are_no_specks() -> None:
    """A lone & or £, or the dash in the one filled cell of a table, would be dropped unsaid."""
    said = [line_at(100 + 200 * k, 500, sign) for k, sign in enumerate(("&", "£", "?", ".", "* *"))]
    regions = [Region(line.box, TEXT, (line,)) for line in said]
    dash = line_at(100, 700, "—")
    cell = Cell(Box(80, 650, 300, 750), 0, 0)
    regions.append(Region(cell.box, TABLE, (dash,), cells=(cell,)))
    regions.append(Region(Box(0, 0, 900, 400), TEXT, (line_at(0, 300, BODY[:40]),)))
    leaf = Leaf(Box(0, 0, 1000, 1000), tuple(regions))
    page = label_page(Page(1, 1000, 1000, 300.0, leaves=(leaf,)))
    found = {line.text for line in page.lines}
    assert {"&", "£", "?", "—"} <= found and not {".", "* *"} & found
