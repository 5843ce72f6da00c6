"""Batches of synthetic lines, each from its own seed, so that any number of processes gives the
same set."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from pipeline.recognition.alphabet import PRINT, Alphabet
from pipeline.recognition.frame import PRINT_FRAME, STORED_SCALE
from pipeline.spelling import modern_letters
from pipeline.synthesis.drawn_lines import render_line
from pipeline.synthesis.fonts import FRAKTUR, SMALL_CAPITALS, Face
from pipeline.synthesis.line_kinds import LineTexts
from pipeline.synthesis.line_text import LineText
from pipeline.synthesis.old_letters import DOUBLE_HYPHEN
from pipeline.synthesis.setting import Typesetting

BATCH = 250
FACE_TRIES = 20
_HYPHEN = re.compile(r"(?<=[^\W\d_])-")


@dataclass(frozen=True)
class Generator:
    """Everything that a worker needs: where texts come from, the faces, and the seed of the set.

    alphabet: of the labels; where it has no long s, a long s is labelled s; paired_quotes: share of
    the lines whose double quotes are two single ones; pixels: share of the lines whose letters
    stand on the pixels of a screen.
    """

    texts: Sequence[LineTexts]
    faces: Sequence[Face]
    seed: int
    alphabet: Alphabet = PRINT
    paired_quotes: float = 0.0
    pixels: float = 0.0

    def sample(self, rng: random.Random) -> tuple[NDArray[np.uint8], str]:
        """One line image at STORED_SCALE times the print frame, and its text."""
        shares = [face.share for face in self.faces]
        while True:
            drawn = rng.choice(self.texts).draw(rng)
            for face in rng.choices(self.faces, shares, k=FACE_TRIES):
                line = replace(drawn, text=with_hyphens(drawn.text, face))
                if sets(face, line):
                    setting = Typesetting.draw(rng, face, self.paired_quotes, self.pixels)
                    partner = self._partner(rng, line, face)
                    image = render_line(
                        line, face, setting, PRINT_FRAME.scaled(STORED_SCALE), partner
                    )
                    return image, self._label(line.text)

    def _label(self, text: str) -> str:
        return text if self.alphabet.covers(text) else modern_letters(text)

    def _partner(self, rng: random.Random, line: LineText, face: Face) -> Face:
        """The face of what is emphasized, raised or lowered in a line: raised marks are of any
        weight of the family, or of any face."""
        if face.group == FRAKTUR and line.emphasized:
            others = [other for other in self.faces if other.group != FRAKTUR]  # foreign words
        elif line.superscript or line.subscript:
            faces = [other for other in self.faces if other.style != SMALL_CAPITALS]
            others = (
                [other for other in faces if other.family == face.family]
                if rng.random() < 0.7
                else faces
            )
        else:
            others = [other for other in self.faces if line.emphasized and goes_with(other, face)]
        partner = rng.choice(others or [face])
        return partner if partner.draws(line.text) else face

    def batch(self, number: int) -> list[tuple[NDArray[np.uint8], str]]:
        """Samples of batch `number`: the same whenever and wherever they are made."""
        rng = random.Random(f"{self.seed}/{number}")
        return [self.sample(rng) for _ in range(BATCH)]


def goes_with(face: Face, other: Face) -> bool:
    """Whether words among those of `other` are made to stand out in `face`: in the italics of the
    same family, or upright."""
    return face.family == other.family and {face.style, other.style} in (
        {"regular", "italic"},
        {"bold", "bold italic"},
    )


def with_hyphens(text: str, face: Face) -> str:
    """`text`, its hyphens behind letters double ones where the face draws them so."""
    return _HYPHEN.sub(DOUBLE_HYPHEN, text) if face.group == FRAKTUR else text


def sets(face: Face, line: LineText) -> bool:
    """Whether `face` can set `line`; a face of small capitals sets nothing but them."""
    if face.style == SMALL_CAPITALS:
        small = {i for i, character in enumerate(line.text) if character.islower()}
        return (
            bool(line.small) and small <= line.small and face.draws(line.text + line.text.lower())
        )
    text = line.text.replace(DOUBLE_HYPHEN, "-")
    return face.draws(text + "".join(text[i].upper() for i in line.small))


_worker_generator: Generator | None = None


def _start_worker(generator: Generator) -> None:
    global _worker_generator
    _worker_generator = generator


def _run_worker(number: int) -> list[tuple[NDArray[np.uint8], str]]:
    assert _worker_generator is not None
    return _worker_generator.batch(number)


def generate_batches(
    generator: Generator, numbers: Sequence[int], processes: int
) -> Iterator[list[tuple[NDArray[np.uint8], str]]]:
    """Yield the batches `numbers` in that order, made by `processes` processes."""
    if processes <= 1:
        yield from map(generator.batch, numbers)
        return
    with get_context("fork").Pool(processes, _start_worker, (generator,)) as pool:
        yield from pool.imap(_run_worker, numbers)
