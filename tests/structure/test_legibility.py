"""Which lines are text, once they were read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.document import HAND, TABLE, TEXT, Cell, Region
from pipeline.geometry import Box
from pipeline.structure.legibility import legible_lines
from tests.structure.test_capitals import line_of

WHOLE = Box(0, 0, 1000, 1000)
SURE, UNSURE = line_of("17", (0.99, 0.99)), line_of("2)", (0.9, 0.4))


@pytest.mark.parametrize(
    ("cells", "sure", "kept"),
    [
        ((Cell(WHOLE, 0, 0),), 4, True),
        ((Cell(WHOLE, 0, 0),), 1, False),  # a grid over a picture
        ((), 4, False),
    ],
)
def test_an_unsure_cell_among_sure_ones_is_text(
    cells: tuple[Cell, ...], sure: int, kept: bool
) -> None:
    """A fraction alone in its cell would be missing, and nobody would know."""
    region = Region(WHOLE, TABLE if cells else TEXT, cells=cells)
    lines = [SURE] * sure + [UNSURE]
    assert legible_lines(region, lines) == [True] * sure + [kept]


def test_a_short_word_of_the_lexicon_is_text() -> None:
    """THE at the head of a title page would be missing."""
    region, words = Region(WHOLE, TEXT), frozenset({"the"})
    the, tho = (line_of(text, (0.85, 0.85, 0.85)) for text in ("THE", "THO"))
    assert legible_lines(region, [the, tho], known=words) == [True, False]
    assert legible_lines(region, [line_of("THE", (0.7, 0.7, 0.7))], known=words) == [False]
    squares = replace(the, greedy="TIE")  # what the language model made a word of
    assert legible_lines(region, [squares], known=words) == [False]


@pytest.mark.parametrize(
    ("text", "sure", "kept"),
    [
        ("< ~ ≠ RU abababababab", 0.75, False),
        ("< ~ ≠ RU the abababab", 0.75, True),  # a word is known
        ("a = b + c", 0.85, True),
        ("— — 9d.", 0.95, True),
    ],
)
def test_signs_without_words_are_no_text_unless_they_are_sure(
    text: str, sure: float, kept: bool
) -> None:
    """The rivers of a map would be read among its names."""
    words = [line_of(word, (sure,) * len(word)).words[0] for word in text.split()]
    whole = Box.around(word.box for word in words)
    line = replace(SURE, box=whole, words=tuple(words), text=text)
    known = frozenset({"the"})
    assert legible_lines(Region(WHOLE, TEXT), [line], known=known) == [kept]
    assert legible_lines(Region(WHOLE, TEXT), [line], HAND) == [True]
