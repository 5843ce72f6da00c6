"""Lines that stand: text at a right angle to the other lines of its page, told by its baseline,
which leads straight up or straight down."""

from __future__ import annotations

from dataclasses import replace

from pipeline.document import Line, Page, Word
from pipeline.geometry import Affine

UPWARDS, DOWNWARDS = 3, 1  # counter-clockwise quarter turns by which such a line comes to lie


def turns_to_lie(line: Line) -> int:
    """By how many counter-clockwise quarter turns of its page a line comes to lie."""
    (x0, y0), (x1, y1) = line.baseline[0], line.baseline[-1]
    if x0 != x1 or y0 == y1:
        return 0
    return UPWARDS if y0 > y1 else DOWNWARDS


def drop_standing(page: Page) -> Page:
    """The page without its lines that stand."""
    leaves = tuple(
        replace(
            leaf,
            regions=tuple(
                replace(region, lines=tuple(v for v in region.lines if not turns_to_lie(v)))
                for region in leaf.regions
            ),
        )
        for leaf in page.leaves
    )
    return replace(page, leaves=leaves)


def turn_page(page: Page, turns: int) -> Affine:
    """From the straight coordinates of a page to those of the same page after counter-clockwise
    quarter turns."""
    return Affine.quarter_turns(turns, page.straight_width, page.straight_height)


def turn_line(line: Line, turn: Affine) -> Line:
    """A line with its words and characters where quarter turns of the page bring them. The baseline
    of a line that then stands is made quite upright."""
    points = tuple(map(turn.apply, line.baseline))
    (x0, y0), (x1, y1) = points[0], points[-1]
    if abs(x1 - x0) < abs(y1 - y0):
        x = sum(point[0] for point in points) / len(points)
        points = (x, y0), (x, y1)
    return replace(
        line,
        box=turn.box(line.box),
        baseline=points,
        words=tuple(_turn_word(word, turn) for word in line.words),
        polygon=tuple(map(turn.apply, line.polygon)),
    )


def _turn_word(word: Word, turn: Affine) -> Word:
    characters = tuple(replace(c, box=turn.box(c.box)) for c in word.characters)
    cells = tuple(map(turn.box, word.cells))
    return replace(word, box=turn.box(word.box), characters=characters, cells=cells)
