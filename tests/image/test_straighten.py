"""Orientation and skew: found, and followed back to the page as supplied."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import Line, Page
from pipeline.geometry import Affine, Box
from pipeline.image.straighten import level_raster, plan_levelling, straighten
from pipeline.layout.segment import segment
from pipeline.recognition.frame import PRINT_FRAME
from pipeline.recognition.line_image import cut_line
from pipeline.recognition.line_place import place_line
from tests.conftest import TEXT
from tests.drawn import page_x
from tests.image.pages import PAGE, page_of


@pytest.mark.parametrize("turns", range(4))
def test_orientation_is_found(turns: int) -> None:
    """Pages that lie on their side or upside down would be read as nonsense."""
    turned = np.ascontiguousarray(np.rot90(PAGE, turns))
    page, straight = straighten(page_of(turned), turned)
    assert page.orientation == turns * 90
    assert abs(page.skew) < 0.1
    assert np.array_equal(straight, PAGE)


@pytest.mark.parametrize("angle", [-7.3, -2.5, -0.4, 0.6, 3.1, 9.0])
def test_skew_is_found(angle: float) -> None:
    """Lines of a skewed page would run into each other."""
    height, width = PAGE.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    skewed = np.asarray(
        cv2.warpAffine(PAGE, matrix, (width, height), borderValue=255), dtype=np.uint8
    )
    page, _ = straighten(page_of(skewed), skewed)
    assert page.skew == pytest.approx(angle, abs=0.1)


@pytest.mark.parametrize("depth", [0.02, -0.04])
def test_lines_that_bend_down_and_up_are_level_between(depth: float) -> None:
    """One half of the page would be laid level and the other stand twice as steep."""
    height, width = PAGE.shape
    across = np.linspace(-1, 1, width, dtype=np.float32)
    bend = depth * width * (np.square(across) + 0.05 * across)  # one half a little straighter
    rows = np.arange(height, dtype=np.float32)[:, None] + bend[None, :].astype(np.float32)
    columns = np.broadcast_to(np.arange(width, dtype=np.float32), rows.shape)
    bent = cv2.remap(PAGE, columns.copy(), rows, cv2.INTER_LINEAR, borderValue=255)
    page, _ = straighten(page_of(np.asarray(bent, np.uint8)), np.asarray(bent, np.uint8))
    assert abs(page.skew) < 1


def test_a_straight_page_is_not_turned() -> None:
    """Good pages would be turned by the noise of the measurement."""
    page, upright = straighten(page_of(PAGE), PAGE)
    assert abs(page.skew) < 0.1
    assert page.to_source == page.onto_upright == Affine()
    assert np.array_equal(upright, PAGE)
    assert level_raster(page, upright) is upright


def test_a_skewed_page_is_turned_only_where_that_is_wanted_and_sure() -> None:
    """Users could not switch deskewing off, or an unsure angle would spoil a page."""
    height, width = PAGE.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 2.0, 1.0)
    flags = cv2.INTER_NEAREST  # bitonal: nothing to flatten
    skewed = np.asarray(
        cv2.warpAffine(PAGE, matrix, (width, height), flags=flags, borderValue=255), dtype=np.uint8
    )
    page, upright = straighten(page_of(skewed), skewed)
    assert page.skew_confidence > 0.5
    assert page.onto_upright != Affine()
    assert np.array_equal(upright, skewed), "nothing is resampled before lines are cut"
    assert straighten(page_of(skewed), skewed, deskew=False)[0].onto_upright == Affine()
    noise = np.random.default_rng(1).random((400, 400)) < 0.02
    speckled = np.where(cv2.dilate(noise.astype(np.uint8), np.ones((9, 9))) > 0, 0, 255).astype(
        np.uint8
    )
    assert straighten(page_of(speckled), speckled)[0].onto_upright == Affine()


def test_lines_of_a_skewed_page_are_cut_level() -> None:
    """The crops of a page turned by 3 degrees look like those of the page as it was."""
    height, width = PAGE.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 3.0, 1.0)
    skewed = np.asarray(
        cv2.warpAffine(PAGE, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255),
        dtype=np.uint8,
    )
    straight, cleared = segment(page_of(PAGE), PAGE)
    turned, turned_cleared = segment(*straighten(page_of(skewed), skewed))
    pairs = list(zip(straight.lines, turned.lines, strict=True))
    assert len(pairs) == len(TEXT) + 4
    for line, other in pairs:
        one = cut_line(cleared, line, PRINT_FRAME).image.astype(float)
        two = cut_line(turned_cleared, other, PRINT_FRAME, turned.onto_upright).image.astype(float)
        shared = min(one.shape[1], two.shape[1])
        assert abs(one.shape[1] - two.shape[1]) < 12
        likeness = max(
            np.corrcoef(one[:, s : shared - 12].ravel(), two[:, : shared - 12 - s].ravel())[0, 1]
            for s in range(12)
        )
        mirrored = max(
            np.corrcoef(two[:, s : shared - 12].ravel(), one[:, : shared - 12 - s].ravel())[0, 1]
            for s in range(12)
        )
        assert max(likeness, mirrored) > 0.8


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3), st.floats(-10, 10), st.integers(20, 180), st.integers(20, 120))
def test_a_point_of_a_line_is_cut_where_it_lies_on_the_scan(
    turns: int, angle: float, x: int, y: int
) -> None:
    """Raster > upright > straight > line and back: a dot on the scan is in the middle of the line
    that is cut out there."""
    upright = np.full((150, 220), 255, np.uint8)
    upright[y - 2 : y + 3, x - 2 : x + 3] = 0
    scan = np.ascontiguousarray(np.rot90(upright, -turns))
    to_upright = Affine.quarter_turns(turns, scan.shape[1], scan.shape[0])
    onto, (width, height) = plan_levelling(220, 150, angle)
    to_source = to_upright.then(onto).inverse()
    page = Page(
        1,
        scan.shape[1],
        scan.shape[0],
        300.0,
        orientation=(4 - turns) % 4 * 90,
        straight_width=width,
        straight_height=height,
        to_source=to_source,
    )
    there = onto.apply((x + 0.5, y + 0.5))
    scanned = to_source.apply(there)
    assert scan[int(scanned[1]), int(scanned[0])] == 0
    back = to_source.inverse().apply(scanned)
    assert max(abs(back[0] - there[0]), abs(back[1] - there[1])) < 0.5
    left, floor = round(there[0]) - 40, there[1] + 6.5
    line = Line(
        Box(left, int(floor) - 13, left + 80, int(floor) + 5),
        ((float(left), floor), (left + 80.0, floor)),
        13.0,
    )
    image, place = (
        255.0 - cut_line(upright, line, PRINT_FRAME, page.onto_upright).image,
        place_line(line, PRINT_FRAME),
    )
    rows, columns = np.indices(image.shape)
    column, row = (
        (image * columns).sum() / image.sum() + 0.5,
        (image * rows).sum() / image.sum() + 0.5,
    )
    tolerance = 0.5 if page.onto_upright != Affine() else 1.0  # a level page is cut at whole pixels
    assert abs(page_x(place, float(column)) - there[0]) < tolerance
    assert abs(floor - place.above_baseline(float(row)) - there[1]) < tolerance


@settings(max_examples=30, deadline=None)
@given(st.floats(-10, 10), st.integers(20, 180), st.integers(20, 120))
def test_what_is_at_a_point_comes_home(angle: float, x: int, y: int) -> None:
    """A dot on the supplied page lies, on the level page, where the transform says; within half a
    pixel and back."""
    grey = np.full((150, 220), 255, np.uint8)
    grey[y - 2 : y + 3, x - 2 : x + 3] = 0
    onto, (width, height) = plan_levelling(220, 150, angle)
    page = replace(
        Page(1, 220, 150, 300.0),
        straight_width=width,
        straight_height=height,
        to_source=onto.inverse(),
    )
    straight = level_raster(page, grey)
    weights = 255.0 - straight
    rows, columns = np.indices(straight.shape)
    centre = (
        float((weights * (columns + 0.5)).sum() / weights.sum()),
        float((weights * (rows + 0.5)).sum() / weights.sum()),
    )
    expected = onto.apply((x + 0.5, y + 0.5))
    assert np.hypot(centre[0] - expected[0], centre[1] - expected[1]) < 0.5
    home = onto.inverse().apply(centre)
    assert np.hypot(home[0] - x - 0.5, home[1] - y - 0.5) < 0.5
