"""Texts of synthetic lines that are set apart from prose by their letters: captions in italics, and
lines of capitals."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from pipeline.synthesis.customs import Customs
from pipeline.synthesis.line_text import LineText
from pipeline.synthesis.technical import CAPITALS

MARKS = (":", ":", ".", ".", ".—", "")  # behind the number of a picture
BARE = 0.15  # share of captions that are a number alone


class DisplayLines:
    """Draws captions, and words and names in capitals.

    Args:
        words: not empty.
        prose: draws a line of prose.
        customs: of the language of both.
    """

    def __init__(
        self, words: Sequence[str], prose: Callable[[random.Random], str], customs: Customs
    ) -> None:
        self.words, self.prose, self.customs = words, prose, customs
        self.kinds = (self.caption, self.capitals)

    def caption(self, rng: random.Random) -> LineText:
        """A caption of which all, its number, or what follows the number is set apart: in italics,
        or upright where the line's face is an italic one."""
        number = str(rng.randint(1, 60)) + rng.choice(("", "", "", "a", "b", ".1"))
        lead = f"{rng.choice(self.customs.captions)} {number}{rng.choice(MARKS)}"
        words = self.prose(rng).split()[: rng.randint(2, 9)] if rng.random() >= BARE else []
        rest = " ".join(words)
        text = f"{lead} {rest[:1].upper()}{rest[1:]}".rstrip("- ")
        whole, name = range(len(text)), range(min(len(lead), len(text)))
        chosen = rng.choice((whole, whole, name, range(len(name), len(text))))
        return LineText(text, emphasized=frozenset(chosen))

    def capitals(self, rng: random.Random) -> str:
        """Capitals alone: prose, words out of context, or letters that make no word."""
        kind = rng.random()
        if kind < 0.4:
            words = self.prose(rng).split()[: rng.randint(1, 7)]
        elif kind < 0.8:
            words = [rng.choice(self.words) for _ in range(rng.randint(1, 6))]
        else:
            words = [
                "".join(rng.choices(CAPITALS, k=rng.randint(2, 6))) + rng.choice(",:.1   ")
                for _ in range(rng.randint(1, 6))
            ]
        return " ".join(words).upper().rstrip("-")
