"""The text of one line, and which of its characters are set otherwise than the rest."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass

ROMAN = {1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l", 40: "xl", 10: "x"}
ROMAN |= {9: "ix", 5: "v", 4: "iv", 1: "i"}
# Shares chosen by eye: of headings in small capitals, those whose capitals are all of one size; of
# prose with small capitals, that which opens in them.
LEVEL_CAPITALS = 0.6
SMALL_OPENING = 0.3


@dataclass(frozen=True)
class LineText:
    """The text of one line, and the indices of its characters that are set in small capitals, apart
    from the others in italics (in an italic line, upright), or small and raised, as the marks of
    notes are, or small and lowered, as the figures of H₂O.

    A small capital stands for a small letter, unless the line has no larger capital beside it to be
    told from: then all is capitals.
    """

    text: str
    small: frozenset[int] = frozenset()
    emphasized: frozenset[int] = frozenset()
    superscript: frozenset[int] = frozenset()
    subscript: frozenset[int] = frozenset()


def roman(number: int) -> str:
    """Lower-case roman numeral of a positive number."""
    numeral = ""
    for value, letters in ROMAN.items():
        while number >= value:
            numeral, number = numeral + letters, number - value
    return numeral


def letters_to_shrink(text: str, indices: Iterable[int], capitals: bool) -> frozenset[int]:
    """Those of `indices` that are set as small capitals: small letters but for ß, which has none,
    and with `capitals` the capitals too."""
    return frozenset(
        i
        for i in indices
        if (text[i].islower() and text[i] != "ß") or (capitals and text[i].isupper())
    )


def shrink_heading(rng: random.Random, text: str) -> LineText:
    """A whole line in small capitals, with larger initials or without."""
    capitals = rng.random() < LEVEL_CAPITALS or re.search(r"\b[IVXLC]{2,}\b", text)
    text = text.upper() if capitals else text.title()
    return LineText(text, letters_to_shrink(text, range(len(text)), text.isupper()))


def shrink_words(rng: random.Random, text: str) -> LineText:
    """Prose that opens in small capitals, or with its names in them."""
    if rng.random() < SMALL_OPENING:
        opening = " ".join(text.split()[: rng.randint(1, 4)])
        return LineText(text, letters_to_shrink(text, range(len(opening)), False))
    names = [range(*m.span()) for m in re.finditer(r"\b[A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)*\b", text)]
    return LineText(
        text, frozenset().union(*(letters_to_shrink(text, name, False) for name in names))
    )


def some_words(rng: random.Random, text: str) -> frozenset[int]:
    """Indices of one to four words in a row, the point or comma behind them with them or not."""
    words = list(re.finditer(r"\S+", text))
    first = rng.randrange(len(words))
    last = min(len(words) - 1, first + rng.choice((0, 0, 1, 2, 3)))
    return _without_mark(rng, text, words[first].start(), words[last].end())


def coded_words(rng: random.Random, text: str) -> frozenset[int]:
    """Indices of the words with capitals or figures within them, each likely, and of others now and
    then."""
    chosen: frozenset[int] = frozenset()
    for word in re.finditer(r"\S+", text):
        if rng.random() < (0.7 if re.search(r"\w[A-Z0-9]", word[0]) else 0.1):
            chosen |= _without_mark(rng, text, *word.span())
    return chosen


def _without_mark(rng: random.Random, text: str, start: int, end: int) -> frozenset[int]:
    bare = text[start:end].rstrip(",.;:)") if rng.random() < 0.5 else text[start:end]
    return frozenset(range(start + (bare[:1] == "("), start + len(bare)))
