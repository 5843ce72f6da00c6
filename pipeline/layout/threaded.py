"""Filled shapes that a rule runs through, as the nodes of a diagram: what it leaves of them on
either side are no letters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.image.ink import Ink

Edges = tuple[NDArray[np.int32], NDArray[np.int32]]


@dataclass(frozen=True)
class ThreadedParameters:
    """What the halves of a filled shape are. Chosen by eye on diagrams with discs and boxes."""

    fill: float = 0.75  # ink over the area of a half: a half-disc has 0.79, strokes of letters less
    length: float = 0.8  # of a half along the rule, at least, in x-heights
    touch: float = 0.2  # in x-heights, from the rule
    alike: float = 0.75  # share of the longer half that the other one lies beside


THREADED = ThreadedParameters()


def drop_threaded(ink: Ink) -> Ink:
    """The ink with the halves of filled shapes, on both sides of a rule, as graphics."""
    parts = ink.components
    filled = ink.letters & (parts.area > THREADED.fill * parts.width * parts.height)
    if not filled.any():
        return ink
    columns, rows = (parts.left, parts.right), (parts.top, parts.bottom)
    standing = [(b.left, b.right, b.top, b.bottom) for b in ink.rules.standing_boxes]
    level = [(b.top, b.bottom, b.left, b.right) for b in ink.rules.level_boxes]
    found = [
        *_find_halves(filled, columns, rows, standing, ink.letter),
        *_find_halves(filled, rows, columns, level, ink.letter),
    ]
    if not found:
        return ink
    graphics, letters = ink.graphics.copy(), ink.letters.copy()
    graphics[found], letters[found] = True, False
    return replace(ink, letters=letters, graphics=graphics)


def _find_halves(
    filled: NDArray[np.bool_],
    across: Edges,
    along: Edges,
    rules: list[tuple[int, int, int, int]],
    letter: float,
) -> list[int]:
    """The pairs of components that are two halves of one shape at one of the rules.

    Args:
        filled: (n,) bool, which may be.
        across: their near and far edges across the rules, `along` those along them.
        rules: near and far edge across, and ends along, of each.
        letter: x-height in pixels.
    """
    touch, long = THREADED.touch * letter, filled & (along[1] - along[0] > THREADED.length * letter)
    found = []
    for near, far, start, end in rules:
        beside = long & (along[1] > start - touch) & (along[0] < end + touch)
        first = np.flatnonzero(beside & (across[1] >= near - touch) & (across[1] <= far))
        second = np.flatnonzero(beside & (across[0] >= near) & (across[0] <= far + touch))
        for a in first.tolist():
            for b in second.tolist():
                common = min(along[1][a], along[1][b]) - max(along[0][a], along[0][b])
                longer = max(along[1][a] - along[0][a], along[1][b] - along[0][b])
                if across[1][a] <= across[0][b] and common >= THREADED.alike * longer:
                    found += [a, b]
    return found
