"""Words that nobody wrote, out of the letters that a hand did write: pieces of its words, cut where
one letter is joined to the next, put together to the words of any text.

A network that learns from a thousand lines knows their words by heart: of words that it had not
seen it read 44% of the characters wrong, of those that it had seen ten times 16%. Here no word is
twice the same, and most are of the language, not of the lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.training.mixed_words import WIDEST, WrittenWord

LONGEST = 4  # letters of a piece
TRIED = 12  # pieces of those letters, at random, of which the one that fits best is taken
# how ill a piece fits: where it stood beside another letter than it will, and where it stood within
# a word and will be at an edge, or the other way round; beside it counts how far the ink on both
# sides of the joint differs, of what there is in both (chosen by eye)
OTHER_LETTER, OTHER_EDGE = 0.3, 1.0
JOINT = 2  # columns on each side that are compared: a narrower piece is none
BLUR = 5  # rows within which strokes on both sides of a joint meet, at the size sets are stored in
WHITE = 10  # columns of paper beside a piece that had a letter there


@dataclass(frozen=True)
class _Piece:
    word: int
    start: int
    end: int


class Pieces:
    """The letters of words, ready to be put together to other words."""

    def __init__(self, words: Sequence[WrittenWord], rng: np.random.Generator) -> None:
        """
        Args:
            words: all of one height.
        """
        self.words = words
        self.rng = rng
        self.places: dict[str, list[_Piece]] = defaultdict(list)
        for number, word in enumerate(words):
            letters = len(word.text)
            for start in range(letters):
                for end in range(start + 1, min(start + LONGEST, letters) + 1):
                    if word.cuts[end] - word.cuts[start] >= JOINT:
                        self.places[word.text[start:end]].append(_Piece(number, start, end))

    def write(self, word: str) -> NDArray[np.uint8] | None:
        """(H, W) uint8 image of a word; None where one of its letters was never written."""
        parts: list[NDArray[np.uint8]] = []
        done = 0
        while done < len(word):
            # short words, as `to` and `of`, are written in one stroke: whole where there is one
            length = int(self.rng.integers(1, LONGEST + 1)) if len(word) > 2 else LONGEST
            while length and word[done : done + length] not in self.places:
                length -= 1
            if not length:
                return None
            end = min(len(word), done + length)
            piece = self._choose(word, done, end, parts[-1] if parts else None)
            parts.append(self._image(piece, done == 0, end == len(word)))
            done = end
        return np.hstack(parts)

    def _choose(self, word: str, start: int, end: int, before: NDArray[np.uint8] | None) -> _Piece:
        found = self.places[word[start:end]]
        tried = [found[k] for k in self.rng.integers(0, len(found), TRIED)]
        return min(tried, key=lambda piece: self._misfit(piece, word, start, end, before))

    def _misfit(
        self, piece: _Piece, word: str, start: int, end: int, before: NDArray[np.uint8] | None
    ) -> float:
        source = self.words[piece.word]
        misfit = 0.0
        for own, asked in (
            (source.text[: piece.start][-1:], word[:start][-1:]),
            (source.text[piece.end :][:1], word[end:][:1]),
        ):
            if own != asked:
                misfit += OTHER_LETTER if own and asked else OTHER_EDGE
        if before is None:
            return misfit
        ours = source.image[:, source.cuts[piece.start] :]
        return misfit + _gap(before[:, -JOINT:], ours[:, :JOINT])

    def _image(self, piece: _Piece, first: bool, last: bool) -> NDArray[np.uint8]:
        source = self.words[piece.word]
        image = source.image[:, source.cuts[piece.start] : source.cuts[piece.end]]
        left = WHITE if first and piece.start else 0
        right = WHITE if last and piece.end < len(source.text) else 0
        if not left + right:
            return image
        light = int(np.percentile(image, 90)) if image.size else 255
        return np.pad(image, ((0, 0), (left, right)), constant_values=light)


def _gap(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> float:
    """How far the ink differs on both sides of a joint, 0 to 1."""
    ink = [
        cv2.blur(255 - side.mean(axis=1, dtype=np.float32)[:, None], (1, BLUR))
        for side in (left, right)
    ]
    return float(np.abs(ink[0] - ink[1]).sum() / max(1.0, float((ink[0] + ink[1]).sum())))


def pieced_lines(pieces: Pieces, texts: Iterator[str]) -> Iterator[tuple[NDArray[np.uint8], str]]:
    """(image, text) pairs of lines of text, without the words that cannot be written, and ended
    where they are too long."""
    for text in texts:
        images: list[NDArray[np.uint8]] = []
        written: list[str] = []
        for word in text.split():
            image = pieces.write(word)
            if image is not None and sum(i.shape[1] for i in images) + image.shape[1] <= WIDEST:
                images.append(image)
                written.append(word)
        if written:
            yield np.hstack(images), " ".join(written)
