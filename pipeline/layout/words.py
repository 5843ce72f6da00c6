"""Words of a line from the white between its letters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEAST_SPACE = 0.28  # narrowest word space, in x-heights
USUAL_SPACE = 0.45


def split_words(
    lefts: NDArray[np.int64], rights: NDArray[np.int64], x_height: float
) -> list[NDArray[np.int64]]:
    """Groups of indices of the letters of each word, from left to right.

    Args:
        lefts, rights: horizontal extents of a line's components, in pixels.
        x_height: of the line.

    The threshold lies in the widest empty stretch between the line's narrow and wide gaps, and
    never below LEAST_SPACE.
    """
    order = np.argsort(lefts, kind="stable")
    reach = np.maximum.accumulate(rights[order])
    gaps = lefts[order][1:] - reach[:-1]
    if len(gaps) == 0:
        return [order]
    threshold = _space_threshold(gaps[gaps > 0] / x_height) * x_height
    return np.split(order, np.flatnonzero(gaps >= threshold) + 1)


def _space_threshold(gaps: NDArray[np.float64]) -> float:
    """Gap in x-heights from which white is a word space."""
    ordered = np.sort(gaps)
    candidates = ordered[(ordered > 0.12) & (ordered < 2.5)]
    if len(candidates) < 4:
        return USUAL_SPACE
    steps = np.diff(candidates)
    # the widest jump, where it is about as large as a word space is: else the line has words or
    # letters alone
    middle = (candidates[:-1] + candidates[1:]) / 2
    weight = steps * ((middle > LEAST_SPACE) & (middle < 0.9))
    if weight.max() < 0.05:
        return USUAL_SPACE
    return float(middle[int(np.argmax(weight))])
