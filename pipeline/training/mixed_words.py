"""New lines out of the words of real ones: what is written there stays a hand's own, in an order in
which nobody wrote it.

A network that has seen a thousand lines a hundred times each knows their sentences by heart, and
reads these instead of the letters. Words are found where a recognizer that reads the hand already
aligns the true text with the line (Graves, Fernández, Gomez and Schmidhuber 2006, "Connectionist
Temporal Classification", section 4: the most probable path of a given labelling).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.ctc import LogProbabilities, align

SURE = -1.2  # mean logarithm of the frames of a word that is taken for what it should be (by eye)
BETWEEN = (0.25, 0.85)  # of the way from letter to letter, where the two may be parted (by eye)
WORDS = (2, 8)  # a line, evenly
WIDEST = 1600  # columns of a line at the size that sets are stored in: longer ones are ended


@dataclass(frozen=True)
class WrittenWord:
    """(H, W) uint8 image of a word, of its line's height, its text, and the columns at which one
    could part its letters: the first before the first letter, the last behind the last one."""

    image: NDArray[np.uint8]
    text: str
    cuts: tuple[int, ...] = ()


def cut_words(
    image: NDArray[np.uint8], text: str, output: LogProbabilities, alphabet: Alphabet
) -> list[WrittenWord]:
    """The words of a line that are surely where the recognizer puts them, each with half of the
    white at its sides.

    Args:
        image: (H, W) uint8, the whole line, at any scale.
        output: (T, C) log-probabilities of it.
    """
    path = align(output, np.array(alphabet.encode(text)))
    if path is None:
        return []
    column = image.shape[1] / len(output)
    middles = (path.starts + path.ends) / 2
    joints = _joints(image, middles * column)
    parts = [k for k, character in enumerate(text) if character == " "]
    words = []
    for first, last in zip([0, *(k + 1 for k in parts)], [*parts, len(text)], strict=True):
        if first >= last or float(path.scores[first:last].mean()) < SURE:
            continue
        left = middles[first - 1] if first else 0
        end = middles[last] if last < len(text) else len(output)
        begin = round(left * column)
        cut = image[:, begin : round(end * column)]
        if cut.shape[1] >= cut.shape[0] // 8:
            cuts = (0, *(int(x) - begin for x in joints[first : last - 1]), cut.shape[1])
            words.append(WrittenWord(cut, text[first:last], cuts))
    return words


def _joints(image: NDArray[np.uint8], middles: NDArray[np.floating]) -> NDArray[np.int64]:
    """(L - 1,) the columns where one of L characters is parted from the next: where there is least
    ink between their middles (L,)."""
    ink = cv2.blur(255 - image.mean(axis=0, dtype=np.float32)[None, :], (3, 1))[0]
    joints = []
    for left, right in pairwise(middles):
        start = round(left + BETWEEN[0] * (right - left))
        end = max(start + 1, round(left + BETWEEN[1] * (right - left)))
        joints.append(start + int(np.argmin(ink[start:end])) if start < len(ink) else len(ink))
    return np.array(joints, np.int64)


def mix_words(
    words: Sequence[WrittenWord], rng: np.random.Generator
) -> Iterator[tuple[NDArray[np.uint8], str]]:
    """Endless (image, text) pairs: lines of words in no order."""
    while True:
        picked: list[WrittenWord] = []
        for k in rng.integers(0, len(words), int(rng.integers(WORDS[0], WORDS[1] + 1))):
            width = sum(word.image.shape[1] for word in picked)
            if not picked or width + words[k].image.shape[1] <= WIDEST:
                picked.append(words[k])
        yield np.hstack([word.image for word in picked]), " ".join(word.text for word in picked)
