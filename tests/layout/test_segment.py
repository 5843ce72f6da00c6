"""Lines and words of plain pages."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.image.straighten import straighten
from pipeline.layout.segment import segment
from tests.conftest import TEXT, print_page
from tests.image.pages import PAGE, page_of


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


def test_text_within_a_broken_frame_is_kept() -> None:
    """One side of a frame, with the ends of two others, would take the letters beside it for pieces
    that have broken off it."""
    plain = np.pad(PAGE, ((600, 600), (0, 0)), constant_values=255)
    framed = plain.copy()
    framed[40:2060, 60:65] = 0
    framed[40:44, 60:200], framed[2056:2060, 60:200] = 0, 0
    kept, whole = (list(segment(page_of(grey), grey)[0].lines) for grey in (framed, plain))
    assert [line.box for line in kept] == [line.box for line in whole]


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
