"""Pictures and borders as areas of the page: no letter lies in them, and no line crosses them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.image.components import Components, measure_fill
from pipeline.image.ink import Ink
from pipeline.image.ruled_letters import count_rule_ink
from pipeline.layout.lines import chain_letters


@dataclass(frozen=True)
class PictureParameters:
    """What pictures and the words in them are, in x-heights unless it is said otherwise. Chosen by
    eye on the scanned books and layouts."""

    cells: float = 4.0  # of the map, to an x-height
    least_side: float = 5.0
    # ink over the area of a box: less is a frame or a brace, and what it frames is no picture
    least_fill: float = 0.1
    ruled: float = 0.8  # share of its ink that rules are, from which on it is a grid
    framed: float = 0.25  # a frame is a picture's where pictures fill this share of it
    gap: float = 1.5  # parts of a picture lie no further apart
    # a halftone: side of a square, small parts in it, and small parts to a letter
    grain_window: float = 3.0
    grain_count: float = 7.0
    grain_share: float = 3.0
    grain_rows: float = 0.4  # share of the square's rows that hold some: a dotted rule has one
    grain_size: float = 0.4  # what is smaller, both ways, is grain
    label_height: float = 2.2  # letters within pictures are no higher
    label_gap: float = 1.0  # between the letters of one
    label_level: float = 0.2  # how level they stand …
    label_standing: float = 0.6  # … and what share of them does
    label_letters: int = 3
    label_paper: float = 0.5  # around them …
    label_strange: float = 0.04  # … of which other ink covers no larger share
    # labels in type so small that its letters pass for marks: their x-height in the page's, how low
    # a letter of theirs is, how many there are, and what share of them stands on one line
    fine: float = 0.4
    fine_height: float = 0.7
    fine_letters: int = 6
    fine_standing: float = 0.9
    rim: float = 0.7  # around borders ink is theirs


PICTURES = PictureParameters()


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
    parts, scale = ink.components, PICTURES.cells / ink.letter
    height, width = (max(1, round(side * scale)) for side in parts.labels.shape)
    shape = (height, width)
    fill = measure_fill(parts)
    thick = np.minimum(parts.width, parts.height) > ink.letter
    solid = ink.graphics & ~ink.border & thick & (fill > PICTURES.least_fill)
    if solid.any():  # the rules of a close grid fill as much of its box as a drawing does
        solid &= count_rule_ink(parts, ink.rules) < PICTURES.ruled * parts.area
    seeds = draw_map(parts, solid, shape)
    gathered = cv2.morphologyEx(
        seeds | _find_grain(ink, shape, scale), cv2.MORPH_CLOSE, _make_square(PICTURES.gap)
    )
    filled = _fill_holes(np.asarray(gathered, dtype=np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(filled, connectivity=8)
    large = (stats[:, cv2.CC_STAT_WIDTH] >= PICTURES.least_side * PICTURES.cells) & (
        stats[:, cv2.CC_STAT_HEIGHT] >= PICTURES.least_side * PICTURES.cells
    )
    large[0] = False
    mask = _fill_frames(large[labels].astype(np.uint8), ink, scale)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    page = Box(0, 0, parts.labels.shape[1], parts.labels.shape[0])
    boxes = [
        Box(*(int(v / scale) for v in (x, y, x + w, y + h))).clipped(page) or page
        for x, y, w, h in stats[1:, :4].tolist()
    ]
    if ink.border.any():
        mask |= np.asarray(
            cv2.dilate(draw_map(parts, ink.border, shape), _make_square(2 * PICTURES.rim)),
            dtype=np.uint8,
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
    parts = ink.components
    fewest, standing = PICTURES.label_letters, PICTURES.label_standing
    found = _find_words(ink, inside, inside & ink.letters, ink.letter, fewest, standing)
    small = PICTURES.fine * ink.letter
    fine = inside & (ink.letters | ink.marks) & (parts.height > PICTURES.fine_height * small)
    for word in found:
        fine[word] = False
    fewest, standing = PICTURES.fine_letters, PICTURES.fine_standing
    return found + _find_words(ink, inside, fine, small, fewest, standing)


def _find_words(
    ink: Ink,
    inside: NDArray[np.bool_],
    letters: NDArray[np.bool_],
    letter: float,
    fewest: int,
    standing: float,
) -> list[NDArray[np.int64]]:
    """The words of one size of type within pictures.

    Args:
        letters: (n,) bool, of which they may be made.
        letter: their x-height in pixels.
        fewest: letters of a word.
        standing: least share of them that stands on one line.
    """
    parts = ink.components
    candidates = np.flatnonzero(letters & (parts.height < PICTURES.label_height * letter))
    found = []
    for chain in chain_letters(parts, candidates, letter, PICTURES.label_gap * letter):
        members = np.array(chain.members)
        if len(members) < fewest:
            continue
        bottoms = parts.bottom[members]
        level = np.abs(bottoms - np.median(bottoms)) < PICTURES.label_level * letter
        if np.mean(level) < standing:
            continue
        left, top = int(parts.left[members].min()), int(parts.top[members].min())
        right, bottom = int(parts.right[members].max()), int(parts.bottom[members].max())
        calm = round(PICTURES.label_paper * letter)
        within = inside & ink.marks
        within &= (parts.left >= left - letter) & (parts.right <= right + letter)
        within &= (parts.top >= top - calm) & (parts.bottom <= bottom + calm)
        members = np.union1d(members, np.flatnonzero(within))
        around = parts.labels[
            max(0, top - calm) : bottom + calm, max(0, left - calm) : right + calm
        ]
        if np.mean((around > 0) & ~np.isin(around, members + 1)) < PICTURES.label_strange:
            found.append(members)
    return found


def _fill_frames(mask: NDArray[np.uint8], ink: Ink, scale: float) -> NDArray[np.uint8]:
    """The mask with all of a frame of which a picture fills a good part."""
    parts = ink.components
    wide = np.minimum(parts.width, parts.height) > PICTURES.least_side * ink.letter
    for k in np.flatnonzero(ink.graphics & ~ink.border & wide):
        left, top, right, bottom = (
            int(v[k] * scale) for v in (parts.left, parts.top, parts.right, parts.bottom)
        )
        inside = mask[top:bottom, left:right]
        if inside.size and float(inside.mean()) >= PICTURES.framed:
            inside[:] = 1
    return mask


def _make_square(side: float) -> NDArray[np.uint8]:
    return np.ones((max(1, round(side * PICTURES.cells)),) * 2, np.uint8)


def draw_map(
    components: Components, chosen: NDArray[np.bool_], shape: tuple[int, int]
) -> NDArray[np.uint8]:
    """The ink of the chosen components on a map of so many rows and columns: (h, w) uint8, 1 where
    there is some."""
    if not chosen.any():
        return np.zeros(shape, np.uint8)
    # every third row is enough for what is looked for, upright rules and solid areas, and takes a
    # third of the time
    picked = components.draw(chosen, step=3)
    return np.asarray(
        cv2.resize(picked, shape[::-1], interpolation=cv2.INTER_AREA) > 0, dtype=np.uint8
    )


def _find_grain(ink: Ink, shape: tuple[int, int], scale: float) -> NDArray[np.uint8]:
    """Where small parts are many and letters are few, as in a halftone."""
    parts = ink.components
    small = np.maximum(parts.width, parts.height) < PICTURES.grain_size * ink.letter
    window = max(1, round(PICTURES.grain_window * PICTURES.cells))
    maps = []
    for chosen in (small, ink.letters & ~small):
        counts = np.zeros(shape, np.float32)
        rows = np.clip((parts.top[chosen] * scale).astype(int), 0, shape[0] - 1)
        columns = np.clip((parts.left[chosen] * scale).astype(int), 0, shape[1] - 1)
        np.add.at(counts, (rows, columns), 1)
        maps.append(counts)
    grains, letters = (_sum_around(counts, window, window) for counts in maps)
    in_row = (cv2.dilate(maps[0], np.ones((1, window), np.uint8)) > 0).astype(np.float32)
    spread = _sum_around(in_row, 1, window) >= PICTURES.grain_rows * window
    return np.asarray(
        spread & (grains >= PICTURES.grain_count) & (grains >= PICTURES.grain_share * letters),
        dtype=np.uint8,
    )


def _sum_around(counts: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    """(h, w): the sum of `counts` in a rectangle around each cell of the map, `width` and `height`
    in cells."""
    around = cv2.boxFilter(
        counts, -1, (width, height), normalize=False, borderType=cv2.BORDER_CONSTANT
    )
    return np.asarray(around, np.float32)


def _fill_holes(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The mask with its holes filled."""
    padded = np.pad(mask, 1)
    cv2.floodFill(padded, None, (0, 0), 2)
    return np.asarray(padded[1:-1, 1:-1] != 2, dtype=np.uint8)
