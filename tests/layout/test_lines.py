"""Lines of any size: their x-height, their baseline, display type and drop capitals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from pipeline.document import DROP_CAPITAL, Page
from pipeline.image.binarize import ink_mask
from pipeline.image.components import find_components
from pipeline.layout.baselines import find_densest, fit_baseline
from pipeline.layout.line_parameters import LINE
from pipeline.layout.lines import measure_joined, measure_line, measure_x_height
from pipeline.layout.segment import segment
from tests.conftest import print_page
from tests.layout.sheet import BODY, Sheet, segmented


def test_figures_with_brackets_among_them_have_two_heights_that_they_may_have() -> None:
    """A line of figures would be read at a wrong height only."""
    rises, drops, widths = np.full(21, 21.0), np.zeros(21), np.full(21, 12.0)
    rises[4:7], drops[4:7], widths[4:7] = 23.0, 6.0, 6.0
    x_height, other = measure_x_height(rises, drops, widths, 21.0)
    assert sorted((x_height, other)) == pytest.approx([21 / LINE.cap_height, 21], rel=0.01)


@pytest.mark.parametrize("xs", [[7.0] * 30, [7.0] * 15 + [900.0] * 15, list(range(0, 900, 30))])
def test_a_baseline_is_found_through_letters_in_any_place(xs: list[float]) -> None:
    """A line whose letters stand on few places would make the fit fail."""
    bottoms = np.array([500 + 0.00002 * (x - 400) ** 2 for x in xs])
    baseline = fit_baseline(np.array(xs, dtype=float), bottoms, 20.0)
    assert np.polyval(baseline, xs) == pytest.approx(bottoms, abs=4)


def test_a_headline_is_one_line_however_large() -> None:
    """Large type would be taken for a picture, or fall apart."""
    sheet = Sheet()
    sheet.text(120, 80, "What Kids Need", 190)
    sheet.column(150, 400, 12, 1200)
    page = segmented(sheet)
    headline = next(page.lines)
    assert len(list(page.lines)) == 13
    assert headline.x_height > 70
    assert len(headline.words) == 3


def test_each_line_of_a_poster_is_whole_whatever_stands_above_it() -> None:
    """Letters of centimetres above small print would be pictures, and a headline would take the
    high letters of the line below it."""
    sheet = Sheet(3600, 2400)
    sheet.text(120, 40, "Shout", 1000)
    sheet.text(120, 1200, "Power", 240)
    sheet.text(120, 1540, "European sleep his stayed", 120)
    sheet.text(120, 1740, "his fifth late sheep in square pinches", 30)
    page = segmented(sheet)
    assert [region.kind for region in page.regions].count("picture") == 0
    assert [len(line.words) for line in page.lines] == [1, 1, 4, 7]
    assert next(page.lines).x_height > 400


def test_letters_of_a_headline_that_touch_are_of_it() -> None:
    """A masthead would lose them, and fall into what stands before and behind."""
    sheet = Sheet()
    sheet.text(120, 80, "HARRIERS GO WEST", 150)
    for left, right in ((400, 440), (495, 535), (530, 575)):  # as serifs do
        sheet.draw.rectangle((left, 205, right, 225), fill=0)
    sheet.column(150, 400, 12, 1200)
    headline = next(segmented(sheet).lines)
    assert headline.box.left < 150 and len(headline.words) == 3


@pytest.mark.parametrize("rows", [2, 3])
def test_a_drop_capital_is_found_and_its_lines_are_whole(rows: int) -> None:
    """A drop capital would be lost, or be read into the lines beside it."""
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


@pytest.mark.parametrize(
    ("points", "dpi"),
    [(5, 150), (5, 300), (5, 600), (10, 200), (12, 600), (36, 300), (72, 150), (72, 600)],
)
def test_type_of_any_size_is_found(points: int, dpi: int) -> None:
    """Type of some size or resolution would not be found at all."""
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


def test_spaced_points_behind_a_line_belong_to_it() -> None:
    """Of `. . .”` at a line's end all but the first point would be lost."""
    sheet = Sheet()
    sheet.column(100, 300, 6, 1200)
    sheet.text(100, 660, "the lamp before the school")
    right = 100 + round(
        sheet.draw.textlength("the lamp before the school", ImageFont.load_default(40))
    )
    for k in range(4):
        sheet.text(right + 30 + 33 * k, 660, ".")
    line = next(line for line in segmented(sheet).lines if line.box.bottom > 660)
    assert line.box.right > right + 30 + 33 * 3


