"""Pages whose letters are far too small or large are resampled to be read, and what is found on
them comes home to the page as supplied."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.document import Page
from pipeline.geometry import Affine, Box
from pipeline.image.straighten import straighten
from pipeline.layout.segment import segment
from pipeline.page_json import page_from_json, page_to_json
from tests.conftest import TEXT, print_page

PAGE = np.asarray(print_page(TEXT + TEXT[:4]))


def resize(across: float, down: float) -> np.ndarray:
    """The test's page with so many times its columns and rows."""
    way = cv2.INTER_AREA if across < 1 or down < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(PAGE, None, fx=across, fy=down, interpolation=way), np.uint8)


def page_of(grey: np.ndarray, dpi: float = 300) -> Page:
    """A page of which nothing is known."""
    return Page(1, grey.shape[1], grey.shape[0], dpi)


def test_usual_page_keeps_its_pixels() -> None:
    page, _ = straighten(page_of(PAGE), PAGE)
    assert page.read_width == 0 and page.onto_read == Affine()


@pytest.mark.parametrize("across, grown", [(0.25, 2.0), (3.0, 0.274)])
@pytest.mark.parametrize("turns", [0, 1, 2])
def test_boxes_come_home(across: float, grown: float, turns: int) -> None:
    if turns == 1 and across < 1:
        pytest.skip("lines of 75 dpi that run down the page are not seen to lie")
    grey = np.ascontiguousarray(np.rot90(resize(across, across), turns))
    page, upright = straighten(page_of(grey, 300 * across), grey)
    assert page.read_height / page.height == pytest.approx(grown, rel=0.05)
    assert page.onto_upright == Affine()
    found, _ = segment(page, upright)
    home = [page.to_source.box(line.box) for line in found.lines]
    assert len(home) == len(TEXT) + 4
    ink = np.argwhere(grey < 128)
    (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0) + 1
    whole = Box.around(home)
    edges = np.abs(np.subtract(whole.as_tuple(), (left, top, right, bottom)))
    assert edges.max() <= 4 * max(1.0, across)


@pytest.mark.parametrize("across, dpi", [(0.8, 240), (0.68, 204), (0.68, 300), (0.6, 300)])
def test_fax_of_half_its_rows_gets_them_back(across: float, dpi: float) -> None:
    """Files of faxes seldom say their resolution: 300 dpi is guessed."""
    fax = np.where(resize(across, across / 2) < 170, np.uint8(0), np.uint8(255))
    page, _ = straighten(page_of(fax, dpi), fax)
    assert page.read_width == page.width and page.read_height == 2 * page.height


def test_size_survives_the_json_of_a_page() -> None:
    page = Page(1, 100, 80, 72, read_width=200, read_height=161)
    assert page_from_json(page_to_json(page)) == page
    assert page.read_dpi == 144


def test_small_letters_that_touch_are_enlarged_and_stay_upright() -> None:
    """A page without its resolution would be turned on its side: in half of its pixels no line
    showed, and in all of them words were as high as their ascenders."""
    blurred = cv2.GaussianBlur(PAGE, (0, 0), 5.0)
    dark = np.asarray(np.clip(blurred.astype(float) * 2 - 255, 0, 255), np.uint8)
    grey = np.asarray(cv2.resize(dark, None, fx=0.32, fy=0.32, interpolation=cv2.INTER_AREA))
    page, upright = straighten(page_of(grey), grey)
    assert page.orientation == 0
    assert page.read_width == pytest.approx(2 * page.width, abs=2)
    found, _ = segment(page, upright)
    assert len(list(found.lines)) == len(TEXT) + 4
