"""Patterns printed under text, as the engraved waves and rosettes of certificates, cheques and
banknotes are: a net of pale lines that holds all letters together."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.binarize import BINARIZE, Grey, is_bitonal, part_ink


@dataclass(frozen=True)
class PatternParameters:
    """What a pattern is. Measured on pages with waves under their text (the first figure in
    brackets), and on graph paper, tables, photographed and framed pages (the rest)."""

    side: float = 0.4  # of the page's sides: one piece of ink is as large, at least (1.0) …
    share: float = 0.7  # … and as much of all ink (1.0)
    inked: float = 0.1  # of the page, at least (0.31): most pages of text have less
    # share of it in straight lines, level or standing, at most (0.0; 0.46 to 1.0), …
    straight: float = 0.3
    line: int = 25  # … which are as long as 1 / so much of the page's width
    # between two classes of the ink, of its whole variance (Otsu 1979), at least (0.73 to 0.97 on
    # drawn waves of grey levels from 125 on; 0.61 to 0.92), …
    parted: float = 0.72
    # … of the paler class so much lies apart from the other (drawn: 0.8 and more): what does not is
    # the soft edge of strokes, of one ink, as in maps and engravings, …
    apart: float = 0.5
    contrast: float = 50  # … and from the mean of one class to the other's, in grey levels (121)


PATTERNS = PatternParameters()


def fade_pattern(flat: Grey) -> Grey:
    """A page whose text stands on a pattern of paler lines with these as light as paper; any other
    page as it is.

    Args:
        flat: (H, W) uint8, evened out.
    """
    if is_bitonal(flat):
        return flat
    smooth, level = part_ink(flat)
    small = smooth[::2, ::2]  # half of the pixels show its shape
    ink = (small <= level).astype(np.uint8)
    if not _is_net(ink):
        return flat
    values = small[ink > 0]
    middle, _ = cv2.threshold(values, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark, pale = values[values <= middle], values[values > middle]
    if not len(dark) or not len(pale):
        return flat
    contrast = float(pale.mean()) - float(dark.mean())
    between = len(dark) * len(pale) / len(values) ** 2 * contrast**2
    if contrast < PATTERNS.contrast or between < PATTERNS.parted * float(values.var()):
        return flat
    near = cv2.dilate((small <= middle).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if np.mean(near[(ink > 0) & (small > middle)]) > 1 - PATTERNS.apart:
        return flat
    return np.asarray(
        cv2.convertScaleAbs(flat, alpha=BINARIZE.white / float(pale.mean())), np.uint8
    )


def _is_net(ink: NDArray[np.uint8]) -> bool:
    """Whether nearly all ink hangs together, over much of the page and not along straight rules."""
    if np.count_nonzero(ink) < PATTERNS.inked * ink.size:
        return False
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count < 2:
        return False
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    _, _, width, height, area = stats[largest].tolist()
    sides = min(width / ink.shape[1], height / ink.shape[0])
    if sides < PATTERNS.side or area < PATTERNS.share * np.count_nonzero(ink):
        return False
    net = (labels == largest).astype(np.uint8)
    length = max(3, ink.shape[1] // PATTERNS.line)
    level, standing = (
        np.asarray(cv2.morphologyEx(net, cv2.MORPH_OPEN, np.ones(size, np.uint8))) > 0
        for size in ((1, length), (length, 1))
    )
    return np.count_nonzero(level | standing) < PATTERNS.straight * area
