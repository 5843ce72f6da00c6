"""Lines put together from the words of real ones."""

from __future__ import annotations

from itertools import islice

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.recognition.alphabet import Alphabet
from pipeline.training.mixed_words import WORDS, WrittenWord, cut_words, mix_words

ALPHABET = Alphabet(" abcdefgh")
FRAME = 10  # columns of a frame


def output_of(text: str, doubt: float = 0.01) -> NDArray[np.float32]:
    """What a network says that is sure of each character for one frame, with a blank after it."""
    frames = np.full((2 * len(text), ALPHABET.classes), doubt / ALPHABET.classes, np.float32)
    for k, character in enumerate(text):
        frames[2 * k, ALPHABET.encode(character)[0]] = 1 - doubt
        frames[2 * k + 1, 0] = 1 - doubt
    return np.log(frames / frames.sum(axis=1, keepdims=True))


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=6), min_size=1, max_size=5))
def test_words_are_cut_at_the_middle_of_their_spaces(words: list[str]) -> None:
    text = " ".join(words)
    columns = np.arange(2 * len(text) * FRAME) % 256
    image = np.tile(columns.astype(np.uint8), (40, 1))
    found = cut_words(image, text, output_of(text), ALPHABET)
    assert [word.text for word in found] == words
    assert np.array_equal(np.hstack([word.image for word in found]), image)
    reached = 0
    for word in found[:-1]:
        reached += word.image.shape[1]
        at = text.index(" ", reached // (2 * FRAME) - 1)
        assert abs(reached - (2 * at + 0.5) * FRAME) <= 1


def test_letters_are_parted_where_there_is_least_ink() -> None:
    """Between two letters a stroke is thin at one place: there they can be cut."""
    image = np.zeros((40, 2 * 7 * FRAME), np.uint8)
    thin = [12, 33, 53, 90, 113]  # between the middles of abcd and of the letters behind
    image[:35, thin] = 255
    words = cut_words(image, "abc def", output_of("abc def"), ALPHABET)
    begins = (0, words[0].image.shape[1])
    assert [w.text for w in words] == ["abc", "def"]
    for word, begin in zip(words, begins, strict=True):
        assert len(word.cuts) == 4 and word.cuts[0] == 0 and word.cuts[-1] == word.image.shape[1]
        assert all(
            abs(begin + cut - min(thin, key=lambda x: abs(x - begin - cut))) <= 1
            for cut in word.cuts[1:-1]
        )


def test_what_the_recognizer_does_not_see_is_not_cut_out() -> None:
    image = np.zeros((40, 2 * 7 * FRAME), np.uint8)
    assert cut_words(image, "abc def", output_of("abc ghg", 1e-4), ALPHABET)[0].text == "abc"
    assert len(cut_words(image, "abc def", output_of("abc ghg", 1e-4), ALPHABET)) == 1
    assert cut_words(image, "abcdefgh" * 9, output_of("abc def"), ALPHABET) == []


def test_mixed_lines_say_what_they_show() -> None:
    words = [WrittenWord(np.full((8, 20 + k), k, np.uint8), "abcdefgh"[k]) for k in range(8)]
    lines = list(islice(mix_words(words, np.random.default_rng(1)), 50))
    for image, text in lines:
        shown = text.split()
        assert WORDS[0] <= len(shown) <= WORDS[1]
        assert image.shape[1] == sum(20 + "abcdefgh".index(word) for word in shown)
    again = list(islice(mix_words(words, np.random.default_rng(1)), 50))
    assert [text for _, text in lines] == [text for _, text in again]
