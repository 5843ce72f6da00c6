"""Leaders: rows of dots or dashes that lead the eye from an entry to its page number or value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.layout.lines import FoundLine


@dataclass(frozen=True)
class LeaderParameters:
    """What a leader is, in x-heights unless it is said otherwise. Chosen by eye on tables of
    contents; an ellipsis has four dots at most."""

    height: float = 0.45  # of a dot or a dash, at most …
    width: float = 1.0  # … and its width
    level: float = 0.15  # dots of one leader differ in height by less
    alike: float = 0.3  # and in their sides
    step: float = 3.0  # from one dot to the next, at most
    least_dots: int = 6
    even: float = 0.25  # steps differ from the usual one by a smaller share …
    even_share: float = 0.75  # … so many of them
    clear: float = 0.8  # above it there is no letter: full stops of initials stand evenly, too
    led: float = 5.0  # an entry and its page number lie no further from a leader's ends …
    led_level: float = 0.8  # … and their baselines no further from its middle


LEADERS = LeaderParameters()


def take_leaders(ink: Ink) -> tuple[list[Box], Ink]:
    """The leaders of a page, in no order, and its ink with their dots as graphics: like a rule, a
    leader is no text.

    Args:
        ink: of the page, pictures taken off.
    """
    parts, dots = ink.components, _find_dots(ink)
    marks, graphics, boxes = ink.marks.copy(), ink.graphics.copy(), []
    for chain in _chain_dots(ink, dots):
        left, top = int(parts.left[chain].min()), int(parts.top[chain].min())
        right, bottom = int(parts.right[chain].max()), int(parts.bottom[chain].max())
        box = Box(left, top, right, bottom)
        if _is_even(parts.left[chain] + parts.width[chain] / 2) and _is_clear(ink, box):
            marks[chain], graphics[chain] = False, True
            boxes.append(box)
    return boxes, replace(ink, marks=marks, graphics=graphics) if boxes else ink


def find_led(
    lines: Sequence[FoundLine], ends: NDArray[np.float64], leaders: Sequence[Box]
) -> dict[int, int]:
    """What leaders join: the index of the piece before each, by that of the piece after it.

    Args:
        lines: pieces of lines.
        ends: (n, 2) their left and right edges, in pixels.
        leaders: of the page.
    """
    led = {}
    heights = np.array([line.x_height for line in lines])
    for box in leaders:
        middle = (box.top + box.bottom) / 2
        found = []
        for side, gaps in enumerate((box.left - ends[:, 1], ends[:, 0] - box.right)):
            floors = np.array(
                [line.baseline_at(end) for line, end in zip(lines, ends[:, 1 - side], strict=True)]
            )
            near = (np.abs(gaps) < LEADERS.led * heights) & (
                np.abs(floors - middle) < LEADERS.led_level * heights
            )
            found.append(min(np.flatnonzero(near).tolist(), key=gaps.__getitem__, default=-1))
        if min(found) >= 0 and ends[found[0], 0] < ends[found[1], 0]:
            led[found[1]] = found[0]
    return led


def _find_dots(ink: Ink) -> NDArray[np.int64]:
    """Indices of the marks that may be of a leader, from the left."""
    parts, letter = ink.components, ink.letter
    small = ink.marks & (parts.height <= LEADERS.height * letter)
    dots = np.flatnonzero(small & (parts.width <= LEADERS.width * letter))
    return dots[np.argsort(parts.left[dots], kind="stable")]


def _chain_dots(ink: Ink, dots: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Rows of dots that are long enough, each dot followed by the next one on its level."""
    parts, letter = ink.components, ink.letter
    middle = parts.top[dots] + parts.height[dots] / 2
    rows = np.argsort(middle, kind="stable")  # places among the dots, from the top
    reach = LEADERS.level * letter
    firsts = np.searchsorted(middle[rows], middle - reach)
    lasts = np.searchsorted(middle[rows], middle + reach, side="right")
    chains: dict[int, list[int]] = {}  # by the place of their last dot
    for k, (first, last) in enumerate(zip(firsts.tolist(), lasts.tolist(), strict=True)):
        near = rows[first:last]
        near = near[near < k]  # further left
        near = near[parts.left[dots[k]] - parts.right[dots[near]] <= LEADERS.step * letter]
        before = int(near.max()) if len(near) else -1
        if before in chains and _are_alike(ink, dots[before], dots[k]):
            chains[k] = [*chains.pop(before), k]
        else:
            chains[k] = [k]
    return [dots[chain] for chain in chains.values() if len(chain) >= LEADERS.least_dots]


def _are_alike(ink: Ink, a: int, b: int) -> bool:
    """Whether two marks are of one size."""
    parts, most = ink.components, max(2.0, LEADERS.alike * ink.letter)
    wider, higher = parts.width[a] - parts.width[b], parts.height[a] - parts.height[b]
    return bool(abs(wider) <= most and abs(higher) <= most)


def _is_even(places: NDArray[np.float64]) -> bool:
    """Whether dots stand at equal distances, but for a few."""
    steps = np.diff(places)
    usual = np.median(steps)
    return bool(np.mean(np.abs(steps - usual) <= LEADERS.even * usual) >= LEADERS.even_share)


def _is_clear(ink: Ink, box: Box) -> bool:
    """Whether no letter stands among the dots of a row."""
    parts, high = ink.components, box.top - LEADERS.clear * ink.letter
    x = parts.left + parts.width / 2
    among = (x > box.left) & (x < box.right) & (parts.bottom > high) & (parts.top < box.bottom)
    return not (ink.letters & among).any()
