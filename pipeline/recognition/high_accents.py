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

from pipeline.recognition.frame import LineFrame


@dataclass(frozen=True)
class AccentParameters:
    """What an accent above a capital is, in x-heights unless it is said otherwise; all chosen by
    eye on drawn faces and old books. Networks are trained on lines with these numbers."""

    faint: int = 170  # grey level; darker than this, a pixel holds ink
    capital: float = 1.2  # the letter below it is at least so high, and it begins no lower
    gap: float = 0.5  # it is no farther from its letter
    smallest: float = 0.17  # what is lower is a speck, or what is left of the line before
    narrowest: float = 0.12
    widest: float = 1.4
    # what rests on the line and rises so high is a capital whose accent touches it: no ascender of
    # 105 faces has more than 1.85 (bench.faces)
    joined: float = 1.95
    # of the letter below it, over whose middle it stands: stems, of which a bit of the line before
    # may hang, are narrower or to one side; what is wider are letters that touch
    letter: tuple[float, float] = (0.5, 1.8)
    aside: float = 0.35


ACCENTS = AccentParameters()


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
    ink = (tall < ACCENTS.faint).astype(np.uint8)
    if not ink[:extra].any():
        return None
    unit, capital = frame.x_height, extra + frame.baseline - ACCENTS.capital * frame.x_height
    joined = extra + frame.baseline - ACCENTS.joined * unit
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    tops = []
    for k, (left, top, width, height, _) in enumerate(stats.tolist()):
        bottom = top + height
        if k == 0 or not 0 < top < extra:
            continue
        columns = slice(left, left + width)
        if bottom > capital:
            inked = np.flatnonzero((labels[top:extra, columns] == k).any(axis=0)) + left
            rests = bottom > extra + frame.baseline - unit / 2
            if top < joined and rests and _is_over(inked, left, width, unit):
                tops.append(top)
            continue
        if height < ACCENTS.smallest * unit or not (
            ACCENTS.narrowest * unit <= width <= ACCENTS.widest * unit
        ):
            continue
        below = np.flatnonzero(ink[bottom:, columns].any(axis=1))
        begins = bottom + int(below[0]) if len(below) else len(tall)
        if begins <= min(bottom + ACCENTS.gap * unit, capital):
            letter = int(labels[begins, columns].max())
            own = np.arange(left, left + width)
            at, wide = stats[letter, [cv2.CC_STAT_LEFT, cv2.CC_STAT_WIDTH]].tolist()
            if _is_over(own, at, wide, unit):
                tops.append(top)
    return min(tops, default=None)


def _is_over(columns: NDArray[np.int64], left: int, width: int, unit: float) -> bool:
    """Whether the columns of an accent lie over the middle of a letter, or over letters that
    touch."""
    least, most = (share * unit for share in ACCENTS.letter)
    if width > most:
        return True
    middle = (int(columns[0]) + int(columns[-1]) + 1) / 2
    return width >= least and abs(middle - (left + width / 2)) <= ACCENTS.aside * unit
