"""Braces and brackets that are several lines high or wide: their straight parts are no rules, from
which what they touch is to be taken, as their ends would then be read as letters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.image.binarize import Mask
from pipeline.image.components import Components
from pipeline.image.rules import RuledInk


@dataclass(frozen=True)
class BraceParameters:
    """What a brace is, as shares of its height and width unless it is said otherwise. Chosen by eye
    on casts of plays and on family trees."""

    width: float = 2.5  # at most, in x-heights
    slender: float = 2.2  # height over width, at least
    end: float = 0.25  # at either end it leans to one side …
    middle: tuple[float, float] = (0.35, 0.65)  # … and here it may point to the other …
    leans: float = 0.2  # … by so much, at least …
    strays: float = 0.15  # … and nowhere else to either by more


BRACE = BraceParameters()


def leave_braces(components: Components, rules: RuledInk, x_height: float) -> RuledInk:
    """The rules of a page but for the straight parts of braces.

    Args:
        components: of the page, rules and what they touch as one.
        rules: of the page.
        x_height: usual x-height in pixels.
    """
    standing = _leave(components, rules.standing, rules.standing_boxes, x_height, False)
    level = _leave(components, rules.level, rules.level_boxes, x_height, True)
    return replace(
        rules,
        standing=standing[0],
        standing_boxes=standing[1],
        level=level[0],
        level_boxes=level[1],
    )


def _leave(
    components: Components, runs: Mask | None, boxes: tuple[Box, ...], x_height: float, lying: bool
) -> tuple[Mask | None, tuple[Box, ...]]:
    """The rules of one direction without those of braces: where they run, and their boxes."""
    if runs is None:
        return runs, boxes
    braces = [box for box in boxes if _is_of_brace(components, runs, box, x_height, lying)]
    if not braces:
        return runs, boxes
    runs = runs.copy()
    for box in braces:
        runs[box.top : box.bottom, box.left : box.right] = 0
    kept = tuple(box for box in boxes if box not in braces)
    return (runs if kept else None), kept


def _is_of_brace(
    components: Components, runs: Mask, box: Box, x_height: float, lying: bool
) -> bool:
    """Whether the component that a rule is of is a brace."""
    place = slice(box.top, box.bottom), slice(box.left, box.right)
    own = components.labels[place][runs[place] > 0]
    k = int(np.bincount(own).argmax()) - 1 if len(own) else -1
    if k < 0:
        return False
    sides = int(components.width[k]), int(components.height[k])
    across, along = reversed(sides) if lying else sides
    if across > BRACE.width * x_height or along < BRACE.slender * across:
        return False
    drawn = components.labels[components.place_of(k)] == k + 1
    return is_brace(drawn.T if lying else drawn)


def is_brace(drawn: NDArray[np.bool_]) -> bool:
    """Whether ink leans to one side at both ends, and nowhere else but in its middle, where it may
    point to the other.

    Args:
        drawn: (h, w) bool, the ink of one component that stands, in its box.
    """
    height, width = drawn.shape
    inked = drawn.any(axis=1)
    first = np.where(inked, drawn.argmax(axis=1), width)
    last = np.where(inked, width - 1 - drawn[:, ::-1].argmax(axis=1), -1)
    # how far each row reaches beyond the straight part, as a share of the width
    left = (np.median(first) - first) / width
    right = (last - np.median(last)) / width
    place = (np.arange(height) + 0.5) / height
    low, high = BRACE.middle
    top, bottom = place < BRACE.end, place > 1 - BRACE.end
    middle = (place > low) & (place < high)
    for ends, point in ((left, right), (right, left)):
        leans = min(ends[top].max(), ends[bottom].max()) >= BRACE.leans
        strays = max(ends[~(top | bottom)].max(), point[~middle].max()) > BRACE.strays
        if leans and not strays:
            return True
    return False
