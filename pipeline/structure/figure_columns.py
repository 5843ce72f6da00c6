"""Columns of figures in ruled tables: a lone 11 is read as II, and 10 as IO, where no other figure
stands in the cell; those above and below it tell."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from pipeline.document import Line, Region, Word
from pipeline.recognition.path_mends import FIGURES

LOOK_ALIKE = str.maketrans(FIGURES)
NUMBERS = frozenset("0123456789.,:;·-–—/½¼¾⅓⅔⅛⅜⅝⅞ ")


@dataclass(frozen=True)
class FigureColumnParameters:
    """What a column of figures is. Chosen by eye on accounts and statistics."""

    cells: int = 3  # that hold figures alone …
    share: float = 0.7  # … of all cells but those in question


FIGURE_COLUMNS = FigureColumnParameters()


def read_figures(region: Region) -> Region:
    """A ruled table with figures for the letters that look like them in its columns of figures."""
    columns: defaultdict[int, list[list[int]]] = defaultdict(list)
    for cell in region.cells:
        own = [k for k, line in enumerate(region.lines) if cell.holds(line.box)]
        if own and cell.columns == 1:
            columns[cell.column].append(own)
    lines = list(region.lines)
    for cells in columns.values():
        texts = ["".join(lines[k].text for k in own) for own in cells]
        numbers = sum(NUMBERS.issuperset(text) for text in texts)
        others = sum(not NUMBERS.issuperset(text.translate(LOOK_ALIKE)) for text in texts)
        share = FIGURE_COLUMNS.share * (numbers + others)
        if numbers >= FIGURE_COLUMNS.cells and numbers >= share:
            for k in (k for own in cells for k in own):
                lines[k] = _with_figures(lines[k])
    return replace(region, lines=tuple(lines))


def _with_figures(line: Line) -> Line:
    """A line that holds nothing but figures and letters that look like them, with figures alone."""
    if not line.text or not NUMBERS.issuperset(line.text.translate(LOOK_ALIKE)):
        return line
    words = tuple(_translated(word) for word in line.words)
    return replace(line, words=words, text=line.text.translate(LOOK_ALIKE))


def _translated(word: Word) -> Word:
    letters = tuple(replace(c, text=c.text.translate(LOOK_ALIKE)) for c in word.characters)
    return replace(word, text=word.text.translate(LOOK_ALIKE), characters=letters)
