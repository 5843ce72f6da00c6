"""Creases and scratches run through words, and part no columns; rules between columns do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.layout.scratches import find_scratches
from tests.layout.sheet import Sheet, segmented


def crossed(xs: list[int]) -> Sheet:
    """A page of text with lines from its top to its bottom."""
    sheet = Sheet(1600, 1600)
    sheet.column(150, 150, 18, 1300)
    for x in xs:
        sheet.draw.line((x, 0, x, 1600), fill=0, width=3)
    return sheet


@pytest.mark.parametrize("xs", [[800], [400, 640, 1100], [505, 517]])
def test_lines_run_on_across_a_scratch(xs: list[int]) -> None:
    """They were read in columns, to the left of the scratch and to its right."""
    lines = list(segmented(crossed(xs)).lines)
    assert len(lines) == 18
    assert all(line.box.left < 200 for line in lines)


def test_lines_end_at_a_rule_between_columns() -> None:
    sheet = Sheet(1600, 1600)
    for x in (100, 830):
        sheet.column(x, 150, 18, 640, seed=x)
    sheet.draw.line((790, 100, 790, 1500), fill=0, width=3)
    assert len(list(segmented(sheet).lines)) == 36


def test_a_rule_beside_cells_however_close_is_no_scratch() -> None:
    solid = np.zeros((200, 100), np.uint8)
    for y in range(10, 190, 20):
        solid[y : y + 6, 20:48] = solid[y + 2 : y + 8, 52:80] = 1
    rules = np.array([[50, 0, 51, 200], [34, 0, 35, 200]])
    assert find_scratches(rules, solid, 6.0).tolist() == [False, True]


@given(
    left=st.integers(0, 60), top=st.integers(0, 60), width=st.integers(0, 9), seed=st.integers(0, 9)
)
def test_rules_anywhere_on_a_page_are_judged(left: int, top: int, width: int, seed: int) -> None:
    """One at the edge of a page failed the page."""
    solid = np.random.default_rng(seed).integers(0, 2, (60, 60)).astype(np.uint8)
    rules = np.array([[left, top, min(60, left + width), 60]])
    assert find_scratches(rules, solid, 6.0).shape == (1,)
