"""Words whose letters stand apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Character, Line, Word
from pipeline.geometry import Box
from pipeline.structure.spaced_words import join_spaced

KNOWN = frozenset(("ask", "old", "the", "affairs", "bold"))


def line_of(text: str, gap: int = 14) -> Line:
    """`text` in letters of 12 columns, with a wider gap where two spaces stand."""
    words, x = [], 10
    for word in text.split(" "):
        if not word:
            x += gap
            continue
        box = Box(x, 10, x + 12 * len(word), 30)
        words.append(Word(box, word, 0.9, tuple(Character(c, box, 0.9) for c in word)))
        x = box.right + gap
    box = Box(0, 10, x, 30)
    return Line(
        box, ((0.0, 30.0), (float(x), 30.0)), 20.0, tuple(words), text=" ".join(text.split())
    )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Known a s k  telling", "Known ask telling"),
        ("was o l d, and", "was old, and"),
        ("A s k me", "Ask me"),
        ("a b o l d one", "a bold one"),  # the article before it stays
        ("T H E end", "T H E end"),  # initials
        ("a x k in", "a x k in"),
        ("o  l d in", "o l d in"),  # not set evenly
        ("a s", "a s"),
    ],
)
def test_letters_set_apart_are_a_word_that_is_known(text: str, read: str) -> None:
    found = join_spaced(line_of(text), KNOWN)
    assert found.text == read == " ".join(word.text for word in found.words)
    for word in found.words:
        assert word.text == "".join(c.text for c in word.characters)


@given(st.lists(st.sampled_from(["a", "s", "k", "o", "l", "d", "the", "A"]), max_size=9))
def test_no_letter_is_lost_and_nothing_is_left_to_join(words: list[str]) -> None:
    once = join_spaced(line_of(" ".join(words) or "a"), KNOWN)
    assert once.text.replace(" ", "") == ("".join(words) or "a")
    assert join_spaced(once, KNOWN) == once
