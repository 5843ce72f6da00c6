"""Words of a line from the white between its letters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class SpaceParameters:
    """Gaps between letters and between words, in x-heights.

    Faces have a word space of 0.66 in the median (bench.faces), which justified lines narrow. The
    values are chosen by eye on the lines of the books.
    """

    narrowest: float = 0.28  # no word space is narrower
    widest_step: float = 0.9  # the middle of the step from narrow to wide gaps lies below
    usual: float = 0.45  # where a line's own gaps tell nothing
    gaps: tuple[float, float] = (0.12, 2.5)  # narrower and wider gaps are not looked at
    least_gaps: int = 4
    least_step: float = 0.05  # a smaller one is no step


SPACES = SpaceParameters()


def split_words(
    lefts: NDArray[np.int64], rights: NDArray[np.int64], x_height: float
) -> list[NDArray[np.int64]]:
    """Groups of indices of the letters of each word, from left to right.

    Args:
        lefts, rights: horizontal extents of a line's components, in pixels.
        x_height: of the line.

    The threshold lies in the widest empty stretch between the line's narrow and wide gaps, and
    never below the narrowest word space.
    """
    order = np.argsort(lefts, kind="stable")
    reach = np.maximum.accumulate(rights[order])
    gaps = lefts[order][1:] - reach[:-1]
    if len(gaps) == 0:
        return [order]
    threshold = _find_space_threshold(gaps[gaps > 0] / x_height) * x_height
    return np.split(order, np.flatnonzero(gaps >= threshold) + 1)


def _find_space_threshold(gaps: NDArray[np.float64]) -> float:
    """Gap in x-heights from which white is a word space."""
    ordered = np.sort(gaps)
    candidates = ordered[(ordered > SPACES.gaps[0]) & (ordered < SPACES.gaps[1])]
    if len(candidates) < SPACES.least_gaps:
        return SPACES.usual
    steps = np.diff(candidates)
    # the widest jump, where it is about as large as a word space is: else the line has words or
    # letters alone
    middle = (candidates[:-1] + candidates[1:]) / 2
    weight = steps * ((middle > SPACES.narrowest) & (middle < SPACES.widest_step))
    if weight.max() < SPACES.least_step:
        return SPACES.usual
    return float(middle[int(np.argmax(weight))])
