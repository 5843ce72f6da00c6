"""Accents of capitals lie in the frame; nothing else makes a line lower."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recognition.frame import PRINT_FRAME, STORED_SCALE
from pipeline.recognition.high_accents import lower_accents
from pipeline.recognition.superscripts import SUPERSCRIPTS

FRAME = PRINT_FRAME.scaled(STORED_SCALE)
TALL, EXTRA = FRAME.taller(SUPERSCRIPTS.highest)
BASELINE, UNIT = round(TALL.baseline), FRAME.x_height
WIDTH = 200


def put(tall: np.ndarray, left: int, width: int, top: float, bottom: float) -> None:
    """Ink between two heights above the baseline, in x-heights."""
    rows = slice(round(BASELINE - top * UNIT), round(BASELINE - bottom * UNIT))
    tall[rows, left : left + width] = 0


def line(accent: tuple[float, float] | None, capital: float = 1.5) -> np.ndarray:
    """A capital and an x, and what stands above the capital."""
    tall = np.full((TALL.height, WIDTH), 255, np.uint8)
    put(tall, 60, 30, capital, 0)
    put(tall, 120, 30, 1, 0)
    if accent:
        put(tall, 70, 10, *accent)
    return tall


def lowered(tall: np.ndarray) -> np.ndarray:
    return lower_accents(tall, EXTRA, FRAME, tall[EXTRA:])


@pytest.mark.parametrize("top", [1.85, 2.0, 2.2, 2.3])
def test_an_accent_above_a_capital_is_seen(top: float) -> None:
    """É would be E, and with it every heading of a French book."""
    tall = line((top, 1.65))
    image = lowered(tall)
    column = image[:, 75] < 128
    starts = np.flatnonzero(np.diff(column.astype(int)) == 1)
    assert len(starts) == 2 and not column[0]  # the accent and its letter, white between them
    assert image.shape == (FRAME.height, WIDTH)
    foot = np.flatnonzero(image[:, 75] < 128)[-1]
    assert abs(foot + 1 - FRAME.baseline) <= 1
    assert (image[round(FRAME.baseline) :] == tall[EXTRA + round(FRAME.baseline) :]).all()


def test_an_accent_that_touches_its_capital_is_seen() -> None:
    """In heavy print the two are one piece of ink."""
    tall = line((2.1, 1.4))
    image = lowered(tall)
    assert not (image == tall[EXTRA:]).all()
    narrow = np.flatnonzero((image < 128).sum(axis=1) == 10)  # rows of the accent alone
    assert len(narrow) > 0.3 * UNIT


@pytest.mark.parametrize(
    ("accent", "capital"),
    [
        (None, 1.5),
        ((1.7, 1.55), 1.5),  # it lies in the frame as it is
        ((1.9, 1.2), 1.0),  # above a small letter, such as the dot of an i in a tall face
        ((2.4, 1.9), 1.5),  # it comes from the line before
        ((2.3, 2.28), 1.5),  # a speck
        (None, 1.85),  # the ascender of a face with low small letters
    ],
)
def test_other_lines_are_as_they_were(accent: tuple[float, float] | None, capital: float) -> None:
    """All lines beside a speck or a long descender would be made lower."""
    tall = line(accent, capital)
    assert (lowered(tall) == tall[EXTRA:]).all()


@given(st.binary(min_size=WIDTH * 3, max_size=WIDTH * 3), st.integers(0, 2))
def test_any_ink_is_a_line(noise: bytes, level: int) -> None:
    tall = np.full((TALL.height, WIDTH), 255, np.uint8)
    rows = np.frombuffer(noise, np.uint8).reshape(3, WIDTH)
    at = (0, EXTRA - 1, EXTRA + 20)[level]
    tall[at : at + 3] = rows
    assert lowered(tall).shape == (FRAME.height, WIDTH)