def test_fine_print_below_large_type_is_a_line() -> None:
    """Its letters would pass for marks, and be dropped without a word."""
    sheet = Sheet()
    for k in range(3):
        sheet.text(150, 200 + 150 * k, "Great Circus", 100)
    sheet.text(150, 800, "printed and sold at the sign of the lamp", 22)
    lines = list(segmented(sheet).lines)
    assert len(lines) == 4
    assert lines[3].x_height == pytest.approx(lines[0].x_height * 22 / 100, abs=1.5)
    assert len(lines[3].words) == 9


def test_fine_print_of_a_few_high_letters_is_a_line() -> None:
    """Its small letters are fewer than those with ascenders, whose height was taken for theirs."""
    sheet = Sheet(1000, 1000)
    for k in range(3):
        sheet.text(150, 200 + 150 * k, "Great Circus", 60)
    sheet.text(150, 800, "Chapel offered called", 20)
    assert [len(line.words) for line in segmented(sheet).lines] == [2, 2, 2, 3]


def test_a_border_of_type_ornaments_is_no_text() -> None:
    """Rings in a row were read as noughts, and so were those at the sides."""
    sheet = Sheet()
    for k in range(30):
        for x, y in ((110 + 46 * k, 100), (110 + 46 * k, 1500), (60, 120 + 46 * k)):
            sheet.draw.ellipse((x, y, x + 28, y + 28), outline=0, width=4)
    sheet.column(200, 300, 8, 1100)
    plain = Sheet()
    plain.column(200, 300, 8, 1100)
    boxes = [[line.box for line in segmented(page).lines] for page in (sheet, plain)]
    assert boxes[0] == boxes[1]


def test_the_same_initial_in_each_row_of_a_list_is_text() -> None:
    """They stand below each other as evenly as the ornaments of a border, and were lost."""
    sheet = Sheet()
    for row in range(14):
        sheet.text(200, 200 + 70 * row, f"J. {BODY[3 * row : 3 * row + 12].strip().capitalize()}")
    lines = list(segmented(sheet).lines)
    assert len(lines) == 14 and all(line.box.left < 215 for line in lines)


def test_a_short_word_of_descenders_stands_on_its_line() -> None:
    """Most feet of the word hang below the line that it stands on."""
    sheet = Sheet()
    sheet.text(150, 200, "guppy")
    sheet.column(150, 400, 4, 1200)
    short = next(segmented(sheet).lines)
    below = short.box.bottom - short.baseline[0][1]
    assert below == pytest.approx(0.4 * short.x_height, abs=0.25 * short.x_height)


def test_small_letters_beside_as_many_tall_ones_tell_the_x_height() -> None:
    """A line of sans serif with many capitals would be read as capitals only."""
    tall, small = np.full(12, 22.0), np.full(9, 16.0)
    rises, widths = np.concatenate([tall, small]), np.full(21, 15.0)
    assert measure_x_height(rises, np.zeros(21), widths, 21.0) == (16.0, 0.0)


def hanging_figures(sheet: Sheet, x: int, y: int, digits: str) -> None:
    """Figures of old style that all hang below the line, on which their commas are."""
    for k, digit in enumerate(digits):
        sheet.text(x + 26 * k, y + (0 if digit == "," else 10), digit)


def test_commas_tell_where_figures_of_old_style_stand_that_all_hang() -> None:
    """`77,757` was measured by the feet of 7, and read without its comma."""
    sheet = Sheet(height=900)
    for row in range(9):
        sheet.text(120, 100 + 70 * row, BODY[:40])
    hanging_figures(sheet, 120, 740, "77,757")
    sheet.text(600, 740, "88,868")
    *body, figures, lining = segmented(sheet).lines
    assert figures.baseline[0][1] == pytest.approx(lining.baseline[0][1], abs=3)
    assert figures.x_height == pytest.approx(body[0].x_height, rel=0.15)
    assert len(body) == 9


def test_a_row_stands_where_its_label_does_and_not_its_hanging_figures() -> None:
    """Between the two levels its baseline fell from the one to the other."""
    sheet = Sheet(height=300)
    sheet.text(120, 100, "Sums of sun and rain")
    hanging_figures(sheet, 800, 100, "7557")
    hanging_figures(sheet, 1200, 100, "75,757")
    parts = find_components(ink_mask(np.asarray(sheet.image)))
    pieces = [
        measure_line(parts, np.flatnonzero((parts.left >= left) & (parts.right < right)), 21.0)
        for left, right in ((0, 700), (700, 1100), (1100, 1600))
    ]
    assert [piece.hangs for piece in pieces] == [False, False, True]  # by its comma
    label, hanging, raised = (piece.baseline_at(800) for piece in pieces)
    assert hanging == pytest.approx(label + 10, abs=2) and raised == pytest.approx(label, abs=2)
    row = measure_joined(parts, pieces, 21.0)
    assert row.baseline_at(130) == pytest.approx(label, abs=1)
    assert row.baseline_at(1300) == pytest.approx(label, abs=1)
    assert row.x_height == pytest.approx(pieces[0].x_height, rel=0.1)


