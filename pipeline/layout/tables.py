"""Ruled tables: their lines, found and built cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.document import TABLE, Cell, Line, Region
from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.layout.barriers import Barriers
from pipeline.layout.fragments import FRAGMENTS, join_chains
from pipeline.layout.grids import find_grids, find_letters
from pipeline.layout.line_boxes import build_line
from pipeline.layout.line_parameters import LINE
from pipeline.layout.lines import FoundLine, chain_letters, measure_line
from pipeline.layout.table_heads import add_head


@dataclass(frozen=True)
class RowParameters:
    """Lines of one row of a table, in x-heights. Chosen by eye on ruled tables."""

    same: float = 0.15  # baselines that differ by less are one
    hangs: float = 0.62  # so far below the others' baseline the foot of a descender lies, at most
    beside: float = 1.5  # wider white may part two columns within a cell


ROWS = RowParameters()

# within a cell nothing parts a line
NO_BARRIERS = Barriers(np.zeros((1, 1), np.uint8), np.zeros((1, 2), np.int32), 1.0)


def take_tables(ink: Ink) -> tuple[list[tuple[tuple[Cell, ...], list[FoundLine]]], Ink]:
    """The cells of each ruled table with the lines in them, and the ink of the page without their
    letters.

    Args:
        ink: of the page, its marks still to be given to lines.
    """
    tables, letters = [], ink.letters.copy()
    for grid in sorted(find_grids(ink.rules, ink), key=_area_of):
        cells, lines = add_head(ink, grid), list[FoundLine]()
        for cell in cells:
            members = find_letters(ink, cell.box)
            members = members[letters[members]]  # a grid within a cell of another has its own
            letters[members] = False
            lines += _find_lines(ink, members)
        if lines:
            tables.append((cells, level_short_lines(ink, lines)))
    return tables, replace(ink, letters=letters) if tables else ink


def _area_of(grid: Sequence[Cell]) -> int:
    """Square pixels that the cells of a grid cover."""
    return sum(cell.box.width * cell.box.height for cell in grid)


def _find_lines(ink: Ink, members: np.ndarray) -> list[FoundLine]:
    """The lines that some letters make."""
    if not len(members):
        return []
    reach = FRAGMENTS.gap_in_line * ink.letter
    chains = chain_letters(ink.components, members, ink.letter, reach)
    lines = [measure_line(ink.components, np.array(c.members), ink.letter) for c in chains]
    joined = join_chains(lines, ink, NO_BARRIERS)
    return [part for line in joined for part in _part_levels(ink, line)]


def _part_levels(ink: Ink, line: FoundLine) -> list[FoundLine]:
    """A line in a cell, or what stands beside each other there on different levels: a heading of
    one line beside one of two."""
    parts = ink.components
    members = line.members[np.argsort(parts.left[line.members], kind="stable")]
    reach = np.maximum.accumulate(parts.right[members])
    wide = parts.left[members][1:] - reach[:-1] > ROWS.beside * line.x_height
    if not wide.any():
        return [line]
    levels: list[FoundLine] = []
    for piece in np.split(members, np.flatnonzero(wide) + 1):
        found = measure_line(parts, piece, ink.letter)
        x = _middle_of(ink, found)
        for k, level in enumerate(levels):
            step = abs(found.baseline_at(x) - level.baseline_at(x)) / ink.letter
            if step < FRAGMENTS.aligned or len(piece) < FRAGMENTS.few_letters:
                together = np.concatenate([level.members, piece])
                levels[k] = measure_line(parts, together, ink.letter)
                break
        else:
            levels.append(found)
    return levels if len(levels) > 1 else [line]


def level_short_lines(ink: Ink, lines: list[FoundLine]) -> list[FoundLine]:
    """The lines of a table, those of few letters on the baseline of what stands beside them: all of
    their letters may hang below it, as those of "Qty" do.

    Args:
        ink: of the page.
        lines: of all cells.
    """
    floors = np.array([line.baseline_at(_middle_of(ink, line)) for line in lines])
    levelled = []
    for line, floor in zip(lines, floors, strict=True):
        steps = (floor - floors) / ink.letter
        higher = (steps > ROWS.same) & (steps < ROWS.hangs)
        alike = int((np.abs(steps) <= ROWS.same).sum()) - 1
        if len(line.members) < LINE.few_letters and higher.sum() > alike:
            level = float(np.median(floors[higher]))
            line = measure_line(ink.components, line.members, ink.letter, level)
        levelled.append(line)
    return levelled


def _middle_of(ink: Ink, line: FoundLine) -> float:
    """x of the middle of a line."""
    parts = ink.components
    left, right = parts.left[line.members].min(), parts.right[line.members].max()
    return float(left + right) / 2


def build_tables(ink: Ink, grids: list[tuple[Cell, ...]], found: list[FoundLine]) -> list[Region]:
    """The ruled tables of a page, cell by cell; a grid without text is none.

    Args:
        grids: the cells of each.
        found: the lines in all of them.
    """
    return build_regions(grids, [line for f in found if (line := build_line(ink, f))])


def build_regions(grids: list[tuple[Cell, ...]], lines: Sequence[Line]) -> list[Region]:
    """Grids with the lines in them, each line in one cell; a grid without lines is left out."""
    regions, free = [], list(lines)
    for cells in sorted(grids, key=_area_of):  # a grid within a cell of another before that
        own: list[Line] = []
        for cell in cells:
            held = [line for line in free if cell.holds(line.box)]
            free = [line for line in free if not cell.holds(line.box)]
            own += sorted(held, key=lambda line: line.baseline[0][1])
        if own:
            box = Box.around([*(cell.box for cell in cells), *(line.box for line in own)])
            regions.append(Region(box, TABLE, tuple(own), cells=cells))
    return regions
