"""Curved pages are made straight, straight ones are left, and boxes come home to their ink."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.odd_bends import lean, wave
from bench.odd_sheets import curl
from pipeline.document import Page
from pipeline.layout.bends import Feet, measure_convergence
from pipeline.reading import new_page, segment, straighten
from tests.conftest import print_page

TEXT = "When morning came over the harbour some small boats lay quite still and"
WORDS = TEXT.split()
LINES = tuple(" ".join(WORDS[5 * k % 13 :] + WORDS[: 5 * k % 13]) for k in range(9))
RNG = np.random.default_rng(3)


@pytest.fixture(scope="module")
def flat() -> NDArray[np.uint8]:
    return print_page(LINES, size=30, width=1300, height=640)


def read_layout(raster: NDArray[np.uint8]) -> Page:
    return segment(straighten(new_page(raster, 200.0))).page


def test_a_straight_page_has_no_mesh(flat: NDArray[np.uint8]) -> None:
    """Clean pages would be resampled, and read otherwise than before."""
    assert read_layout(flat).mesh is None


@pytest.mark.parametrize(
    "bent",
    [
        lambda grey: curl(grey, RNG, 0.4, 0.04),
        lambda grey: np.ascontiguousarray(curl(grey[:, ::-1], RNG, 0.4, 0.04)[:, ::-1]),
        lambda grey: wave(grey, RNG, 0.03),
        lambda grey: lean(grey, RNG, 0.2),
    ],
    ids=["left gutter", "right gutter", "wave", "lean"],
)
def test_a_bent_page_is_made_straight(flat: NDArray[np.uint8], bent: object) -> None:
    """Lines that curl would be cut out with parts of their neighbours."""
    raster = bent(flat)  # type: ignore[operator]
    page = read_layout(raster)
    assert page.mesh is not None
    lines = list(page.lines)
    assert len(lines) == len(LINES)
    starts = [line.box.left for line in lines]
    assert np.ptp(starts) < lines[0].x_height
    for line in lines:
        ys = np.array([y for _, y in line.baseline])
        assert np.ptp(ys) < 0.6 * line.x_height
    shares = [ink_share(raster, page.home_box(word.box).as_tuple()) for word in page.words]
    assert min(shares) > 0.05
    covered = np.zeros(raster.shape, np.bool_)
    for word in page.words:
        left, top, right, bottom = page.home_box(word.box).as_tuple()
        covered[top:bottom, left:right] = True
    ink = raster[60:] < 60
    assert (ink & covered[60:]).sum() > 0.97 * ink.sum()


def ink_share(raster: NDArray[np.uint8], box: tuple[int, int, int, int]) -> float:
    left, top, right, bottom = box
    return float((raster[top:bottom, left:right] < 100).mean())


def test_lines_put_together_from_two_tell_no_slope() -> None:
    """A table without rules, some of whose rows were joined with the row below, would be warped as
    a page that was photographed aslant."""
    xs, ys, numbers = [], [], []
    for k in range(7):
        step = 20 * (k == 2) - 18 * (k == 5)  # on the right half it is of the next row
        xs.append(np.linspace(0, 1200, 40))
        ys.append(100.0 * k + step * (xs[-1] > 600))
        numbers.append(np.full(40, k))
    feet = Feet(np.concatenate(xs), np.concatenate(ys), np.concatenate(numbers))
    assert measure_convergence(feet) < 1
    aslant = replace(feet, y=feet.y + feet.x * feet.y / 1e4)
    assert measure_convergence(aslant) > 50
