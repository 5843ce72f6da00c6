"""Which recognized lines are text."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from pipeline.document import HAND, PRINT, Line, Region
from pipeline.lexicon import bare_word
from pipeline.recognition.confidence import mean_posterior


@dataclass(frozen=True)
class LegibilityParameters:
    """A line is text from a geometric mean of its posteriors on: the shorter, the surer it has to
    be. Measured on 144 pages of five books."""

    least: float = 0.65  # of a line without end
    shortness: float = 0.8  # by how much more, divided by the number of characters
    most: float = 0.9  # of the shortest line
    # of one that is a word of the lexicon, so many letters long, as the THE of a title, and that
    # the network read without a language model, which finds words in ornaments: by eye
    least_of_word: float = 0.75
    letters_of_word: int = 3
    # so many words without a letter or a figure, half of a line or more, and no word that is known:
    # rivers and hatching of a map come as such, with means of 0.70 to 0.74, unlike rows of dashes
    signs: int = 2
    least_of_signs: float = 0.8
    # of joined handwriting, where a third of the characters may be wrong and the rest still tells a
    # reader what stands there: chosen by eye on nine letters
    least_written: float = 0.35
    # of what stands alone in a cell of a ruled table, most of whose lines are text: a fraction or a
    # sign of money has nothing beside it that tells how large it is (chosen by eye)
    least_in_cell: float = 0.35
    most_of_table: float = 0.6


PARAMETERS = LegibilityParameters()


def legible_lines(
    region: Region, lines: Sequence[Line], writing: str = PRINT, known: Container[str] = ()
) -> list[bool]:
    """Which lines of a region are text, now that they were read.

    Args:
        known: words of the lexicon.
    """
    legible = [is_legible(line, writing, known) for line in lines]
    if region.cells and sum(legible) > PARAMETERS.most_of_table * len(lines):
        return [mean_posterior(line) >= PARAMETERS.least_in_cell for line in lines]
    return legible


def is_legible(line: Line, writing: str = PRINT, known: Container[str] = ()) -> bool:
    """Whether a line is text: what is read into the hatching of a picture is unsure in nearly every
    character, and short."""
    length = sum(len(word.characters) for word in line.words)
    if not length:
        return False
    least = PARAMETERS.least_written if writing == HAND else PARAMETERS.least
    least = min(PARAMETERS.most, least + PARAMETERS.shortness / length)
    signs = sum(not any(map(str.isalnum, word.text)) for word in line.words)
    are_signs = writing != HAND and signs >= max(PARAMETERS.signs, len(line.words) / 2)
    if are_signs and not any(_is_word(word.text, known) for word in line.words):
        least = max(least, PARAMETERS.least_of_signs)
    read_alone = len(line.words) == 1 and line.greedy in ("", line.text)
    if read_alone and _is_word(line.words[0].text, known):
        least = min(least, PARAMETERS.least_of_word)
    return mean_posterior(line) >= least


def _is_word(text: str, known: Container[str]) -> bool:
    word = bare_word(text)
    forms = (word, word.lower(), word.capitalize())
    return len(word) >= PARAMETERS.letters_of_word and any(form in known for form in forms)
