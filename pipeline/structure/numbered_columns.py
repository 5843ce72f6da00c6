"""Columns of numbered entries that were read across: the numbers of each go on where those of the
column before it end, as in the key of a map, a list of plates or the moves of a game.

Short entries side by side look as the cells of a table do. Their numbers, once they are read, tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import numpy as np

from pipeline.document import TABLE, TEXT, Line, Region, Word
from pipeline.geometry import Box
from pipeline.recognition.line_place import baseline_at
from pipeline.structure.wording import reworded

NUMBER = re.compile(r"[(\[]?(\d{1,3})(?:[.)\]:](?!\d).*)?")  # and what was read into it: `21.Any`


@dataclass(frozen=True)
class NumberedParameters:
    """What a column of numbered entries is; chosen by eye on drawn keys and games."""

    least: int = 5  # entries of a column, but for the last one
    least_last: int = 3
    white: float = 1.2  # before a number that begins a column, in x-heights
    flush: float = 1.5  # numbers of a column begin or end so near to each other, in x-heights
    misread: float = 0.15  # share of the steps from number to number that may be other than one


NUMBERED = NumberedParameters()


@dataclass(frozen=True)
class _Start:
    """A number with which an entry may begin: of which region, its value, where it stands, and the
    x-height of its line."""

    region: int
    value: int
    box: Box
    x_height: float


def part_numbered(regions: Sequence[Region]) -> tuple[Region, ...]:
    """The regions of a leaf, those that run across columns of numbered entries cut into these, with
    what lies among them; as they are where there are none.

    Args:
        regions: in reading order, their lines read.
    """
    columns: list[list[_Start]] = []
    last = 0
    for column in _group(_find_starts(regions)):
        if end := _continues(column, last):
            columns.append(column)
            last = end
    owners = [{start.region for start in column} for column in columns]
    if not _share(owners):
        return tuple(regions)
    around = Box.around(regions[k].box for k in set.union(*owners))
    within = [k for k, r in enumerate(regions) if _is_plain(r) and around.contains(r.box)]
    edges = [min(start.box.left for start in column) for column in columns[1:]]
    lines = [line for k in within for line in regions[k].lines]
    lines.sort(key=lambda line: line.baseline[0][1])
    parted = [
        replace(regions[within[0]], box=Box.around(line.box for line in own), lines=tuple(own))
        for own in _cut(lines, edges)
    ]
    before = [region for k, region in enumerate(regions) if k < within[0]]
    behind = [region for k, region in enumerate(regions) if k > within[0] and k not in within]
    return (*before, *parted, *behind)


def _share(owners: Sequence[set[int]]) -> bool:
    """Whether a region has entries of two columns."""
    return any(a & b for a, b in combinations(owners, 2))


def _is_plain(region: Region) -> bool:
    return region.kind in (TEXT, TABLE) and not region.cells and bool(region.lines)


def _find_starts(regions: Sequence[Region]) -> list[_Start]:
    """The numbers at the beginning of lines, and those with white before them."""
    found = []
    for k, region in enumerate(regions):
        for line in region.lines if _is_plain(region) else ():
            for j, word in enumerate(line.words):
                number = NUMBER.fullmatch(word.text)
                before = word.box.left - line.words[j - 1].box.right if j else np.inf
                if number and before > NUMBERED.white * line.x_height:
                    found.append(_Start(k, int(number[1]), word.box, line.x_height))
    return found


def _group(starts: Sequence[_Start]) -> Iterator[list[_Start]]:
    """Numbers that begin or end below each other, from the left, each group from the top."""
    rest = sorted(starts, key=lambda start: (start.box.left, start.box.top))
    while rest:
        first, reach = rest[0], NUMBERED.flush * rest[0].x_height
        own: list[_Start] = []
        others: list[_Start] = []
        for start in rest:
            sides = start.box.left - first.box.left, start.box.right - first.box.right
            (own if min(map(abs, sides)) < reach else others).append(start)
        rest = others
        yield sorted(own, key=lambda start: start.box.top)


def _continues(column: Sequence[_Start], last: int) -> int:
    """The last number of a column that counts on from `last`, or from any number where that is 0;
    0 where it does not."""
    least = NUMBERED.least_last if last else NUMBERED.least
    if len(column) < least or (last and column[0].value != last + 1):
        return 0
    steps = [low.value - high.value for high, low in pairwise(column)]
    if sum(step != 1 for step in steps) > NUMBERED.misread * len(steps):
        return 0
    return column[-1].value


def _cut(lines: Sequence[Line], edges: Sequence[float]) -> list[list[Line]]:
    """The columns that lines make if they are cut before each of some x, from the left."""
    columns: list[list[Line]] = [[] for _ in range(len(edges) + 1)]
    for line in lines:
        reach = NUMBERED.flush * line.x_height
        for k, (left, right) in enumerate(pairwise([-np.inf, *edges, np.inf])):
            own = [w for w in line.words if left - reach <= w.box.left < right - reach]
            if own:
                columns[k].append(_part(line, own) if len(own) < len(line.words) else line)
    return [own for own in columns if own]


def _part(line: Line, words: Sequence[Word]) -> Line:
    """Some words of a line that follow each other, as a line."""
    around = Box.around(word.box for word in words)
    inside = [x for x, _ in line.baseline if around.left < x < around.right]
    xs = np.array([around.left, *inside, around.right], np.float64)
    baseline = tuple(zip(xs.tolist(), baseline_at(line, xs).tolist(), strict=True))
    sure = [word.confidence for word in words if word.confidence is not None]
    part = reworded(line, words)
    return replace(
        part,
        box=around,
        baseline=baseline,
        greedy=part.text,
        confidence=float(np.mean(sure)) if sure else None,
    )
