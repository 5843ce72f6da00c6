"""Words whose letters are one piece of ink, wider than any letter: struck through, pressed
together, or joined by what is left of a stamp. They are no rules and no pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.image.ink import Ink


@dataclass(frozen=True)
class JoinedParameters:
    """What joined letters look like, in x-heights of the page unless it is said otherwise. Chosen
    by eye on drawn pages with words struck through and under stamps."""

    height: tuple[float, float] = (0.8, 2.6)  # of letters with what joins them
    runs: float = 0.6  # strokes that cross a row, to an x-height of its width …
    rows: float = 75  # … in this percentile of the rows: a rule through letters is one stroke
    strokes: int = 6  # and so many in all
    beside: float = 1.5  # letters of its line lie no further from it …
    overlap: float = 0.6  # … and so much of their height at its own


JOINED = JoinedParameters()


def take_joined_letters(ink: Ink) -> Ink:
    """The ink with words of joined letters among the letters: flat graphics and marks that
    strokes cross all along, beside letters on the same line."""
    parts = ink.components
    low, high = (factor * ink.letter for factor in JOINED.height)
    flat = (ink.graphics | ink.marks) & ~ink.border & (parts.height > low) & (parts.height < high)
    words = [k for k in np.flatnonzero(flat).tolist() if _has_strokes(ink, k)]
    letters = ink.letters.copy()
    while taken := [k for k in words if not letters[k] and _has_neighbour(ink, letters, k)]:
        letters[taken] = True
    return replace(
        ink, letters=letters, marks=ink.marks & ~letters, graphics=ink.graphics & ~letters
    )


def _has_strokes(ink: Ink, index: int) -> bool:
    """Whether as many strokes cross the rows of a component as those of letters do."""
    parts = ink.components
    own = parts.labels[parts.place_of(index)] == index + 1
    runs = np.count_nonzero(own[:, 1:] & ~own[:, :-1], axis=1) + own[:, 0]
    strokes = float(np.percentile(runs, JOINED.rows))
    return strokes >= max(JOINED.strokes, JOINED.runs * own.shape[1] / ink.letter)


def _has_neighbour(ink: Ink, letters: NDArray[np.bool_], index: int) -> bool:
    """Whether a letter stands beside a component, on its line."""
    parts, reach = ink.components, JOINED.beside * ink.letter
    gap = np.maximum(parts.left - parts.right[index], parts.left[index] - parts.right)
    shared = np.minimum(parts.bottom, parts.bottom[index]) - np.maximum(parts.top, parts.top[index])
    beside = (gap > 0) & (gap < reach) & (shared >= JOINED.overlap * parts.height)
    return bool((beside & letters).any())
