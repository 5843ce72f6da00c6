"""Words divided at a line's end, put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.lexicon import bare_word
from pipeline.structure.printed import Piece

HYPHENS = "-\u00ad¬‐⸗"  # by which a word is divided at a line's end
PRINTED_HYPHENS = "-⸗"  # of these, the hyphen that is printed within a word, too
DIVIDED = re.compile(rf"^(.*\w)([{HYPHENS}])$")


class Hyphens:
    """Whether a word that is divided at a line's end keeps its hyphen.

    Args:
        counts: how often words occur, hyphenated ones among them: of the lexicon, and of the book
            itself.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts

    def _count(self, word: str) -> int:
        forms = (word, word.lower(), *([word.capitalize()] if word.isupper() else []))
        return max(self._counts.get(form, 0) for form in forms)

    def keeps(self, first: str, second: str) -> bool:
        """Whether "first-" and "second" make "first-second": to-day does, pre-pare does not.

        What is known decides; of two unknown forms the hyphen stays where both parts are words by
        themselves, or signs such as XIV-XVI.
        """
        in_capitals = len(first) > 1 and (first + second).isupper()
        if not second[:1].isalpha() or (second[:1].isupper() and not in_capitals):
            return True
        first, second = bare_word(first), bare_word(second)
        with_hyphen, without = self._count(f"{first}-{second}"), self._count(first + second)
        if with_hyphen or without:
            return with_hyphen > without
        return in_capitals or (
            len(first) > 2
            and len(second) > 2
            and self._count(first) > 0
            and self._count(second) > 0
        )


# A dash that was printed without white before it, so that there would be none after it either.
DASH_AT_END = re.compile(r".[—–]$")


class Joined(NamedTuple):
    """A word of the reading text, the pieces it was printed in, and whether it follows the word
    before it without a space."""

    text: str
    pieces: tuple[Piece, ...]
    close: bool = False


def join_words(lines: Iterable[Sequence[Piece]], hyphens: Hyphens) -> list[Joined]:
    """Put the words of a paragraph's lines in a row, those divided at a line's end together, and
    none apart that a dash joins over it."""
    words: list[Joined] = []
    for line in lines:
        for k, piece in enumerate(line):
            last = words[-1] if k == 0 and words else None
            divided = DIVIDED.match(last.text) if last else None
            if last and divided:
                stem, hyphen = divided[1], divided[2]
                kept = hyphen if hyphen in PRINTED_HYPHENS else "-"
                text = (
                    f"{stem}{kept}{piece.text}"
                    if hyphens.keeps(stem, piece.text)
                    else stem + piece.text
                )
                words[-1] = Joined(text, (*last.pieces, piece), last.close)
            else:
                close = bool(last and DASH_AT_END.search(last.text))
                words.append(Joined(piece.text, (piece,), close))
    return words
