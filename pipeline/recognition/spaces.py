"""Spaces that the recognizer does not write although the paper shows them: between a letter and a
mark that stands far from it, around the signs of formulas, behind words of one letter.

Recognizers learn from books that quotes, colons and the marks of notes belong to a word, and old
books set narrow spaces between the two. A mark that stands farther from a word than words do from
each other is none of its marks: a raised letter behind an author's name, a colon behind a picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.image.quantiles import median
from pipeline.image.runs import find_widest_run
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.ctc import Alignment
from pipeline.recognition.decoder import DecodedLine


@dataclass(frozen=True)
class SpaceParameters:
    """From which white on a mark is a word by itself."""

    # Of the usual word space of the line. Measured on 144 pages of five books: no mark stands so
    # far from its word.
    word_spaces: float = 1.3
    # The same in x-heights, where word spaces are narrow; chosen by eye.
    x_heights: float = 0.5
    # Word spaces that show what is usual in a line; chosen by eye.
    fewest: int = 3
    # White that is one wherever it stands, in x-heights: a little less than what wider white is
    # shortened to (2.5). The letters of a heading set wide have up to 1.5. Chosen by eye.
    always: float = 2.2
    # White between two figures, in x-heights and over what is usual between the closer ones of the
    # line, less what a 1 has on either side: measured on two drawn timetables, up to 0.6 within
    # figures, 1 to 1.4 between hours and minutes.
    figures: float = 0.63
    over_close: float = 2.2
    close: float = 25  # percentile; of so few pairs the closest
    few: int = 5
    beside_one: float = 0.2
    # the same in a cell of a few figures alone, which show nothing usual: between the two
    lone: float = 0.65
    # the same where the line's word spaces show what is usual: over these, and at least; within
    # figures of drawn accounts there are up to 0.3 x-heights, chosen by eye
    among_words: tuple[float, float] = (0.82, 0.5)
    # White between two letters over the widest of the line but for one in ten, and over its usual
    # word space; where a line has too few spaces to show one, in x-heights. Measured on 38 pages of
    # five books: no two letters of a word stand so far apart.
    letters: float = 1.5
    of_space: float = 0.82
    unknown_space: float = 0.6
    widest: float = 90  # percentile
    least_letters: int = 6
    # White beside the sign of a relation, in x-heights. Formulas of TeX have 0.5 and more, letters
    # of one width 0.3 where no space stands; chosen by eye between the two.
    relation: float = 0.42


PARAMETERS = SpaceParameters()
RELATIONS = "=<>×±"


def split_at_wide_white(
    decoded: DecodedLine,
    ink: NDArray[np.bool_],
    edges: NDArray[np.float64],
    alphabet: Alphabet,
    x_height: float,
) -> DecodedLine:
    """Write a space into `decoded`, in all its readings, at each white between a letter and a mark
    that is wider than the line's word spaces, at that beside the sign of a relation, at that
    between figures which is wider than among the others of the line, and at any that is wider than
    letters of a word can stand apart.

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
    usual = median(np.array(spaces)) if len(spaces) >= PARAMETERS.fewest else np.inf
    always = PARAMETERS.always * x_height
    wide = max(PARAMETERS.word_spaces * usual, PARAMETERS.x_heights * x_height)
    beside = {(a, b): white(a, b) for a, b in pairwise(solid) if b - a == 1}
    figures = {
        (a, b): width for (a, b), width in beside.items() if text[a].isdigit() and text[b].isdigit()
    }
    within = [width for (a, b), width in beside.items() if text[a].isalpha() and text[b].isalpha()]
    set_wide = median(np.array(within)) if len(within) >= PARAMETERS.fewest else 0.0
    apart = _part_figures(text, figures, usual, set_wide, x_height)
    between_letters = min(always, _part_letters(within, usual, x_height))

    def least(a: int, b: int) -> float:
        """White that is a space between two characters that no space parts."""
        if (text[a] in RELATIONS) != (text[b] in RELATIONS):
            return PARAMETERS.relation * x_height
        if (a, b) in apart:
            return min(always, apart[a, b])
        if text[a].isalpha() != text[b].isalpha():
            return min(wide, always)
        return between_letters if text[a].isalpha() else always

    split = [b for (a, b), width in beside.items() if width > least(a, b)]
    if not split:
        return decoded
    borders = path.starts[split]
    whole = Alignment(
        np.insert(path.classes, split, alphabet.space),
        np.insert(path.starts, split, borders),
        np.insert(path.ends, split, borders),
        np.insert(path.scores, split, 0.0),
    )
    words = _split_words(text, split)
    greedy, *alternatives = (
        _split_alike(reading, text, words) for reading in (decoded.greedy, *decoded.alternatives)
    )
    return DecodedLine(alphabet.decode(whole.classes.tolist()), whole, greedy, tuple(alternatives))


