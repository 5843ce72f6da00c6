"""Display type: headlines and initials, whose letters are several times as high as those of the
text."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.image.ink import GRAPHIC_HEIGHT, Ink
from pipeline.layout.lines import CAP_HEIGHT, FoundLine, LetterChain, chain_letters, measure_line

LARGEST = 40.0  # no letter is higher, in x-heights of the text
LEAST = 1.6  # what may be a small letter of a headline is higher, in x-heights of the text
THIN, FULL = 0.12, 0.9  # ink in the box of a letter, as shares of it: less is a frame, more a block
NARROWEST, WIDEST = 0.08, 1.8  # widths of letters, as shares of their heights
LEAST_LETTERS = 3
REACH = 1.4  # widest gap within a headline, as a share of the height of its letters
EVEN = 2.4  # how many times as high as the lowest the highest letter of a headline is


def find_display(ink: Ink) -> tuple[list[FoundLine], Ink]:
    """Lines of display type, and the ink of the page without them.

    A row of letters is display type if one of them is too high for a letter of the text, and all
    are alike in height. What is in the row's own band goes with it, as do the small letters, points
    and accents of a headline.
    """
    parts = ink.components
    height, width = parts.height, parts.width
    fill = parts.area / np.maximum(width * height, 1)
    shapely = (
        (fill > THIN) & (fill < FULL) & (width > NARROWEST * height) & (width < WIDEST * height)
    )
    high = (
        ink.graphics
        & ~ink.border
        & shapely
        & (height > GRAPHIC_HEIGHT * ink.letter)
        & (height < LARGEST * ink.letter)
    )
    if not high.any():
        return [], ink
    candidates = high | (ink.letters & shapely & (height > LEAST * ink.letter))
    found, taken = [], np.zeros(len(parts), np.bool_)
    for size in _sizes(height[high]):
        fitting = candidates & ~taken & (height > size / EVEN) & (height < 1.3 * size)
        chains = chain_letters(parts, np.flatnonzero(fitting), size / CAP_HEIGHT, REACH * size)
        for chain in chains:
            members = _headline(chain, ink, high, size)
            if members is not None:
                line = measure_line(parts, members, size / CAP_HEIGHT)
                whole = _with_small_parts(line, members, ink, taken)
                if ink.letters[whole].sum() - ink.letters[members].sum() <= len(
                    members
                ):  # more is the text within a drawing
                    taken[whole] = True
                    found.append(replace(line, members=whole))
    free = ~taken
    return found, replace(
        ink, letters=ink.letters & free, marks=ink.marks & free, graphics=ink.graphics & free
    )


def _sizes(heights: NDArray[np.int32]) -> list[float]:
    """Heights of capitals to look for, the largest first: each is the highest of a group of like
    heights."""
    sizes: list[float] = []
    for height in sorted(heights.tolist(), reverse=True):
        if not sizes or height < sizes[-1] / EVEN * 1.5:
            sizes.append(float(height))
    return sizes


def _headline(
    chain: LetterChain, ink: Ink, high: NDArray[np.bool_], size: float
) -> NDArray[np.int64] | None:
    members = np.array(chain.members)
    if len(members) < LEAST_LETTERS or not high[members].any():
        return None
    parts = ink.components
    # letters of a headline stand on one line; what a picture is made of does not
    bottoms = parts.bottom[members]
    on_line = np.abs(bottoms - np.median(bottoms)) < 0.12 * size
    return members if on_line.mean() >= 0.6 and on_line.sum() >= LEAST_LETTERS else None


def _with_small_parts(
    line: FoundLine, members: NDArray[np.int64], ink: Ink, taken: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The members and all other ink between the line's ends, in its band: dots, punctuation, small
    letters."""
    parts = ink.components
    left, right = parts.left[members].min(), parts.right[members].max()
    floor = np.polyval(line.baseline, np.clip(parts.left + parts.width / 2, left, right))
    inside = (parts.left >= left) & (parts.right <= right + line.x_height)
    inside &= (parts.bottom <= floor + 0.5 * line.x_height) & (
        parts.top >= floor - 1.7 * line.x_height
    )
    inside &= (ink.letters | ink.marks | ink.graphics) & ~ink.border & ~taken
    return np.union1d(members, np.flatnonzero(inside))
