"""Lines of a document from lines of components: their marks, their words, their boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Line, Word
from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.layout.comb_words import find_comb_words
from pipeline.layout.combs import Comb
from pipeline.layout.high_marks import find_high_owners
from pipeline.layout.lines import FoundLine
from pipeline.layout.word_gaps import split_words


@dataclass(frozen=True)
class LineBoxParameters:
    """The band of a line and what lies in it, in x-heights unless it is said otherwise."""

    descender: float = 0.62  # measured on 105 faces (bench.faces): 9 of 10 have less
    ascender: float = 1.75  # measured on the same: 8 of 10 have less
    mark_reach: float = 2.5  # a mark lies no further beside its line: chosen by eye
    # spaced points behind a line stand 1.6 apart (measured on a German book); an ellipsis has four
    # of them at most, the first within `mark_reach`, and a quote may follow
    mark_step: float = 2.0
    marks_in_row: int = 4
    mark_level: float = 0.5  # above the baseline, of a mark amid its line: half of the x-height
    mark_aside: float = 0.3  # what a step beside the line weighs against one up or down: by eye
    parting_rule: float = 6.0  # standing rules so high part cells; the teeth of combs are lower
    speck: float = 0.6  # a lone component that is lower is no line: chosen by eye
    curve_points: int = 9  # of the polyline of a curved baseline: chosen by eye


LINE_BOX = LineBoxParameters()
AT_ONCE = 4096  # marks that are compared with all lines together: 33 MB an array for 1,000 lines
Members = NDArray[np.int64]


def attach_marks(ink: Ink, lines: list[FoundLine], accents: bool = True) -> list[FoundLine]:
    """Give each mark to the line whose band it lies in, nearest by its middle, and the accents of
    capitals to theirs; marks far from every line, and from the marks behind one, are dropped.

    Args:
        accents: whether what lies above the bands may be one: not on the image of one line, where
            it may as well be left of the line before.
    """
    free, reach = np.flatnonzero(ink.marks), LINE_BOX.mark_reach
    if accents:
        owners = find_high_owners(ink, lines, free, LINE_BOX.ascender)
        lines, free = _add_marks(lines, free, owners), free[owners < 0]
    for _ in range(1 + LINE_BOX.marks_in_row):
        if not lines or len(free) == 0:
            break
        owners = _find_owners(ink, lines, free, reach)
        if (owners < 0).all():
            break
        lines = _add_marks(lines, free, owners)
        free, reach = free[owners < 0], LINE_BOX.mark_step
    return lines


def _add_marks(
    lines: list[FoundLine], marks: NDArray[np.int64], owners: NDArray[np.int64]
) -> list[FoundLine]:
    """The lines with the marks that they own."""
    return [
        replace(line, members=np.concatenate([line.members, marks[owners == k]]))
        for k, line in enumerate(lines)
    ]


def _find_owners(
    ink: Ink, lines: list[FoundLine], marks: NDArray[np.int64], reach: float
) -> NDArray[np.int64]:
    """(N,) the line that each mark belongs to, -1 for none, of those whose ends are no further from
    it than `reach` x-heights."""
    parts = [marks[k : k + AT_ONCE] for k in range(0, len(marks), AT_ONCE)]
    return np.concatenate([_find_owners_of(ink, lines, part, reach) for part in parts])


def _find_owners_of(
    ink: Ink, lines: list[FoundLine], marks: NDArray[np.int64], reach: float
) -> NDArray[np.int64]:
    """(N,) the owners of a few thousand marks: each is compared with each line."""
    parts = ink.components
    spans = np.array(
        [[parts.left[m.members].min(), parts.right[m.members].max()] for m in lines], dtype=float
    )
    middles = np.array(
        [
            [line.baseline_at(s[0]), line.baseline_at(s[1])]
            for line, s in zip(lines, spans, strict=True)
        ]
    )
    heights = np.array([line.x_height for line in lines])
    x = (parts.left[marks] + parts.width[marks] / 2)[:, None]
    y = (parts.top[marks] + parts.height[marks] / 2)[:, None]
    share = np.clip((x - spans[:, 0]) / np.maximum(spans[:, 1] - spans[:, 0], 1), 0, 1)
    rise = (middles[:, 0] + share * (middles[:, 1] - middles[:, 0]) - y) / heights
    sideways = np.maximum(np.maximum(spans[:, 0] - x, x - spans[:, 1]), 0) / heights
    inside = (rise > -LINE_BOX.descender) & (rise < LINE_BOX.ascender) & (sideways < reach)
    _part_by_rules(ink, inside, x[:, 0], y[:, 0], spans)
    distances = np.abs(rise - LINE_BOX.mark_level) + LINE_BOX.mark_aside * sideways
    nearest = np.argmin(np.where(inside, distances, np.inf), axis=1)
    return np.where(inside.any(axis=1), nearest, -1)


def _part_by_rules(
    ink: Ink,
    inside: NDArray[np.bool_],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    spans: NDArray[np.float64],
) -> None:
    """Take from `inside` what a high standing rule parts: a mark is of no line on its other side.

    Args:
        inside: (N, n) bool, marks that may belong to lines; changed.
        x, y: (N,) middles of the marks, in pixels.
        spans: (n, 2) left and right edges of the lines.
    """
    high = [b for b in ink.rules.standing_boxes if b.height > LINE_BOX.parting_rule * ink.letter]
    if not high:
        return
    sides = np.array([(b.left, b.top, b.right, b.bottom) for b in high], dtype=float)
    marks, lines = np.nonzero(inside)
    beside = (x[marks] < spans[lines, 0]) | (x[marks] > spans[lines, 1])
    for mark, line in zip(marks[beside].tolist(), lines[beside].tolist(), strict=True):
        left, right = sorted((x[mark], spans[line, 0 if x[mark] < spans[line, 0] else 1]))
        crossed = (sides[:, 1] < y[mark]) & (y[mark] < sides[:, 3])
        if (crossed & (sides[:, 0] < right) & (left < sides[:, 2])).any():
            inside[mark, line] = False


def build_line(
    ink: Ink, found: FoundLine, combs: Sequence[Comb] = (), in_cell: bool = False
) -> Line | None:
    """A document line, or None for what is no text: a lone speck, a dash between nothing.

    Args:
        combs: of the page.
        in_cell: the line stands in a cell of a table, where a dash alone says something.
    """
    parts, members = ink.components, found.members
    boxes = np.stack([parts.left, parts.top, parts.right, parts.bottom], axis=1)[members].astype(
        np.int64
    )
    if (
        not in_cell
        and len(members) == 1
        and boxes[0, 3] - boxes[0, 1] < LINE_BOX.speck * ink.letter
    ):
        return None
    spelled = find_comb_words(boxes, combs)
    words = [_build_word(found, boxes, letters) for letters in spelled]
    rest = np.setdiff1d(np.arange(len(members)), np.concatenate([[], *chain(*spelled)]))
    if len(rest):
        free = boxes[rest]
        groups = split_words(free[:, 0], free[:, 2], found.x_height)
        words += [Word(_bound_word(found, sides)) for sides in _bound_groups(free, groups)]
    words.sort(key=lambda word: word.box.left)
    box = Box.around(word.box for word in words)
    xs = np.linspace(box.left, box.right, 2 if len(found.baseline) < 3 else LINE_BOX.curve_points)
    baseline = tuple((float(x), float(np.polyval(found.baseline, x))) for x in xs)
    return Line(
        box,
        baseline,
        float(found.x_height),
        tuple(words),
        other_x_height=float(found.other_x_height),
    )


def _build_word(found: FoundLine, boxes: NDArray[np.int64], letters: list[Members]) -> Word:
    """A word whose letters stand in a cell each.

    Args:
        boxes: (n, 4) left, top, right, bottom of the components of its line.
        letters: the components of each.
    """
    cells = tuple(_bound_word(found, sides) for sides in _bound_groups(boxes, letters))
    return Word(Box.around(cells), cells=cells if len(cells) > 1 else ())


def _bound_word(found: FoundLine, sides: Sequence[int]) -> Box:
    """The box of a word within the band of its line: a letter that touches the next line's is one
    component with it.

    Args:
        sides: left, top, right, bottom of its components.
    """
    left, top, right, bottom = sides
    floor = found.baseline_at((left + right) / 2)
    high, low = (
        round(floor - LINE_BOX.ascender * found.x_height),
        round(floor + LINE_BOX.descender * found.x_height),
    )
    top = min(max(top, high), low - 1)
    return Box(left, top, right, max(top + 1, min(bottom, low)))


def _bound_groups(boxes: NDArray[np.int64], groups: list[NDArray[np.int64]]) -> list[list[int]]:
    """[left, top, right, bottom] around the boxes, (N, 4), of each group of indices."""
    starts = np.cumsum([0, *(len(group) for group in groups[:-1])])
    grouped = boxes[np.concatenate(groups)]
    least, most = (
        np.minimum.reduceat(grouped[:, :2], starts),
        np.maximum.reduceat(grouped[:, 2:], starts),
    )
    return np.concatenate([least, most], axis=1).tolist()
