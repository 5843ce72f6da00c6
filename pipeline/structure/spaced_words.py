"""Words whose letters stand apart, and were read as words of one letter: `a s k`, as old printers
set what was to stand out."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.document import Line, Word
from pipeline.geometry import Box
from pipeline.lexicon import bare_word
from pipeline.structure.wording import reworded


@dataclass(frozen=True)
class SpacedParameters:
    """What letters set apart are; chosen by eye."""

    least: int = 3  # letters of a word: two are initials
    even: float = 0.35  # gaps between them differ by no more, in x-heights


SPACED = SpacedParameters()


def join_spaced(line: Line, known: Container[str]) -> Line:
    """A line with the letters of each word that was set apart joined, where they are a known word.

    Args:
        known: words of the lexicon, in small letters.
    """
    words: list[Word] = []
    rest = list(line.words)
    while rest:
        count = next(_joined_counts(rest, line.x_height, known), 1)
        words.append(_joined(rest[:count]) if count > 1 else rest[0])
        rest = rest[count:]
    if len(words) == len(line.words):
        return line
    return reworded(line, words)


def _joined_counts(words: Sequence[Word], x_height: float, known: Container[str]) -> Iterator[int]:
    """How many of the first words are the letters of one known word, the most first."""
    count = 0
    while count < len(words) and _is_letter(words[count], count > 0):
        count += 1
    for end in range(count, SPACED.least - 1, -1):
        run = words[:end]
        gaps = [b.box.left - a.box.right for a, b in pairwise(run)]
        text = bare_word("".join(word.text for word in run)).lower()
        if max(gaps) - min(gaps) <= SPACED.even * x_height and text in known:
            yield end


def _is_letter(word: Word, inside: bool) -> bool:
    """Whether a word is one letter, a small one within a word, whatever marks stand behind it."""
    text = bare_word(word.text)
    return (
        len(text) == 1
        and text.isalpha()
        and word.text[0] == text
        and not (inside and text.isupper())
    )


def _joined(words: Sequence[Word]) -> Word:
    return Word(
        Box.around([word.box for word in words]),
        "".join(word.text for word in words),
        min(word.confidence or 0.0 for word in words),
        tuple(character for word in words for character in word.characters),
    )
