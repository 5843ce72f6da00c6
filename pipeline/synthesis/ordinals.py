"""Texts of synthetic lines with raised letters: ordinals, and abbreviations whose last letters are
raised, as print of the 18th and 19th century has them in dates, titles and numbers.

What is raised is small, and a recognizer that has seen figures and single letters above the line
alone leaves out the th of 14th.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from pipeline.synthesis.customs import Customs
from pipeline.synthesis.line_text import LineText

CAPITALS_SHARE = 0.3  # of lines whose other letters are capitals, as in inscriptions and titles
ALONE = 0.2  # of lines that hold no prose
RAISED_BY = "^"


class Ordinals:
    """Draws lines with raised letters.

    Args:
        prose: draws a line of prose.
        customs: of its language.
    """

    def __init__(self, prose: Callable[[random.Random], str], customs: Customs) -> None:
        self.prose, self.customs = prose, customs
        self.kinds = (self.ordinal,)

    def ordinal(self, rng: random.Random) -> LineText:
        """Prose with numbers and abbreviations of which the last letters are raised."""
        words = self.prose(rng).rstrip("-").split()[: rng.randint(2, 9)]
        words = words if rng.random() >= ALONE else []
        if rng.random() < CAPITALS_SHARE:
            words = [word.upper() for word in words]
        marked = [self._abbreviation(rng, words) for _ in range(rng.randint(1, 3))]
        for word in marked:
            words.insert(rng.randint(0, len(words)), word)
        text, raised = "", set()
        for word in words:
            text += " " * bool(text)
            base, _, above = word.partition(RAISED_BY) if word in marked else (word, "", "")
            end = next((k for k, c in enumerate(above) if not c.isalpha()), len(above))
            text += base
            raised |= set(range(len(text), len(text) + end))
            text += above
        return LineText(text, superscript=frozenset(raised))

    def _abbreviation(self, rng: random.Random, words: list[str]) -> str:
        """A number or an abbreviation, what is raised behind a sign, with a mark behind it or
        none."""
        number = rng.randint(1, 31) if rng.random() < 0.7 else rng.randint(32, 400)
        word = rng.choice(self.customs.raised).format(number)
        if words and all(w == w.upper() for w in words):
            base, _, above = word.partition(RAISED_BY)
            word = f"{base.upper()}{RAISED_BY}{above}"
        return word + rng.choice(("", "", "", "", ".", ",", ";"))
