"""Texts of synthetic lines that are set apart from prose by their letters: captions in italics, and
lines of capitals."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from pipeline.synthesis.line_text import LineText
from pipeline.synthesis.technical import CAPITALS

NAMES = ("Figure", "Fig.", "FIG.", "Table", "Plate", "Pl.", "No.", "Abb.", "Planche")
MARKS = (":", ":", ".", ".", ".—", "")


class Captions:
    """Draws captions, and words and names in capitals.

    Args:
        words: not empty.
        prose: draws a line of prose.
    """

    def __init__(self, words: Sequence[str], prose: Callable[[random.Random], str]) -> None:
        self.words, self.prose = words, prose
        self.kinds = (self.caption, self.capitals)

    def caption(self, rng: random.Random) -> LineText:
        """A caption, all of it in italics, its number alone, or what follows the number."""
        number = str(rng.randint(1, 60)) + rng.choice(("", "", "", "a", "b", ".1"))
        lead = f"{rng.choice(NAMES)} {number}{rng.choice(MARKS)}"
        text = f"{lead} {self._sentence(rng)}" if rng.random() < 0.85 else lead
        whole, name = range(len(text)), range(min(len(lead), len(text)))
        chosen = rng.choice((whole, whole, name, range(len(name), len(text))))
        return LineText(text, emphasized=frozenset(chosen))

    def _sentence(self, rng: random.Random) -> str:
        words = self.prose(rng).rstrip("-").split()[: rng.randint(2, 9)]
        return " ".join([words[0].capitalize(), *words[1:]])

    def capitals(self, rng: random.Random) -> str:
        """Capitals alone: prose, words out of context, or letters that make no word."""
        kind = rng.random()
        if kind < 0.4:
            words = self.prose(rng).rstrip("-").split()[: rng.randint(1, 7)]
        elif kind < 0.8:
            words = [rng.choice(self.words) for _ in range(rng.randint(1, 6))]
        else:
            words = [
                "".join(rng.choices(CAPITALS, k=rng.randint(2, 6))) + rng.choice(("", "", "s", "1"))
                for _ in range(rng.randint(1, 6))
            ]
            return " ".join(word + rng.choice(("", "", "", ",", ":", ".")) for word in words)
        return " ".join(words).upper()
