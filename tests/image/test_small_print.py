"""Small print beside letters of centimetres."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.odd_pages import draw_page
from bench.odd_sheets import PLAIN
from pipeline.document import Page
from pipeline.image.components import Components, find_components
from pipeline.image.small_print import measure_small_print
from pipeline.image.straighten import straighten
from pipeline.layout.segment import segment


@pytest.mark.parametrize("dpi", [100, 300])
def test_every_line_of_a_poster_is_found(dpi: float) -> None:
    """The smallest would pass for specks, or the page for one printed in dots, and be halved."""
    poster = draw_page("poster", 24, serif=(PLAIN,), sans=(PLAIN,))
    height, width = poster.grey.shape
    found, _ = segment(*straighten(Page(1, width, height, dpi), poster.grey))
    assert len(list(found.lines)) == len(poster.text.splitlines()) == 5


@given(st.integers(0, 2**32 - 1))
def test_grain_is_no_print(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = np.zeros((500, 500), np.uint8)
    for _ in range(150):
        x, y, width, height = *rng.integers(0, 480, 2), *rng.integers(2, 8, 2)
        mask[y : y + height, x : x + width] = 255
    parts: Components = find_components(mask)
    assert measure_small_print(parts, 40.0, 100.0) == 0
