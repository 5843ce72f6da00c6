"""Numbers between two columns that count the lines of both, as those of patents do: no text of
either."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.document import Region
from pipeline.structure.body import Body

COUNT = re.compile(r"\d{1,3}")


@dataclass(frozen=True)
class LineCountParameters:
    """What a column of such numbers is. Chosen by eye on patents and on drawn pages."""

    least: int = 3  # numbers
    flush: float = 1.0  # x-heights of the text, so near to one x they begin or end
    steps: tuple[int, ...] = (4, 5, 6, 8, 10, 20)  # from number to number, as layout counts lines
    even: float = 0.6  # share of the steps that are alike: a number may be misread or missing


LINE_COUNTS = LineCountParameters()


def find_line_counts(regions: Sequence[Region], body: Body) -> frozenset[int]:
    """The identities of the regions that are nothing but such a number.

    Args:
        regions: of a leaf, their lines read.
    """
    texts = [region for region in regions if len(region.lines) > 1]
    numbers = [
        region
        for region in regions
        if len(region.lines) == 1
        and not region.cells
        and COUNT.fullmatch(region.lines[0].text)
        and _stands_between(region, texts)
    ]
    found = set[int]()
    while numbers:
        column = [n for n in numbers if _are_flush(n, numbers[0], body)]
        numbers = [n for n in numbers if not _are_flush(n, column[0], body)]
        if _count_evenly(column):
            found |= set(map(id, column))
    return frozenset(found)


def _stands_between(number: Region, texts: Sequence[Region]) -> bool:
    """Whether text of several lines stands on both sides of a number."""
    own = number.box
    beside = [t.box for t in texts if t.box.top < own.bottom and t.box.bottom > own.top]
    return any(b.right <= own.left for b in beside) and any(b.left >= own.right for b in beside)


def _are_flush(number: Region, other: Region, body: Body) -> bool:
    sides = number.box.left - other.box.left, number.box.right - other.box.right
    return min(map(abs, sides)) < LINE_COUNTS.flush * body.x_height


def _count_evenly(column: Sequence[Region]) -> bool:
    """Whether most numbers, from the top, are larger than the one before by the same step."""
    if len(column) < LINE_COUNTS.least:
        return False
    values = [int(n.lines[0].text) for n in sorted(column, key=lambda n: n.box.top)]
    steps = [low - high for high, low in pairwise(values)]
    least = LINE_COUNTS.even * len(steps)
    return any(steps.count(step) >= least for step in LINE_COUNTS.steps)
