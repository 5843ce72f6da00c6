"""One threshold for the letters of a page, whatever lies around it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.image.binarize import flatten, ink_mask
from pipeline.image.deskew import SKEW, measure_skew
from pipeline.image.straighten import plan_levelling
from pipeline.image.warp import warp
from tests.conftest import print_page


@pytest.mark.parametrize("edge", [8, 40, 150])
def test_faint_letters_beside_a_black_frame_are_ink(edge: int) -> None:
    """The threshold parted the frame of a microfilm from its paper, and no letter was left."""
    page = print_page()
    faint = (130 + page // 255 * 80).astype(np.uint8)
    framed = np.pad(faint, edge, constant_values=4)
    letters = ink_mask(flatten(framed))[edge:-edge, edge:-edge][20:-20, 20:-20] > 0
    ink = ink_mask(flatten(faint))[20:-20, 20:-20] > 0
    assert (letters & ink).sum() > 0.9 * (letters | ink).sum()


@pytest.mark.parametrize("degrees", [0.6, -1.5])
def test_faint_letters_of_a_levelled_page_with_a_black_frame_are_ink(degrees: float) -> None:
    """The white that levelling leaves outside of a narrow frame made it one of the letters."""
    faint = (130 + print_page() // 255 * 80).astype(np.uint8)
    framed = flatten(np.pad(faint, 12, constant_values=4))
    turn, size = plan_levelling(framed.shape[1], framed.shape[0], degrees)
    level = warp(framed, turn, size)
    alone = warp(flatten(np.pad(faint, 12, constant_values=210)), turn, size)
    within = warp(np.full(framed.shape, 255, np.uint8), turn, size, border=0)
    inside = cv2.erode(within, np.ones((71, 71), np.uint8)) > 0
    letters, ink = ((ink_mask(grey) > 0) & inside for grey in (level, alone))
    assert (letters & ink).sum() > 0.9 * (letters | ink).sum()


def test_a_photograph_alone_keeps_its_own_threshold() -> None:
    """Paper around it would be taken for ink."""
    grey = np.full((900, 1200), 240, np.uint8)
    grey[200:700, 300:900] = 60
    grey[::2] -= 3
    ink = ink_mask(flatten(grey)) > 0
    assert ink[250:650, 350:850].mean() > 0.9
    assert not ink[:150].any() and not ink[:, :250].any()


@pytest.mark.parametrize("length", [400, 1500])
def test_the_strokes_of_a_line_are_no_dark_areas(length: int) -> None:
    """What shows through beside the broad strokes of Fraktur was taken for ink."""
    line = np.full((120, length), 240, np.uint8)
    line[40:80, 30:-30] = np.where(np.arange(length - 60) // 12 % 2, np.uint8(240), np.uint8(30))
    line[20:100, 60 : length // 2] = np.minimum(line[20:100, 60 : length // 2], 190)
    ink = ink_mask(line) > 0
    assert ink[50:70, 32:40].all() and not ink[25:35].any()


@pytest.mark.parametrize("shape", [(16, 32_000), (32_000, 16), (1, 5_000)])
def test_a_strip_of_paper_is_no_error(shape: tuple[int, int]) -> None:
    """The edge of a newspaper, or a slip, would end its page: a side of it reduced to nothing."""
    strip = np.full(shape, 200, np.uint8)
    strip[:, ::50] = 90
    assert flatten(strip).shape == shape
    assert ink_mask(flatten(strip)).shape == shape


def test_letters_at_one_edge_have_an_angle() -> None:
    """Where more than half of the lower edges stand in the first column no half of the page would
    be left of them."""
    mask = np.zeros((1200, 900), np.uint8)
    mask[::2, 0] = 255
    mask[300:320, 200:500] = 255
    assert abs(measure_skew(mask).degrees) <= SKEW.largest_degrees
