"""Cells of ruled tables whose text stands: the heads of narrow columns are set at a right angle to
what they stand over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Cell, Line, Page
from pipeline.image.ink import Ink
from pipeline.image.quantiles import median
from pipeline.layout.evidence import stands_close, stands_level
from pipeline.layout.fragments import FRAGMENTS
from pipeline.layout.grids import find_inside
from pipeline.layout.line_boxes import attach_marks, build_line
from pipeline.layout.lines import LetterChain, chain_letters, measure_line
from pipeline.layout.standing import turn_ink
from pipeline.line_turns import UPWARDS, turn_line, turn_page


@dataclass(frozen=True)
class StandingCellParameters:
    """When the text of a cell stands: letters of the longest line. Chosen by eye."""

    sure: int = 4  # that show it …
    beside: int = 2  # … and in a cell beside one that shows it
    lying: int = 3  # of a word that lies, by which the text of a cell does not stand
    # how high they are where they stand, in x-heights of the page: those of drawn heads are 1.0 and
    # less, words that lie one below the other and whose letters touch have 3.8
    highest: float = 2.0


STANDING_CELLS = StandingCellParameters()


def find_standing_cells(
    page: Page, ink: Ink, free: NDArray[np.bool_], cells: Sequence[Cell]
) -> tuple[list[Line], NDArray[np.bool_]]:
    """The lines of the cells whose text stands, as if all were read upwards, and the components
    that these are made of, (n,) bool.

    Args:
        ink: of the page.
        free: (n,) bool, the letters that may stand in the cells.
        cells: of one table.
    """
    taken = np.zeros(len(free), np.bool_)
    turned = turn_ink(ink, free | ink.marks)  # a narrow letter that stands may pass for a mark
    stand = [
        (cell, members, chains)
        for cell in cells
        if len(members := find_inside(ink, turned.letters, cell.box)) >= STANDING_CELLS.beside
        and (chains := _chain_standing(ink, turned, members))
    ]
    rows = {cell.row for cell, _, chains in stand if _count(chains) >= STANDING_CELLS.sure}
    back = turn_page(page, UPWARDS).inverse()
    lines = []
    for cell, members, chains in stand:
        if cell.row not in rows:
            continue
        own = replace(
            turned,
            letter=median(turned.components.height[members]),
            marks=_select(find_inside(ink, turned.marks, cell.box), len(free)),
        )
        found = [
            measure_line(own.components, np.array(chain.members), own.letter) for chain in chains
        ]
        for line in attach_marks(own, found):
            built = build_line(own, line, in_cell=True)
            if built is not None:
                lines.append(turn_line(built, back))
                taken[line.members] = True
    return lines, taken


def _count(chains: Sequence[LetterChain]) -> int:
    """Letters of the longest line."""
    return max(len(chain.members) for chain in chains)


def _select(members: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    """(count,) bool, which components are among the members."""
    chosen = np.zeros(count, np.bool_)
    chosen[members] = True
    return chosen


def _chain_standing(ink: Ink, turned: Ink, members: NDArray[np.int64]) -> list[LetterChain]:
    """The lines that the letters of a cell make if they stand; none where they lie."""
    parts, letter = turned.components, median(turned.components.height[members])
    reach = FRAGMENTS.gap_in_line * letter
    for chain in chain_letters(ink.components, members, letter, reach):
        if len(chain.members) >= STANDING_CELLS.lying and stands_close(
            ink.components, chain.members, letter
        ):
            return []
    chains = chain_letters(parts, members, letter, reach)
    longest = max(chains, key=lambda chain: len(chain.members)).members
    if len(longest) < STANDING_CELLS.beside or not stands_close(parts, longest, letter):
        return []
    if median(ink.components.width[longest]) > STANDING_CELLS.highest * ink.letter:
        return []
    line = measure_line(parts, np.array(longest), letter)
    return chains if stands_level(parts, line, line.x_height) else []
