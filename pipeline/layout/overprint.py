"""Stamps and signatures over text: they are taken off the letters that they touch.

A stamp is lighter than print. A signature is as dark: of it stays what lies in the bands of lines
that run into it, letters with the strokes that cross them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.binarize import Grey, Mask
from pipeline.image.components import Components, find_components, put_together
from pipeline.image.ink import INK, Ink, tell_letters
from pipeline.layout.line_boxes import LINE_BOX
from pipeline.layout.lines import FoundLine, chain_letters, measure_line


@dataclass(frozen=True)
class OverprintParameters:
    """What a stamp or a signature is, in x-heights unless it is said otherwise. Chosen by eye on
    pages stamped and signed, and on books with engravings, which have none."""

    side: float = 4.2  # both sides of its box are longer
    # ink over the area of its box, of a stamp and of a signature: a picture has more
    stamp_fill: float = 0.6
    most_fill: float = 0.35
    # between the darkness of a stamp and of print, in grey levels; and how clearly the two are
    # apart: the variance between them over that of all its ink
    contrast: float = 40.0
    apart: float = 0.75
    print_share: tuple[float, float] = (0.05, 0.7)  # of its ink that is print
    letter_height: tuple[float, float] = (0.4, 2.6)  # of letters under it …
    letter_share: float = 0.3  # … that are so much of the print: the rest is a signature
    thick: float = 0.15  # strokes of a stamp are thicker than the hairlines of print, as light
    rest: float = 1.5  # what is higher and of light ink alone is of the stamp however thin it is:
    light: float = 0.9  # so much of it is
    swallowed: float = 1.0  # width of a piece of a line that a stroke has swallowed, at least …
    runs: float = 1.7  # … and strokes that cross each of its rows: a stroke alone has one
    beside: float = 1.2  # how far from it the line's letters are


OVERPRINT = OverprintParameters()
Flags = NDArray[np.bool_]


def part_overprint(ink: Ink, grey: Grey) -> tuple[Ink, Flags]:
    """The ink with letters apart from stamps and signatures that lie over them, and which
    components are those: (n,) bool; they are neither letters nor graphics.

    Args:
        ink: of the page; its components may be changed, and only those returned are to be used.
        grey: (H, W) uint8, the level page that it was found on.
    """
    over = np.zeros(len(ink.components), np.bool_)
    for part, fill in (
        (_find_stamped, OVERPRINT.stamp_fill),
        (_find_swallowed, OVERPRINT.most_fill),
    ):
        candidates = np.flatnonzero(_may_lie_over(ink, fill) & ~over)
        if len(candidates):
            ink, over = _split(ink, over, *part(ink, grey, candidates))
    return ink, over


def _may_lie_over(ink: Ink, fill: float) -> Flags:
    """Which graphics are large and thin enough; `fill` is the most ink over the area of a box."""
    parts = ink.components
    large = np.minimum(parts.width, parts.height) > OVERPRINT.side * ink.letter
    thin = parts.area < fill * parts.width.astype(np.float64) * parts.height
    return ink.graphics & ~ink.border & large & thin


def _split(ink: Ink, over: Flags, chosen: Flags, text: Mask) -> tuple[Ink, Flags]:
    """The ink with some components apart: what `text` holds of them, and the rest, which lies over
    it.

    Args:
        over: which components do so already.
        chosen: (n,) bool, those to be parted.
        text: (H, W) uint8, 255 for the ink of text.
    """
    if not chosen.any():
        return ink, over
    drawn = ink.components.draw(chosen)
    found, rest = find_components(drawn & text), find_components(drawn & ~text)
    every = [np.ones(len(parts), np.bool_) for parts in (found, rest)]
    components = put_together((ink.components, ~chosen), (found, every[0]), (rest, every[1]))
    letters, marks = tell_letters(found, ink.letter)
    graphics = (found.height > INK.graphic_height * ink.letter) | (
        found.width > INK.graphic_width * ink.letter
    )
    none = [np.zeros(len(parts), np.bool_) for parts in (found, rest)]
    return replace(
        ink,
        components=components,
        letters=np.concatenate([ink.letters[~chosen], letters & ~graphics, none[1]]),
        marks=np.concatenate([ink.marks[~chosen], marks & ~graphics, none[1]]),
        graphics=np.concatenate([ink.graphics[~chosen], graphics, none[1]]),
        border=np.concatenate([ink.border[~chosen], *none]),
    ), np.concatenate([over[~chosen], none[0], every[1]])


def _find_stamped(ink: Ink, grey: Grey, candidates: NDArray[np.int64]) -> tuple[Flags, Mask]:
    """The components that are a stamp or are touched by one, and the print among their ink."""
    parts = ink.components
    chosen, text = np.zeros(len(parts), np.bool_), np.full(parts.labels.shape, 255, np.uint8)
    high = parts.height > OVERPRINT.rest * ink.letter
    for k in candidates.tolist():
        place = parts.place_of(k)
        labels = parts.labels[place]
        # the darkest neighbour tells the darkness of a stroke up to its soft edge
        darkest = np.asarray(cv2.erode(grey[place], np.ones((3, 3), np.uint8)), np.uint8)
        level = _find_level(darkest[labels == k + 1])
        if not _has_letters((labels == k + 1) & (darkest < level), ink.letter):
            continue
        light = (labels > 0) & (darkest >= level)
        stamp, count = _find_thick(light, ink.letter), len(parts) + 1
        whole = np.bincount(labels.ravel(), minlength=count)[1:]
        thin = np.bincount(labels[light], minlength=count)[1:] > OVERPRINT.light * whole
        stained = np.bincount(labels[stamp], minlength=count)[1:] > 0
        thin &= high & (whole > 0)
        stamp |= np.concatenate([[False], thin])[labels]
        chosen |= (stained | thin) & ~ink.border
        chosen[k] = True
        text[place][stamp] = 0
    return chosen, text


def _find_level(darkness: NDArray[np.uint8]) -> float:
    """The grey level that parts print from a stamp; 0 where the ink is of one darkness."""
    level, _ = cv2.threshold(darkness.reshape(1, -1), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark, light = darkness[darkness <= level], darkness[darkness > level]
    share = len(dark) / len(darkness)
    low, high = OVERPRINT.print_share
    if not low <= share <= high or light.mean() - dark.mean() < OVERPRINT.contrast:
        return 0.0
    dark_mean, light_mean = float(dark.mean()), float(light.mean())
    between = share * (1 - share) * (light_mean - dark_mean) ** 2
    clear = between >= OVERPRINT.apart * float(darkness.var())
    return (dark_mean + light_mean) / 2 if clear else 0.0


def _find_thick(light: Flags, letter: float) -> Flags:
    """Light ink without the hairlines of print."""
    side = np.ones((max(3, round(OVERPRINT.thick * letter)),) * 2, np.uint8)
    opened = cv2.morphologyEx(light.astype(np.uint8), cv2.MORPH_OPEN, side)
    return light & (cv2.dilate(opened, np.ones((3, 3), np.uint8)) > 0)


def _has_letters(dark: Flags, letter: float) -> bool:
    """Whether much of some dark ink is as high as letters are."""
    found = find_components(dark.astype(np.uint8))
    low, high = (limit * letter for limit in OVERPRINT.letter_height)
    fits = (found.height > low) & (found.height < high)
    area = found.area[fits].sum()
    return bool(area > 0 and area >= OVERPRINT.letter_share * found.area.sum())


def _find_swallowed(ink: Ink, _: Grey, candidates: NDArray[np.int64]) -> tuple[Flags, Mask]:
    """The components that have swallowed letters of lines that run into them, and these."""
    parts = ink.components
    chosen, text = np.zeros(len(parts), np.bool_), np.zeros(parts.labels.shape, np.uint8)
    lines = _find_near_lines(ink, candidates)
    for k in candidates.tolist():
        rows, columns = place = parts.place_of(k)
        own = (parts.labels[place] == k + 1).astype(np.uint8)
        for line in lines:
            for top, bottom, left, right in _list_pieces(own, line, rows, columns, parts):
                at = slice(rows.start + top, rows.start + bottom), slice(left, right)
                text[at] = 255
                chosen[k] = True
    return chosen, text


def _find_near_lines(ink: Ink, candidates: NDArray[np.int64]) -> list[FoundLine]:
    """The lines of the letters at the height of some components."""
    parts, letters = ink.components, np.flatnonzero(ink.letters)
    top, bottom = parts.top[candidates].min(), parts.bottom[candidates].max()
    near = letters[(parts.bottom[letters] > top) & (parts.top[letters] < bottom)]
    chains = chain_letters(parts, near, ink.letter, 2 * OVERPRINT.beside * ink.letter)
    return [
        measure_line(parts, np.array(chain.members), ink.letter)
        for chain in chains
        if len(chain.members) > 2
    ]


def _list_pieces(
    own: Mask, line: FoundLine, rows: slice, columns: slice, parts: Components
) -> Iterator[tuple[int, int, int, int]]:
    """(top, bottom, left, right) of each piece of a component in the band of a line that looks like
    letters and has some of the line beside it: rows of the component, columns of the page."""
    ends = parts.left[line.members], parts.right[line.members]
    left, right = int(ends[0].min()), int(ends[1].max())
    x = min(max((columns.start + columns.stop) / 2, left), right)
    size, floor = line.x_height, line.baseline_at(x) - rows.start
    top = max(0, round(floor - LINE_BOX.ascender * size))
    bottom = min(own.shape[0], round(floor + LINE_BOX.descender * size))
    first, last = max(0, round(floor - size)), min(own.shape[0], round(floor))
    if last - first < size / 2:
        return
    band = find_components(np.ascontiguousarray(own[top:bottom]))
    for k in range(len(band)):
        if band.width[k] < OVERPRINT.swallowed * size:
            continue
        inked = np.pad(band.labels[first - top : last - top] == k + 1, ((0, 0), (1, 0)))
        runs = np.count_nonzero(inked[:, 1:] & ~inked[:, :-1]) / (last - first)
        start, end = columns.start + int(band.left[k]), columns.start + int(band.right[k])
        near = (ends[0] < end + OVERPRINT.beside * size) & (
            ends[1] > start - OVERPRINT.beside * size
        )
        if runs >= OVERPRINT.runs and near.any():
            yield top, bottom, start, end
