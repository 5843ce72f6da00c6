"""Columns, reading order, display type, drop capitals, pictures, openings, tables; kinds of regions
and paragraphs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.document import (
    CAPTION,
    DROP_CAPITAL,
    FOOTNOTE,
    HEADER,
    HEADING,
    MARGINALIA,
    PAGE_NUMBER,
    PICTURE,
    TABLE,
    TEXT,
    Leaf,
    Line,
    Page,
    Region,
    Word,
)
from pipeline.geometry import Box
from pipeline.layout.lines import LINE, fit_baseline, measure_x_height
from pipeline.layout.order import find_caption_ends, find_spanning_rules, link_lines, order_blocks
from pipeline.layout.segment import segment
from pipeline.structure.kinds import label_page
from tests.conftest import print_page

WORDS = (
    "the",
    "lamp",
    "before",
    "school",
    "is",
    "of",
    "a",
    "newer",
    "pattern",
    "with",
    "square",
    "head",
    "hinge",
    "that",
    "pinch",
)


class Sheet:
    """A page to print on."""

    def __init__(self, width: int = 1600, height: int = 2000) -> None:
        self.image = Image.new("L", (width, height), 255)
        self.draw = ImageDraw.Draw(self.image)

    def text(self, x: int, y: int, text: str, size: int = 40) -> None:
        self.draw.text((x, y), text, font=ImageFont.load_default(size), fill=0)

    def column(self, x: int, y: int, lines: int, width: int, size: int = 40, seed: int = 0) -> None:
        """Ragged lines of words, as wide as said."""
        font, rng = ImageFont.load_default(size), np.random.default_rng(seed)
        for k in range(lines):
            line = ""
            while self.draw.textlength(line, font=font) < width - 4.5 * size:
                line += str(rng.choice(WORDS)) + " "
            self.text(x, y + round(k * 1.5 * size), line.strip(), size)

    @property
    def raster(self) -> NDArray[np.uint8]:
        return np.where(np.asarray(self.image) > 127, np.uint8(255), np.uint8(0))


def segmented(sheet: Sheet) -> Page:
    raster = sheet.raster
    page = Page(
        1,
        raster.shape[1],
        raster.shape[0],
        300.0,
        straight_width=raster.shape[1],
        straight_height=raster.shape[0],
    )
    return segment(page, raster)[0]


def starts(page: Page) -> list[tuple[int, int]]:
    """Left and top of each region, to the nearest 50 pixels."""
    return [
        (round(r.box.left, -2), round(r.box.top, -2)) for r in page.regions if r.kind != PICTURE
    ]


@pytest.mark.parametrize("gap", [60, 120, 300])
def test_two_columns_under_a_heading(gap: int) -> None:
    sheet = Sheet()
    sheet.text(300, 100, "A heading over the two columns", 60)
    sheet.column(100, 300, 20, 650, seed=1)
    sheet.column(750 + gap - 60, 300, 20, 650, seed=2)
    order = [(region.box.left > 650, region.box.top > 250) for region in segmented(sheet).regions]
    assert order == sorted(order, key=lambda place: (place[1], place[0]))
    assert set(order) == {(False, False), (False, True), (True, True)}


def test_a_rule_parts_narrow_columns() -> None:
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


def test_labels_beside_a_few_lines_of_a_column_are_no_cells_of_it() -> None:
    sheet = Sheet()
    end = 150 + round(sheet.draw.textlength(BODY[:30], font=ImageFont.load_default(40)))
    for row in range(20):
        sheet.text(150, 300 + 60 * row, BODY[:30])
    for row in (2, 5, 8, 11, 14):
        sheet.text(end + 70, 300 + 60 * row, "6.6")
    lines = list(segmented(sheet).lines)
    assert len(lines) == 25 and all(line.box.right <= end or line.box.left > end for line in lines)


def test_figures_with_brackets_among_them_have_two_heights_that_they_may_have() -> None:
    rises, drops, widths = np.full(21, 21.0), np.zeros(21), np.full(21, 12.0)
    rises[4:7], drops[4:7], widths[4:7] = 23.0, 6.0, 6.0
    x_height, other = measure_x_height(rises, drops, widths, 21.0)
    assert sorted((x_height, other)) == pytest.approx([21 / LINE.cap_height, 21], rel=0.01)


@pytest.mark.parametrize("xs", [[7.0] * 30, [7.0] * 15 + [900.0] * 15, list(range(0, 900, 30))])
def test_a_baseline_is_found_through_letters_in_any_place(xs: list[float]) -> None:
    bottoms = np.array([500 + 0.00002 * (x - 400) ** 2 for x in xs])
    baseline = fit_baseline(np.array(xs, dtype=float), bottoms, 20.0)
    assert np.polyval(baseline, xs) == pytest.approx(bottoms, abs=4)


def test_a_caption_in_two_columns_is_read_before_the_text_below_it() -> None:
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
    sheet = Sheet()
    for x, seed in ((100, 1), (820, 2)):
        sheet.column(x, 300, 3, 650, seed=seed)
        sheet.column(x, 520, 16, 650, seed=seed + 2)
    sheet.draw.line((100, 500, 1470, 500), fill=0, width=4)
    order = [(region.box.top > 500, region.box.left > 700) for region in segmented(sheet).regions]
    assert order == sorted(order) and len(set(order)) == 4


def test_an_opening_has_two_leaves_and_the_left_one_is_read_first() -> None:
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


def test_a_headline_is_one_line_however_large() -> None:
    sheet = Sheet()
    sheet.text(120, 80, "What Kids Need", 190)
    sheet.column(150, 400, 12, 1200)
    page = segmented(sheet)
    headline = next(page.lines)
    assert len(list(page.lines)) == 13
    assert headline.x_height > 70
    assert len(headline.words) == 3


@pytest.mark.parametrize("rows", [2, 3])
def test_a_drop_capital_is_found_and_its_lines_are_whole(rows: int) -> None:
    sheet = Sheet()
    size = round(40 * (1.5 * (rows - 1) + 0.72) / 0.72)
    sheet.draw.text(
        (100, 300 + 60 * (rows - 1) + 38),
        "T",
        font=ImageFont.load_default(size),
        fill=0,
        anchor="ls",
    )
    inset = 120 + size * 2 // 3
    sheet.column(inset, 300, rows, 1300 - inset, seed=1)
    sheet.column(100, 300 + 60 * rows, 10, 1200, seed=2)
    page = segmented(sheet)
    kinds = [region.kind for region in page.regions]
    assert kinds[0] == DROP_CAPITAL
    assert len(list(page.lines)) == 11 + rows
    assert all(line.box.left > 100 + size // 3 for line in list(page.lines)[1 : 1 + rows])


def test_nothing_is_read_in_a_picture_and_its_caption_stands_alone() -> None:
    sheet, rng = Sheet(), np.random.default_rng(1)
    halftone = rng.random((500, 500)) < 0.55
    sheet.image.paste(Image.fromarray(np.where(halftone, np.uint8(0), np.uint8(255))), (150, 300))
    sheet.text(200, 830, "The lamp, from the east", 34)
    sheet.column(750, 300, 14, 700, seed=3)
    page = segmented(sheet)
    picture = next(region for region in page.regions if region.kind == PICTURE)
    assert abs(picture.box.left - 150) < 20
    assert abs(picture.box.bottom - 800) < 50
    assert len(list(page.lines)) == 15
    assert all(line.box.left > 700 or line.box.top > 800 for line in page.lines)


def test_words_within_a_drawing_are_read() -> None:
    sheet = Sheet()
    sheet.draw.rectangle(
        (150, 300, 850, 900), outline=0, width=40
    )  # a plan: thick walls around a court with its name in it
    sheet.text(350, 560, "LOWER COURT", 40)
    sheet.column(150, 1000, 12, 1200, seed=3)
    page = segmented(sheet)
    assert any(region.kind == PICTURE for region in page.regions)
    assert any(345 < line.box.left < 365 and 560 < line.box.top < 600 for line in page.lines)
    assert len(list(page.lines)) in (13, 14)  # its two words are one line or two


def test_a_drawing_takes_no_text_with_it_as_display_type() -> None:
    sheet = Sheet()
    for x in (200, 420, 640):
        sheet.draw.ellipse((x, 330, x + 150, 480), outline=0, width=12)
    names = [(220, "spine"), (440, "left arm"), (660, "right arm")]
    for x, name in names:
        sheet.text(x, 500, name, 30)
        sheet.text(x, 540, name, 30)
    sheet.column(150, 800, 12, 1200, seed=3)
    rows = [line.box for line in segmented(sheet).lines]
    for top in (500, 540):
        assert sum(box.width for box in rows if top < box.top < top + 30) > 300


@pytest.mark.parametrize(
    ("points", "dpi"),
    [(5, 150), (5, 300), (5, 600), (10, 200), (12, 600), (36, 300), (72, 150), (72, 600)],
)
def test_type_of_any_size_is_found(points: int, dpi: int) -> None:
    size = round(points * dpi / 72)
    texts = ("one lamp before", "the school is of", "newer pattern")
    raster = print_page(texts, size, max(400, 11 * size), max(300, 180 + round(6.4 * size)))
    raster = np.where(raster > 127, np.uint8(255), np.uint8(0))
    page = Page(
        1,
        raster.shape[1],
        raster.shape[0],
        float(dpi),
        straight_width=raster.shape[1],
        straight_height=raster.shape[0],
    )
    lines = list(segment(page, raster)[0].lines)
    assert len(lines) == 3
    assert all(0.4 * size < line.x_height < 0.7 * size for line in lines)
    assert points * dpi < 1000 or [len(line.words) for line in lines] == [3, 4, 2]


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


BODY = "the lamp before the school is of a newer pattern with a square head and"


def labelled(*regions: Region) -> list[tuple[str, str]]:
    page = label_page(Page(1, 1600, 2400, 300.0, leaves=(Leaf(Box(0, 0, 1600, 2400), regions),)))
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


def test_a_page_number_in_the_first_line_of_the_text_is_split_off() -> None:
    text = body(400, 8)
    first = region_of(line_at(700, 348, "39", 40), *text.lines)
    assert [kind for kind, _ in labelled(first)] == [PAGE_NUMBER, TEXT]


def test_rows_of_cells_are_a_table() -> None:
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
    assert labelled(region_of(*rows), body(800, 6))[0][0] == TABLE


def test_paragraphs_begin_at_indents() -> None:
    page = label_page(
        Page(1, 1600, 2400, 300.0, leaves=(Leaf(Box(0, 0, 1600, 2400), (body(400, 10, (3, 7)),)),))
    )
    assert [line.paragraph for line in page.lines] == [k in (3, 7) for k in range(10)]


def test_hanging_lines_begin_where_they_stand_out() -> None:
    lines = [
        line_at(200 if k % 3 == 0 else 260, 400 + 52 * k, BODY, 1100 if k % 3 == 0 else 1040)
        for k in range(12)
    ]
    page = label_page(
        Page(1, 1600, 2400, 300.0, leaves=(Leaf(Box(0, 0, 1600, 2400), (region_of(*lines),)),))
    )
    assert [line.paragraph for line in page.lines] == [k % 3 == 0 for k in range(12)]
