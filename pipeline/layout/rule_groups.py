"""Which rules of a page are of one ruled table: those that meet, but for frames of notices that
stand side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.geometry import Box


@dataclass(frozen=True)
class RuleGroupParameters:
    """What keeps rules together, in x-heights unless it is said otherwise. Chosen by eye on ruled
    tables, and on notices in frames."""

    meets: float = 0.8  # rules of one grid end no further from each other
    same: float = 0.6  # rules nearer to each other are one
    parts: float = 0.9  # of the height of a grid: a standing rule that parts it
    crosses: float = 1.5  # so far a level rule runs on beyond a standing one that it crosses
    # of the level rules on either side of it, so many have one beside them in a table; more do
    # where it is double, as the sides of two frames are
    alike: tuple[float, float] = (0.5, 0.85)
    least_alike: int = 2  # rules on each side, without which nothing is told


RULE_GROUPS = RuleGroupParameters()


def group_rules(
    level: Sequence[Box], standing: Sequence[Box], x_height: float
) -> list[tuple[list[Box], list[Box]]]:
    """The level and the standing rules of each set of rules that meet."""
    reach = RULE_GROUPS.meets * x_height
    groups: list[tuple[list[Box], list[Box]]] = []
    for k, rule in enumerate([*level, *standing]):
        own: tuple[list[Box], list[Box]] = ([], [])
        own[k >= len(level)].append(rule)
        apart = []
        for group in groups:
            if any(_meet(rule, other, reach) for other in group[k < len(level)]):
                own[0].extend(group[0])
                own[1].extend(group[1])
            else:
                apart.append(group)
        groups = [*apart, own]
    return [group for group in groups if group[0] and group[1]]


def part_columns(
    level: list[Box], standing: list[Box], x_height: float
) -> list[tuple[list[Box], list[Box]]]:
    """Rules that meet, parted where a standing rule runs down between columns of notices, each in
    a frame: few level rules cross it, and those on its two sides lie at heights of their own, as
    those of a table's rows do not.

    Args:
        level, standing: boxes of the rules.
        x_height: in pixels.
    """
    whole = Box.around([*level, *standing])
    for at in sorted((box.left + box.right) / 2 for box in standing):
        near = [
            b for b in standing if abs((b.left + b.right) / 2 - at) < RULE_GROUPS.same * x_height
        ]
        if sum(b.height for b in near) < RULE_GROUPS.parts * whole.height:
            continue
        left = [b for b in standing if b in near or b.left < at]
        right = [b for b in standing if b not in left]
        double = any(b.left - at < 2 * RULE_GROUPS.meets * x_height for b in right)
        sides = _part_at(round(at), level, whole, x_height, RULE_GROUPS.alike[double])
        if sides:
            right += [] if double else near  # one rule for both
            start = min(b.left for b in right)
            level_right = [
                Box(max(b.left, start), b.top, b.right, b.bottom)
                for b in sides[1]
                if b.right > start
            ]
            return [(sides[0], left), *part_columns(level_right, right, x_height)]
    return [(level, standing)]


def _part_at(
    at: int, level: Sequence[Box], whole: Box, x_height: float, alike: float
) -> tuple[list[Box], list[Box]] | None:
    """The level rules to the left and to the right of `at`, those that cross it cut in two; None
    where they may be those of the rows of one table: many cross, or lie at one height.

    Args:
        alike: share of those on either side from which on they may.
    """
    reach = RULE_GROUPS.crosses * x_height
    sides = (
        [Box(b.left, b.top, min(b.right, at), b.bottom) for b in level if b.left < at - reach],
        [Box(max(b.left, at), b.top, b.right, b.bottom) for b in level if b.right > at + reach],
    )
    margin, heights = 2 * RULE_GROUPS.same * x_height, []
    for side in sides:
        middles = [(b.top + b.bottom) / 2 for b in side]
        inner = [y for y in middles if whole.top + margin < y < whole.bottom - margin]
        heights.append(np.array(inner))
    if min(map(len, heights)) < RULE_GROUPS.least_alike:
        return None
    apart = np.abs(heights[0][:, None] - heights[1])
    shares = [float((apart.min(axis=k) < RULE_GROUPS.same * x_height).mean()) for k in (0, 1)]
    return sides if max(shares) < alike else None


def _meet(a: Box, b: Box, reach: float) -> bool:
    """Whether two boxes lie no further apart than `reach` pixels."""
    across = max(a.left, b.left) - min(a.right, b.right)
    down = max(a.top, b.top) - min(a.bottom, b.bottom)
    return across <= reach and down <= reach
