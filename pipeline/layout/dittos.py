"""Dittos that stand before a row or behind it, apart from it: in typed lists they say that a date,
or a name, is that of the row above."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.layout.lines import FoundLine
from pipeline.layout.list_marks import is_alone


@dataclass(frozen=True)
class DittoParameters:
    """What a ditto is, in x-heights unless it is said otherwise. Chosen by eye on typed lists and
    on faces of books."""

    height: tuple[float, float] = (0.25, 0.8)  # of each of its two strokes
    slender: float = 1.0  # width of a stroke over its height, at most
    strokes: int = 4  # of a line that is nothing but dittos
    apart: float = 0.8  # white between the two, at most
    level: float = 0.2  # their tops and heights differ by less
    middle: tuple[float, float] = (-0.3, 1.8)  # above the baseline of its row: „ stands low
    gap: float = 16.0  # how far from its row it stands, at most
    alone: float = 0.6  # no other ink lies so near
    column: float = 45.0  # so far above it, at most, stands what it repeats


DITTOS = DittoParameters()


def attach_dittos(ink: Ink, lines: list[FoundLine], ruled: Sequence[FoundLine]) -> list[FoundLine]:
    """Give each ditto that stands below letters, and in no line or alone in one, to the row nearest
    to it.

    Args:
        ink: of the page.
        lines: with their marks.
        ruled: those in cells of ruled tables, which keep their dittos.
    """
    parts, letter = ink.components, ink.letter
    low = [
        len(line.members) <= DITTOS.strokes
        and bool((parts.height[line.members] <= DITTOS.height[1] * letter).all())
        for line in lines
    ]
    free = ink.marks.copy()
    for line, alone in zip([*lines, *ruled], low + [False] * len(ruled), strict=True):
        free[line.members] = alone
    pairs = [pair for pair in _find_pairs(ink, free) if _repeats(ink, pair)]
    found = [line for line, alone in zip(lines, low, strict=True) if not alone]
    given = np.zeros(len(parts), np.bool_)
    # those nearest to their row first: it then begins with them
    for pair in sorted(pairs, key=lambda pair: -parts.left[pair[0]]):
        best = _find_row(ink, found, _bound(ink, pair))
        if best >= 0:
            members = np.append(found[best].members, pair)
            found[best] = replace(found[best], members=members)
            given[list(pair)] = True
    others = (line for line, alone in zip(lines, low, strict=True) if alone)
    left = (replace(line, members=line.members[~given[line.members]]) for line in others)
    return found + [line for line in left if len(line.members)]


def _find_row(ink: Ink, lines: list[FoundLine], box: Box) -> int:
    """The index of the line that a ditto in `box` belongs to, or -1."""
    parts, middle = ink.components, (box.top + box.bottom) / 2
    best, nearest = -1, DITTOS.gap
    for k, line in enumerate(lines):
        left, right = parts.left[line.members].min(), parts.right[line.members].max()
        gap = max(left - box.right, box.left - right) / line.x_height
        rise = (line.baseline_at(min(max(box.left, left), right)) - middle) / line.x_height
        if 0 < gap < nearest and DITTOS.middle[0] < rise < DITTOS.middle[1]:
            best, nearest = k, gap
    if best >= 0 and ink.rules.standing_between(*_between(ink, lines[best], box), middle):
        return -1
    return best


def _find_pairs(ink: Ink, free: np.ndarray) -> Iterator[tuple[int, int]]:
    """The strokes of each ditto, the left one first.

    Args:
        free: (n,) bool, the components that may be of one.
    """
    parts, letter = ink.components, ink.letter
    low, high = (limit * letter for limit in DITTOS.height)
    strokes = free & (parts.height >= low) & (parts.height <= high)
    strokes &= parts.width <= DITTOS.slender * parts.height
    rest = np.flatnonzero(strokes)
    rest = rest[np.argsort(parts.left[rest], kind="stable")]
    lefts, rights, reach = parts.left[rest], parts.right[rest], round(DITTOS.alone * letter)
    firsts = np.searchsorted(lefts, rights)
    lasts = np.searchsorted(lefts, rights + DITTOS.apart * letter)
    for k, first, last in zip(rest.tolist(), firsts, lasts, strict=True):
        beside = rest[first:last]
        near = np.ones(len(beside), np.bool_)
        for sizes in (parts.top, parts.height):
            near &= np.abs(sizes[beside] - sizes[k]) < max(1.5, DITTOS.level * letter)
        others = beside[near]
        # quotes stand at a letter, specks of dirt come in crowds
        if len(others) == 1 and is_alone(ink, [k, int(others[0])], reach, reach):
            yield k, int(others[0])


def _bound(ink: Ink, pair: tuple[int, int]) -> Box:
    parts, members = ink.components, list(pair)
    return Box(
        int(parts.left[members].min()),
        int(parts.top[members].min()),
        int(parts.right[members].max()),
        int(parts.bottom[members].max()),
    )


def _repeats(ink: Ink, pair: tuple[int, int]) -> bool:
    """Whether letters stand above a ditto, in its column: in a margin is nothing to repeat."""
    parts, box = ink.components, _bound(ink, pair)
    above = ink.letters & (parts.bottom <= box.top)
    above &= parts.top > box.top - DITTOS.column * ink.letter
    return bool((above & (parts.left < box.right) & (parts.right > box.left)).any())


def _between(ink: Ink, line: FoundLine, box: Box) -> tuple[float, float]:
    """The ends of the white between a ditto and its row."""
    left = int(ink.components.left[line.members].min())
    right = int(ink.components.right[line.members].max())
    return (box.right, left) if box.right <= left else (right, box.left)
