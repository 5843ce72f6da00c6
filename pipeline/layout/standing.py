"""Lines that stand: captions of plates, labels of tables and running heads that are set at a right
angle to the page's other lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Line, Page
from pipeline.geometry import Box
from pipeline.image.components import Components
from pipeline.image.ink import Ink, tell_letters
from pipeline.image.quantiles import median
from pipeline.image.rules import RuledInk
from pipeline.layout.evidence import drop_ornaments, stands_close, stands_level
from pipeline.layout.fragments import FRAGMENTS
from pipeline.layout.line_boxes import attach_marks, build_line
from pipeline.layout.lines import LetterChain, chain_letters, measure_line
from pipeline.line_turns import UPWARDS, turn_line, turn_page


@dataclass(frozen=True)
class StandingParameters:
    """What makes a line that stands, in x-heights unless it is said otherwise. Chosen by eye."""

    # a letter without a neighbour in its row nearer than this may be of one: letters of a word that
    # lies are nearer to each other, rows of text farther apart
    gap_in_word: float = 0.45
    least_letters: int = 5  # of the longest line that stands on a page …
    least_others: int = 2  # … and of others in its band
    own_share: float = 0.6  # of their width that a line and those in its band have in common


STANDING = StandingParameters()


def find_standing(page: Page, ink: Ink, chains: Sequence[LetterChain]) -> tuple[list[Line], Ink]:
    """The lines of a page that stand, as if all were read upwards, and the ink without them.

    Args:
        chains: letters of the page as those of lying lines.
    """
    free = _find_free(ink, chains)
    if np.count_nonzero(free & ink.letters) < STANDING.least_letters:
        return [], ink
    turned = turn_ink(ink, free)
    parts = turned.components
    reach = FRAGMENTS.gap_in_line * ink.letter
    found = chain_letters(parts, np.flatnonzero(turned.letters), ink.letter, reach)
    ink = drop_ornaments(ink, parts, found)
    found = [chain for chain in found if ink.letters[chain.members].any()]
    bands = [chain for chain in found if _is_line(turned, ink, chain.members)]
    if not bands:
        return [], ink
    own = [
        chain
        for chain in found
        if len(chain.members) >= STANDING.least_others
        and stands_close(parts, chain.members, ink.letter)
        and any(_share_band(parts, chain, band) for band in bands)
    ]
    joined = _join_bands(turned, ink.letters, own)
    measured = [measure_line(parts, np.array(members), ink.letter) for members in joined]
    lines = attach_marks(turned, measured)
    back = turn_page(page, UPWARDS).inverse()
    built = [(build_line(turned, line), line.members) for line in lines]
    taken = np.zeros(len(parts), bool)
    for line, members in built:
        taken[members] = line is not None
    rest = replace(ink, letters=ink.letters & ~taken, marks=ink.marks & ~taken)
    return [turn_line(line, back) for line, _ in built if line is not None], rest


def _find_free(ink: Ink, chains: Sequence[LetterChain]) -> NDArray[np.bool_]:
    """(n,) bool, the letters that stand alone in their row, and all marks."""
    parts, near = ink.components, STANDING.gap_in_word * ink.letter
    free = ink.letters | ink.marks
    for chain in chains:
        members = np.array(chain.members)
        close = parts.left[members[1:]] - parts.right[members[:-1]] < near
        free[members[1:][close]] = free[members[:-1][close]] = False
    return free


def turn_ink(ink: Ink, free: NDArray[np.bool_]) -> Ink:
    """The ink on a page turned so that lines which are read upwards lie; free letters and marks
    alone are letters or marks of it. Nothing is drawn of it: its labels stay as they are, and of
    its rules there are the boxes alone."""
    parts = ink.components
    height = parts.labels.shape[0]
    turned = Components(
        height - parts.bottom, parts.left, parts.height, parts.width, parts.area, parts.labels
    )
    letters, marks = tell_letters(turned, ink.letter)
    rules = RuledInk(
        level_boxes=_turn_boxes(ink.rules.standing_boxes, height),
        standing_boxes=_turn_boxes(ink.rules.level_boxes, height),
    )
    return replace(ink, components=turned, letters=letters & free, marks=marks & free, rules=rules)


def _turn_boxes(boxes: Sequence[Box], height: int) -> tuple[Box, ...]:
    """Boxes on a page of so many rows, on the page turned."""
    return tuple(Box(height - b.bottom, b.left, height - b.top, b.right) for b in boxes)


def _is_line(turned: Ink, ink: Ink, members: list[int]) -> bool:
    """Whether a chain is a line by itself: of letters, not of hyphens at the ends of lines, nor of
    pieces of a drawing."""
    parts, letter = turned.components, turned.letter
    if np.count_nonzero(ink.letters[members]) < STANDING.least_letters:
        return False
    return stands_close(parts, members, letter) and stands_level(
        parts, measure_line(parts, np.array(members), letter), letter
    )


def _join_bands(
    turned: Ink, letters: NDArray[np.bool_], chains: Sequence[LetterChain]
) -> list[list[int]]:
    """The members of chains, those of one band together where no other letters lie between them: a
    running head and its page number.

    Args:
        letters: (n,) bool, all of the page.
    """
    parts, joined = turned.components, list[list[int]]()
    others = letters.copy()
    for chain in chains:
        others[chain.members] = False
    for chain in sorted(chains, key=lambda chain: int(parts.left[chain.members].min())):
        start = int(parts.left[chain.members].min())
        for members in joined:
            end, band = int(parts.right[members].max()), LetterChain(members)
            between = (
                others
                & (parts.right > end)
                & (parts.left < start)
                & (parts.bottom > parts.top[members].min())
                & (parts.top < parts.bottom[members].max())
            )
            if (
                start - end < FRAGMENTS.gap_in_row * turned.letter
                and not between.any()
                and _share_band(parts, chain, band)
            ):
                members += chain.members
                break
        else:
            joined.append(list(chain.members))
    return joined


def _share_band(parts: Components, chain: LetterChain, band: LetterChain) -> bool:
    """Whether two chains lie in one band."""
    (top, bottom), (high, low) = (
        (median(parts.top[c.members]), median(parts.bottom[c.members])) for c in (chain, band)
    )
    common = min(bottom, low) - max(top, high)
    return bool(common >= STANDING.own_share * min(bottom - top, low - high))
