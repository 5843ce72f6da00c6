"""What tells that a chain of ink which nothing else speaks for is a line of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.image.components import Components
from pipeline.image.ink import Ink
from pipeline.image.quantiles import median
from pipeline.layout.lines import FoundLine, LetterChain


@dataclass(frozen=True)
class EvidenceParameters:
    """How letters of a word stand, in x-heights. Chosen by eye: leaders and dust stand farther
    apart, pieces of drawings on no line."""

    gap_in_word: float = 0.5
    close_share: float = 0.6  # of the gaps that are no wider
    heights: tuple[float, float] = (0.8, 2.2)  # of letters: leaders are dots, hatching is higher …
    level: float = 0.2  # … and feet differ by less from the baseline
    alike_share: float = 0.6  # of the letters of which both is so
    # an ornament is so many parts in a row …
    repeated: int = 12
    same: float = 0.15  # … whose sides, areas and steps differ by no larger share …
    same_share: float = 0.9  # … but for a few …
    # … and, where they stand below each other, few have another letter so near beside them: the J.
    # of a list of names stand as evenly
    beside: float = 1.5
    beside_share: float = 0.5


EVIDENCE = EvidenceParameters()


def stands_close(parts: Components, members: Sequence[int], letter: float) -> bool:
    """Whether most letters of a chain are as near to the next as those of a word.

    Args:
        members: two or more, from left to right.
        letter: x-height in pixels.
    """
    row = np.array(members)
    gaps = parts.left[row[1:]] - parts.right[row[:-1]]
    return bool(np.mean(gaps <= EVIDENCE.gap_in_word * letter) >= EVIDENCE.close_share)


def stands_level(parts: Components, line: FoundLine, letter: float) -> bool:
    """Whether most of a line's letters have the heights of letters and stand on its baseline, or,
    where it may be upside down, hang from one level."""
    low, high = (factor * letter for factor in EVIDENCE.heights)
    height, members = parts.height[line.members], line.members
    floor = np.polyval(line.baseline, parts.left[members] + parts.width[members] / 2)
    stray = parts.bottom[members] - floor, parts.top[members] - median(parts.top[members])
    within = max(1.5, EVIDENCE.level * letter)
    fits = (height >= low) & (height <= high)
    return any(np.mean(fits & (np.abs(s) < within)) >= EVIDENCE.alike_share for s in stray)


def drop_ornaments(ink: Ink, parts: Components, chains: Sequence[LetterChain]) -> Ink:
    """The ink with those chains as graphics that are one small piece over and over again, as a
    border of type ornaments is; the ink itself where there is none.

    Args:
        parts: its components, turned or not, by which chains run from left to right.
    """
    rows = [chain.members for chain in chains if _is_repeated(parts, chain.members)]
    if parts is not ink.components:  # rows that stand may be made of letters of lines
        others = ink.letters.copy()
        others[[i for row in rows for i in row]] = False
        rows = [row for row in rows if not _are_of_lines(parts, row, others, ink.letter)]
    found = [i for row in rows for i in row]
    if not found:
        return ink
    letters, graphics = ink.letters.copy(), ink.graphics.copy()
    letters[found], graphics[found] = False, True
    return replace(ink, letters=letters, graphics=graphics)


def _are_of_lines(
    parts: Components, members: Sequence[int], others: NDArray[np.bool_], letter: float
) -> bool:
    """Whether most pieces of a row have a letter beside the row, as those of lines have.

    Args:
        members: of the row, from left to right.
        others: (n,) bool, the letters that are of no such row.
        letter: x-height in pixels.
    """
    reach, rest = EVIDENCE.beside * letter, np.flatnonzero(others)
    lefts, rights, tops, bottoms = (
        side[rest] for side in (parts.left, parts.right, parts.top, parts.bottom)
    )
    count = 0
    for i in members:
        over = (lefts < parts.right[i]) & (rights > parts.left[i])
        apart = np.maximum(tops - parts.bottom[i], parts.top[i] - bottoms)
        count += bool((over & (apart < reach)).any())
    return count >= EVIDENCE.beside_share * len(members)


def _is_repeated(parts: Components, members: Sequence[int]) -> bool:
    if len(members) < EVIDENCE.repeated:
        return False
    row = np.array(members)
    middles = parts.left[row] + parts.width[row] / 2
    for values in (parts.width[row], parts.height[row], parts.area[row], np.diff(middles)):
        usual = float(np.median(values))
        alike = np.abs(values - usual) <= max(1.0, EVIDENCE.same * usual)
        if alike.mean() < EVIDENCE.same_share:
            return False
    return True
