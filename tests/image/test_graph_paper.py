"""A grid that is written on is faded, or taken off the letters; rules of tables are kept."""

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
        lay_grid(print_page(), 120, step=300),  # the frame of a table
    ],
    ids=["no grid", "table"],
)
def test_other_pages_are_left(page: np.ndarray) -> None:
    assert fade_grid(page, 200.0) is page


@pytest.mark.parametrize("bitonal", [False, True])
@pytest.mark.parametrize("step", [37, 50])
def test_grid_as_dark_as_the_letters_is_taken_off_them(bitonal: bool, step: int) -> None:
    """Each square would be a column of its own, and letters on a rule lost."""
    page = lay_grid(print_page(), 0, step)
    page = np.where(page > 127, np.uint8(255), np.uint8(0)) if bitonal else page
    freed = fade_grid(page, 200.0)
    found, ink = freed < 128, print_page() < 128
    assert (found & ink).sum() > 0.85 * (found | ink).sum()


def test_a_table_of_equal_cells_keeps_its_rules() -> None:
    """The cells of a table would be read without what parts them."""
    page = np.full((900, 1200), 245, np.uint8)
    page[::60] = page[:, ::60] = 0
    for y in range(20, 880, 60):
        for x in range(16, 1180, 60):
            page[y : y + 20, x : x + 10] = page[y : y + 20, x + 18 : x + 28] = 0
    assert fade_grid(page, 200.0) is page
