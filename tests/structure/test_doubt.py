"""Which pages are blank, and which are doubtful."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.document import BLANK, DONE, PICTURE, Leaf, Line, Page, Region
from pipeline.doubtful import ILLEGIBLE_LINES, INK_WITHOUT_TEXT
from pipeline.geometry import Box
from pipeline.layout.loose_ink import LOOSE_INK, PageInk, judge_ink
from pipeline.page_json import page_from_json, page_to_json
from pipeline.reading import new_page, segment, straighten
from pipeline.structure.doubt import weigh_lines
from tests.conftest import print_page

WHOLE = Box(0, 0, 1000, 1000)


def page_of(*regions: Region) -> Page:
    """A page with these regions."""
    return Page(1, 1000, 1000, 300, leaves=(Leaf(WHOLE, regions),))


def line(length: float) -> Line:
    """A line of so many x-heights."""
    box = Box(0, 0, round(20 * length), 30)
    return Line(box, ((0.0, 30.0), (float(box.right), 30.0)), 20.0)


def text(*lines: Line) -> Region:
    """A region of text."""
    return Region(WHOLE, lines=lines)


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_page_without_regions_is_blank_or_doubtful_by_its_ink(read: float, loose: float) -> None:
    """Ink would be lost without a word, or every blank page be in the list of rescans."""
    page = judge_ink(page_of(), PageInk(0.0, loose))
    assert (page.status, page.doubtful) == (
        (BLANK, "") if loose < LOOSE_INK.least_ink else (DONE, INK_WITHOUT_TEXT)
    )
    some = judge_ink(page_of(text(line(5))), PageInk(read, loose))
    assert some.status == DONE
    assert not some.doubtful or loose > read


def test_a_plate_is_neither_blank_nor_doubtful() -> None:
    """Every engraving would head the list of rescans, or be dropped as a blank page."""
    plate = page_of(Region(Box(100, 100, 900, 900), PICTURE))
    assert judge_ink(plate, PageInk(0.0, 0.0)) == plate
    assert weigh_lines(plate, [line(10)] * 9) == plate


def test_what_could_not_be_read_is_said() -> None:
    """Text that was found and not read would be lost without a word."""
    assert weigh_lines(page_of(), [line(6)]).doubtful == ILLEGIBLE_LINES
    assert weigh_lines(page_of(text(line(4))), [line(30), line(30)]).doubtful == ILLEGIBLE_LINES
    well_read = page_of(text(line(30), line(30)))
    assert weigh_lines(well_read, [line(20)]) == well_read


def test_dust_is_not_text_that_could_not_be_read() -> None:
    """Blank pages with some dust would be in the list of rescans."""
    dusty = weigh_lines(page_of(text()), [line(1.0)] * 4)
    assert (dusty.status, dusty.leaves, dusty.doubtful) == (BLANK, (), "")
    assert weigh_lines(page_of(), [line(1.0)] * 40).doubtful == ILLEGIBLE_LINES


def test_a_doubt_comes_back_from_json_and_no_other_page_has_the_member() -> None:
    """The JSON of every page would change for the sake of a few."""
    page = page_of()
    assert "doubtful" not in page_to_json(page)
    doubtful = replace(page, doubtful=INK_WITHOUT_TEXT)
    assert page_from_json(page_to_json(doubtful)) == doubtful


def sheet() -> NDArray[np.uint8]:
    """White paper of 4 by 5 inches."""
    return np.full((1500, 1200), 255, np.uint8)


def test_a_lone_figure_is_a_line() -> None:
    """A page with nothing but its number would be blank."""
    paper = print_page(("7",))
    page = segment(straighten(new_page(paper, 300))).page
    assert page.status == DONE and len(list(page.lines)) == 1


def test_a_ruled_sheet_and_dust_are_blank() -> None:
    """Empty forms and old paper are no text."""
    ruled, dusty = sheet(), sheet()
    ruled[200:1400:100, 100:1100] = 0
    ruled[201:1401:100, 100:1100] = 0
    for y, x in np.random.default_rng(0).integers(10, 1190, (30, 2)):
        dusty[y : y + 3, x : x + 3] = 0
    for paper in (ruled, dusty):
        assert segment(straighten(new_page(paper, 300))).page.status == BLANK


def test_ink_that_is_neither_text_nor_picture_is_doubtful() -> None:
    """Pages full of ink would be called blank."""
    paper = sheet()
    cv2.circle(paper, (600, 750), 400, 0, 12)
    page = segment(straighten(new_page(paper, 300))).page
    assert (page.status, page.doubtful) == (DONE, INK_WITHOUT_TEXT)


def test_a_printed_page_is_not_doubtful() -> None:
    """Ordinary pages would be doubtful."""
    page = segment(straighten(new_page(print_page(), 300))).page
    assert (page.status, page.doubtful) == (DONE, "")
