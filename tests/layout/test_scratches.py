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
    rules = np.zeros_like(solid)
    rules[:, [34, 50]] = 1
    boxes = np.array([[50, 0, 51, 200], [34, 0, 35, 200]])
    assert find_scratches(boxes, rules, solid, 6.0).tolist() == [False, True]


def test_a_leaning_rule_is_judged_where_it_runs() -> None:
    """The box of a rule that leans holds words beside it: the columns of a newspaper were one."""
    solid = np.zeros((400, 120), np.uint8)
    for y in range(10, 390, 20):
        middle = 50 + y // 20
        solid[y : y + 6, 10 : middle - 4] = solid[y : y + 6, middle + 5 : 110] = 1
    rules = np.zeros_like(solid)
    ys = np.arange(400)
    rules[ys, 50 + ys // 20] = 1
    assert not find_scratches(np.array([[50, 0, 70, 400]]), rules, solid, 6.0).any()


def test_a_beaded_rule_between_columns_is_no_scratch() -> None:
    """Its beads stand on both sides of it, as letters do; newspapers have them."""
    solid, rules = np.zeros((400, 120), np.uint8), np.zeros((400, 120), np.uint8)
    for y in range(0, 400, 10):
        solid[y : y + 5, 58:63] = 1
        solid[y : y + 6, 5:45] = solid[y : y + 6, 75:110] = 1
    rules[:, 60] = 1
    assert not find_scratches(np.array([[60, 0, 61, 400]]), rules, solid, 6.0).any()


def test_the_sides_of_a_frame_are_no_scratch() -> None:
    """Words stand within its box."""
    solid, rules = np.zeros((400, 120), np.uint8), np.zeros((400, 120), np.uint8)
    for y in range(10, 390, 20):
        solid[y : y + 6, 5:110] = 1
        solid[y : y + 6, [36, 37, 38, 82, 83, 84]] = 0
    rules[:, [37, 83]] = 1
    assert not find_scratches(np.array([[37, 0, 84, 400]]), rules, solid, 6.0).any()


@given(
    left=st.integers(0, 59), top=st.integers(0, 59), width=st.integers(0, 9), seed=st.integers(0, 9)
)
def test_rules_anywhere_on_a_page_are_judged(left: int, top: int, width: int, seed: int) -> None:
    """One at the edge of a page failed the page."""
    solid = np.random.default_rng(seed).integers(0, 2, (60, 60)).astype(np.uint8)
    boxes = np.array([[left, top, min(60, left + width), 60]])
    rules = 1 - solid
    assert find_scratches(boxes, rules, solid, 6.0).shape == (1,)
