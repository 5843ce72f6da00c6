"""Lines of joined handwriting on a page."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.document import HAND, Page
from pipeline.layout.written_line import find_slope, measure_written
from pipeline.layout.written_page import segment_written

TEXT = "minimum annual commonness reservoir"
X_HEIGHT = 21  # of OpenCV's script at this size, in pixels
SCRIPT = cv2.FONT_HERSHEY_SCRIPT_SIMPLEX


def write(paper: NDArray[np.uint8], text: str, x: int, y: int, thickness: int = 3) -> None:
    """A line in a face whose letters are joined, its baseline at `y`."""
    cv2.putText(paper, text, (x, y), SCRIPT, 1.6, 0, thickness, cv2.LINE_AA)


def page_of(grey: NDArray[np.uint8]) -> Page:
    height, width = grey.shape
    return Page(1, width, height, 150.0, straight_width=width, straight_height=height)


@settings(deadline=None, max_examples=15)
@given(slope=st.floats(-0.1, 0.1), scale=st.floats(0.6, 1.6), drop=st.integers(-12, 12))
def test_a_line_is_measured_wherever_it_lies(slope: float, scale: float, drop: int) -> None:
    """The baseline keeps near the letters' feet, and the x-height to their size."""
    paper = np.full((200, 900), 255, np.uint8)
    write(paper, TEXT, 60, 110)
    turned = np.array([[scale, 0, 0], [slope * scale, scale, drop - slope * scale * 400]])
    size = round(900 * scale), round(200 * scale)
    image = cv2.warpAffine(paper, turned, size, borderValue=255)
    found = measure_written((255 - image.astype(np.float32)) / 255)
    assert found is not None
    assert found.x_height == pytest.approx(X_HEIGHT * scale, rel=0.35)
    for x, y in found.baseline[3:-3]:
        true = scale * 110 + drop + slope * (x - scale * 400)
        assert abs(y - true) < 0.35 * X_HEIGHT * scale


def test_paper_without_ink_has_no_line() -> None:
    assert measure_written(np.zeros((50, 200), np.float32)) is None


def test_the_slope_of_a_line_is_found() -> None:
    paper = np.full((260, 900), 255, np.uint8)
    write(paper, TEXT, 60, 140)
    turned = np.array([[1, 0, 0], [0.08, 1, -30]])
    image = cv2.warpAffine(paper, turned, (900, 260), borderValue=255)
    assert find_slope((255 - image.astype(np.float32)) / 255) == pytest.approx(0.08, abs=0.011)


def written_page(lines: int = 9, slope: float = 0.0) -> NDArray[np.uint8]:
    """Lines that rise or fall across a page, the last of them short and indented."""
    paper = np.full((200 + 110 * lines, 1300), 255, np.uint8)
    for k in range(lines):
        short = k == lines - 1
        write(paper, "yours ever" if short else TEXT, 700 if short else 150, 170 + 110 * k)
    turned = np.array([[1, 0, 0], [slope, 1, -slope * 650]])
    return np.asarray(cv2.warpAffine(paper, turned, paper.shape[::-1], borderValue=255), np.uint8)


@pytest.mark.parametrize("slope", [-0.06, 0.0, 0.05])
def test_every_line_of_a_page_is_found_in_order(slope: float) -> None:
    grey = written_page(slope=slope)
    page, raster = segment_written(page_of(grey), grey)
    assert page.writing == HAND and raster is grey
    lines = list(page.lines)
    assert len(lines) == 9
    for k, line in enumerate(lines):
        middle = line.baseline[len(line.baseline) // 2]
        expected = 170 + 110 * k + slope * (middle[0] - 650)
        assert abs(middle[1] - expected) < 0.35 * X_HEIGHT
    assert lines[-1].box.left > 600 > lines[0].box.right - 700


def test_a_ruled_page_has_no_more_lines_than_are_written() -> None:
    grey = written_page()
    for k in range(9):
        cv2.line(grey, (40, 180 + 110 * k), (1260, 180 + 110 * k), 120, 2)
    page, _ = segment_written(page_of(grey), grey)
    assert len(list(page.lines)) == 9


def test_lines_side_by_side_are_read_from_left_to_right() -> None:
    grey = np.full((600, 1500), 255, np.uint8)
    for k in range(4):
        write(grey, "minimum", 60, 120 + 110 * k)
        write(grey, "annual", 1150, 120 + 110 * k)
    page, _ = segment_written(page_of(grey), grey)
    lines = list(page.lines)
    assert len(lines) == 8
    assert [line.box.left < 700 for line in lines] == [True, False] * 4


def test_a_page_of_one_line_has_one() -> None:
    grey = np.full((900, 1300), 255, np.uint8)
    write(grey, TEXT, 150, 300)
    page, _ = segment_written(page_of(grey), grey)
    (line,) = page.lines
    assert line.box.left < 200 and line.box.right > 900


@pytest.mark.parametrize("size", [(3, 1), (1, 5), (40, 2), (2, 400)])
def test_a_scrap_of_a_page_has_no_lines(size: tuple[int, int]) -> None:
    """A shelf would be told of an error of Recto's own."""
    grey = np.full(size, 255, np.uint8)
    grey[0, 0] = 0
    page, _ = segment_written(page_of(grey), grey)
    assert not list(page.lines)


def test_an_empty_page_has_no_lines() -> None:
    grey = np.full((800, 600), 255, np.uint8)
    page, _ = segment_written(page_of(grey), grey)
    assert not list(page.lines)
