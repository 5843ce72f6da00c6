"""Pictures and borders as areas of the page: no letter lies in them, and no line crosses them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.image.components import Components
from pipeline.image.ink import Ink
from pipeline.layout.lines import chain_letters

CELL = 4.0  # cells of the map to an x-height
LEAST_SIDE = 5.0  # pictures are no smaller, in x-heights
LEAST_FILL = (
    0.1  # what holds less ink in its box is a frame or a brace, and what it frames is no picture
)
FRAMED = 0.25  # a frame is a picture's where pictures fill this share of it
GATHER = 1.5  # parts of a picture lie no further apart, in x-heights
# a halftone: so many small parts in a square of so many x-heights, and so many to a letter
GRAIN_WINDOW, GRAIN_COUNT, GRAIN_SHARE = 3.0, 7.0, 3.0
SMALL = 0.4  # what is smaller than this share of an x-height, both ways, is grain
# words within pictures, in x-heights: how high their letters are at most, the gaps between them,
# how level they stand, the paper around them; how many letters at least, what share of them stands
# on the line, and what share of the paper other ink may cover
LABEL_HEIGHT, LABEL_GAP, LABEL_LEVEL, LABEL_CALM = 2.2, 1.0, 0.2, 0.5
LABEL_LETTERS, LABEL_STANDING, LABEL_STRANGE = 3, 0.6, 0.04
RIM = 0.7  # around borders ink is theirs, in x-heights


@dataclass(frozen=True)
class Areas:
    """`mask`: (h, w) uint8, 1 in pictures and borders, `scale` cells to a pixel; and the boxes of
    the pictures, in pixels."""

    mask: NDArray[np.uint8]
    scale: float
    pictures: tuple[Box, ...]


def find_areas(ink: Ink) -> tuple[Areas, Ink]:
    """Pictures and borders, and the ink of the page without the letters and marks that lie in
    them."""
    parts, scale = ink.components, CELL / ink.letter
    height, width = (max(1, round(side * scale)) for side in parts.labels.shape)
    shape = (height, width)
    fill = parts.area / np.maximum(parts.width * parts.height, 1)
    thick = np.minimum(parts.width, parts.height) > ink.letter
    solid = ink.graphics & ~ink.border & thick & (fill > LEAST_FILL)
    seeds = drawn(parts, solid, shape)
    gathered = cv2.morphologyEx(seeds | _grain(ink, shape, scale), cv2.MORPH_CLOSE, _square(GATHER))
    filled = _filled(np.asarray(gathered, dtype=np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(filled, connectivity=8)
    large = (stats[:, cv2.CC_STAT_WIDTH] >= LEAST_SIDE * CELL) & (
        stats[:, cv2.CC_STAT_HEIGHT] >= LEAST_SIDE * CELL
    )
    large[0] = False
    mask = _framed(large[labels].astype(np.uint8), ink, scale)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    boxes = [
        Box(*(int(v / scale) for v in (x, y, x + w, y + h)))
        for x, y, w, h in stats[1:, :4].tolist()
    ]
    if ink.border.any():
        mask |= np.asarray(
            cv2.dilate(drawn(parts, ink.border, shape), _square(2 * RIM)), dtype=np.uint8
        )
    rows = np.clip(((parts.top + parts.height / 2) * scale).astype(int), 0, shape[0] - 1)
    columns = np.clip(((parts.left + parts.width / 2) * scale).astype(int), 0, shape[1] - 1)
    inside = mask[rows, columns] > 0
    for label in find_labels(ink, inside):
        inside[label] = False
        left, top = parts.left[label].min() * scale, parts.top[label].min() * scale
        right, bottom = parts.right[label].max() * scale, parts.bottom[label].max() * scale
        mask[max(0, int(top) - 1) : int(bottom) + 2, max(0, int(left) - 1) : int(right) + 2] = 0
    areas = Areas(mask, scale, tuple(boxes))
    cleared = replace(
        ink,
        letters=ink.letters & ~inside,
        marks=ink.marks & ~inside,
        graphics=ink.graphics | (inside & (ink.letters | ink.marks)),
    )
    return areas, cleared


def find_labels(ink: Ink, inside: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Words within a picture, as drawings and diagrams have them: the letters and marks of each.

    Letters alike in height that stand on one line, with paper around them: hatching and halftones
    have no such calm.

    Args:
        inside: which components lie in pictures.
    """
    parts, letter = ink.components, ink.letter
    candidates = np.flatnonzero(inside & ink.letters & (parts.height < LABEL_HEIGHT * letter))
    found = []
    for chain in chain_letters(parts, candidates, letter, LABEL_GAP * letter):
        members = np.array(chain.members)
        if len(members) < LABEL_LETTERS:
            continue
        bottoms = parts.bottom[members]
        if np.mean(np.abs(bottoms - np.median(bottoms)) < LABEL_LEVEL * letter) < LABEL_STANDING:
            continue
        left, top = int(parts.left[members].min()), int(parts.top[members].min())
        right, bottom = int(parts.right[members].max()), int(parts.bottom[members].max())
        calm = round(LABEL_CALM * letter)
        within = inside & ink.marks & (parts.left >= left) & (parts.right <= right + letter)
        within &= (parts.top >= top - calm) & (parts.bottom <= bottom + calm)
        members = np.concatenate([members, np.flatnonzero(within)])
        around = parts.labels[
            max(0, top - calm) : bottom + calm, max(0, left - calm) : right + calm
        ]
        if np.mean((around > 0) & ~np.isin(around, members + 1)) < LABEL_STRANGE:
            found.append(members)
    return found


