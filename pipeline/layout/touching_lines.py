"""Letters of two lines that touch: in type set solid a descender runs into what stands below it,
and the two are one piece of ink, which stands in neither line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.image.braces import is_brace
from pipeline.image.components import Components
from pipeline.image.ink import Ink, tell_letters
from pipeline.image.quantiles import median


@dataclass(frozen=True)
class TouchingParameters:
    """What such a piece is, in x-heights. Chosen by eye on pages set solid in several faces."""

    height: tuple[float, float] = (2.3, 7.0)
    width: tuple[float, float] = (0.25, 4.0)
    most: float = 0.25  # such pieces to a letter: hatching has more
    beside: float = 3.5  # letters of its lines stand no further from it …
    level: float = 0.3  # … most of them on one level, from which others stray by more
    pitch: tuple[float, float] = (1.6, 3.4)  # from line to line
    reach: float = 0.2  # so far it reaches above the upper baseline, and nearer than …
    foot: float = 1.0  # … this it comes to the lower one
    least: int = 2  # letters of either line beside it
    # ink of the row where it is cut, at most, and as a share of its width: a rule is wide all along
    neck: tuple[float, float] = (1.3, 0.6)
    stroke: float = 0.3  # the former where nothing stands to its left: drop capitals have more


TOUCHING = TouchingParameters()


def part_touching_lines(ink: Ink) -> Ink:
    """The ink with pieces that reach through two lines or more cut between these, where they are
    narrowest. A drop capital and a brace stay whole.

    Args:
        ink: of a page; its components are not changed.
    """
    parts, letter = ink.components, ink.letter
    (low, high), (narrow, wide) = TOUCHING.height, TOUCHING.width
    tall = (parts.height > low * letter) & (parts.height < high * letter) & ~ink.border
    tall &= (parts.width > narrow * letter) & (parts.width < wide * letter)
    if tall.sum() > TOUCHING.most * ink.letters.sum():
        return ink
    cuts = {k: cut for k in np.flatnonzero(tall).tolist() if (cut := _find_cut(ink, k)) is not None}
    return part_touching_lines(_cut(ink, cuts)) if cuts else ink


def _find_cut(ink: Ink, k: int) -> int | None:
    """The row of the page at which a piece is to be cut; None where it is of one line."""
    parts, letter = ink.components, ink.letter
    top, bottom = int(parts.top[k]), int(parts.bottom[k])
    reach = TOUCHING.beside * letter
    near = (
        ink.letters & (parts.left < parts.right[k] + reach) & (parts.right > parts.left[k] - reach)
    )
    near &= (
        (parts.bottom > top) & (parts.top < bottom) & (parts.height < TOUCHING.height[0] * letter)
    )
    near[k] = False
    drawn = parts.labels[parts.place_of(k)] == k + 1
    if is_brace(drawn):
        return None
    most = min(TOUCHING.neck[0] * letter, TOUCHING.neck[1] * drawn.shape[1])
    if not (near & (parts.right <= parts.left[k] + letter)).any():
        most = TOUCHING.stroke * letter
    levels = _find_levels(parts.bottom[near].astype(float), letter)
    for upper, lower in pairwise(levels):
        if (
            TOUCHING.pitch[0] * letter < lower - upper < TOUCHING.pitch[1] * letter
            and top < upper - TOUCHING.reach * letter
            and bottom > lower - TOUCHING.foot * letter
        ):
            first, last = round(upper) - top, round(lower - letter) - top
            rows = np.count_nonzero(drawn, axis=1)[first:last]
            if len(rows) and rows.min() < most:
                (narrowest,) = np.nonzero(rows == rows.min())
                return top + first + int(narrowest[len(narrowest) // 2])
    return None


def _find_levels(bottoms: NDArray[np.float64], letter: float) -> list[float]:
    """The levels on which letters stand, from the top; what hangs below them is of none."""
    levels, rest = list[float](), np.sort(bottoms)
    while len(rest):
        counts = (np.abs(rest[:, None] - rest) <= TOUCHING.level * letter).sum(axis=1)
        if counts.max() < TOUCHING.least:
            break
        level = median(rest[np.abs(rest - rest[counts.argmax()]) <= TOUCHING.level * letter])
        levels.append(level)
        rest = rest[np.abs(rest - level) > TOUCHING.pitch[0] * letter / 2]
    return sorted(levels)


def _cut(ink: Ink, cuts: dict[int, int]) -> Ink:
    """The ink with components as two, the lower ones of which come last: letters, or marks.

    Args:
        cuts: the row of the page at which each is cut.
    """
    parts, count = ink.components, len(ink.components)
    labels = parts.labels.copy()
    sides = [
        np.concatenate([side, np.zeros(len(cuts), np.int32)])
        for side in (parts.left, parts.top, parts.width, parts.height, parts.area)
    ]
    for last, (k, row) in enumerate(cuts.items(), count):
        place = parts.place_of(k)
        own = parts.labels[place] == k + 1
        below = own.copy()
        below[: row - place[0].start] = False
        labels[place][below] = last + 1
        for index, drawn in ((k, own & ~below), (last, below)):
            for side, value in zip(sides, _measure(drawn, place), strict=True):
                side[index] = value
    components = Components(sides[0], sides[1], sides[2], sides[3], sides[4], labels)
    changed = [*cuts, *range(count, count + len(cuts))]
    found = tell_letters(components, ink.letter)
    none = np.zeros(len(cuts), np.bool_)
    letters, marks, graphics, border = (
        np.concatenate([kind, none]) for kind in (ink.letters, ink.marks, ink.graphics, ink.border)
    )
    letters[changed], marks[changed] = found[0][changed], found[1][changed]
    graphics[changed] = False
    return replace(
        ink, components=components, letters=letters, marks=marks, graphics=graphics, border=border
    )


def _measure(
    drawn: NDArray[np.bool_], place: tuple[slice, slice]
) -> tuple[int, int, int, int, int]:
    """Left, top, width, height and area, on the page, of ink drawn in a place of it."""
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    return (
        place[1].start + int(columns[0]),
        place[0].start + int(rows[0]),
        int(columns[-1] - columns[0]) + 1,
        int(rows[-1] - rows[0]) + 1,
        int(np.count_nonzero(drawn)),
    )
