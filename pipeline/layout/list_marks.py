"""What stands before the items of a list, apart from them: bullets, dashes, "(a)"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.image.components import measure_fill
from pipeline.image.ink import Ink
from pipeline.layout.line_parameters import LINE
from pipeline.layout.lines import FoundLine


@dataclass(frozen=True)
class ListMarkParameters:
    """What marks an item of a list, in x-heights of its line unless it is said otherwise. Chosen by
    eye on lists of bullets, dashes, letters and numbers in several faces."""

    # brackets hang below their line and numbers do not: one letter's foot tells the level
    foot: float = 0.15
    band: tuple[float, float] = (-0.62, 1.9)  # of letters: from descenders to ascenders
    # how far before its item a bullet stands: up to marks that lines take themselves, which are
    # measured from their middle, of half the longest dash
    before: tuple[float, float] = (1.2, 14.0)
    middle: tuple[float, float] = (0.2, 1.0)  # of a bullet, above the baseline
    bullet: tuple[float, float] = (0.3, 1.0)  # its height
    round: float = 1.35  # its longer side over the shorter one, at most
    dash: tuple[float, float] = (0.5, 2.6)  # length of a dash
    flat: float = 2.5  # its length over its height, at least
    solid: tuple[float, float] = (0.7, 0.5)  # ink over the area of the box of either, at least
    alone: float = 1.0  # no other ink lies so near: specks of dirt come in crowds


LIST_MARKS = ListMarkParameters()


def stands_on(ink: Ink, a: FoundLine, b: FoundLine) -> bool:
    """Whether the shorter of two pieces, one of few letters, has a letter that stands on the
    baseline of the other, and all of them in its band."""
    short, long = sorted((a, b), key=lambda line: len(line.members))
    if len(short.members) >= LINE.few_letters:
        return False
    parts, members = ink.components, short.members
    left, right = parts.left[long.members].min(), parts.right[long.members].max()
    x = float(np.clip(parts.left[members].mean(), left, right))
    floor, size = long.baseline_at(x), long.x_height
    rises, drops = (floor - parts.top[members]) / size, (parts.bottom[members] - floor) / size
    low, high = LIST_MARKS.band
    inside = (rises < high) & (drops < -low)
    return bool(inside.all() and (np.abs(drops) < LIST_MARKS.foot).any())


def attach_bullets(ink: Ink, lines: list[FoundLine]) -> list[FoundLine]:
    """Give each bullet or dash that stands alone before a line, further than marks do, to it.

    Args:
        ink: of the page.
        lines: with their marks.
    """
    free = ink.marks.copy()
    for line in lines:
        free[line.members] = False
    bullets = np.flatnonzero(free & _have_shape(ink))
    if not lines or not len(bullets):
        return lines
    parts, found = ink.components, list(lines)
    starts = np.array([parts.left[line.members].min() for line in lines], dtype=float)
    floors = np.array([line.baseline_at(start) for line, start in zip(lines, starts, strict=True)])
    sizes = np.array([line.x_height for line in lines])
    reach = round(LIST_MARKS.alone * ink.letter)
    low, high = LIST_MARKS.middle
    nearest, furthest = LIST_MARKS.before
    for k in bullets.tolist():
        rise = (floors - parts.top[k] - parts.height[k] / 2) / sizes
        gap = (starts - parts.right[k]) / sizes
        fits = (rise > low) & (rise < high) & (gap > nearest) & (gap < furthest)
        if fits.any() and is_alone(ink, [k], reach, reach):
            item = int(np.argmin(np.where(fits, gap, np.inf)))
            middle = float(parts.top[k] + parts.height[k] / 2)
            if ink.rules.standing_between(float(parts.right[k]), float(starts[item]), middle):
                continue  # it stands in a cell of its own
            members = np.append(found[item].members, k)
            found[item] = replace(found[item], members=members)
    return found


def _have_shape(ink: Ink) -> NDArray[np.bool_]:
    """Which components are round or flat, and solid, as bullets and dashes are."""
    parts, letter = ink.components, ink.letter
    width, height = parts.width, parts.height
    fill = measure_fill(parts)
    sides = np.minimum(width, height), np.maximum(width, height)
    small, large = (limit * letter for limit in LIST_MARKS.bullet)
    bullet = (sides[1] <= LIST_MARKS.round * sides[0]) & (height >= small) & (height <= large)
    short, long = (limit * letter for limit in LIST_MARKS.dash)
    dash = (width >= LIST_MARKS.flat * height) & (width >= short) & (width <= long)
    return (bullet & (fill > LIST_MARKS.solid[0])) | (dash & (fill > LIST_MARKS.solid[1]))


def is_alone(ink: Ink, members: Sequence[int], across: int, down: int) -> bool:
    """Whether no other ink lies so near to some components, in pixels."""
    parts, own = ink.components, np.array(members)
    top, bottom = int(parts.top[own].min()), int(parts.bottom[own].max())
    left, right = int(parts.left[own].min()), int(parts.right[own].max())
    around = parts.labels[
        max(0, top - down) : bottom + down, max(0, left - across) : right + across
    ]
    return not ((around > 0) & ~np.isin(around, own + 1)).any()
