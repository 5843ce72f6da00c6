"""Images of lines in the recognizer's frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.document import TEXT, Leaf, Line, Page, Region, Word
from pipeline.geometry import Affine, Box
from pipeline.layout.segment import segment
from pipeline.page_json import page_from_json, page_to_json
from pipeline.reading import PageRaster
from pipeline.recognition.frame import PRINT_FRAME
from pipeline.recognition.line_image import cut_line, stack_lines, unstack_lines
from pipeline.recognition.line_place import place_line
from stages.digitize.segment import cut_as_written
from tests.drawn import page_x
from tests.image.pages import PAGE, page_of


def test_line_images_have_the_frame_and_the_place_that_is_said() -> None:
    """The recognizer would see lines of another size than it has learnt, and boxes would lie
    elsewhere."""
    page, cleared = segment(page_of(PAGE), PAGE)
    for line in page.lines:
        cut = cut_line(cleared, line, PRINT_FRAME)
        image, place = cut.image, cut.place
        assert image.shape == (PRINT_FRAME.height, place.width)
        assert page_x(place, 0) == place.spans[0][0]
        assert page_x(place, place.width) == place.spans[-1][1]
        inked = np.flatnonzero((image < 128).any(axis=0))
        assert page_x(place, inked[0]) == pytest.approx(line.box.left, abs=3)


@pytest.mark.parametrize("x_height", [12 + 1e-13, 12 - 1e-13, 12.00004, 7.99996])
def test_lines_are_cut_where_the_next_stage_looks_for_them(x_height: float) -> None:
    """One page whose numbers are rounded in its JSON would stop its book."""
    box = Box(100, 40, 160, 60)
    line = Line(box, ((100.0, 60.004), (160.0, 60.0)), x_height, (Word(box),))
    regions = (Region(box, TEXT, (line,)),)
    page = Page(1, 300, 100, 300.0, leaves=(Leaf(box, regions),))
    page = replace(page, straight_width=300, straight_height=100)
    grey = np.full((100, 300), 255, np.uint8)
    stack = stack_lines(cut_as_written(PageRaster(page, grey), PRINT_FRAME).images)
    (read,) = unstack_lines(page_from_json(page_to_json(page)), stack, PRINT_FRAME)
    assert read.image.shape == stack.shape


def test_wide_white_is_shortened_and_places_stay_true() -> None:
    """Wide white would be read as dots, or words after it have wrong boxes."""
    page = Page(1, 900, 100, 300.0)
    grey = np.full((100, 900), 255, np.uint8)
    left, right = Box(100, 40, 160, 60), Box(700, 40, 760, 60)
    for box in (left, right):
        grey[box.top : box.bottom, box.left : box.right] = 0
    line = Line(
        Box.around([left, right]), ((100.0, 60.0), (760.0, 60.0)), 20.0, (Word(left), Word(right))
    )
    cut = cut_line(grey, line, PRINT_FRAME)
    image, place = cut.image, cut.place
    assert page.width > place.columns == 10 + 60 + 25 + 25 + 60 + 10
    inked = np.flatnonzero((image < 128).any(axis=0))
    jump = int(np.argmax(np.diff(inked)))
    edges = [inked[0], inked[jump] + 1, inked[jump + 1], inked[-1] + 1]
    assert [page_x(place, edge) for edge in edges] == pytest.approx([100, 160, 700, 760], abs=3)


def test_letters_that_stand_in_a_cell_each_are_seen_as_a_word() -> None:
    """A name in the boxes of a form would be read as letters between spaces."""
    grey = np.full((100, 900), 255, np.uint8)
    cells = tuple(Box(left, 40, left + 20, 60) for left in range(100, 500, 80))
    for box in cells:
        grey[box.top : box.bottom, box.left : box.right] = 0
    whole = Box.around(cells)
    baseline = ((100.0, 60.0), (440.0, 60.0))
    line = Line(whole, baseline, 20.0, (Word(whole, cells=cells),))
    cut = cut_line(grey, line, PRINT_FRAME)
    inked = np.flatnonzero((cut.image < 128).any(axis=0))
    assert np.diff(inked).max() < 0.4 * PRINT_FRAME.x_height
    assert [page_x(cut.place, x) for x in (inked[0], inked[-1] + 1)] == pytest.approx(
        [whole.left, whole.right], abs=3
    )


def test_marks_raised_above_the_frame_are_lowered_into_it() -> None:
    """Marks of notes above the line would be cut off."""
    grey = np.full((120, 400), 255, np.uint8)
    letters, mark, tail, last = (
        Box(40, 60, 160, 80),
        Box(170, 36, 182, 56),
        Box(260, 0, 272, 50),
        Box(290, 60, 300, 80),
    )
    for box in (letters, mark, tail, last):
        grey[box.top : box.bottom, box.left : box.right] = 0
    words = (letters, mark, last)
    line = Line(
        Box.around(words), ((40.0, 80.0), (300.0, 80.0)), 20.0, tuple(Word(box) for box in words)
    )
    place = place_line(line, PRINT_FRAME)
    assert 80 - mark.top > place.above_baseline(0) > 80 - mark.bottom  # the frame would cut it
    image, askew = (
        cut_line(grey, line, PRINT_FRAME).image,
        cut_line(grey, line, PRINT_FRAME, Affine(c=0.001)).image,
    )

    def height(image: np.ndarray, box: Box) -> tuple[int, int]:
        columns = [k for k in range(place.width) if box.left < page_x(place, k) < box.right - 3]
        rows = np.flatnonzero((image[:, columns] < 128).any(axis=1))
        return (int(rows[0]), len(rows)) if len(rows) else (0, 0)

    scale, top = PRINT_FRAME.x_height / 20, PRINT_FRAME.baseline - PRINT_FRAME.x_height
    assert (
        height(image, mark)
        == height(askew, mark)
        == (pytest.approx(0, abs=1), pytest.approx(20 * scale, abs=1))
    )
    assert height(image, letters) == (pytest.approx(top, abs=1), pytest.approx(20 * scale, abs=1))
    # the end of a letter of the line before stays where it is, out of sight but for its end
    assert height(image, tail)[1] == pytest.approx((place.above_baseline(0) - 30) * scale, abs=1)


def test_a_comma_of_the_line_before_is_no_accent() -> None:
    """Where lines are set solid it stands above a capital, as an accent does."""
    grey = np.full((300, 500), 255, np.uint8)
    words = []
    for left, top in ((100, 158), (250, 170)):  # É, and an E below a comma
        grey[170:200, left : left + 30] = 0
        words.append(Word(Box(left, top, left + 30, 200), "E", 0.9))
    grey[158:165, 110:118] = 0
    line = Line(Box(100, 158, 280, 200), ((100.0, 200.0), (280.0, 200.0)), 20.0, tuple(words))
    alone = cut_line(grey, line, PRINT_FRAME).image
    grey[158:165, 260:268] = 0
    assert (cut_line(grey, line, PRINT_FRAME).image == alone).all()
    assert alone[:12].min() < 60 < alone[:3].max()
