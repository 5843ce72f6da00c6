"""Accents of capitals that stick out of the frame: all above the baseline is made lower until they
are seen.

A frame holds capitals, but not what stands above them: É and Ü lost their marks, and with them
every heading of a French or German book.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.accents import ACCENTS
from pipeline.recognition.frame import LineFrame


@dataclass(frozen=True)
class HighAccentParameters:
    """How accents show in the image of a line, in x-heights unless it is said otherwise; all chosen
    by eye on drawn faces and old books. Networks are trained on lines with these numbers."""

    faint: int = 170  # grey level; darker than this, a pixel holds ink
    narrowest: float = 0.12
    # what rests on the line and rises so high is a capital whose accent touches it: no ascender of
    # 105 faces has more than 1.85 (bench.faces)
    joined: float = 1.95
    letter: float = 0.5  # narrower are stems, of which a bit of the line before may hang


HIGH_ACCENTS = HighAccentParameters()


def lower_accents(
    tall: NDArray[np.uint8], extra: int, frame: LineFrame, image: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Make a line lower above its baseline, so that the accents of its capitals lie in the frame.

    An accent begins above the frame and stands over a letter as high as a capital, white between
    the two, or is one with a letter that it makes higher than any. What comes from the top edge
    belongs to the line before. A line without is as it was.

    Args:
        tall: (extra + H, W) uint8, 255 for paper: the frame and `extra` rows above it.
        image: (H, W) uint8: the line in its frame, returned where no accent sticks out.

    Returns:
        (H, W) uint8.
    """
    top = _highest_accent(tall, extra, frame)
    if top is None:
        return image
    level = round(frame.baseline)
    above = tall[max(0, top - 1) : extra + level]
    squeezed = cv2.resize(above, (tall.shape[1], level), interpolation=cv2.INTER_AREA)
    return np.vstack([squeezed, image[level:]]).astype(np.uint8)


def _highest_accent(tall: NDArray[np.uint8], extra: int, frame: LineFrame) -> int | None:
    """The row of `tall` at which the highest accent begins that sticks out of the frame, None
    where there is none."""
    ink = (tall < HIGH_ACCENTS.faint).astype(np.uint8)
    if not ink[:extra].any():
        return None
    unit, baseline = frame.x_height, extra + frame.baseline
    capital, joined = (baseline - share * unit for share in (ACCENTS.capital, HIGH_ACCENTS.joined))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    parts = [(k, *row[:4]) for k, row in enumerate(stats.tolist()) if k]
    letters = [
        (left, top, wide)
        for _, left, top, wide, high in parts
        if top <= capital and top + high > baseline - unit / 2
    ]
    tops = []
    for k, left, top, wide, high in parts:
        if not 0 < top < extra:
            continue
        if top + high > capital:
            inked = np.flatnonzero((labels[top:extra, left : left + wide] == k).any(axis=0)) + left
            middle = (int(inked[0]) + int(inked[-1]) + 1) / 2
            if top < joined and (left, top, wide) in letters and _is_over(middle, left, wide, unit):
                tops.append(top)
        elif (
            high >= ACCENTS.smallest * unit
            and HIGH_ACCENTS.narrowest * unit <= wide <= ACCENTS.widest * unit
            and any(
                0 <= below - top - high <= ACCENTS.gap * unit
                and _is_over(left + wide / 2, at, width, unit)
                for at, below, width in letters
            )
        ):
            tops.append(top)
    return min(tops, default=None)


def _is_over(middle: float, left: int, width: int, unit: float) -> bool:
    """Whether the middle of an accent lies over that of a letter, or over letters that touch."""
    if width > ACCENTS.letters * unit:
        return left <= middle <= left + width
    return (
        width >= HIGH_ACCENTS.letter * unit
        and abs(middle - (left + width / 2)) <= ACCENTS.aside * width
    )
