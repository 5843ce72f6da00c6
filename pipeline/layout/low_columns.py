"""Columns of a few lines: notes in two columns below a table are too low for their white to be told
from that of a paragraph by its height, but both are set flush on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.image.ink import Ink
from pipeline.image.quantiles import median
from pipeline.layout.fragments import Floats, find_word_edges
from pipeline.layout.lines import FoundLine, measure_line


@dataclass(frozen=True)
class LowColumnParameters:
    """What such columns are, in x-heights unless it is said otherwise. Chosen by eye on almanacs,
    forms and policies."""

    white: float = 1.3  # between the columns, at least …
    wider: float = 1.4  # … and so many times the space between words, in the median of the lines
    lines: tuple[int, int] = (3, 9)  # in more, white that narrow is a barrier
    pitch: float = 3.5  # from a line to the next one, at most
    flush: float = 0.4  # so near to one x lines begin or end …
    begun: float = 0.75  # … in so large a share on the left side of a column: some are indented
    ended: float = 0.6  # … and on the right side: those at the end of a paragraph are short
    width: float = 12.0  # of a column
    words: int = 3  # of its lines, in the median


LOW_COLUMNS = LowColumnParameters()


@dataclass(frozen=True)
class WideWhite:
    """White within a line: index of the line, its edges, and how many words stand before and behind
    it; the edges, the level, the x-height and the usual word space of the line, all in pixels."""

    line: int
    start: float
    end: float
    words: tuple[int, int]
    edges: tuple[float, float]
    level: float
    x_height: float
    space: float


def part_low_columns(lines: Sequence[FoundLine], ink: Ink) -> list[FoundLine]:
    """Lines, those parted that run across the white between two columns of a few lines.

    Args:
        lines: of the page, each made of all the chains that run in its band.
        ink: of the page.
    """
    found = [white for k, line in enumerate(lines) for white in _find_wide_white(k, line, ink)]
    cuts: dict[int, list[float]] = {}
    for gutter in _gather(found):
        if _parts_columns(gutter):
            for white in gutter:
                cuts.setdefault(white.line, []).append((white.start + white.end) / 2)
    parted = list[FoundLine]()
    for k, line in enumerate(lines):
        if k not in cuts:
            parted.append(line)
            continue
        sides = np.searchsorted(sorted(cuts[k]), ink.components.left[line.members])
        pieces = [line.members[sides == side] for side in range(len(cuts[k]) + 1)]
        parted += [measure_line(ink.components, piece, ink.letter) for piece in pieces]
    return parted


def _find_wide_white(number: int, line: FoundLine, ink: Ink) -> Iterator[WideWhite]:
    """The white within a line that is wider than most word spaces are."""
    edges = find_word_edges(line, ink)
    if len(edges) < 2:
        return
    usual = median(np.array([after[0] - before[1] for before, after in pairwise(edges)]))
    ends = edges[0][0], edges[-1][1]
    for k, ((_, start), (end, _)) in enumerate(pairwise(edges), 1):
        wide = end - start >= LOW_COLUMNS.white * line.x_height
        if wide and not _holds_mark(ink, start, end, line):
            beside, level = (k, len(edges) - k), line.baseline_at(start)
            yield WideWhite(number, start, end, beside, ends, level, line.x_height, usual)


def _holds_mark(ink: Ink, start: float, end: float, line: FoundLine) -> bool:
    """Whether a mark of a line, which may be a dash or a thin letter, lies in its white."""
    parts, floor = ink.components, line.baseline_at(start)
    inside = ink.marks & (parts.left >= start) & (parts.right <= end)
    inside &= (parts.top < floor) & (parts.bottom > floor - line.x_height)
    return bool(inside.any())


def _gather(found: Sequence[WideWhite]) -> list[list[WideWhite]]:
    """White of lines that follow each other, in the same place."""
    gutters = list[list[WideWhite]]()
    for white in sorted(found, key=lambda white: white.level):
        for gutter in gutters:
            last = gutter[-1]
            step = white.level - last.level
            shared = min(white.end, last.end) - max(white.start, last.start)
            size = min(white.x_height, last.x_height)
            if 0 < step < LOW_COLUMNS.pitch * size and shared > LOW_COLUMNS.white * size:
                gutter.append(white)
                break
        else:
            gutters.append([white])
    return gutters


def _parts_columns(gutter: Sequence[WideWhite]) -> bool:
    """Whether white parts two columns of text, each as wide as one, and set flush on both sides."""
    least, most = LOW_COLUMNS.lines
    if not least <= len(gutter) <= most:
        return False
    starts, ends = (np.array([getattr(w, side) for w in gutter]) for side in ("start", "end"))
    edges = np.array([white.edges for white in gutter])
    letter = median(np.array([white.x_height for white in gutter]))
    widths = median(starts - edges[:, 0]), median(edges[:, 1] - ends)
    words = np.median([white.words for white in gutter], axis=0)
    wider = median(np.array([(white.end - white.start) / white.space for white in gutter]))
    return bool(
        wider >= LOW_COLUMNS.wider
        and min(widths) >= LOW_COLUMNS.width * letter
        and words.min() >= LOW_COLUMNS.words
        and _are_flush(edges[:, 0], letter) >= LOW_COLUMNS.begun
        and _are_flush(ends, letter) >= LOW_COLUMNS.begun
        and _are_flush(starts, letter) >= LOW_COLUMNS.ended
        and _are_flush(edges[:, 1], letter) >= LOW_COLUMNS.ended
    )


def _are_flush(places: Floats, letter: float) -> float:
    """The share of lines that begin, or end, where most do.

    Args:
        letter: their x-height in pixels.
    """
    return float((np.abs(places - median(places)) < LOW_COLUMNS.flush * letter).mean())
