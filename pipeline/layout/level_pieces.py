"""Pieces of lines that stand beside each other on one level, and what lies between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.image.quantiles import median
from pipeline.layout.barriers import PICTURE, WHITE, Barriers, are_framed_apart, is_drawn_between
from pipeline.layout.fragments import FRAGMENTS, Floats
from pipeline.layout.gutters import Meeting
from pipeline.layout.labels import find_labels, follows_field, join_broken, stands_in_field
from pipeline.layout.lines import FoundLine
from pipeline.layout.list_marks import stands_on


def find_meetings(
    lines: list[FoundLine],
    ends: Floats,
    ink: Ink,
    barriers: Barriers,
    leaders: Sequence[Box] = (),
) -> list[Meeting]:
    """Each piece of a line, but for the first of its level, with the one to its left.

    Args:
        lines: pieces of lines, without their marks.
        ends: (n, 2) their left and right edges, in pixels.
        ink, barriers, leaders: of the page.
    """
    if not lines:
        return []
    floors = np.array(
        [list(map(line.baseline_at, extent)) for line, extent in zip(lines, ends, strict=True)]
    )
    heights = np.array([line.x_height for line in lines])
    labels, parts = find_labels(lines, ends, ink), ink.components
    middles = np.array(
        [median(parts.top[line.members] + parts.height[line.members] / 2) for line in lines]
    )
    rules = join_broken([*ink.rules.level_boxes, *leaders], ink.letter)
    meetings = []
    for b, (left, _) in enumerate(ends):
        falls = (floors[:, 1] - floors[b, 0]) / np.minimum(heights, heights[b])
        steps = np.abs(falls)
        rises = (floors[:, 1] - middles[b]) / heights, (floors[b, 0] - middles) / heights[b]
        level = np.logical_or.reduce(
            [
                steps < FRAGMENTS.same_level,
                *((rise > FRAGMENTS.lowest) & (rise < FRAGMENTS.highest) for rise in rises),
            ]
        )
        candidates = np.flatnonzero(
            (ends[:, 1] <= left + FRAGMENTS.jut * heights[b]) & (ends[:, 0] < left) & level
        )
        if len(candidates):
            a = int(candidates[np.argmax(ends[candidates, 1])])
            kind = barriers.between(ends[a, 1], left, middles[b])
            wide = left - ends[a, 1] > FRAGMENTS.gap_in_line * ink.letter
            in_field = (kind or wide) and not _is_walled(ink, ends[a, 1], left, middles[b])
            in_field = in_field and (
                stands_in_field(rules, ends[a, 1], ends[b], lines[b])
                or follows_field(rules, float(left), ends[a], lines[a])
            )
            if not kind and wide:  # white that is too low for a gutter
                is_sum = _is_sum(ink, left, ends[b, 1], middles[b], heights[b])
                kind = WHITE if in_field or is_sum else 0
            between = ink, float(ends[a, 1]), float(left), middles[b]
            if kind and (is_drawn_between(*between) or are_framed_apart(*between)):
                kind = PICTURE
            if kind:
                few = min(len(lines[k].members) for k in (a, b)) < FRAGMENTS.few_letters
                aligned = steps[a] < FRAGMENTS.aligned or (few and level[a])
                stands = stands_on(ink, lines[a], lines[b])
                aligned, step = bool(aligned) or stands, 0.0 if stands else float(falls[a])
                meetings.append(Meeting(a, b, kind, aligned, bool(labels[a] or in_field), step))
    return meetings


def _is_walled(ink: Ink, start: float, end: float, y: float) -> bool:
    """Whether an upright rule stands between two x at a height y: what lies level beside it is the
    side of a frame, and no field."""
    return any(
        start < box.left and box.right < end and box.top < y < box.bottom
        for box in ink.rules.standing_boxes
    )


def _is_sum(ink: Ink, left: float, right: float, middle: float, x_height: float) -> bool:
    """Whether a level rule, or two, runs right above a piece of a line, or below it, as those of
    sums do."""
    reach = FRAGMENTS.ruled * x_height
    return any(
        rule.left <= left and right <= rule.right
        for rule in ink.rules.level_boxes
        if middle - reach < rule.bottom and rule.top < middle + reach
    )
