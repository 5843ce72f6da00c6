"""Lines of type so much smaller than the page's usual one that its letters pass for marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.image.components import Components, estimate_x_height
from pipeline.image.ink import Ink, tell_letters
from pipeline.layout.evidence import stands_close, stands_level
from pipeline.layout.line_boxes import attach_marks
from pipeline.layout.lines import FoundLine, chain_letters, measure_line


@dataclass(frozen=True)
class FinePrintParameters:
    """What marks make a line, in x-heights of theirs. Chosen by eye."""

    least_letters: int = 6
    reach: float = 4.0  # widest gap in a line


FINE_PRINT = FinePrintParameters()


def find_fine_print(ink: Ink, lines: Sequence[FoundLine], dpi: float) -> list[FoundLine]:
    """Lines, with their marks, among the marks of a page that belong to none of `lines`.

    Args:
        dpi: resolution of the page.
    """
    free, found = ink.marks.copy(), list[FoundLine]()
    for line in lines:
        free[line.members] = False
    while np.count_nonzero(free) >= FINE_PRINT.least_letters:
        larger = _find_largest(ink, free, dpi)
        if not larger:
            break
        found += larger
        for line in larger:
            free[line.members] = False
    return found


def _find_largest(ink: Ink, free: NDArray[np.bool_], dpi: float) -> list[FoundLine]:
    """The lines, with their marks, of the usual size of some marks."""
    parts = ink.components
    letter = estimate_x_height(_choose(parts, np.flatnonzero(free)), dpi)
    if not letter:
        return []
    letters, marks = tell_letters(parts, letter)
    small = replace(ink, letter=letter, letters=letters & free, marks=marks & free)
    chosen = np.flatnonzero(small.letters)
    chains = chain_letters(parts, chosen, letter, FINE_PRINT.reach * letter)
    rows = [c.members for c in chains if len(c.members) >= FINE_PRINT.least_letters]
    close = [np.array(row) for row in rows if stands_close(parts, row, letter)]
    found = [measure_line(parts, members, letter) for members in close]
    # in a few words ascenders may be more than small letters: each line's own size is the better
    return attach_marks(small, [line for line in found if stands_level(parts, line, line.x_height)])


def _choose(parts: Components, chosen: np.ndarray) -> Components:
    """Some components by themselves; nothing can be drawn of them."""
    sides = (parts.left, parts.top, parts.width, parts.height, parts.area)
    left, top, width, height, area = (side[chosen] for side in sides)
    return Components(left, top, width, height, area, parts.labels)
