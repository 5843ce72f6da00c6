"""Words read half in capitals and half in small letters, as small capitals are that are as high as
the small letters beside them: `AdDReSsed`."""

from __future__ import annotations

import re
from collections.abc import Container

from pipeline.document import Line, Word
from pipeline.lexicon import bare_word
from pipeline.structure.wording import respelled, reworded

# a capital behind a small letter, or a small one behind two capitals or more; of one word, as names
# such as McGregor, LeClerc and MacIvor have a capital within
MIXED = re.compile(r"[^\W\d_]*(?:[a-zà-öø-ÿ][A-ZÀ-ÖØ-Þ]|[A-ZÀ-ÖØ-Þ]{2}[a-zà-öø-ÿ])[^\W\d_]*")
LEAST = 3  # letters: shorter ones are units and formulas
CAPITALS = 0.65  # share of a word's letters from which on all are capitals


def even_case(line: Line, known: Container[str]) -> Line:
    """A line whose known words are of one case, but for a capital at their beginning.

    Args:
        known: words of the lexicon, in small letters. Others are codes, formulas and names.
    """
    words = tuple(_evened(word, known) for word in line.words)
    if words == line.words:
        return line
    return reworded(line, words)


def _evened(word: Word, known: Container[str]) -> Word:
    bare = bare_word(word.text)
    if len(bare) < LEAST or not MIXED.fullmatch(bare) or bare.lower() not in known:
        return word
    start = word.text.find(bare)
    if start < 0:
        return word
    high = sum(letter.isupper() for letter in bare) >= CAPITALS * len(bare)
    even = bare.upper() if high else bare[0] + bare[1:].lower()
    if len(even) != len(bare):
        return word
    return respelled(word, word.text[:start] + even + word.text[start + len(bare) :])
