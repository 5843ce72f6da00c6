"""Light letters on dark: areas that hold them are inverted in place, all else stays as it is."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.image.binarize import flatten, ink_mask
from pipeline.image.polarity import invert_dark_areas
from tests.conftest import TEXT, print_page

PAGE = print_page(TEXT + TEXT[:4])
INK = PAGE < 128


def share_found(raster: np.ndarray, ink: np.ndarray) -> float:
    """Share of the pixels of `ink` and of the ink found that are in both."""
    found = ink_mask(flatten(invert_dark_areas(raster))) > 0
    return float((found & ink).sum() / max(1, (found | ink).sum()))


def test_page_of_dark_letters_is_the_same_object() -> None:
    assert invert_dark_areas(PAGE) is PAGE


@settings(max_examples=12, deadline=None)
@given(ground=st.integers(0, 90), letters=st.integers(170, 255), seed=st.integers(0, 99))
def test_negative_page_is_read_as_a_positive(ground: int, letters: int, seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 4, PAGE.shape)
    page = np.clip(ground + (255.0 - PAGE) / 255 * (letters - ground) + noise, 0, 255)
    assert share_found(page.astype(np.uint8), INK) > 0.85


@pytest.mark.parametrize("ground", [0, 60, 120, 170])
@pytest.mark.parametrize("degrees", [0.0, 2.0])
def test_band_is_inverted_in_place(ground: int, degrees: float) -> None:
    page = PAGE.copy()
    band = page[220:300, 60:1140]
    page[220:300, 60:1140] = np.maximum(255 - band, ground)
    turn = cv2.getRotationMatrix2D((600, 450), degrees, 1.0)
    page, ink = (
        np.asarray(cv2.warpAffine(image, turn, (1200, 900), borderValue=255), np.uint8)
        for image in (page, PAGE)
    )
    assert share_found(page, ink < 128) > 0.85


def test_light_box_within_a_dark_page_stays() -> None:
    page = 255 - PAGE
    page[366:646, 60:1140] = PAGE[366:646, 60:1140]  # four lines
    assert share_found(page, INK) > 0.85


def draw_borders() -> np.ndarray:
    """The dark lid of a scanner around a page."""
    page = PAGE.copy()
    page[:40] = page[-60:] = 10
    page[:, :50] = page[:, -30:] = 10
    return page


def draw_frames() -> np.ndarray:
    """Boxes to tick, of thick and thin lines, and black squares."""
    page = PAGE.copy()
    for k, thickness in enumerate((2, 5, 9, -1)):
        cv2.rectangle(page, (100 + 80 * k, 780), (150 + 80 * k, 830), 0, thickness)
    return page


def draw_picture() -> np.ndarray:
    """A dark picture without text."""
    page, rng = PAGE.copy(), np.random.default_rng(3)
    blurred = cv2.GaussianBlur(rng.normal(0, 1, (300, 500)), (0, 0), 9)
    page[560:860, 300:800] = np.clip(90 + 900 * blurred, 0, 255)
    return page


@pytest.mark.parametrize("draw", [draw_borders, draw_frames, draw_picture])
def test_what_holds_no_light_letters_is_untouched(draw: Callable[[], np.ndarray]) -> None:
    page = draw()
    assert invert_dark_areas(page) is page


def test_header_row_that_hangs_together_with_its_table_is_inverted() -> None:
    """Its rules make the dark area far larger than the row is: its words would be lost."""
    page = PAGE.copy()
    page[220:300, 60:1140] = 255 - page[220:300, 60:1140]
    for x in (60, 600, 1138):
        page[220:880, x : x + 3] = 0
    page[878:881, 60:1141] = 0
    inverted = invert_dark_areas(page)
    found = ink_mask(flatten(inverted))[225:295, 70:595] > 0
    ink = INK[225:295, 70:595]
    assert (found & ink).sum() > 0.85 * (found | ink).sum()


@pytest.mark.parametrize("light", [True, False])
def test_scratches_along_a_film_leave_its_page_to_be_inverted(light: bool) -> None:
    """Light ones part the page, dark ones run on over the clear film beside it: all of its text
    was lost."""
    film = np.pad(255 - PAGE, 150, constant_values=245)
    ink = np.pad(INK, 150)
    for x in (260, 515, 830):
        film[:, x : x + 2] = 250 if light else 8
        ink[:, x : x + 2] = False
    found = ink_mask(flatten(invert_dark_areas(film))) > 0
    for x in (260, 515, 830):
        found[:, x - 3 : x + 5] = ink[:, x - 3 : x + 5]
    found, ink = found[160:-160, 160:-160], ink[160:-160, 160:-160]
    assert (found & ink).sum() / (found | ink).sum() > 0.85


def test_dark_head_that_fills_much_of_a_frame_is_inverted() -> None:
    """Of the notices of a newspaper: the frame with its head was taken for a picture."""
    page = PAGE.copy()
    page[220:300, 60:1140] = 255 - page[220:300, 60:1140]
    cv2.rectangle(page, (50, 212), (1150, 420), 0, 10)
    inverted = invert_dark_areas(page)
    found = ink_mask(flatten(inverted))[225:295, 70:1130] > 0
    ink = INK[225:295, 70:1130]
    assert (found & ink).sum() > 0.85 * (found | ink).sum()
