"""What is mended in the path of a line, whatever its language."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.ctc import Alignment

FIGURES = {"I": "1", "l": "1", "O": "0", "o": "0"}
FIGURE = re.compile(r"\d")
NUMBER = re.compile(r"(?<!\S)[\dIlOo.,:;()\[\]/–-]+(?!\S)")
# two marks of a quotation within another, as ”’, and their halves
NESTED = re.compile(r"(?:(?<=”)’|’(?=”)|(?<=“)‘|‘(?=“))")
# no word of the languages in Latin script begins so, but for short forms: `lbbotson`; lbs, lstms
STRAY_L = re.compile(r"(?<![^\W\d_])l(?=[bcdfgkmnprstvz][^\W\d_A-Z]{2})(?=[a-z]*[aeiouy])")
SURE = 0.9  # posterior of a mark beside a pair that is there: see `_without_half_quotes`


def mend_path(path: Alignment, alphabet: Alphabet) -> Alignment:
    """The path with figures for letters in numbers and capitals where no word begins with a small
    letter, and without stray spaces and half quotes."""
    whole = _without_half_quotes(_without_stray_spaces(path, alphabet), alphabet)
    return _with_capitals(_with_figures(whole, alphabet), alphabet)


def _without_half_quotes(path: Alignment, alphabet: Alphabet) -> Alignment:
    """The path without an unsure mark of quotation beside a pair: where the two marks of a pair
    stand wide apart, the network sees the pair, and one of them once more (posteriors of 0.51 to
    0.76 in a book set so). A quotation that ends within another has three marks, and is sure."""
    text = alphabet.decode(path.classes.tolist())
    if "”" not in text and "“" not in text:
        return path
    doubtful = [
        found.start()
        for found in NESTED.finditer(text)
        if path.scores[found.start()] < np.log(SURE)
    ]
    return _choose(path, np.delete(np.arange(len(text)), doubtful)) if doubtful else path


def _with_figures(path: Alignment, alphabet: Alphabet) -> Alignment:
    """The path with the letters that look like figures read as such in numbers: in what has a
    figure and no other letter."""
    text = alphabet.decode(path.classes.tolist())
    if FIGURE.search(text) is None:
        return path
    classes = path.classes.copy()
    for number in NUMBER.finditer(text):
        if FIGURE.search(number[0]):
            for k in range(*number.span()):
                figure = alphabet.characters.find(FIGURES.get(text[k], text[k]))
                classes[k] = figure + 1 if figure >= 0 else classes[k]
    return Alignment(classes, path.starts, path.ends, path.scores)


def _with_capitals(path: Alignment, alphabet: Alphabet) -> Alignment:
    """The path with an I for each l before a consonant with which no word goes on."""
    places = [found.start() for found in STRAY_L.finditer(alphabet.decode(path.classes.tolist()))]
    if not places or "I" not in alphabet.characters:
        return path
    classes = path.classes.copy()
    classes[places] = alphabet.encode("I")[0]
    return Alignment(classes, path.starts, path.ends, path.scores)


def _without_stray_spaces(path: Alignment, alphabet: Alphabet) -> Alignment:
    """The path without spaces at the ends of the line or after another space, as the text has
    none."""
    space = path.classes == alphabet.space
    solid = np.flatnonzero(~space)
    if len(solid) == 0:
        keep = np.zeros(len(space), bool)
    else:
        inside = np.arange(len(space))
        keep = ~space | (
            (inside > solid[0]) & (inside < solid[-1]) & np.concatenate([[True], ~space[:-1]])
        )
    return _choose(path, keep)


def _choose(path: Alignment, kept: NDArray[np.bool_] | NDArray[np.int64]) -> Alignment:
    """Some characters of a path."""
    return Alignment(path.classes[kept], path.starts[kept], path.ends[kept], path.scores[kept])
