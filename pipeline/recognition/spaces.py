"""Spaces that the recognizer does not write although the paper shows them: between a letter and a
mark that stands far from it.

Recognizers learn from books that quotes, colons and the marks of notes belong to a word, and old
books set narrow spaces between the two. A mark that stands farther from a word than words do from
each other is none of its marks: a raised letter behind an author's name, a colon behind a picture.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.image.quantiles import median
from pipeline.image.runs import find_widest_run
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.ctc import Alignment
from pipeline.recognition.decoder import DecodedLine

WIDE = 1.3  # of the usual word space: in 144 pages of books no mark stands so far from its word
LEAST = 0.5  # in x-heights
FEWEST = 3  # word spaces that show what is usual in a line


def with_wide_spaces(
    decoded: DecodedLine,
    ink: NDArray[np.bool_],
    edges: NDArray[np.float64],
    alphabet: Alphabet,
    x_height: float,
) -> DecodedLine:
    """`decoded`, all its readings, with a space at each such white.

    Args:
        ink: (W,) the columns of the line image that hold ink.
        edges: (T + 1,) columns of the image between which the frames lie.
        x_height: in columns of the image.
    """
    path, text = decoded.path, decoded.text
    middles = np.rint((edges[path.starts] + edges[path.ends]) / 2).astype(np.int64)

    def white(a: int, b: int) -> int:
        """Columns of the widest white between the characters a and b."""
        start, end = find_widest_run(~ink[middles[a] : middles[b]]) or (0, 0)
        return end - start

    solid = [k for k, character in enumerate(text) if character != " "]
    spaces = [white(a, b) for a, b in pairwise(solid) if b - a > 1]
    if len(spaces) < FEWEST:
        return decoded
    least = max(WIDE * median(np.array(spaces)), LEAST * x_height)
    beside = (
        (a, b) for a, b in pairwise(solid) if b - a == 1 and text[a].isalpha() != text[b].isalpha()
    )
    parted = [b for a, b in beside if white(a, b) > least]
    if not parted:
        return decoded
    borders = path.starts[parted]
    whole = Alignment(
        np.insert(path.classes, parted, alphabet.characters.index(" ") + 1),
        np.insert(path.starts, parted, borders),
        np.insert(path.ends, parted, borders),
        np.insert(path.scores, parted, 0.0),
    )
    words = _parted_words(text, parted)
    greedy, *alternatives = (
        " ".join(words.get(word, word) for word in reading.split(" "))
        for reading in (decoded.greedy, *decoded.alternatives)
    )
    return DecodedLine(alphabet.decode(whole.classes.tolist()), whole, greedy, tuple(alternatives))


def _parted_words(text: str, parted: list[int]) -> dict[str, str]:
    """What becomes of each word of `text` that is parted before the characters `parted`."""
    words, start = {}, 0
    for word in text.split(" "):
        cuts = [0, *(k - start for k in parted if start < k < start + len(word)), len(word)]
        if len(cuts) > 2:
            words[word] = " ".join(word[a:b] for a, b in pairwise(cuts))
        start += len(word) + 1
    return words
