"""Lines drawn in faces that look like handwriting, placed as real written lines are: with texts
from a language model, for readers of whole lines of joined letters."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.recognition.alphabet import Alphabet
from pipeline.synthesis.drawing import Hand, drawn, on_paper
from pipeline.synthesis.letter_heads import printed_head
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
    printed: tuple[Sequence[Hand], float] = ((), 0.0),
) -> Iterator[tuple[NDArray[np.uint8], str]]:
    """Endless (image, text) pairs, the images in the framing's frame.

    Args:
        joined: the families of joined hands, and the share of the lines that are drawn in one of
            them; the others are drawn in any.
        printed: faces of print, and the share of the lines that are set in them, as heads of
            letters.
    """
    families = sorted({face.family for face in faces})
    cursive = [family for family in families if family in joined[0]]
    while True:
        if rng.random() < printed[1]:
            sample = printed_head(texts.draw, printed[0], rng)
        else:
            family = rng.choice(cursive if cursive and rng.random() < joined[1] else families)
            sample = _written(texts.draw(rng), [f for f in faces if f.family == family], rng)
        placed = (
            framing.place(on_paper(sample[0], rng), around=TOUCHING) if sample is not None else None
        )
        if sample is not None and placed is not None:
            yield placed, sample[1]


def _written(
    text: str, faces: Sequence[Hand], rng: random.Random
) -> tuple[NDArray[np.uint8], str] | None:
    """A text in one of some faces; None where that cannot write it."""
    face = rng.choice(faces)
    if not text or not face.characters.issuperset(text.replace(" ", "")):
        return None
    image = drawn(text, face)
    return None if image is None else (image, text)
