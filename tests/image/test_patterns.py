"""Pale patterns under text fade; rules, frames and graph paper stay, as what they say is kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.image.binarize import ink_mask
from pipeline.image.patterns import fade_pattern
from tests.conftest import TEXT, print_page

PAGE = print_page(TEXT + TEXT[:4])
INK = PAGE < 128
YS, XS = np.mgrid[: PAGE.shape[0], : PAGE.shape[1]]


def waves(step: float) -> np.ndarray:
    """(H, W) bool, wavy lines that cross each other."""
    lines = [
        np.abs(np.sin((YS + 25 * np.sin(XS / 40 + k)) / step + k / 2)) < 0.15 for k in range(5)
    ]
    return np.any(lines, axis=0)


def printed(pattern: np.ndarray, pale: int) -> np.ndarray:
    noise = np.random.default_rng(6).normal(0, 4, PAGE.shape)
    page = np.minimum(np.where(pattern, pale, 245), 30 + PAGE / 255 * 215) + noise
    return np.clip(page, 0, 255).astype(np.uint8)


@settings(max_examples=10, deadline=None)
@given(pale=st.integers(130, 200), step=st.floats(11, 20))
def test_text_on_waves_is_all_the_ink_of_a_certificate(pale: int, step: float) -> None:
    """One net held all letters together: such pages were pictures without a word."""
    found = ink_mask(fade_pattern(printed(waves(step), pale))) > 0
    assert (found & INK).sum() / (found | INK).sum() > 0.75


@pytest.mark.parametrize("period", [24, 60])
def test_graph_paper_and_frames_are_the_same_object(period: int) -> None:
    page = printed((XS % period < 3) | (YS % period < 3), 150)
    assert fade_pattern(page) is page


def test_a_page_without_a_pattern_is_the_same_object() -> None:
    page = printed(np.zeros(PAGE.shape, bool), 245)
    assert fade_pattern(page) is page


def test_a_drawing_of_one_ink_is_the_same_object() -> None:
    """Its finer lines would be lost, and the rest read as letters."""
    page = printed(waves(14), 30)
    assert fade_pattern(page) is page
