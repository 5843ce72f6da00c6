"""Other words for a line, and other letters for a word, with all that goes with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.document import Line, Word


def reworded(line: Line, words: Sequence[Word]) -> Line:
    """The line with other words, and the text that they make."""
    return replace(line, words=tuple(words), text=" ".join(word.text for word in words))


def respelled(word: Word, text: str) -> Word:
    """The word with another text of as many letters; so are its characters, where they spell it."""
    characters = word.characters
    if "".join(c.text for c in characters) == word.text:
        characters = tuple(replace(c, text=t) for c, t in zip(characters, text, strict=True))
    return replace(word, text=text, characters=characters)
