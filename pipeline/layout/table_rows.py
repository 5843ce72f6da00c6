"""Rows of a ruled table between whose lines nobody ruled: most tables of figures have rules between
their columns, under their head and over their sum alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Cell
from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.image.runs import group_near
from pipeline.layout.fragments import find_middle
from pipeline.layout.lines import FoundLine


@dataclass(frozen=True)
class TableRowParameters:
    """What rows without rules are, in x-heights unless it is said otherwise. Chosen by eye on
    tables of figures, ledgers, parallel texts and the heads of tables."""

    least: int = 3  # rows between two rules: two lines may be one entry
    least_in_head: int = 5  # before the first rule across: a heading has lines of its own
    # where rules make a table already, headings have up to three lines, and entries of several
    # lines are as high as those beside them: rows are in what is so many times as high as the lower
    # half of the others
    least_in_table: int = 4
    higher: float = 2.5
    same: float = 0.6  # baselines of one row differ by less
    entry: float = 8.0  # letters of a line, in the median of a column, at most: prose has more
    entries: int = 2  # columns of that kind
    level: float = 0.7  # share of the lines of such a column beside which another has one
    above: float = 0.5  # letters rise so much further above a baseline than they hang below


TABLE_ROWS = TableRowParameters()


def part_rows(
    ink: Ink, cells: Sequence[Cell], lines: Mapping[Cell, Sequence[FoundLine]], sure: bool
) -> tuple[Cell, ...]:
    """The cells of a grid, those cut into rows in which several columns have lines beside each
    other, short ones, as columns of figures have.

    Args:
        ink: of the page.
        cells: of the grid.
        lines: of each cell that has any.
        sure: the grid is a table as it is.
    """
    count = max(cell.row + cell.rows for cell in cells)
    rows = [[c for c in cells if c.row == row and c.rows == 1] for row in range(count)]
    heights = [max((cell.box.height for cell in row), default=0) for row in rows]
    usual = sorted(heights)[(count - 1) // 2]
    cuts: list[list[int]] = []
    for row, (own, height) in enumerate(zip(rows, heights, strict=True)):
        least = TABLE_ROWS.least if row else TABLE_ROWS.least_in_head
        if sure and height < TABLE_ROWS.higher * usual:
            cuts.append([])
            continue
        least = max(least, TABLE_ROWS.least_in_table) if sure else least
        cuts.append(_find_cuts(ink, [(cell, lines.get(cell, ())) for cell in own], least))
    first = list(accumulate((len(c) + 1 for c in cuts), initial=0))  # row that each begins with now
    parted = []
    for cell in cells:
        row, end = first[cell.row], first[cell.row + cell.rows]
        if cell.rows > 1:
            parted.append(replace(cell, row=row, rows=end - row))
            continue
        edges = [cell.box.top, *cuts[cell.row], cell.box.bottom]
        for k, (top, bottom) in enumerate(pairwise(edges)):
            box = Box(cell.box.left, top, cell.box.right, bottom)
            parted.append(replace(cell, box=box, row=row + k))
    return tuple(sorted(parted, key=lambda cell: (cell.row, cell.column)))


def _find_cuts(
    ink: Ink, columns: Sequence[tuple[Cell, Sequence[FoundLine]]], least: int
) -> list[int]:
    """y between the rows that the cells of one row of a grid hold; none where they hold no rows.

    Args:
        columns: the cells with their lines.
        least: so many rows are some.
    """
    floors = [_floors(ink, lines) for _, lines in columns]
    entries = [
        k
        for k, (_, lines) in enumerate(columns)
        if len(lines) >= least
        and np.median([len(line.members) for line in lines]) <= TABLE_ROWS.entry
    ]
    if len(entries) < TABLE_ROWS.entries:
        return []
    reach = TABLE_ROWS.same * ink.letter
    for k in entries:
        others = np.concatenate([column for j, column in enumerate(floors) if j != k])
        apart = np.abs(floors[k][:, None] - others).min(axis=1)
        if float((apart < reach).mean()) < TABLE_ROWS.level:
            return []
    rows = group_near((float(y) for column in floors for y in column), reach)
    feet = [float(np.median(row)) for row in rows]
    top, bottom = columns[0][0].box.top, columns[0][0].box.bottom
    cuts = [round((high + low - TABLE_ROWS.above * ink.letter) / 2) for high, low in pairwise(feet)]
    return [cut for cut in cuts if top < cut < bottom]


def _floors(ink: Ink, lines: Sequence[FoundLine]) -> NDArray[np.float64]:
    """(n,) y of the baselines of lines, in their middles."""
    return np.array([line.baseline_at(find_middle(line, ink)) for line in lines], np.float64)
