"""Words out of the letters of other words: which letters, from where, and how they meet."""

from __future__ import annotations

from itertools import islice, pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.training.mixed_words import WIDEST, WrittenWord
from pipeline.training.pieced_words import Pieces, pieced_lines

LETTER = 20  # columns
HEIGHT = 40


def word_of(text: str, row: int = 20) -> WrittenWord:
    """A word whose letters are grey levels of their own, with a stroke through all of them."""
    image = np.hstack([np.full((HEIGHT, LETTER), ord(letter), np.uint8) for letter in text])
    image[row : row + 3] = 0
    return WrittenWord(image, text, tuple(range(0, LETTER * len(text) + 1, LETTER)))


def letters_in(image: NDArray[np.uint8], white: int = 255) -> str:
    levels = [chr(level) for level in image[0] if level != white]
    return "".join(levels[::LETTER])


WORDS = [word_of(text) for text in ("minimum", "annual", "seven", "rooms", "to", "so,")]


@given(st.text("minualsevorot,", min_size=1, max_size=12), st.integers(0, 9))
def test_a_word_is_written_of_letters_that_were_written(text: str, seed: int) -> None:
    image = Pieces(WORDS, np.random.default_rng(seed)).write(text)
    assert image is not None and image.shape[0] == HEIGHT
    ours = [k for k in range(image.shape[1]) if image[20, k] == 0]  # not paper at its ends
    assert letters_in(image[:, ours]) == text


def test_a_letter_that_was_never_written_makes_no_word() -> None:
    pieces = Pieces(WORDS, np.random.default_rng(1))
    assert pieces.write("oxen") is None
    assert [text for _, text in islice(pieced_lines(pieces, iter(["oxen to", "oxen"])), 2)] == [
        "to"
    ]


def test_a_letter_without_a_place_of_its_own_is_no_piece() -> None:
    """Two letters that the recognizer put into one frame have one column between them."""
    word = word_of("no")
    crowded = WrittenWord(word.image, "n-o", (0, LETTER, LETTER, 2 * LETTER))
    pieces = Pieces([crowded], np.random.default_rng(1))
    assert pieces.write("-") is None and pieces.write("no") is not None


def test_pieces_are_taken_whose_strokes_meet() -> None:
    """Of two hands one writes higher: their pieces are not mixed where it can be helped."""
    words = [word_of(text, row) for row in (10, 30) for text in ("aman", "manama", "nama")]
    image = Pieces(words, np.random.default_rng(3)).write("manamanamana")
    assert image is not None
    rows = [10 if image[10, column] == 0 else 30 for column in range(5, image.shape[1], LETTER)]
    changes = sum(a != b for a, b in pairwise(rows))
    assert changes <= 2


def test_ends_of_words_are_written_as_ends() -> None:
    pieces = Pieces([word_of("sos"), word_of("oso")], np.random.default_rng(1))
    found = [pieces.write("s") for _ in range(9)]
    # a single letter has had another at one side at least, where paper is put now
    assert all(image is not None and image.shape[1] > LETTER for image in found)


def test_lines_are_as_long_as_a_set_stores_them() -> None:
    pieces = Pieces(WORDS, np.random.default_rng(2))
    text = " ".join(["minimum"] * 40)
    ((image, written),) = pieced_lines(pieces, iter([text]))
    assert WIDEST - 7 * LETTER - 20 <= image.shape[1] <= WIDEST
    assert 0 < written.count(" ") < text.count(" ")
