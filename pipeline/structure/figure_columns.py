"""Columns of figures in tables: a lone 11 is read as II, and 10 as IO, where no other figure
stands in the cell; those above and below it tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.document import TABLE, Line, Region
from pipeline.recognition.path_mends import FIGURES
from pipeline.structure.wording import respelled, reworded

LOOK_ALIKE = str.maketrans(FIGURES)
NUMBERS = frozenset("0123456789.,:;·-–—/½¼¾⅓⅔⅛⅜⅝⅞ ")

# a word, by its line's place in the region and its own in the line
Place = tuple[int, int]
Column = list[list[Place]]  # the words of each of its entries


@dataclass(frozen=True)
class FigureColumnParameters:
    """What a column of figures is. Chosen by eye on accounts and statistics."""

    cells: int = 3  # that hold figures alone …
    share: float = 0.7  # … of all cells but those in question
    # in a table without rules: white before an entry, and how far its right edge is from the next
    # one's of its column, in x-heights
    white: float = 1.5
    flush: float = 0.6


FIGURE_COLUMNS = FigureColumnParameters()


def read_figures(region: Region) -> Region:
    """A table with figures for the letters that look like them in its columns of figures."""
    if region.kind != TABLE:
        return region
    lines = list(region.lines)
    for column in _columns_of_cells(region) if region.cells else _columns_of_rows(lines):
        texts = ["".join(lines[k].words[j].text for k, j in entry) for entry in column]
        numbers = sum(NUMBERS.issuperset(text) for text in texts)
        others = sum(not NUMBERS.issuperset(text.translate(LOOK_ALIKE)) for text in texts)
        share = FIGURE_COLUMNS.share * (numbers + others)
        if numbers >= FIGURE_COLUMNS.cells and numbers >= share:
            for k, j in (place for entry in column for place in entry):
                lines[k] = _with_figures(lines[k], j)
    return replace(region, lines=tuple(lines))


def _columns_of_cells(region: Region) -> Iterator[Column]:
    """The columns of a ruled table, a cell an entry."""
    cells = [cell for cell in region.cells if cell.columns == 1]
    for column in sorted({cell.column for cell in cells}):
        own = (
            [
                (k, j)
                for k, line in enumerate(region.lines)
                if cell.holds(line.box)
                for j in range(len(line.words))
            ]
            for cell in cells
            if cell.column == column
        )
        yield [entry for entry in own if entry]


def _columns_of_rows(lines: Sequence[Line]) -> Iterator[Column]:
    """The columns of single words that end one below the other, with white before them, in the rows
    of a table without rules."""
    entries = sorted(
        (word.box.right, k, j)
        for k, line in enumerate(lines)
        for j, word in enumerate(line.words)
        if not j
        or word.box.left - line.words[j - 1].box.right > FIGURE_COLUMNS.white * line.x_height
    )
    column: Column = []
    last = 0
    for right, k, j in entries:
        if column and right - last > FIGURE_COLUMNS.flush * lines[k].x_height:
            yield column
            column = []
        column.append([(k, j)])
        last = right
    if column:
        yield column


def _with_figures(line: Line, place: int) -> Line:
    """A line whose word at a place is of figures alone, if it is of them and of letters that look
    like them."""
    word = line.words[place]
    if not NUMBERS.issuperset(word.text.translate(LOOK_ALIKE)):
        return line
    mended = respelled(word, word.text.translate(LOOK_ALIKE))
    return reworded(line, (*line.words[:place], mended, *line.words[place + 1 :]))
