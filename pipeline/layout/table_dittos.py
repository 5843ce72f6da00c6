"""Dittos in the cells of tables, where nothing in their cell tells that they stand high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.image.ink import Ink
from pipeline.image.quantiles import median
from pipeline.layout.dittos import DITTOS
from pipeline.layout.fragments import find_middle
from pipeline.layout.lines import FoundLine


@dataclass(frozen=True)
class TableDittoParameters:
    """Where dittos stand above the baseline of their row, in x-heights: their feet, which those of
    small letters and of commas do not. Chosen by eye on drawn lists of passengers."""

    feet: tuple[float, float] = (0.35, 1.3)


TABLE_DITTOS = TableDittoParameters()


def level_dittos(ink: Ink, lines: Sequence[FoundLine]) -> list[FoundLine]:
    """The lines of a table, those that are nothing but dittos on the baseline of their row and of
    the size of the others: on a baseline of their own they would be read as figures.

    Args:
        ink: of the page.
        lines: of all cells.
    """
    dittos = [_is_ditto(ink, line) for line in lines]
    others = [line for line, ditto in zip(lines, dittos, strict=True) if not ditto]
    if len(others) in (0, len(lines)):
        return list(lines)
    floors = np.array([line.baseline_at(find_middle(line, ink)) for line in others])
    size = median(np.array([line.x_height for line in others]))
    levelled = []
    for line, ditto in zip(lines, dittos, strict=True):
        below = (floors - line.baseline_at(find_middle(line, ink))) / size
        row = floors[(below > TABLE_DITTOS.feet[0]) & (below < TABLE_DITTOS.feet[1])]
        if ditto and len(row):
            level = np.array([median(row)])
            line = replace(line, baseline=level, x_height=size, other_x_height=0.0)
        levelled.append(line)
    return levelled


def _is_ditto(ink: Ink, line: FoundLine) -> bool:
    """Whether a line is two or four slender strokes, as low as those of dittos and all alike."""
    parts, members = ink.components, line.members
    heights, widths = parts.height[members], parts.width[members]
    low, high = (limit * ink.letter for limit in DITTOS.height)
    return (
        len(members) in (2, 4)
        and bool(((heights >= low) & (heights <= high)).all())
        and bool((widths <= DITTOS.slender * heights).all())
        and int(np.ptp(parts.top[members])) < max(1.5, DITTOS.level * ink.letter)
    )