def test_figures_of_old_style_stand_on_the_line_below_which_most_of_them_hang() -> None:
    """The line was measured by the feet of 3, 4, 5, 7 and 9, and cut too low to be read. p and q
    hang as those do, x stands as 0, 1 and 2 do, d as 6 and 8."""
    sheet = Sheet(height=700)
    for row, text in enumerate(("pqxqdp qxqpqd pqqpxq qpd", "xd xxdxx dxxdx xdxdd xdx")):
        sheet.text(120, 200 + 200 * row, text)
    figures, usual = segmented(sheet).lines
    assert figures.baseline[0][1] == pytest.approx(usual.baseline[0][1] - 200, abs=2)
    assert figures.x_height == pytest.approx(usual.x_height, rel=0.1)


def test_a_line_of_verse_that_two_speakers_share_is_one_line() -> None:
    """The name of a speaker and what follows far behind it, under the end of another's words."""
    sheet = Sheet()
    sheet.column(150, 200, 2, 1100, seed=1)
    sheet.text(150, 320, "Rod.")
    sheet.text(560, 320, "There is no wind.")
    sheet.column(150, 380, 2, 1100, seed=2)
    assert len(list(segmented(sheet).lines)) == 5


def test_names_on_one_level_are_no_line() -> None:
    """The children in a family tree stand side by side, with nothing that runs on across."""
    sheet = Sheet()
    sheet.text(700, 200, "The elder")
    for x, name in ((150, "Thomas Pell"), (720, "William"), (1250, "Joan")):
        sheet.text(x, 320, name)
        sheet.text(x, 380, "of the mill")
    assert len(list(segmented(sheet).lines)) == 7


def test_brackets_at_one_end_do_not_tilt_a_short_line() -> None:
    """Its letters would be cut on a slope and in a wrong size: small ones for capitals."""
    xs = np.array([845.5, 866, 886, 906, 946.5, 1005.5, 1066, 1126, 1146.5, 1166, 1186])
    bottoms = np.array([1296.0, 1292, 1298, 1291, 1296, 1292, 1291, 1292, 1292, 1292, 1292])
    baseline = fit_baseline(xs, bottoms, 16.0)
    assert np.polyval(baseline, xs) == pytest.approx(np.full(len(xs), 1292), abs=1)


@given(st.integers(2, 9), st.floats(3, 40), st.floats(0.2, 2.5))
def test_of_two_levels_with_as_many_letters_the_lower_one_is_taken(
    count: int, step: float, radius: float
) -> None:
    """In the middle between them nothing lies."""
    values = np.array([10.0] * count + [10 + step] * count)
    assert find_densest(values, radius) == pytest.approx(
        10 if step > max(1, radius) else 10 + step / 2
    )


@pytest.mark.parametrize("slope", [0.0, -0.006, 0.02])
def test_figures_of_old_style_at_the_end_of_an_entry_do_not_tilt_its_line(slope: float) -> None:
    """Entries of an index would be cut askew, and lose the commas between their figures."""
    xs = np.arange(24) * 22.0
    bottoms = 500.0 + slope * xs
    if slope < 0.02:  # `Summerson market, 24, 367, 399`
        bottoms[[17, 18, 20, 21, 22, 23]] += 8
        line = fit_baseline(xs, bottoms, 20.0)
        assert np.abs(np.polyval(line, xs) - (500 + slope * xs)).max() < 3.5
    else:  # a line that does rise or fall is no such line
        assert np.polyval(fit_baseline(xs, bottoms, 20.0), xs) == pytest.approx(bottoms, abs=1)


@given(
    st.lists(st.tuples(st.floats(0, 3000), st.floats(400, 600)), min_size=1, max_size=40),
    st.floats(4, 60),
)
def test_every_row_of_feet_has_a_baseline(feet: list[tuple[float, float]], letter: float) -> None:
    """A page whose feet stand on no level would be lost to an error."""
    xs, bottoms = np.array(feet).T
    line = fit_baseline(xs, bottoms, letter)
    assert np.isfinite(line).all() and 1 <= len(line) <= 3
