"""A straight page as leaves, regions, lines and words."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from pipeline.document import Leaf, Line, Page, Region, Word
from pipeline.geometry import Box
from pipeline.image.binarize import Grey, Mask, ink_mask
from pipeline.image.ink import Ink, classify_ink
from pipeline.layout.barriers import find_barriers
from pipeline.layout.display import find_display
from pipeline.layout.fragments import GAP_IN_LINE, join_chains, join_rows
from pipeline.layout.lines import FoundLine, chain_letters, measure_line
from pipeline.layout.order import link_lines, reading_order, widened
from pipeline.layout.pictures import Areas, find_areas
from pipeline.layout.words import split_words

DESCENT, ASCENT = 0.62, 1.75


def clear_graphics(grey: Grey, ink: Ink) -> Grey:
    """The page with its graphics painted over in white, so that a frame beside a line is not read as a letter."""
    if not ink.graphics.any():
        return grey
    erase = ink.graphics & (ink.components.area > 0)
    drop = np.concatenate([[False], erase])[ink.components.labels].astype(np.uint8)
    grown = cv2.dilate(drop, np.ones((3, 3), np.uint8))
    return np.where(grown > 0, np.uint8(255), grey).astype(np.uint8)


def find_lines(ink: Ink, areas: Areas) -> list[FoundLine]:
    """The lines of a page, in no order, without their marks."""
    parts, barriers = ink.components, find_barriers(ink, areas)
    letters = np.flatnonzero(ink.letters)
    chains = chain_letters(parts, letters, ink.letter, GAP_IN_LINE * ink.letter, barriers.between)
    lines = [measure_line(parts, np.array(chain.members), ink.letter) for chain in chains]
    return join_rows(join_chains(lines, ink, barriers), ink, barriers)


def attach_marks(ink: Ink, lines: list[FoundLine]) -> list[FoundLine]:
    """Give each mark to the line whose band it lies in, nearest by its middle; marks far from every line are dropped."""
    if not lines or not ink.marks.any():
        return lines
    parts = ink.components
    extra: dict[int, list[int]] = {}
    spans = np.array([[parts.left[m.members].min(), parts.right[m.members].max()] for m in lines], dtype=float)
    middles = np.array([[line.baseline_at(s[0]), line.baseline_at(s[1])] for line, s in zip(lines, spans, strict=True)])
    heights = np.array([line.x_height for line in lines])
    for i in np.flatnonzero(ink.marks):
        x, y = parts.left[i] + parts.width[i] / 2, parts.top[i] + parts.height[i] / 2
        share = np.clip((x - spans[:, 0]) / np.maximum(spans[:, 1] - spans[:, 0], 1), 0, 1)
        rise = (middles[:, 0] + share * (middles[:, 1] - middles[:, 0]) - y) / heights
        sideways = np.maximum(np.maximum(spans[:, 0] - x, x - spans[:, 1]), 0) / heights
        inside = (rise > -DESCENT) & (rise < ASCENT) & (sideways < 2.5)
        if inside.any():
            distance = np.where(inside, np.abs(rise - 0.5) + 0.3 * sideways, np.inf)
            extra.setdefault(int(np.argmin(distance)), []).append(int(i))
    return [
        replace(line, members=np.concatenate([line.members, extra.get(k, [])]).astype(np.int64)) for k, line in enumerate(lines)
    ]


def build_line(ink: Ink, found: FoundLine, page: Box) -> Line | None:
    """A document line, or None for what is no text: a lone speck, a dash between nothing."""
    parts, members = ink.components, found.members
    boxes = np.stack([parts.left, parts.top, parts.right, parts.bottom], axis=1)[members].astype(np.int64)
    if len(members) == 1 and boxes[0, 3] - boxes[0, 1] < 0.6 * ink.letter:
        return None
    words = []
    for group in split_words(boxes[:, 0], boxes[:, 2], found.x_height):
        left, top = boxes[group, :2].min(axis=0)
        right, bottom = boxes[group, 2:].max(axis=0)
        # a letter that touches the next line's is one component with it: a word ends where its line does
        floor = found.baseline_at((left + right) / 2)
        high, low = round(floor - ASCENT * found.x_height), round(floor + DESCENT * found.x_height)
        top = min(max(int(top), high), low - 1)
        words.append(Word(Box(int(left), top, int(right), max(top + 1, min(int(bottom), low)))))
    box = Box.around(word.box for word in words)
    xs = np.linspace(box.left, box.right, 2 if len(found.baseline) < 3 else 9)
    baseline = tuple((float(x), float(np.polyval(found.baseline, x))) for x in xs)
    return Line(box, baseline, float(found.x_height), tuple(words))


def ordered_blocks(lines: list[Line]) -> list[list[Line]]:
    """Lines in blocks, as they are read."""
    boxes = np.array([line.box.as_tuple() for line in lines], dtype=float).reshape(-1, 4)
    floors = np.array([(line.baseline[0][1] + line.baseline[-1][1]) / 2 for line in lines])
    blocks = link_lines(boxes, floors, np.array([line.x_height for line in lines]))
    around = np.array([Box.around(lines[k].box for k in block).as_tuple() for block in blocks], dtype=float).reshape(-1, 4)
    order = reading_order(widened(around, np.array([len(block) == 1 for block in blocks])))
    return [[lines[k] for k in blocks[b]] for b in order]


def segment(page: Page, grey: Grey, mask: Mask | None = None) -> tuple[Page, Grey]:
    """Find what is to be read on a straight page.

    Args:
        page: its `straight_*` sizes are those of `grey`.
        grey: (H, W) uint8, flattened, upright.
        mask: its ink, if known.

    Returns:
        The page with its leaves, and the grey page with graphics cleared, for the recognizer.
    """
    ink = classify_ink(ink_mask(grey) if mask is None else mask, page.dpi)
    whole = Box(0, 0, grey.shape[1], grey.shape[0])
    if ink.letter == 0:
        return replace(page, leaves=(Leaf(whole),)), grey
    display, text = find_display(ink)
    areas, text = find_areas(text)
    found = attach_marks(text, [*find_lines(text, areas), *display])
    lines = [line for line in (build_line(text, f, whole) for f in found) if line is not None]
    regions = tuple(
        Region(Box.around(line.box for line in block), "text", tuple(block)) for block in ordered_blocks(lines)
    )
    return replace(page, leaves=(Leaf(whole, regions),)), clear_graphics(grey, text)
