"""Frames that stand beside each other in rows, as the cards, notices and portraits of a page do:
they are read row by row, and not as columns are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.image.components import measure_fill
from pipeline.image.ink import Ink
from pipeline.layout.blocks import Floats


@dataclass(frozen=True)
class FrameRowParameters:
    """What such frames are, in x-heights. Chosen by eye on drawn cards and advertisements."""

    side: float = 6.0  # of a frame, at least
    fill: float = 0.25  # its ink over the area of its box: a picture has more
    level: float = 1.0  # edges of frames of one row differ by less
    share: float = 0.8  # of the frames stand in rows: some of two columns of notices do by chance


FRAME_ROWS = FrameRowParameters()


def find_frame_rows(ink: Ink) -> Floats:
    """Level boxes in the white between two rows of frames, (k, 4) left, top, right, bottom; none
    where fewer than two rows have frames side by side, or other frames stand as they like.

    Args:
        ink: of the page.
    """
    parts, letter = ink.components, ink.letter
    sides = np.minimum(parts.width, parts.height) > FRAME_ROWS.side * letter
    fill = measure_fill(parts)
    frames = np.flatnonzero(ink.graphics & ~ink.border & sides & (fill < FRAME_ROWS.fill))
    edges = np.stack([parts.left, parts.top, parts.right, parts.bottom], axis=1)[frames]
    rows: list[list[Floats]] = []
    for frame in _outermost(edges.astype(np.float64)):
        level = FRAME_ROWS.level * letter
        if rows and np.abs(rows[-1][-1][[1, 3]] - frame[[1, 3]]).max() < level:
            rows[-1].append(frame)
        else:
            rows.append([frame])
    level_rows = [np.array(row) for row in rows if _stand_side_by_side(row)]
    if sum(map(len, level_rows)) < FRAME_ROWS.share * sum(map(len, rows)):
        level_rows = []
    found = []
    for upper, lower in pairwise(level_rows):
        top, bottom = upper[:, 3].max(), lower[:, 1].min()
        if top < bottom:
            both = np.vstack([upper, lower])
            middle = (top + bottom) / 2
            found.append((both[:, 0].min(), middle, both[:, 2].max(), middle + 1))
    return np.array(found, dtype=np.float64).reshape(-1, 4)


def _outermost(boxes: Floats) -> Floats:
    """Those of (n, 4) boxes that lie in no other, from the top: of a double frame one is enough."""
    lower = (boxes[:, None, :2] <= boxes[None, :, :2]).all(axis=2)
    higher = (boxes[:, None, 2:] >= boxes[None, :, 2:]).all(axis=2)
    holds = lower & higher & ~np.eye(len(boxes), dtype=bool)
    own = boxes[~holds.any(axis=0)]
    return own[np.lexsort((own[:, 0], own[:, 1]))]


def _stand_side_by_side(row: list[Floats]) -> bool:
    """Whether a row has two frames or more, with white between them."""
    edges = np.array(row)
    lefts, rights = np.sort(edges[:, 0]), np.sort(edges[:, 2])
    return len(row) > 1 and bool((lefts[1:] >= rights[:-1]).all())
