"""Ruled tables: their lines, found and built cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.document import TABLE, Cell, Line, Page, Region, cell_of
from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.image.quantiles import median
from pipeline.layout.barriers import Barriers
from pipeline.layout.fragments import FRAGMENTS, find_middle, join_chains
from pipeline.layout.grids import are_low, find_grids, find_inside, find_letters
from pipeline.layout.line_boxes import build_line
from pipeline.layout.line_parameters import LINE
from pipeline.layout.lines import FoundLine, chain_letters, measure_line
from pipeline.layout.standing_cells import find_standing_cells
from pipeline.layout.table_dittos import level_dittos
from pipeline.layout.table_heads import add_head
from pipeline.layout.table_rows import part_rows
from pipeline.layout.word_gaps import split_words
from pipeline.line_turns import turns_to_lie


@dataclass(frozen=True)
class RowParameters:
    """Lines of one row of a table, in x-heights. Chosen by eye on ruled tables."""

    same: float = 0.15  # baselines that differ by less are one …
    same_row: float = 0.4  # … and by less than this of one row
    hangs: float = 0.62  # so far below the others' baseline the foot of a descender lies, at most
    beside: float = 1.5  # wider white may part two columns within a cell
    larger: float = 1.3  # highest letter of a first word over that of the rest, from which on …
    small_letters: int = 4  # … so many letters are a line of their own
    dash: float = 0.5  # so far above its baseline a dash stands
    mark: float = 0.3  # longer side of a mark that may stand alone in a cell, specks are smaller …
    marks: int = 4  # … and how many there are, at most
    # of x-heights that a line may have, that one is which differs by a smaller share from what is
    # usual in its table: a lone S is a small s there, and figures are as high as capitals
    same_size: float = 0.15


ROWS = RowParameters()

# within a cell nothing parts a line
NO_BARRIERS = Barriers(np.zeros((1, 1), np.uint8), np.zeros((1, 2), np.int32), 1.0)


def take_tables(
    page: Page, ink: Ink
) -> tuple[list[tuple[tuple[Cell, ...], list[FoundLine]]], list[Line], Ink]:
    """The cells of each ruled table with the lines in them; the lines of all of them that stand,
    whole; and the ink of the page without their letters and lone marks.

    Args:
        ink: of the page, its marks still to be given to lines.
    """
    tables, letters, marks = [], ink.letters, ink.marks.copy()
    standing = list[Line]()
    for grid in sorted(find_grids(ink.rules, ink), key=lambda grid: _area_of(grid.cells)):
        # a grid within a cell of another has its own letters
        upright, stands = find_standing_cells(page, ink, letters, grid.cells)
        lines, others = _fill(ink, letters & ~stands, grid.cells)
        cells = part_rows(ink, grid.cells, lines, grid.sure)
        if not grid.sure and (len(cells) == len(grid.cells) or not are_low(cells, ink.letter)):
            continue
        if len(whole := add_head(ink, cells)) > len(cells):
            head, others = _fill(ink, others, whole[: len(whole) - len(cells)])
            lines |= head
        if lines:
            found = [line for own in lines.values() for line in own]
            found = size_lines(level_short_lines(ink, level_dittos(ink, found)))
            lone = _find_lone_marks(ink, marks, whole, found)
            marks[[member for line in lone for member in line.members]] = False
            marks &= ~stands
            tables.append((whole, found + lone))
            standing += upright
            letters = others
    return tables, standing, replace(ink, letters=letters, marks=marks) if tables else ink


def _find_lone_marks(
    ink: Ink, marks: NDArray[np.bool_], cells: Sequence[Cell], lines: Sequence[FoundLine]
) -> list[FoundLine]:
    """The marks that stand in cells without letters, a line for each cell: dashes, which say that
    there is none of what others have, and dittos.

    Args:
        ink: of the page.
        marks: (n,) bool, which components are marks that may stand there.
        cells: of the table.
        lines: of the table, at least one.
    """
    parts = ink.components
    size = median(np.array([line.x_height for line in lines]))
    free = marks & (np.maximum(parts.width, parts.height) > ROWS.mark * ink.letter)
    found = []
    for box in (cell.box for cell in cells):
        own = find_inside(ink, free, box)
        if not len(own) or len(own) > ROWS.marks or len(find_letters(ink, box)):
            continue
        x = float((parts.left[own] + parts.width[own] / 2).mean())
        middle = float(np.median(parts.top[own] + parts.height[own] / 2))
        # on the line of what stands beside it, else where a dash has its baseline
        level = middle + ROWS.dash * size
        nearest = min((line.baseline_at(x) for line in lines), key=lambda y: abs(y - level))
        if abs(nearest - level) < size:
            level = nearest
        found.append(FoundLine(own, np.array([level]), size))
    return found


def _fill(
    ink: Ink, letters: NDArray[np.bool_], cells: Sequence[Cell]
) -> tuple[dict[Cell, list[FoundLine]], NDArray[np.bool_]]:
    """The lines that letters make in the cells that hold any, and which letters are in none.

    Args:
        letters: (n,) bool, which components are letters that may stand there.
    """
    lines, others = dict[Cell, list[FoundLine]](), letters.copy()
    for cell in cells:
        members = find_letters(ink, cell.box)
        members = members[others[members]]
        others[members] = False
        if len(members):
            lines[cell] = _find_lines(ink, members)
    return lines, others


def _area_of(grid: Sequence[Cell]) -> int:
    """Square pixels that the cells of a grid cover."""
    return sum(cell.box.width * cell.box.height for cell in grid)


def _find_lines(ink: Ink, members: np.ndarray) -> list[FoundLine]:
    """The lines that some letters make, at least one."""
    reach = FRAGMENTS.gap_in_line * ink.letter
    chains = chain_letters(ink.components, members, ink.letter, reach)
    lines = [measure_line(ink.components, np.array(c.members), ink.letter) for c in chains]
    joined = join_chains(lines, ink, NO_BARRIERS)
    levels = [part for line in joined for part in _part_levels(ink, line)]
    return [part for line in levels for part in _part_sizes(ink, line)]


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
        x = find_middle(found, ink)
        for k, level in enumerate(levels):
            step = abs(found.baseline_at(x) - level.baseline_at(x)) / ink.letter
            if step < FRAGMENTS.aligned or len(piece) < FRAGMENTS.few_letters:
                together = np.concatenate([level.members, piece])
                levels[k] = measure_line(parts, together, ink.letter)
                break
        else:
            levels.append(found)
    return levels if len(levels) > 1 else [line]


def _part_sizes(ink: Ink, line: FoundLine) -> list[FoundLine]:
    """A line in a cell, or its first word and the rest where that word is so much larger that no
    frame holds both: the day of a calendar before what is small print."""
    parts, members = ink.components, line.members
    lefts, rights = parts.left[members].astype(np.int64), parts.right[members].astype(np.int64)
    first, *others = split_words(lefts, rights, line.x_height)
    rest = np.concatenate([[], *others]).astype(int)
    if len(rest) < ROWS.small_letters:
        return [line]
    large, small = (float(parts.height[members[k]].max()) for k in (first, rest))
    if large < ROWS.larger * small:
        return [line]
    return [measure_line(parts, members[k], ink.letter) for k in (first, rest)]


def level_short_lines(ink: Ink, lines: list[FoundLine]) -> list[FoundLine]:
    """The lines of a table, those of few letters on the baseline of what stands beside them: all of
    their letters may hang below it, as those of "Qty" do.

    Args:
        ink: of the page.
        lines: of all cells.
    """
    floors = np.array([line.baseline_at(find_middle(line, ink)) for line in lines])
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


def size_lines(lines: list[FoundLine]) -> list[FoundLine]:
    """The lines of a table, those that may have two x-heights with the one of its other lines, if
    they show one and one of the two is that."""
    sure = [line.x_height for line in lines if not line.other_x_height]
    if not sure:
        return lines
    usual, sized = median(np.array(sure)), []
    for line in lines:
        nearest = min((line.x_height, line.other_x_height), key=lambda x: abs(x - usual))
        if line.other_x_height and abs(nearest - usual) < ROWS.same_size * usual:
            line = replace(line, x_height=nearest, other_x_height=0.0)
        sized.append(line)
    return sized


def build_tables(
    ink: Ink, grids: list[tuple[Cell, ...]], found: list[FoundLine], standing: list[Line]
) -> list[Region]:
    """The ruled tables of a page, cell by cell; a grid without text is none.

    Args:
        grids: the cells of each.
        found: the lines in all of them.
        standing: those that stand.
    """
    lines = (build_line(ink, line, in_cell=True) for line in found)
    return build_regions(grids, [line for line in lines if line] + standing)


def _order(lines: Sequence[Line]) -> list[Line]:
    """The lines of a cell as they are read: those that stand from the left, others from the top,
    and from the left where they stand on one level."""
    if any(map(turns_to_lie, lines)):
        return sorted(lines, key=lambda line: line.baseline[0][0])
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.baseline[0][1]):
        level = rows[-1][0].baseline[0][1] if rows else -np.inf
        if line.baseline[0][1] - level < ROWS.same_row * line.x_height:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.left)]


def build_regions(grids: list[tuple[Cell, ...]], lines: Sequence[Line]) -> list[Region]:
    """Grids with the lines in them, each line in one cell: what none holds, as marks that were
    attached to it reach beyond its cell, in the nearest. A grid without lines is left out."""
    ordered = sorted(grids, key=_area_of)  # a grid within a cell of another before that
    every = [cell for cells in ordered for cell in cells]
    held: list[list[Line]] = [[] for _ in every]
    for line in lines if every else ():
        held[cell_of(line.box, every)].append(line)
    regions, start = [], 0
    for cells in ordered:
        own = [line for within in held[start : start + len(cells)] for line in _order(within)]
        start += len(cells)
        if own:
            box = Box.around([*(cell.box for cell in cells), *(line.box for line in own)])
            regions.append(Region(box, TABLE, tuple(own), cells=cells))
    return regions
