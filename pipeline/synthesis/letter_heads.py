"""Printed heads of letters: the address above what somebody wrote, in type, most often in
capitals that stand apart.

A reader of handwriting meets them on the first page of every other letter, and knows no capital
of print.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.synthesis.drawing import Hand, drawn
from pipeline.synthesis.fonts import SMALL_CAPITALS, catalogue_faces

# as printers of letter heads chose them (by eye, on letters of the 1880s and 1890s)
GROUPS = (("modern", 0.45), ("transitional", 0.25), ("sans", 0.2), ("oldstyle", 0.1))
WORDS = (1, 4)  # a line
CAPITALS, NAMES = 0.7, 0.2  # shares of the lines all in capitals, and with a capital to each word
NUMBERED = 0.1  # share that begins with the number of a house
SPACED, WIDEST_SPACE = 0.6, 12  # share whose letters stand apart, at most so many pixels
MARKS, MARKED = ",,..", 0.6  # behind the last word, and how often


def head_faces(wanted: str) -> list[Hand]:
    """The faces of print that heads are set in, which draw letters, figures and those of `wanted`
    that they have.

    Raises:
        MissingToolError: none of them is installed.
    """
    return [
        Hand(face.path, face.family, face.characters)
        for face in catalogue_faces(wanted, GROUPS)
        if face.style != SMALL_CAPITALS
    ]


def head_of(text: str, rng: random.Random) -> str:
    """A line of a head, out of the words of a text; empty where there are none."""
    words = [word.strip(".,;:!?\"'()-[]") for word in text.split()]
    words = [word for word in words if word.isalnum()][: rng.randint(*WORDS)]
    if not words:
        return ""
    line = " ".join(words)
    case = rng.random()
    if case < CAPITALS:
        line = line.upper()
    elif case < CAPITALS + NAMES:
        line = line.title()
    if rng.random() < NUMBERED:
        line = f"{rng.randint(1, 120)}, {line}"
    return line + (rng.choice(MARKS) if rng.random() < MARKED else "")


def printed_head(
    draw: Callable[[random.Random], str], faces: Sequence[Hand], rng: random.Random
) -> tuple[NDArray[np.uint8], str] | None:
    """A line of a head, black on white, (H, W) uint8, and its text; None where a face cannot set
    what was drawn.

    Args:
        draw: gives a text for each call.
    """
    text, face = head_of(draw(rng), rng), rng.choice(faces)
    if not text or not face.characters.issuperset(text.replace(" ", "")):
        return None
    space = rng.randint(1, WIDEST_SPACE) if rng.random() < SPACED else 0
    image = drawn(text, face, letter_space=space)
    return None if image is None else (image, text)
