"""Ink told from paper, and counted."""

from __future__ import annotations

from itertools import groupby

import cv2
import numpy as np
import pytest
import skimage.filters
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from pipeline.document import BLANK
from pipeline.image.binarize import flatten, ink_mask
from pipeline.image.components import find_components, put_together
from pipeline.image.quantiles import median, quantile
from pipeline.image.runs import BAND, find_row_runs, find_runs, find_widest_run
from pipeline.image.straighten import straighten
from tests.image.pages import PAGE, page_of


def test_blank_paper_is_blank() -> None:
    """Paper grain or a stain would be read as text."""
    rng = np.random.default_rng(1)
    paper = np.clip(rng.normal(225, 4, (900, 700)), 0, 255).astype(np.uint8)
    assert straighten(page_of(paper), paper)[0].status == BLANK
    assert not ink_mask(flatten(paper)).any()


def test_uneven_light_is_flattened() -> None:
    """Letters in a shadow would be lost, or the shadow become ink."""
    shade = np.linspace(0.35, 1.0, PAGE.shape[1])[None, :]
    lit = (PAGE * shade).astype(np.uint8)
    mask, dark = ink_mask(flatten(lit)) > 0, PAGE < 128
    assert (mask & dark).sum() > 0.9 * dark.sum()
    assert (mask & ~dark).sum() < 0.5 * dark.sum()


def test_a_photographed_page_is_separated_from_its_shadow() -> None:
    """scikit-image's picture of a page, lit from one side: nearer to a local threshold than one for
    the whole page is."""
    photograph = skimage.data.page()
    local = photograph < skimage.filters.threshold_sauvola(photograph, window_size=25, k=0.2)

    def agreement(mask: np.ndarray) -> float:
        return float((mask & local).sum() / (mask | local).sum())

    ours = ink_mask(flatten(photograph)) > 0
    assert agreement(ours) > 0.55
    assert agreement(ours) > 1.5 * agreement(
        photograph < skimage.filters.threshold_otsu(photograph)
    )


@given(st.lists(st.booleans(), max_size=30))
def test_runs_are_what_groupby_gives(values: list[bool]) -> None:
    """Everything that counts runs of ink or white would count wrongly."""
    expected, at = [], 0
    for value, group in groupby(values):
        length = len(list(group))
        expected += [(at, at + length)] * value
        at += length
    mask = np.array(values, dtype=bool)
    assert [tuple(run) for run in find_runs(mask).tolist()] == expected
    assert find_widest_run(mask) == max(expected, key=lambda run: run[1] - run[0], default=None)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.floats(0, 1))
def test_statistics_are_numpy_s(values: list[float], share: float) -> None:
    """Our faster medians would differ from the real ones."""
    assert median(np.array(values)) == pytest.approx(np.median(values), rel=1e-9, abs=1e-9)
    assert quantile(np.array(values), share) == pytest.approx(
        np.quantile(values, share), rel=1e-6, abs=1e-6
    )


@given(arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=12)))
def test_components_have_the_boxes_and_areas_of_opencv(ink: np.ndarray) -> None:
    """Every decision about a page begins with them."""
    mask = ink.astype(np.uint8) * np.uint8(255)
    _, labels, expected, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    found = find_components(mask)
    sides = np.stack([found.left, found.top, found.width, found.height, found.area], axis=1)
    assert np.array_equal(sides, expected[1:]) and np.array_equal(found.labels, labels)


@given(
    arrays(np.bool_, st.tuples(st.integers(1, 2 * BAND + 2), st.integers(1, 5))),
)
def test_runs_of_rows_are_those_of_each_row(ink: np.ndarray) -> None:
    """Rows at the edge of a band would lose their ink or have that of their neighbours."""
    rows, starts, ends = find_row_runs(ink.astype(np.uint8) * np.uint8(255))
    found = list(zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True))
    assert found == [(y, *run) for y, row in enumerate(ink) for run in find_runs(row).tolist()]


@given(
    arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 2))
)
def test_components_put_together_keep_their_boxes_and_their_ink(kinds: np.ndarray) -> None:
    """Letters taken apart from rules would lie elsewhere, or be drawn as what they touched."""
    first, second = (find_components((kinds == kind) * np.uint8(255)) for kind in (1, 2))
    wanted = np.arange(len(first)) % 2 == 0
    ink = [first.draw(wanted), second.draw(np.ones(len(second), np.bool_))]
    boxes = np.concatenate([first.left[wanted], second.left])
    whole = put_together((first, wanted), (second, np.ones(len(second), np.bool_)))
    assert np.array_equal(whole.left, boxes)
    assert whole.labels.max(initial=0) == len(whole)
    chosen = np.arange(len(whole)) < np.count_nonzero(wanted)
    assert np.array_equal(whole.draw(chosen), ink[0]) and np.array_equal(
        whole.draw(~chosen), ink[1]
    )
