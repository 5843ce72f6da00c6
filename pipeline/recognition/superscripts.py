"""Superscripts that stick out of the frame: the figures and letters of notes are lowered until all
of them is seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.image.runs import find_runs
from pipeline.recognition.frame import LineFrame


@dataclass(frozen=True)
class SuperscriptParameters:
    """What a mark raised above the frame is: in x-heights unless it is said otherwise; all chosen
    by eye. Networks are trained on lines lowered with these numbers."""

    highest: float = 0.65  # how far above the frame a mark is looked for
    faint: int = 170  # grey level; darker than this, a pixel of a thin small mark holds ink
    floor: float = 0.45  # a mark ends at least so far above the baseline
    smallest: float = 0.45  # what is lower is a point or a speck


SUPERSCRIPTS = SuperscriptParameters()


def lower_superscripts(tall: NDArray[np.uint8], extra: int, frame: LineFrame) -> NDArray[np.uint8]:
    """Move superscripts that stick out of the frame down into it.

    What is white between its columns and the line's letters, begins above the frame and ends within
    it, well above the baseline, is a raised mark. What comes from the top edge belongs to the line
    before.

    Args:
        tall: (extra + H, W) uint8, 255 for paper: the frame and `extra` rows above it.

    Returns:
        (H, W) uint8.
    """
    ink = tall < SUPERSCRIPTS.faint
    image = tall[extra:].copy()
    for left, right in find_runs(np.asarray(ink.any(axis=0))):
        rows = np.flatnonzero(ink[:, left:right].any(axis=1))
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        ends = extra < bottom <= extra + frame.baseline - SUPERSCRIPTS.floor * frame.x_height
        if 0 < top < extra and ends and bottom - top >= SUPERSCRIPTS.smallest * frame.x_height:
            columns = slice(max(0, left - 1), right + 1)  # with the grey of its edges
            image[:, columns] = tall[top : top + len(image), columns]
    return image
