"""Type of one width, as typewriters have it: each letter stands in a cell of its own, so that the
spaces of lines lie over each other by chance, and still are spaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.image.ink import Ink
from pipeline.image.quantiles import median
from pipeline.layout.gutters import Meeting
from pipeline.layout.lines import FoundLine


@dataclass(frozen=True)
class PitchParameters:
    """What type of one width is. Measured on 20 drawn pages: of the steps from letter to letter
    within words 80 to 100% are alike in typescript, 30 to 52% in print and in letters of dots."""

    widest: float = 2.1  # a step within a word, in x-heights of the page
    alike: float = 0.12  # a step differs from the usual one by a smaller share …
    share: float = 0.7  # … so many of them do
    least: int = 40  # steps that tell it
    cells: float = 0.3  # a letter stands so near the middle of its cell, in steps
    band: tuple[float, float] = (2.0, -0.6)  # marks over a baseline, in x-heights of the line


PITCH = PitchParameters()


def measure_pitch(lines: Sequence[FoundLine], ink: Ink) -> float:
    """Pixels from letter to letter of a page of type of one width; 0 for other type."""
    parts = ink.components
    middles = parts.left + parts.width / 2
    found = [np.diff(np.sort(middles[line.members])) for line in lines]
    steps = np.concatenate(found) if found else np.zeros(0)
    steps = steps[(steps > 0) & (steps < PITCH.widest * ink.letter)]
    if len(steps) < PITCH.least:
        return 0.0
    usual = median(steps)
    alike = np.abs(steps - usual) < PITCH.alike * usual
    return usual if alike.mean() >= PITCH.share else 0.0


def is_one_space(meeting: Meeting, lines: Sequence[FoundLine], ink: Ink, pitch: float) -> bool:
    """Whether one empty cell, and no more, lies between two pieces on one level.

    Args:
        meeting: of the two pieces.
        lines: pieces of lines.
        ink: of the page.
        pitch: of its type, in pixels; 0 for type of no one width.
    """
    if not pitch or not meeting.aligned:
        return False
    parts, line = ink.components, lines[meeting.left]
    middles = parts.left + parts.width / 2
    last, first = (
        float(middles[line.members].max()),
        float(middles[lines[meeting.right].members].min()),
    )
    between = np.flatnonzero(ink.marks & (middles > last) & (middles < first))
    rises = (line.baseline_at(last) - (parts.top + parts.height / 2)[between]) / line.x_height
    own = between[(rises < PITCH.band[0]) & (rises > PITCH.band[1])]
    last = max([last, *middles[own].tolist()])
    return abs((first - last) / pitch - 2) < PITCH.cells
