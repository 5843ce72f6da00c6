"""Display type: headlines and initials, whose letters are several times as high as those of the
text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.image.components import measure_fill
from pipeline.image.ink import INK, Ink
from pipeline.layout.line_parameters import LINE
from pipeline.layout.lines import FoundLine, chain_letters, measure_line


@dataclass(frozen=True)
class DisplayParameters:
    """What display type is, `height` standing for that of its capitals. Chosen by eye on the shared
    layouts and title pages."""

    lowest: float = 1.6  # what may be a small letter of a headline, in x-heights of the text
    highest: float = 100.0  # no letter is higher, in x-heights of the text: 300 points over 5
    least_fill: float = 0.12  # ink over the area of a letter's box: less is a frame …
    most_fill: float = 0.9  # … and more a block
    narrowest: float = 0.08  # width of a letter over its height
    widest: float = 1.8
    # of several letters whose serifs touch: they are of a headline only beside letters that stand
    # alone
    widest_joined: float = 8.0
    least_letters: int = 3
    gap: float = 1.4  # widest between the letters of a headline, in heights
    even: float = 2.4  # heights of the highest letter of a headline over those of the lowest
    size_step: float = 1.5  # sizes looked for are this share of `even` apart
    larger: float = 1.3  # letters of a headline may be higher than its size by this factor
    on_line: float = 0.12  # feet of a headline differ by less, in heights
    on_line_share: float = 0.6  # of its letters
    below: float = 0.5  # how far its small parts hang below its baseline, in its own x-heights
    above: float = 1.7  # and how high they rise


DISPLAY = DisplayParameters()


def find_display(ink: Ink) -> tuple[list[FoundLine], Ink]:
    """Lines of display type, and the ink of the page without them.

    A row of letters is display type if one of them is too high for a letter of the text, and all
    are alike in height. What is in the row's own band goes with it, as do the small letters, points
    and accents of a headline.
    """
    parts = ink.components
    height, width = parts.height, parts.width
    fill = measure_fill(parts)
    filled = (fill > DISPLAY.least_fill) & (fill < DISPLAY.most_fill)
    shapely = filled & (width > DISPLAY.narrowest * height) & (width < DISPLAY.widest * height)
    joined = ink.graphics & ~ink.border & filled & (height > DISPLAY.lowest * ink.letter)
    joined &= (width >= DISPLAY.widest * height) & (width < DISPLAY.widest_joined * height)
    high = (
        ink.graphics
        & ~ink.border
        & shapely
        & (height > INK.graphic_height * ink.letter)
        & (height < DISPLAY.highest * ink.letter)
    )
    if not high.any():
        return [], ink
    alone = high | (ink.letters & shapely & (height > DISPLAY.lowest * ink.letter))
    candidates = alone | joined
    found, taken = [], np.zeros(len(parts), np.bool_)
    for size in _list_sizes(height[high]):
        fitting = (
            candidates & ~taken & (height > size / DISPLAY.even) & (height < DISPLAY.larger * size)
        )
        chains = chain_letters(
            parts, np.flatnonzero(fitting), size / LINE.cap_height, DISPLAY.gap * size
        )
        for chain in chains:
            # the small parts of one line may be what the next one began with
            not_taken = [k for k in chain.members if not taken[k]]
            members = _select_headline(not_taken, ink, high, alone, size)
            if members is not None:
                line = measure_line(parts, members, size / LINE.cap_height)
                whole = _add_small_parts(line, members, ink, taken)
                if ink.letters[whole].sum() - ink.letters[members].sum() <= len(
                    members
                ):  # more is the text within a drawing
                    taken[whole] = True
                    found.append(replace(line, members=whole))
    free = ~taken
    return found, replace(
        ink, letters=ink.letters & free, marks=ink.marks & free, graphics=ink.graphics & free
    )


def _list_sizes(heights: NDArray[np.int32]) -> list[float]:
    """Heights of capitals to look for, the largest first: each is the highest of a group of like
    heights."""
    sizes: list[float] = []
    for height in sorted(heights.tolist(), reverse=True):
        if not sizes or height < sizes[-1] / DISPLAY.even * DISPLAY.size_step:
            sizes.append(float(height))
    return sizes


def _select_headline(
    chain: Sequence[int],
    ink: Ink,
    high: NDArray[np.bool_],
    alone: NDArray[np.bool_],
    size: float,
) -> NDArray[np.int64] | None:
    """The members of a chain that is a headline, else None.

    Args:
        chain: the components of one.
        high: (n,) bool, components that are too high for letters of the text.
        alone: (n,) bool, components that are one letter each.
    """
    members = np.array(chain, dtype=np.int64)
    if alone[members].sum() < DISPLAY.least_letters or not high[members].any():
        return None
    parts = ink.components
    if parts.height[members].max() < size / DISPLAY.even * DISPLAY.size_step:
        return None  # the higher letters of a smaller headline, whose own size comes next
    # letters of a headline stand on one line; what a picture is made of does not
    bottoms = parts.bottom[members]
    on_line = np.abs(bottoms - np.median(bottoms)) < DISPLAY.on_line * size
    return (
        members
        if on_line.mean() >= DISPLAY.on_line_share and on_line.sum() >= DISPLAY.least_letters
        else None
    )


def _add_small_parts(
    line: FoundLine, members: NDArray[np.int64], ink: Ink, taken: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The members and all other ink between the line's ends, in its band: dots, punctuation, small
    letters."""
    parts = ink.components
    left, right = parts.left[members].min(), parts.right[members].max()
    floor = np.polyval(line.baseline, np.clip(parts.left + parts.width / 2, left, right))
    inside = (parts.left >= left) & (parts.right <= right + line.x_height)
    inside &= (parts.bottom <= floor + DISPLAY.below * line.x_height) & (
        parts.top >= floor - DISPLAY.above * line.x_height
    )
    inside &= (ink.letters | ink.marks | ink.graphics) & ~ink.border & ~taken
    return np.union1d(members, np.flatnonzero(inside))
