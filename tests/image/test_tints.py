"""Dark letters on a tint: it becomes as light as the paper, all else stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.image.binarize import flatten, ink_mask
from pipeline.image.polarity import invert_dark_areas
from pipeline.image.tints import lighten_tints
from tests.conftest import TEXT, print_page

PAGE = print_page(TEXT, size=22)
INK = PAGE < 128
STEP = 1.6 * 22  # from line to line


def row(number: int) -> slice:
    """The rows of pixels of a line of PAGE."""
    top = round(90 + number * STEP)
    return slice(top - 3, top + 33)


def share_found(raster: np.ndarray, ink: np.ndarray = INK) -> float:
    """Share of the pixels of the page's ink and of the ink found that are in both."""
    found = ink_mask(flatten(lighten_tints(invert_dark_areas(raster)))) > 0
    return float((found & ink).sum() / max(1, (found | ink).sum()))


@pytest.mark.parametrize("tint", [120, 170, 205])
@pytest.mark.parametrize("noise", [0, 4])
def test_letters_of_a_shaded_row_are_found(tint: int, noise: int) -> None:
    """A whole row of a table would be lost: it is as dark as ink beside the paper."""
    page = PAGE.astype(float)
    for number in (0, 2, 4):
        page[row(number), 60:1140] *= tint / 255
    page += np.random.default_rng(tint).normal(0, noise, page.shape)
    assert share_found(np.clip(page, 0, 255).astype(np.uint8)) > 0.75


def test_tints_that_touch_are_each_lightened() -> None:
    """Of two shades in one box, the darker one would be lost."""
    page = PAGE.astype(float)
    page[row(0), 60:1140] *= 0.6
    page[row(1).start : row(2).stop, 60:1140] *= 0.84
    assert share_found(page.astype(np.uint8)) > 0.75


def test_a_tint_between_rules_is_lightened() -> None:
    """A shaded row that hangs together with the rules of its table would be lost."""
    page = np.full_like(PAGE, 255)
    for number in (1, 3):
        page[row(number), 60:1140] = 190
    for y in [row(number).start for number in range(6)]:
        page[y - 1 : y + 2, 60:1140] = 0
    for x in (60, 600, 1138):
        page[row(0).start : row(5).start, x : x + 3] = 0
    page = np.minimum(page, PAGE)
    inside = np.zeros_like(INK)
    inside[row(1).start + 5 : row(1).stop - 5, 70:590] = True
    found = (ink_mask(flatten(lighten_tints(page))) > 0) & inside
    assert (found & INK).sum() > 0.75 * (found | (INK & inside)).sum()


def test_other_pages_are_the_same_object() -> None:
    """A picture would be bleached, or a clean page copied."""
    shaded = np.linspace(90, 230, PAGE.shape[0])[:, None].repeat(PAGE.shape[1], 1)
    soft = np.full(PAGE.shape, 255, np.uint8)
    soft[200:500, 200:900] = shaded[200:500, 200:900].astype(np.uint8)
    plain = np.full(PAGE.shape, 250, np.uint8)
    plain[200:260, 200:900] = 200  # a bar without letters
    for page in (PAGE, soft, plain, np.minimum(PAGE, 240)):
        assert lighten_tints(page) is page


def test_paper_that_is_brighter_in_a_corner_is_no_tint() -> None:
    """The whole page but for the corner would be bleached, and the grain beside its sheet read."""
    page = PAGE * 0.88
    page[:200, 900:] = PAGE[:200, 900:]
    lit = page.astype(np.uint8)
    assert lighten_tints(lit) is lit