def _framed(mask: NDArray[np.uint8], ink: Ink, scale: float) -> NDArray[np.uint8]:
    """The mask with all of a frame of which a picture fills a good part."""
    parts = ink.components
    wide = np.minimum(parts.width, parts.height) > LEAST_SIDE * ink.letter
    for k in np.flatnonzero(ink.graphics & ~ink.border & wide):
        left, top, right, bottom = (
            int(v[k] * scale) for v in (parts.left, parts.top, parts.right, parts.bottom)
        )
        inside = mask[top:bottom, left:right]
        if inside.size and float(inside.mean()) >= FRAMED:
            inside[:] = 1
    return mask


def _square(side: float) -> NDArray[np.uint8]:
    return np.ones((max(1, round(side * CELL)),) * 2, np.uint8)


def drawn(
    components: Components, chosen: NDArray[np.bool_], shape: tuple[int, int]
) -> NDArray[np.uint8]:
    """The ink of the chosen components on a map of so many rows and columns: (h, w) uint8, 1 where
    there is some."""
    if not chosen.any():
        return np.zeros(shape, np.uint8)
    # every third row is enough for what is looked for, upright rules and solid areas, and takes a
    # third of the time
    picked = components.drawn(chosen, step=3)
    return np.asarray(
        cv2.resize(picked, shape[::-1], interpolation=cv2.INTER_AREA) > 0, dtype=np.uint8
    )


def _grain(ink: Ink, shape: tuple[int, int], scale: float) -> NDArray[np.uint8]:
    """Where small parts are many and letters are few, as in a halftone."""
    parts = ink.components
    small = np.maximum(parts.width, parts.height) < SMALL * ink.letter
    window = max(1, round(GRAIN_WINDOW * CELL))
    density = []
    for chosen in (small, ink.letters & ~small):
        counts = np.zeros(shape, np.float32)
        rows = np.clip((parts.top[chosen] * scale).astype(int), 0, shape[0] - 1)
        columns = np.clip((parts.left[chosen] * scale).astype(int), 0, shape[1] - 1)
        np.add.at(counts, (rows, columns), 1)
        density.append(
            cv2.boxFilter(
                counts, -1, (window, window), normalize=False, borderType=cv2.BORDER_CONSTANT
            )
        )
    grains, letters = density
    return np.asarray((grains >= GRAIN_COUNT) & (grains >= GRAIN_SHARE * letters), dtype=np.uint8)


def _filled(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The mask with its holes filled."""
    padded = np.pad(mask, 1)
    cv2.floodFill(padded, None, (0, 0), 2)
    return np.asarray(padded[1:-1, 1:-1] != 2, dtype=np.uint8)
