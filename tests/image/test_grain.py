"""What a photographed cloth or faint typing leaves beside letters."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.image.grain import drop_grain
from tests.conftest import print_page

THRESHOLD, STROKE, FAINT = 208, 110, 195


def grey_page(specks: int) -> tuple[np.ndarray, np.ndarray]:
    """Letters with dark strokes, so many faint specks, and where the letters are."""
    rng = np.random.default_rng(3)
    letters = cv2.resize(print_page(), None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST) < 128
    specked = np.zeros(letters.shape, np.uint8)
    specked.ravel()[rng.choice(specked.size, specks, replace=False)] = 1
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    grown = cv2.dilate(specked, cross) > 0
    grown &= cv2.dilate(letters.astype(np.uint8), np.ones((7, 7), np.uint8)) == 0
    grey = np.where(letters, STROKE, np.where(grown, FAINT, 240)).astype(np.uint8)
    return grey, letters


def test_specks_without_number_are_no_ink_and_letters_stay() -> None:
    """The specks were taken for letters of three pixels, and each line of type was torn."""
    grey, letters = grey_page(20_000)
    mask = (grey < THRESHOLD) * np.uint8(255)
    assert np.array_equal(drop_grain(mask, grey) > 0, letters)


@pytest.mark.parametrize("specks", [0, 300, 3000])
def test_a_page_without_grain_keeps_all_its_ink(specks: int) -> None:
    """Faint points and accents would be lost from pages that are clean, and the dots of leaders."""
    grey, _ = grey_page(specks)
    mask = (grey < THRESHOLD) * np.uint8(255)
    assert np.array_equal(drop_grain(mask, grey), mask)


def test_faint_letters_stay_beside_dark_ones() -> None:
    """What a worn ribbon wrote would be taken for grain."""
    grey, letters = grey_page(20_000)
    half = letters.copy()
    half[:, : half.shape[1] // 2] = False
    grey[half] = FAINT
    mask = (grey < THRESHOLD) * np.uint8(255)
    kept = drop_grain(mask, grey) > 0
    assert (kept & half).sum() > 0.85 * half.sum()
