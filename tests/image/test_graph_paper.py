"""A grid that is lighter than the writing on it is faded; rules of tables are kept."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.image.graph_paper import fade_grid
from tests.conftest import print_page


def lay_grid(grey: np.ndarray, level: int, step: int = 40) -> np.ndarray:
    """The page on graph paper whose lines have a grey level."""
    grid = np.full_like(grey, 245)
    grid[::step] = grid[:, ::step] = level
    return np.minimum(np.minimum(grey, 245), grid)


@pytest.mark.parametrize(("level", "rows"), [(90, 900), (190, 900), (90, 1928), (90, 1960)])
def test_grid_is_faded_and_letters_are_left(level: int, rows: int) -> None:
    """Lines through letters would be read as brackets and accents: also where the page is as high
    as a number of squares of the grid."""
    page = print_page()
    page = np.concatenate([page, np.full((max(0, rows - len(page)), page.shape[1]), 255, np.uint8)])
    faded = fade_grid(lay_grid(page, level), 200.0)
    found, ink = faded < 128, page < 60  # soft edges of letters go with the grid
    assert (found & ink).sum() > 0.9 * (found | ink).sum()
    assert faded[::40].max() == faded[0].min() == 245


@pytest.mark.parametrize(
    "page",
    [
        np.minimum(print_page(), 245),
        lay_grid(print_page(), 10),  # as dark as the letters: left to the rules
        lay_grid(print_page(), 120, step=300),  # the frame of a table
    ],
    ids=["no grid", "dark grid", "table"],
)
def test_other_pages_are_left(page: np.ndarray) -> None:
    assert fade_grid(page, 200.0) is page
