"""Labels of forms and letter heads: what ends in a colon, and what a value stands beside on a rule
of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.layout.lines import FoundLine


@dataclass(frozen=True)
class ColonParameters:
    """What a colon is, in x-heights of its line. Chosen by eye on forms and letters."""

    side: float = 0.45  # of a point, at most
    reach: float = 0.9  # from the last letter; a full stop may lie between
    above: float = 0.3  # of one another: the points overlap or nearly do
    low: tuple[float, float] = (-0.05, 0.35)  # middle of the lower point above the baseline …
    high: tuple[float, float] = (0.55, 1.1)  # … and of the upper one
    below: float = 0.12  # the baseline its foot lies no deeper: a semicolon's does


COLON = ColonParameters()


@dataclass(frozen=True)
class FieldParameters:
    """The rule of a field, in x-heights of the value on it. Chosen by eye on drawn forms."""

    below: tuple[float, float] = (-0.3, 1.5)  # how far below the baseline it lies
    beyond: float = 0.5  # how far the value may reach beyond it
    behind: float = 3.0  # from its end to the label of the next field of the row
    broken: float = 2.5  # gaps within it, where dots of it have run together
    level: float = 0.35  # its pieces differ in height by less


FIELD = FieldParameters()


def find_labels(
    lines: Sequence[FoundLine], ends: NDArray[np.float64], ink: Ink
) -> NDArray[np.bool_]:
    """Which pieces of lines end in a colon: (n,) bool.

    Args:
        lines: pieces of lines, without their marks.
        ends: (n, 2) their left and right edges, in pixels.
        ink: of the page.
    """
    parts, marks = ink.components, np.flatnonzero(ink.marks)
    left, middle = parts.left[marks], parts.top[marks] + parts.height[marks] / 2
    bottom, side = parts.bottom[marks], np.maximum(parts.width, parts.height)[marks]
    labels = np.zeros(len(lines), np.bool_)
    for k, (line, (_, end)) in enumerate(zip(lines, ends, strict=True)):
        size, floor = line.x_height, line.baseline_at(end)
        near = (left > end - COLON.above * size) & (left < end + COLON.reach * size)
        near &= side < COLON.side * size
        rise = (floor - middle) / size
        low = near & (rise > COLON.low[0]) & (rise < COLON.low[1])
        low &= bottom < floor + COLON.below * size
        high = near & (rise > COLON.high[0]) & (rise < COLON.high[1])
        apart = np.abs(left[low][:, None] - left[high])
        labels[k] = bool((apart < COLON.above * size).any())
    return labels


def join_broken(rules: Iterable[Box], letter: float) -> list[Box]:
    """Level rules, drawn or dotted, those joined that go on in each other.

    Args:
        letter: x-height of the page, in pixels.
    """
    whole: dict[int, list[Box]] = defaultdict(list)  # by the bands of rows that they lie in
    band = max(1.0, FIELD.level * letter)
    for rule in sorted(rules, key=lambda rule: rule.left):
        own = int(rule.top // band)
        for found in (whole[own], whole[own - 1], whole[own + 1]):
            near = [
                k
                for k, other in enumerate(found)
                if abs(other.top - rule.top) < band
                and rule.left - other.right < FIELD.broken * letter
            ]
            if near:
                found[near[0]] = Box.around([found[near[0]], rule])
                break
        else:
            whole[own].append(rule)
    return [rule for found in whole.values() for rule in found]


def stands_in_field(
    rules: Sequence[Box], start: float, ends: NDArray[np.float64], line: FoundLine
) -> bool:
    """Whether a piece of a line stands on a level rule that begins behind what is to its left, as a
    value does in the blank, or on the comb, of its label.

    Args:
        rules: of the page, level ones, drawn or dotted.
        start: right edge of what is to its left, in pixels.
        ends: its own left and right edge.
    """
    reach = FIELD.beyond * line.x_height
    return any(
        start < rule.left <= ends[0] + reach and rule.right >= ends[1] - reach
        for rule in _below(rules, float(ends[0]), line)
    )


def follows_field(
    rules: Sequence[Box], start: float, ends: NDArray[np.float64], line: FoundLine
) -> bool:
    """Whether the rule on which a piece of a line ends goes on to right before the next piece: it
    ends in a value, and the next one is the label of another field of its row.

    Args:
        rules: of the page, level ones, drawn or dotted.
        start: left edge of the next piece, in pixels.
        ends: its own left and right edge.
    """
    reach = FIELD.beyond * line.x_height
    return any(
        rule.left < ends[1] < rule.right < start + reach
        and start - rule.right < FIELD.behind * line.x_height
        for rule in _below(rules, float(ends[0]), line)
    )


def _below(rules: Sequence[Box], x: float, line: FoundLine) -> Iterator[Box]:
    """The rules on which a line may stand that begins at some x."""
    floor = line.baseline_at(x)
    low, high = (floor + limit * line.x_height for limit in FIELD.below)
    return (rule for rule in rules if low < rule.top < high)
