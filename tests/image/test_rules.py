"""Rules are found and taken off letters; hatching and letters are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.image.components import find_components
from pipeline.image.frays import is_frayed
from pipeline.image.ink import classify_ink
from pipeline.image.ruled_letters import part_rules, rules_touch_letters
from pipeline.image.rules import find_rules
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


@pytest.mark.parametrize("top", [100, 150])
def test_a_rule_is_parted_from_what_it_touches_alone(top: int) -> None:
    """Else every page with a rule would be labelled twice."""
    mask = paper()
    mask[100:103, 50:850], mask[top : top + 20, 50:62] = 255, 255
    rules = find_rules(mask, X_HEIGHT)
    assert rules_touch_letters(find_components(mask), rules, X_HEIGHT) == (top == 100)


def test_strokes_of_a_pen_are_no_rules() -> None:
    """Else a signature would fall to pieces, and some of them be read."""
    mask = paper()
    cv2.line(mask, (300, 60), (340, 300), 255, 6)
    rules = find_rules(mask, X_HEIGHT)
    assert rules.standing is None
    assert rules.level is None


def test_a_tail_that_lies_along_a_rule_is_kept() -> None:
    """Else a g on a rule would be read as a q."""
    mask = paper()
    mask[200:204, 50:850] = 255
    mask[160:206, 400:404] = 255  # the stem of a g …
    mask[198:202, 380:394] = 255  # … and its tail, which stands out of the rule by two rows
    components, unruled = part_rules(mask, find_rules(mask, X_HEIGHT), X_HEIGHT)
    letters = components.draw(np.arange(len(components)) < unruled)
    assert letters[198:200, 380:394].all()
    assert not letters[200:204, 410:800].any()


@pytest.mark.parametrize("x_height", [20.0, 36.0])
def test_letters_are_parted_from_a_typed_rule(x_height: float) -> None:
    """The ribbon frays its edges: the p and commas of underlined typing were lost as graphics, and
    whole lines stood on their underline."""
    mask, size = paper(), round(x_height)
    fray = np.random.default_rng(4).integers(0, round(0.08 * x_height) + 1, (2, 800))
    foot, rows = 200 - size // 5, np.arange(400)[:, None]
    mask[:, 50:850] = np.where((rows >= 200 - fray[0]) & (rows < 206 + fray[1]), 255, 0)
    stems = range(100, 800, 2 * size)
    for number, x in enumerate(stems):
        end = 206 + size // 4 if number % 4 == 0 else 202 if number % 4 == 1 else foot
        mask[foot - size : end, x : x + size // 4] = 255
        mask[foot - size : foot - size + size // 4, x : x + size // 2] = 255
    rules = find_rules(mask, x_height)
    assert len(rules.level_boxes) == 1
    components, unruled = part_rules(mask, rules, x_height)
    assert unruled == len(stems)
    ends = components.bottom[:unruled][np.argsort(components.left[:unruled])]
    assert (ends[::4] == 206 + size // 4).all()
    assert (ends[1::4] <= 204).all()
    assert (ends[2::4] == foot).all() and (ends[3::4] == foot).all()


def test_serifs_that_run_together_are_no_typed_rule() -> None:
    """Else they would be cut off the letters of a heading."""
    fray = np.random.default_rng(5).integers(0, 2, (2, 140))
    rows = np.arange(80)[:, None]
    serifs = (rows >= 60 - fray[0]) & (rows < 64 + fray[1])
    ink, runs = serifs.copy(), serifs & (rows >= 60) & (rows < 64)
    ink[:60, np.arange(140) % 30 < 12] = True
    assert not is_frayed(ink, runs, X_HEIGHT)
    assert is_frayed(np.tile(serifs, 2), np.tile(runs, 2), X_HEIGHT)


def test_pieces_of_a_rule_between_descenders_are_no_dashes() -> None:
    """Else they would be read as such, or hide the letters above them."""
    mask = paper()
    mask[200:203, 50:850] = 255
    for x in range(100, 800, 50):
        mask[180:208, x : x + 5] = 255
    ink = classify_ink(mask, 300.0)
    assert not ink.marks.any()
    assert ink.letters.sum() == 14


@pytest.mark.parametrize("stem", [20, 24, 28, 34])
def test_a_stem_that_hangs_from_a_rule_is_no_side_of_a_box(stem: int) -> None:
    """In a close table, whose letters touch the rule above them, k, h and l would be lost as sides
    of boxes; what leads from rule to rule is one."""
    page = np.zeros((400, 900), np.uint8)
    for y in range(50, 351, 38):
        page[y : y + 5, 40:860] = 255
    for x in (40, 300, 600, 855):
        page[50:355, x : x + 5] = 255
    for row, y in enumerate(range(50, 350, 38)):
        for x in (120, 170, 220):
            page[y : y + stem, x + 9 * row : x + 9 * row + 3] = 255
    boxes = find_rules(page, 16).standing_boxes
    assert sorted((box.left + box.right) // 2 for box in boxes) == pytest.approx(
        [42, 302, 602, 857], abs=5
    )
