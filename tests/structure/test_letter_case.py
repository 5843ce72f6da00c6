"""Words of small capitals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Character, Line, Word
from pipeline.geometry import Box
from pipeline.structure.letter_case import even_case

KNOWN = frozenset(("addressed", "practice", "year", "everybody", "system", "hall", "led"))


def line_of(text: str) -> Line:
    box = Box(0, 0, 100, 30)
    words = tuple(
        Word(box, word, 0.9, tuple(Character(c, box, 0.9) for c in word)) for word in text.split()
    )
    return Line(box, ((0.0, 30.0), (100.0, 30.0)), 20.0, words, text=" ".join(text.split()))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("See AdDReSsed.", "See Addressed."),
        ("pRactice, YEar", "practice, Year"),
        ("EVERYBoDY (SYSTeM)", "EVERYBODY (SYSTEM)"),
        ("LED Led led", "LED Led led"),
        ("McGregor NaCl LaTeX", "McGregor NaCl LaTeX"),  # no words of the lexicon
        ("HALL’s", "HALL’s"),
    ],
)
def test_known_words_are_of_one_case(text: str, read: str) -> None:
    """Cross-references of a dictionary would be half in capitals."""
    found = even_case(line_of(text), KNOWN)
    assert found.text == read == " ".join(word.text for word in found.words)
    assert all(word.text == "".join(c.text for c in word.characters) for word in found.words)


@given(st.text("HALLhall’.Ö", max_size=9))
def test_no_letter_changes_but_in_its_case(text: str) -> None:
    once = even_case(line_of(text), KNOWN)
    assert once.text.lower() == line_of(text).text.lower()
    assert even_case(once, KNOWN) == once
