"""Greys made of scattered dots are greys again; a page that is black and white stays as it is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.document import Page
from pipeline.image.binarize import flatten, ink_mask
from pipeline.image.dither import undo_dither
from pipeline.image.straighten import straighten
from tests.conftest import TEXT, print_page

PAGE = print_page(TEXT + TEXT[:4])
INK = PAGE < 128


def diffused(paper: int) -> np.ndarray:
    """The page on grey paper, by error diffusion."""
    grey = 30 + PAGE / 255 * (paper - 30)
    return np.asarray(Image.fromarray(grey.astype(np.uint8)).convert("1").convert("L"))


def ordered(paper: int) -> np.ndarray:
    """The page on grey paper, by a matrix of thresholds (Bayer 1973)."""
    matrix = np.zeros((1, 1))
    for _ in range(3):
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    height, width = PAGE.shape
    thresholds = np.tile((matrix + 0.5) * 4, (height // 8 + 1, width // 8 + 1))[:height, :width]
    return np.where(30 + PAGE / 255 * (paper - 30) > thresholds, np.uint8(255), np.uint8(0))


@settings(max_examples=12, deadline=None)
@given(paper=st.integers(130, 250))
@pytest.mark.parametrize("dither", [diffused, ordered])
def test_letters_on_dithered_paper_are_ink_and_the_paper_is_none(dither, paper: int) -> None:  # type: ignore[no-untyped-def]
    """The dots of the paper hid every letter: such pages came out without a word."""
    found = ink_mask(flatten(undo_dither(dither(paper)))) > 0
    assert (found & INK).sum() / (found | INK).sum() > 0.7


def test_a_page_of_black_and_white_is_the_same_object() -> None:
    assert undo_dither(PAGE) is PAGE


def test_specks_make_no_dither() -> None:
    """A fax with noise would lose its sharpness."""
    page = np.where(INK, np.uint8(0), np.uint8(255))
    rng = np.random.default_rng(1)
    specks = rng.integers(0, [[page.shape[0]], [page.shape[1]]], (2, INK.sum() // 20))
    page[tuple(specks)] = 0
    assert undo_dither(page) is page


def test_grey_pages_stay_however_noisy() -> None:
    noisy = np.clip(
        PAGE.astype(float) * 0.6 + np.random.default_rng(2).normal(60, 25, PAGE.shape), 0, 255
    )
    page = cv2.medianBlur(noisy.astype(np.uint8), 3)
    assert undo_dither(page) is page


def test_a_dithered_page_is_straightened_with_its_letters() -> None:
    height, width = PAGE.shape
    page = Page(1, width, height, 150, "", straight_width=width, straight_height=height)
    _, flat = straighten(page, diffused(225))
    assert 0.5 < (ink_mask(flat) > 0).sum() / INK.sum() < 1.5
