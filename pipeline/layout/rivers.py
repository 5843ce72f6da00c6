"""Spaces of lines that lie over each other, or over the white between the columns of a list, by
chance: no line is cut there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.image.ink import Ink
from pipeline.image.quantiles import median
from pipeline.layout.barriers import MARGIN, WHITE
from pipeline.layout.fragments import FRAGMENTS, Floats, count_column_rows, find_word_edges
from pipeline.layout.gutters import Meeting
from pipeline.layout.lines import FoundLine


@dataclass(frozen=True)
class RiverParameters:
    """What a space is, in x-heights unless it is said otherwise. Chosen by eye on drawn typescript,
    recipes and catalogues."""

    alike: float = 1.5  # white over the spaces between the words on both sides of it, at most …
    words: int = 3  # … of which there are so many, or more
    # x-heights of pieces of one line differ by a smaller factor: of these one may be of capitals
    same_size: float = 1.25


RIVERS = RiverParameters()


def is_space(
    meeting: Meeting, near: Sequence[Meeting], lines: Sequence[FoundLine], ends: Floats, ink: Ink
) -> bool:
    """Whether the white between two pieces of one size on one level is a space of their line: not
    much wider than those between their words, and in few lines so narrow.

    Args:
        meeting: of the two pieces.
        near: the meetings at their gutter.
        lines: pieces of lines.
        ends: (n, 2) their left and right edges, in pixels.
        ink: of the page.
    """
    a, b = meeting.left, meeting.right
    sizes = sorted([lines[a].x_height, lines[b].x_height])
    if not meeting.aligned or sizes[1] >= RIVERS.same_size * sizes[0]:
        return False
    own = ends[b, 0] - ends[a, 1]
    if meeting.kind not in (WHITE, MARGIN) or own >= FRAGMENTS.word_space * ink.letter:
        return False
    wide = RIVERS.alike * own
    narrow = sum(ends[other.right, 0] - ends[other.left, 1] < wide for other in near)
    spaces = [
        float(after[0] - before[1])
        for k in (a, b)
        for before, after in pairwise(find_word_edges(lines[k], ink))
    ]
    return bool(
        narrow < count_column_rows(own, ink.letter)
        and len(spaces) >= RIVERS.words
        and own <= RIVERS.alike * median(np.array(spaces))
    )
