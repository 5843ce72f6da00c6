"""Paper in deep shadow is paper; pictures and the beds of scanners are not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.image.binarize import flatten, ink_mask
from tests.conftest import TEXT, print_page

PAGE = print_page(TEXT + TEXT[:4])
INK = PAGE < 128


def lit(light: np.ndarray) -> np.ndarray:
    """The page as print on paper under a light, (H, W) of 0 to 1, with the noise of a camera."""
    paper = (40 + PAGE / 255 * 175) * light
    noise = np.random.default_rng(3).normal(0, 3, PAGE.shape)
    return np.clip(paper + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("depth", [0.3, 0.4, 0.6, 0.8])
@pytest.mark.parametrize("soft", [8, 60])
def test_text_in_shadow_is_ink_and_its_paper_is_none(depth: float, soft: int) -> None:
    """Half of a photographed page lay in the photographer's shadow, and was lost."""
    xs = np.arange(PAGE.shape[1]) - PAGE.shape[1] / 2
    light = 1 - (1 - depth) / (1 + np.exp(-xs / soft))
    found = ink_mask(flatten(lit(np.tile(light, (PAGE.shape[0], 1))))) > 0
    for half in (slice(None, PAGE.shape[1] // 2), slice(PAGE.shape[1] // 2, None)):
        both, either = found[:, half] & INK[:, half], found[:, half] | INK[:, half]
        assert both.sum() / either.sum() > 0.7


def test_a_dark_picture_stays_dark() -> None:
    """Its greys would become strokes that are read as letters."""
    page = lit(np.ones(PAGE.shape))
    rng = np.random.default_rng(4)
    picture = cv2.resize(
        rng.uniform(0, 70, (30, 40)).astype(np.float32), (500, 400), interpolation=cv2.INTER_CUBIC
    )
    page[300:700, 100:600] = np.clip(picture, 0, 70).astype(np.uint8)
    assert (ink_mask(flatten(page))[300:700, 100:600] > 0).mean() > 0.9


def test_the_bed_of_a_scanner_stays_dark() -> None:
    """Its noise would become ink."""
    page = lit(np.ones(PAGE.shape))
    bed = np.clip(np.random.default_rng(5).normal(25, 6, PAGE[:, :200].shape), 0, 255)
    page[:, :200] = bed.astype(np.uint8)
    assert (ink_mask(flatten(page))[:, :180] > 0).mean() > 0.95
