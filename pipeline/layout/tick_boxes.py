"""Boxes to be ticked, as forms have them: an empty one is no letter, nor is a crossed one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.image.ink import Ink


@dataclass(frozen=True)
class TickBoxParameters:
    """What a box is. Chosen by eye on forms, and on letters of 60 faces, none of which has
    four straight sides."""

    aspect: float = 1.25  # its longer side over the shorter one, at most
    height: tuple[float, float] = (0.8, 4.2)  # in x-heights of the page
    most_fill: float = 0.8  # ink over the area of the box, of a small one that is crossed
    edge: float = 0.12  # of its height, in which each of its sides lies …
    straight: float = 0.97  # … over this share of its length
    hollow: float = 0.3  # of its height: the margin within which there is no ink …
    crossed: float = 0.9  # … but for a cross: so much of either diagonal
    beside: float = 0.4  # … and so much of the way from its middle to each side is white
    least_inside: int = 5  # pixels: in less no cross is to be told


TICK_BOXES = TickBoxParameters()


def drop_tick_boxes(ink: Ink) -> Ink:
    """The ink with its empty boxes, and the crossed ones, as graphics."""
    parts = ink.components
    width, height = parts.width, parts.height
    low, high = (limit * ink.letter for limit in TICK_BOXES.height)
    fitting = ink.letters & (height > low) & (height < high)
    fitting &= np.maximum(width, height) < TICK_BOXES.aspect * np.minimum(width, height)
    fitting &= parts.area < TICK_BOXES.most_fill * width * height
    chosen = np.flatnonzero(fitting)
    for x in (parts.left + 1, parts.right - 2):  # few letters have ink in all four corners
        for y in (parts.top + 1, parts.bottom - 2):
            chosen = chosen[parts.labels[y[chosen], x[chosen]] == chosen + 1]
    boxes = [k for k in chosen.tolist() if _is_box(ink, k)]
    if not boxes:
        return ink
    graphics, letters = ink.graphics.copy(), ink.letters.copy()
    graphics[boxes], letters[boxes] = True, False
    return replace(ink, letters=letters, graphics=graphics)


def _is_box(ink: Ink, k: int) -> bool:
    """Whether a component has four straight sides, and nothing of it lies between them but a cross
    from corner to corner."""
    parts = ink.components
    own = parts.labels[parts.place_of(k)] == k + 1
    edge = max(2, round(TICK_BOXES.edge * parts.height[k]))
    sides = [own[:edge].any(axis=0), own[-edge:].any(axis=0)]
    sides += [own[:, :edge].any(axis=1), own[:, -edge:].any(axis=1)]
    if min(float(side.mean()) for side in sides) < TICK_BOXES.straight:
        return False
    margin = max(edge + 1, round(TICK_BOXES.hollow * parts.height[k]))
    return not own[margin:-margin, margin:-margin].any() or _is_crossed(own[edge:-edge, edge:-edge])


def _is_crossed(inside: NDArray[np.bool_]) -> bool:
    """Whether the inside of a box, (h, w), is a cross: ink along both diagonals, and white at the
    middle of each side."""
    height, width = inside.shape
    if min(height, width) < TICK_BOXES.least_inside:
        return False
    steps = np.linspace(0, 1, max(height, width))
    ys, xs = (np.rint(steps * (side - 1)).astype(int) for side in (height, width))
    diagonals = inside[ys, xs].mean(), inside[ys, xs[::-1]].mean()
    if min(diagonals) < TICK_BOXES.crossed:
        return False
    down, across = height // 2, width // 2
    arms = [inside[:down, across], inside[-down:, across]]
    arms += [inside[down, :across], inside[down, -across:]]
    return all(float((~arm).mean()) > TICK_BOXES.beside for arm in arms)
