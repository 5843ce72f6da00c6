"""Rows of boxes for a letter each: what is drawn in one piece, and what rules enclose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.image.rules import RuledInk
from pipeline.image.runs import find_runs


@dataclass(frozen=True)
class BoxRowParameters:
    """What a box for a letter is, in x-heights of the page unless it is said otherwise. Chosen by
    eye on drawn forms."""

    height: tuple[float, float] = (1.7, 5.5)
    aspect: tuple[float, float] = (0.4, 1.8)  # width of a box over its height
    thick: float = 0.4  # of a side
    edge: float = 0.12  # of its height, in which its level sides lie …
    straight: float = 0.97  # … over this share of its length
    upright: float = 0.9  # share of its height over which an upright side is inked
    stray: int = 6  # pixels of ink within a box that are no letter's: dust at its sides
    meets: float = 0.4  # how near rules lie to those that they meet
    same: float = 0.3  # by how much the ends of the upright sides of one row differ


BOX_ROWS = BoxRowParameters()


def find_box_rows(ink: Ink) -> list[tuple[int, list[Box]]]:
    """The components that are an empty box, or a row of boxes that share their sides, perhaps open
    at the top; and the boxes of each."""
    parts = ink.components
    low, high = (limit * ink.letter for limit in BOX_ROWS.height)
    fitting = (ink.letters | ink.graphics) & ~ink.border
    fitting &= (parts.height > low) & (parts.height < high)
    fitting &= parts.width > BOX_ROWS.aspect[0] * parts.height
    chosen = np.flatnonzero(fitting)
    # a letter has ink at few of its corners
    for x in (parts.left + 1, parts.right - 2):
        for y in (parts.top + 1, parts.bottom - 2):
            chosen = chosen[parts.labels[y[chosen], x[chosen]] == chosen + 1]
    rows = ((k, _part_boxes(ink, k)) for k in chosen.tolist())
    return [(k, boxes) for k, boxes in rows if boxes]


def _part_boxes(ink: Ink, k: int) -> list[Box]:
    """The boxes that a component is made of; none where it is no row of boxes."""
    parts = ink.components
    own = parts.labels[parts.place_of(k)] == k + 1
    edge = max(2, round(BOX_ROWS.edge * parts.height[k]))
    top, foot = (float(side.any(axis=0).mean()) for side in (own[:edge], own[-edge:]))
    if foot < BOX_ROWS.straight:
        return []
    sides = find_runs(own[:-edge].mean(axis=0) > BOX_ROWS.upright)
    closed = top >= BOX_ROWS.straight
    if len(sides) < (2 if closed else 3) or not _reach_both_ends(sides, own.shape[1], edge):
        return []
    if np.diff(sides).max() > max(3.0, BOX_ROWS.thick * ink.letter):
        return []
    boxes = []
    for (_, start), (end, _) in pairwise(sides.tolist()):
        inside = own[edge:-edge, start + edge // 2 : end - edge // 2]
        if np.count_nonzero(inside) > BOX_ROWS.stray:
            return []
        left, right = int(parts.left[k]) + start, int(parts.left[k]) + end
        boxes.append(Box(left, int(parts.top[k]), right, int(parts.bottom[k])))
    return boxes if all(map(_is_for_a_letter, boxes)) else []


def _reach_both_ends(sides: NDArray[np.int64], width: int, edge: int) -> bool:
    """Whether the outer upright sides of a row are its ends."""
    return bool(sides[0, 0] <= edge and sides[-1, 1] >= width - edge)


def _is_for_a_letter(box: Box) -> bool:
    return BOX_ROWS.aspect[0] < box.width / box.height < BOX_ROWS.aspect[1]


def find_ruled_cells(rules: RuledInk, letter: float) -> list[Box]:
    """The boxes for a letter each between upright rules of one height on a level rule.

    Args:
        letter: usual x-height of the page in pixels.
    """
    low, high = (limit * letter for limit in BOX_ROWS.height)
    sides = [box for box in rules.standing_boxes if low < box.height < high]
    cells, same = [], BOX_ROWS.same * letter
    for row in _group_sides(sides, same):
        for a, b in pairwise(row):
            if a.right >= b.left:
                continue
            cell = Box(a.right, min(a.top, b.top), b.left, max(a.bottom, b.bottom))
            if _is_for_a_letter(cell) and _stands_on_rule(cell, rules.level_boxes, letter):
                cells.append(cell)
    return cells


def _group_sides(sides: Sequence[Box], same: float) -> list[list[Box]]:
    """Upright rules that begin and end at one height, from left to right."""
    rows: list[list[Box]] = []
    for side in sorted(sides, key=lambda box: box.left):
        for row in rows:
            if max(abs(side.top - row[-1].top), abs(side.bottom - row[-1].bottom)) <= same:
                row.append(side)
                break
        else:
            rows.append([side])
    return rows


def _stands_on_rule(cell: Box, level: Sequence[Box], letter: float) -> bool:
    """Whether a level rule closes a cell below."""
    reach = BOX_ROWS.meets * letter
    return any(
        rule.left <= cell.left + reach
        and rule.right >= cell.right - reach
        and abs((rule.top + rule.bottom) / 2 - cell.bottom) <= reach
        for rule in level
    )
