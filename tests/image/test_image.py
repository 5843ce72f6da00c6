"""Straightening and segmentation on pages printed for the test: angles, orientation, coordinates
that come home."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import cv2
import numpy as np
import pytest
import skimage.data
import skimage.filters
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import BLANK, Line, Page, Word
from pipeline.geometry import Affine, Box
from pipeline.image.binarize import flatten, ink_mask
from pipeline.image.quantiles import median, quantile
from pipeline.image.runs import find_runs, find_widest_run
from pipeline.image.straighten import level_raster, plan_levelling, straighten
from pipeline.layout.segment import segment
from pipeline.recognition.frame import PRINT_FRAME
from pipeline.recognition.line_image import cut_line
from pipeline.recognition.line_place import place_line
from tests.conftest import TEXT, print_page


def page_of(grey: np.ndarray) -> Page:
    return Page(1, grey.shape[1], grey.shape[0], 300.0)


PAGE = np.where(
    print_page(TEXT + TEXT[:4]) > 127, np.uint8(255), np.uint8(0)
)  # bitonal: nothing to flatten


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
    assert abs(place.page_x(float(column)) - there[0]) < tolerance
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


def test_blank_paper_is_blank() -> None:
    """Paper grain or a stain would be read as text."""
    rng = np.random.default_rng(1)
    paper = np.clip(rng.normal(225, 4, (900, 700)), 0, 255).astype(np.uint8)
    assert straighten(page_of(paper), paper)[0].status == BLANK
    assert not ink_mask(flatten(paper)).any()


def test_uneven_light_is_flattened() -> None:
    """Letters in a shadow would be lost, or the shadow become ink."""
    shade = np.linspace(0.35, 1.0, PAGE.shape[1])[None, :]
    lit = (PAGE * shade).astype(np.uint8)
    mask, dark = ink_mask(flatten(lit)) > 0, PAGE < 128
    assert (mask & dark).sum() > 0.9 * dark.sum()
    assert (mask & ~dark).sum() < 0.5 * dark.sum()


def test_a_photographed_page_is_separated_from_its_shadow() -> None:
    """scikit-image's picture of a page, lit from one side: nearer to a local threshold than one for
    the whole page is."""
    photograph = skimage.data.page()
    local = photograph < skimage.filters.threshold_sauvola(photograph, window_size=25, k=0.2)

    def agreement(mask: np.ndarray) -> float:
        return float((mask & local).sum() / (mask | local).sum())

    ours = ink_mask(flatten(photograph)) > 0
    assert agreement(ours) > 0.55
    assert agreement(ours) > 1.5 * agreement(
        photograph < skimage.filters.threshold_otsu(photograph)
    )


def test_lines_and_words_are_found() -> None:
    """The plainest page would lose lines or words."""
    page, _ = segment(page_of(PAGE), PAGE)
    lines = list(page.lines)
    assert [len(line.words) for line in lines] == [len(text.split()) for text in TEXT + TEXT[:4]]
    baselines = [line.baseline[0][1] for line in lines]
    assert baselines == sorted(baselines)
    assert np.ptp([line.x_height for line in lines]) < 3


def test_quotes_belong_to_the_line_that_they_open_and_close() -> None:
    """Quotes would be lines of their own, read before or after the text that they belong to."""
    grey = np.where(
        print_page((*TEXT[:3], "What are they all for?", "Yes.", "no.")) > 127,
        np.uint8(255),
        np.uint8(0),
    )
    plain = list(segment(page_of(grey), grey)[0].lines)
    for line in plain[3:]:
        top, size = round(line.baseline[0][1] - 1.45 * line.x_height), round(0.65 * line.x_height)
        for x in (line.box.left - 24, line.box.left - 13, line.box.right + 5, line.box.right + 16):
            grey[top : top + size, x : x + 8] = 0
    quoted = list(segment(page_of(grey), grey)[0].lines)
    assert len(quoted) == len(plain)
    for before, after in zip(plain[3:], quoted[3:], strict=True):
        assert (after.box.left, after.box.right) == (before.box.left - 24, before.box.right + 24)
        assert after.baseline[0][1] == pytest.approx(before.baseline[0][1], abs=1)
        assert after.x_height == pytest.approx(before.x_height, abs=2)


def test_what_stands_on_one_level_is_read_from_left_to_right() -> None:
    """Words of one row would come in a wrong order."""
    grey = PAGE.copy()
    grey[20:60, 60:1100] = 255
    head, number = print_page(("HEAD",))[80:140, 90:250], print_page(("27",))[80:140, 90:250]
    grey[24:84, 700:860], grey[20:80, 60:220] = (
        head,
        number,
    )  # the number a little higher, and far to the left
    for shift in (0, 7):
        page, _ = segment(page_of(grey), np.roll(grey, shift, axis=0))
        first, second = list(page.lines)[:2]
        assert first.box.left < 100 < 600 < second.box.left


def test_pieces_of_a_broken_rule_are_no_letters() -> None:
    """A printed rule would be read as a row of dashes or letters."""
    ruled = PAGE.copy()
    for top, bottom in ((100, 400), (404, 434), (440, 520), (526, 548), (560, 760)):
        ruled[top:bottom, 1120:1123] = 0
    page, cleared = segment(page_of(ruled), ruled)
    assert max(word.box.right for line in page.lines for word in line.words) < 1110
    assert cleared[100:760, 1118:1126].min() == 255


def test_columns_are_read_one_after_the_other() -> None:
    """Two columns would be read across."""
    left, right = (
        print_page(tuple("a short line here" for _ in range(8))),
        print_page(tuple("over there it ends" for _ in range(8))),
    )
    both = np.hstack([left[:, :600], right[:, :600]])
    page, _ = segment(page_of(both), both)
    lefts = [line.box.left for line in page.lines]
    assert len(lefts) == 16
    assert max(lefts[:8]) < 300 < min(lefts[8:])


def test_black_borders_make_no_text() -> None:
    """The border of a scan would be read as letters."""
    bordered = PAGE.copy()
    bordered[:40], bordered[-30:], bordered[:, :35] = 0, 0, 0
    page, straight = straighten(page_of(bordered), bordered)
    page, cleared = segment(page, straight)
    assert len(list(page.lines)) == len(TEXT) + 4
    assert cleared[:35].min() == 255


def test_line_images_have_the_frame_and_the_place_that_is_said() -> None:
    """The recognizer would see lines of another size than it has learnt, and boxes would lie
    elsewhere."""
    page, cleared = segment(page_of(PAGE), PAGE)
    for line in page.lines:
        cut = cut_line(cleared, line, PRINT_FRAME)
        image, place = cut.image, cut.place
        assert image.shape == (PRINT_FRAME.height, place.width)
        assert place.page_x(0) == place.spans[0][0]
        assert place.page_x(place.width) == place.spans[-1][1]
        inked = np.flatnonzero((image < 128).any(axis=0))
        assert place.page_x(inked[0]) == pytest.approx(line.box.left, abs=3)


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
    assert [place.page_x(edge) for edge in edges] == pytest.approx([100, 160, 700, 760], abs=3)


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
        columns = [k for k in range(place.width) if box.left < place.page_x(k) < box.right - 3]
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


@given(st.lists(st.booleans(), max_size=30))
def test_runs_are_what_groupby_gives(values: list[bool]) -> None:
    """Everything that counts runs of ink or white would count wrongly."""
    expected, at = [], 0
    for value, group in groupby(values):
        length = len(list(group))
        expected += [(at, at + length)] * value
        at += length
    mask = np.array(values, dtype=bool)
    assert [tuple(run) for run in find_runs(mask).tolist()] == expected
    assert find_widest_run(mask) == max(expected, key=lambda run: run[1] - run[0], default=None)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.floats(0, 1))
def test_statistics_are_numpy_s(values: list[float], share: float) -> None:
    """Our faster medians would differ from the real ones."""
    assert median(np.array(values)) == pytest.approx(np.median(values), rel=1e-9, abs=1e-9)
    assert quantile(np.array(values), share) == pytest.approx(
        np.quantile(values, share), rel=1e-6, abs=1e-6
    )
