"""Words divided at a line's end, put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pipeline.lexicon import bare_word
from pipeline.structure.printed import Piece

PRINTED_HYPHENS = "-⸗"  # of these, the hyphen that is printed within a word, too
DIVIDED = re.compile(r"^(.*\w)([-\u00ad¬‐⸗])$")


class Hyphens:
    """Whether a word that is divided at a line's end keeps its hyphen.

    Args:
        counts: how often words occur, hyphenated ones among them: of the lexicon, and of the book
            itself.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts

    def _count(self, word: str) -> int:
        return max(self._counts.get(word, 0), self._counts.get(word.lower(), 0))

    def keeps(self, first: str, second: str) -> bool:
        """Whether "first-" and "second" make "first-second": to-day does, pre-pare does not.

        What is known decides; of two unknown forms the hyphen stays where both parts are words by
        themselves.
        """
        if second[:1].isupper() or not second[:1].isalpha():
            return True
        first, second = bare_word(first), bare_word(second)
        with_hyphen, without = self._count(f"{first}-{second}"), self._count(first + second)
        if with_hyphen or without:
            return with_hyphen > without
        return (
            len(first) > 2
            and len(second) > 2
            and self._count(first) > 0
            and self._count(second) > 0
        )


# a word of the reading text, and the pieces it was printed in
Joined = tuple[str, tuple[Piece, ...]]


def join_words(lines: Iterable[Sequence[Piece]], hyphens: Hyphens) -> list[Joined]:
    """Put the words of a paragraph's lines in a row, and those divided at a line's end together."""
    words: list[Joined] = []
    for line in lines:
        for k, piece in enumerate(line):
            divided = DIVIDED.match(words[-1][0]) if k == 0 and words else None
            if divided:
                stem, hyphen, pieces = divided[1], divided[2], words[-1][1]
                kept = hyphen if hyphen in PRINTED_HYPHENS else "-"
                text = (
                    f"{stem}{kept}{piece.text}"
                    if hyphens.keeps(stem, piece.text)
                    else stem + piece.text
                )
                words[-1] = (text, (*pieces, piece))
            else:
                words.append((piece.text, (piece,)))
    return words
