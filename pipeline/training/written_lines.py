"""Lines drawn in faces that look like handwriting, placed as real written lines are: with texts
from a language model, for readers of whole lines of joined letters."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.recognition.alphabet import Alphabet
from pipeline.synthesis.drawing import Hand, drawn, on_paper
from pipeline.training.line_framing import Framing

WORDS = (2, 9)  # a line, evenly: as many as in letters
TOUCHING = 12  # pixels of paper that are put around a line before it is measured, at least


class WrittenTexts:
    """Texts of lines: runs of words out of paragraphs, `and` written `&` as often as asked."""

    def __init__(self, paragraphs: Sequence[str], alphabet: Alphabet, ands: float) -> None:
        self.words = [w for text in paragraphs for w in text.split() if alphabet.covers(w)]
        self.ands = ands

    def draw(self, rng: random.Random) -> str:
        """One line of text."""
        start = rng.randrange(max(1, len(self.words) - WORDS[1]))
        words = self.words[start : start + rng.randint(*WORDS)]
        return " ".join("&" if w == "and" and rng.random() < self.ands else w for w in words)


def written_lines(
    texts: WrittenTexts,
    faces: Sequence[Hand],
    joined: tuple[frozenset[str], float],
    framing: Framing,
    rng: random.Random,
) -> Iterator[tuple[NDArray[np.uint8], str]]:
    """Endless (image, text) pairs, the images in the framing's frame.

    Args:
        joined: the families of joined hands, and the share of the lines that are drawn in one of
            them; the others are drawn in any.
    """
    families = sorted({face.family for face in faces})
    cursive = [family for family in families if family in joined[0]]
    while True:
        text = texts.draw(rng)
        family = rng.choice(cursive if cursive and rng.random() < joined[1] else families)
        face = rng.choice([face for face in faces if face.family == family])
        if not text or not face.characters.issuperset(text.replace(" ", "")):
            continue
        image = drawn(text, face)
        if image is None:
            continue
        placed = framing.place(on_paper(image, rng), around=TOUCHING)
        if placed is not None:
            yield placed, text
