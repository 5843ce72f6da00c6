"""Ruled tables: the cells between rules that cross each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.document import Cell
from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.image.rules import RuledInk
from pipeline.image.runs import group_near
from pipeline.layout.rule_groups import group_rules, part_columns


@dataclass(frozen=True)
class GridParameters:
    """What a ruled table is, in x-heights unless it is said otherwise. Chosen by eye on ruled
    tables, forms, newspapers, whose columns are no cells, and graph paper."""

    same: float = 0.6  # edges nearer to each other are one
    sticks_out: float = 1.2  # so far rules run on over the frame: an open column is wider
    covered: float = 0.6  # of the edge of a cell by its rule
    least_cells: int = 4
    level_rules: int = 3  # at different heights: crossing arrows have fewer
    standing_rules: int = 2
    strip_cells: int = 3  # of a single row of boxes, as in the head of a form
    strip_width: float = 6.0  # of its boxes
    open_standing_rules: int = 3  # from which on columns may have rows without rules
    cell_height: float = 14.0  # in the median, at most: a column of a newspaper is higher
    straddling: float = 0.02  # share of letters that lie across standing rules, at most


GRIDS = GridParameters()


@dataclass(frozen=True)
class Grid:
    """The cells of a ruled table, row by row; not `sure`: a table only where its columns turn out
    to hold rows that no rule parts."""

    cells: tuple[Cell, ...]
    sure: bool


def find_grids(rules: RuledInk, ink: Ink) -> list[Grid]:
    """What may be the ruled tables of a page, in no order.

    Args:
        rules: of the page.
        ink: of the page; its letters tell a table from paper that is ruled to be written on.
    """
    if not rules.level_boxes or not rules.standing_boxes or ink.letter == 0:
        return []
    found = []
    groups = group_rules(rules.level_boxes, rules.standing_boxes, ink.letter)
    for level, standing in (part for group in groups for part in part_columns(*group, ink.letter)):
        rows, columns = _count_rules(level, standing, ink.letter)
        are_enough = rows >= GRIDS.level_rules and columns >= GRIDS.standing_rules
        if not are_enough and columns < GRIDS.open_standing_rules:
            continue
        cells = build_cells(level, standing, ink.letter)
        is_strip = rows == 2 and _is_strip(cells, level, columns, ink.letter)
        if not _is_filled(
            cells, standing, ink, GRIDS.strip_cells if is_strip else GRIDS.least_cells
        ):
            continue
        is_grid = are_enough and any(cell.row for cell in cells)
        sure = (is_grid or is_strip) and are_low(cells, ink.letter)
        if sure or columns >= GRIDS.open_standing_rules:
            found.append(Grid(cells, sure))
    return found


def build_cells(level: Sequence[Box], standing: Sequence[Box], x_height: float) -> tuple[Cell, ...]:
    """The cells that rules enclose, row by row; the frame of all rules closes those that are open.

    Args:
        level, standing: boxes of the rules of one table.
        x_height: in pixels.
    """
    whole = Box.around([*level, *standing])
    rows = _merge_near([(b.top + b.bottom) / 2 for b in level], whole.top, whole.bottom, x_height)
    columns = _merge_near(
        [(b.left + b.right) / 2 for b in standing], whole.left, whole.right, x_height
    )
    count = len(columns) - 1
    owner = list(range((len(rows) - 1) * count))

    def find(k: int) -> int:
        while owner[k] != k:
            k = owner[k]
        return k

    def join(k: int, other: int) -> None:
        owner[find(other)] = find(k)

    for r in range(len(rows) - 1):
        for c in range(count):
            if c + 1 < count and not _is_ruled(
                [(b.left, b.right, b.top, b.bottom) for b in standing],
                columns[c + 1],
                rows[r],
                rows[r + 1],
                x_height,
            ):
                join(r * count + c, r * count + c + 1)
            if r + 2 < len(rows) and not _is_ruled(
                [(b.top, b.bottom, b.left, b.right) for b in level],
                rows[r + 1],
                columns[c],
                columns[c + 1],
                x_height,
            ):
                join(r * count + c, (r + 1) * count + c)
    while ragged := [span for span, places in _spans(owner, find, count) if _area(span) > places]:
        for top, bottom, left, right in ragged:  # rules that end within a cell part nothing
            for r in range(top, bottom):
                for c in range(left, right):
                    join(top * count + left, r * count + c)
    cells = []
    for (top, bottom, left, right), _ in _spans(owner, find, count):
        box = Box(*(int(v) for v in (columns[left], rows[top], columns[right], rows[bottom])))
        cells.append(Cell(box, top, left, bottom - top, right - left))
    return tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))  # fmt: skip


Span = tuple[int, int, int, int]  # the first row, that after the last, and so the columns


def _area(span: Span) -> int:
    top, bottom, left, right = span
    return (bottom - top) * (right - left)


def _spans(owner: Sequence[int], find: Callable[[int], int], count: int) -> list[tuple[Span, int]]:
    """What the places of each cell span, and how many they are.

    Args:
        owner, find: of each place the cell that it belongs to.
        count: of columns.
    """
    merged: dict[int, list[tuple[int, int]]] = {}
    for k in range(len(owner)):
        merged.setdefault(find(k), []).append(divmod(k, count))
    found = []
    for places in merged.values():
        (top, bottom), (left, right) = (
            (min(axis), max(axis) + 1) for axis in zip(*places, strict=True)
        )
        found.append(((top, bottom, left, right), len(places)))
    return found


def _count_rules(level: Sequence[Box], standing: Sequence[Box], x_height: float) -> tuple[int, int]:
    """At how many heights rules lie, and at how many places across they stand."""
    sides = (
        [(b.top + b.bottom) / 2 for b in level],
        [(b.left + b.right) / 2 for b in standing],
    )
    rows, columns = (len(_merge_near(side, side[0], side[0], x_height)) for side in sides)
    return rows, columns


def _merge_near(values: list[float], first: float, last: float, x_height: float) -> list[float]:
    """Values in ascending order, those near each other as their mean, from `first` to `last`; an
    end nearer than `sticks_out` to a value is left out."""
    reach = GRIDS.sticks_out * x_height
    ends = [end for end in (first, last) if min(abs(v - end) for v in values) > reach]
    groups = group_near([*values, *ends], GRIDS.same * x_height)
    return [sum(group) / len(group) for group in groups]


def _is_ruled(
    rules: Sequence[tuple[int, int, int, int]], at: float, start: float, end: float, x_height: float
) -> bool:
    """Whether rules run along an edge at `at` for most of the way from `start` to `end`.

    Args:
        rules: (first, last) across and (first, last) along the edge, of each rule.
    """
    reach = GRIDS.same * x_height
    covered = sum(
        max(0.0, min(b, end) - max(a, start))
        for low, high, a, b in rules
        if low - reach <= at <= high + reach
    )
    return covered >= GRIDS.covered * (end - start)


def _is_strip(cells: Sequence[Cell], level: Sequence[Box], columns: int, x_height: float) -> bool:
    """Whether cells are a single row of boxes, closed on all sides, each wide enough for words:
    those for single letters are a comb.

    Args:
        level: the level rules.
        columns: at how many places standing rules stand.
        x_height: in pixels.
    """
    if len(cells) != columns - 1 or len(cells) < GRIDS.strip_cells:
        return False
    rules = [(b.top, b.bottom, b.left, b.right) for b in level]
    closed = all(
        _is_ruled(rules, edge, cell.box.left, cell.box.right, x_height)
        for cell in cells
        for edge in (cell.box.top, cell.box.bottom)
    )
    usual = float(np.median([cell.box.width for cell in cells]))
    return closed and usual > GRIDS.strip_width * x_height


def are_low(cells: Sequence[Cell], x_height: float) -> bool:
    """Whether cells are no higher than those of tables; columns of text are."""
    return bool(np.median([cell.box.height for cell in cells]) <= GRIDS.cell_height * x_height)


def _is_filled(cells: Sequence[Cell], standing: Sequence[Box], ink: Ink, least: int) -> bool:
    """Whether so many cells, at least, in several columns, hold letters that respect them."""
    if len(cells) < least or not any(cell.column for cell in cells):
        return False
    inside = find_letters(ink, Box.around(cell.box for cell in cells))
    parts = ink.components
    straddling = np.zeros(len(inside), np.bool_)
    for rule in standing:
        straddling |= (
            (parts.left[inside] < rule.left)
            & (parts.right[inside] > rule.right)
            & (parts.top[inside] < rule.bottom)
            & (parts.bottom[inside] > rule.top)
        )
    return len(inside) > 0 and float(straddling.mean()) <= GRIDS.straddling


def find_letters(ink: Ink, box: Box) -> np.ndarray:
    """Indices of the letters whose middles lie in a box: (k,) int64."""
    return find_inside(ink, ink.letters, box)


def find_inside(ink: Ink, chosen: np.ndarray, box: Box) -> np.ndarray:
    """Indices of those of the `chosen` components, (n,) bool, whose middles lie in a box: (k,)
    int64."""
    parts = ink.components
    x, y = parts.left + parts.width / 2, parts.top + parts.height / 2
    inside = (x >= box.left) & (x < box.right) & (y >= box.top) & (y < box.bottom)
    return np.flatnonzero(chosen & inside)
