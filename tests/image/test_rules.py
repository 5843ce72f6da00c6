"""Rules are found and taken off letters; hatching and letters are none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.image.components import find_components
from pipeline.image.ink import classify_ink
from pipeline.image.rules import find_rules, part_rules
from tests.conftest import TEXT, print_page

X_HEIGHT = 20.0


def paper(height: int = 400, width: int = 900) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


@settings(max_examples=30, deadline=None)
@given(st.integers(20, 350), st.integers(0, 60), st.integers(1, 8), st.booleans())
def test_a_rule_is_found_where_it_lies(top: int, left: int, thick: int, turned: bool) -> None:
    """Else a form's lines would stay among its letters."""
    mask = paper()
    mask[top : top + thick, left : left + 700] = 255
    rules = find_rules(np.ascontiguousarray(mask.T) if turned else mask, X_HEIGHT)
    found, none = rules.level, rules.standing
    if turned:
        found, none = none, found
    assert none is None
    assert found is not None
    assert np.count_nonzero(found) >= 0.95 * np.count_nonzero(mask)


def test_hatching_and_solid_areas_are_no_rules() -> None:
    """Else an engraving would fall to pieces that are read as letters."""
    mask = paper()
    mask[50:300:6, 100:800], mask[51:300:6, 100:800] = 255, 255
    assert find_rules(mask, X_HEIGHT).level is None
    mask[50:300, 100:800] = 255
    assert find_rules(mask, X_HEIGHT).level is None


def test_text_holds_no_rules() -> None:
    """Else strokes of letters would be erased."""
    mask = np.where(print_page(TEXT) < 128, np.uint8(255), np.uint8(0))
    rules = find_rules(mask, X_HEIGHT)
    assert rules.level is None
    assert rules.standing is None


@pytest.mark.parametrize("offset", [-3, 0, 3, 8])
def test_letters_on_a_rule_stay_whole(offset: int) -> None:
    """Else an underlined word would be one component, or its descenders cut."""
    mask = np.where(print_page(TEXT) < 128, np.uint8(255), np.uint8(0))
    plain = classify_ink(mask, 300.0)
    ruled = mask.copy()
    rows = np.flatnonzero((mask > 0).sum(axis=1) > 100)
    floor = int(rows[np.flatnonzero(np.diff(rows) > 5)[1]]) + offset  # of the second line
    ruled[floor : floor + 3, 40:-40] = 255
    ink = classify_ink(ruled, 300.0)
    assert abs(ink.letters.sum() - plain.letters.sum()) <= 0.05 * plain.letters.sum()
    left = ink.components.draw(ink.letters | ink.marks)
    kept = np.count_nonzero(left & mask) / np.count_nonzero(mask)
    assert kept > 0.97


def test_components_are_the_same_where_no_rule_touches_ink() -> None:
    """Else every page with a rule would be labelled twice."""
    mask = paper()
    mask[100:103, 50:850], mask[150:170, 50:62] = 255, 255
    components = find_components(mask)
    assert part_rules(mask, components, find_rules(mask, X_HEIGHT), X_HEIGHT) is components