def _part_letters(within: list[int], usual: float, x_height: float) -> float:
    """White that is a space between two letters; infinite where too few are there to tell.

    Args:
        within: columns of white between each two letters that no space parts.
        usual: columns of a word space of the line; infinite where that is unknown.
        x_height: in columns of the image.
    """
    if len(within) < PARAMETERS.least_letters:
        return np.inf
    of_space = PARAMETERS.of_space * usual if np.isfinite(usual) else 0.0
    return max(
        PARAMETERS.letters * float(np.percentile(within, PARAMETERS.widest)),
        of_space or PARAMETERS.unknown_space * x_height,
    )


def _part_figures(
    text: str,
    figures: dict[tuple[int, int], int],
    usual: float,
    set_wide: float,
    x_height: float,
) -> dict[tuple[int, int], float]:
    """White that is a space between two figures, as between the hours and the minutes of a
    timetable.

    Args:
        figures: columns of white between each two that no space parts.
        usual: columns of a word space of the line; infinite where that is unknown.
        set_wide: columns of white between two letters of a word; 0 where that is unknown.
        x_height: in columns of the image.
    """
    ones = {pair: sum(text[k] == "1" for k in pair) for pair in figures}
    more = {pair: PARAMETERS.beside_one * x_height * count for pair, count in ones.items()}
    of_space, at_least = PARAMETERS.among_words
    least = max(of_space * usual, at_least * x_height)
    if len(figures) >= PARAMETERS.fewest:
        whites = [white - more[pair] for pair, white in figures.items()]
        share = PARAMETERS.close if len(whites) > PARAMETERS.few else 0
        close = max(0.0, float(np.percentile(whites, share)))
        over_close = max(PARAMETERS.figures * x_height, PARAMETERS.over_close * close)
        least = min(least, over_close)
    elif text.replace(" ", "").isdigit():
        least = min(least, PARAMETERS.lone * x_height)
    least = max(least, PARAMETERS.over_close * set_wide)  # letters of dots stand apart
    return {pair: least + wider for pair, wider in more.items()}


def _split_words(text: str, split: list[int]) -> list[str]:
    """What becomes of each word of `text`, some of which are divided before the characters
    `split`."""
    words, start = [], 0
    for word in text.split(" "):
        cuts = [0, *(k - start for k in split if start < k < start + len(word)), len(word)]
        words.append(" ".join(word[a:b] for a, b in pairwise(cuts)))
        start += len(word) + 1
    return words


def _split_alike(reading: str, text: str, words: list[str]) -> str:
    """Another reading of the line `text`, its words divided as those of the line are that they are
    equal to: in their places, or where it has more words or fewer, wherever they stand."""
    own, others = text.split(" "), reading.split(" ")
    if len(own) == len(others):
        divided = zip(others, own, words, strict=True)
        return " ".join(new if word == old else word for word, old, new in divided)
    known = dict(zip(own, words, strict=True))
    return " ".join(known.get(word, word) for word in others)
