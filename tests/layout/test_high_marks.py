"""Accents above capitals belong to their line, and nothing else that stands there does."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.image.ink import Ink, classify_ink
from pipeline.layout.high_marks import find_high_owners
from pipeline.layout.line_boxes import LINE_BOX
from pipeline.layout.lines import FoundLine

SMALL, CAPITAL, FIRST = 20, 30, 300  # pixels


def put(mask: np.ndarray, left: int, top: int, wide: int, high: int) -> None:
    mask[top : top + high, left : left + wide] = 255


def page(
    distance: int, mark: tuple[int, int, int, int], shift: int = 0
) -> tuple[Ink, list[FoundLine]]:
    """Two lines so far apart of capitals and small letters, the second one shifted, and a mark:
    left, how far below the first baseline the top is, width, height."""
    mask = np.zeros((900, 1400), np.uint8)
    for row in range(2):
        for k in range(24):
            high = SMALL if k % 4 else CAPITAL
            put(mask, 100 + 36 * k + row * shift, FIRST + row * distance - high, 24, high)
    left, below, wide, high = mark
    put(mask, left, FIRST + below, wide, high)
    ink = classify_ink(mask, 300.0)
    parts, lines = ink.components, []
    for row in range(2):
        floor = FIRST + row * distance
        members = np.flatnonzero(ink.letters & (parts.bottom == floor))
        assert len(members) == 24
        lines.append(FoundLine(members, np.array([float(floor)]), float(SMALL)))
    return ink, lines


def owners(ink: Ink, lines: list[FoundLine]) -> list[int]:
    found = find_high_owners(ink, lines, np.flatnonzero(ink.marks), LINE_BOX.ascender)
    return [int(owner) for owner in found if owner >= 0]


@pytest.mark.parametrize("distance", [56, 70, 200])
@pytest.mark.parametrize("left", [101, 107, 114])
def test_an_accent_is_of_its_capital_s_line(distance: int, left: int) -> None:
    """In type with low small letters it lay outside every line, or beneath the line before."""
    assert owners(*page(distance, (left, distance - CAPITAL - 14, 9, 7))) == [1]


@pytest.mark.parametrize(
    ("left", "below", "high", "shift"),
    [
        (126, -3, 9, 18),  # a comma of the line before, where lines are set solid
        (107, 4, 2, 0),  # a speck
        (143, 6, 7, 0),  # above a small letter
        (124, 6, 7, 0),  # beside a capital
    ],
)
def test_what_is_no_accent_stays_where_it_is(left: int, below: int, high: int, shift: int) -> None:
    assert owners(*page(48, (left, below, 8, high), shift)) == []
