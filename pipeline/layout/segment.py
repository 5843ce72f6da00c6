"""A straight page as leaves, regions, lines and words."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from pipeline.document import Leaf, Line, Page, Region, Word
from pipeline.geometry import Box
from pipeline.image.binarize import Grey, Mask, ink_mask
from pipeline.image.ink import Ink, classify_ink
from pipeline.layout.columns import cut_blocks
from pipeline.layout.lines import FoundLine, chain_letters, measure_line
from pipeline.layout.words import split_words

GAP_IN_LINE = 9.0  # widest gap within a line of one block, in x-heights
DESCENT, ASCENT = 0.62, 1.75
FRAGMENT_BELOW, FRAGMENT_ABOVE = -0.75, 1.6  # how far from a baseline the middle of its own fragments lies, in x-heights


def clear_graphics(grey: Grey, ink: Ink) -> Grey:
    """The page with its graphics painted over in white, so that a frame beside a line is not read as a letter."""
    if not ink.graphics.any():
        return grey
    erase = ink.graphics & (ink.components.area > 0)
    drop = np.concatenate([[False], erase])[ink.components.labels].astype(np.uint8)
    grown = cv2.dilate(drop, np.ones((3, 3), np.uint8))
    return np.where(grown > 0, np.uint8(255), grey).astype(np.uint8)


def find_lines(ink: Ink) -> list[list[FoundLine]]:
    """Lines of each block, blocks in reading order, lines from top to bottom."""
    parts = ink.components
    indices = np.flatnonzero(ink.letters)
    boxes = np.stack([parts.left, parts.top, parts.right, parts.bottom], axis=1).astype(np.int64)[indices]
    blocks = []
    for block in cut_blocks(boxes, ink.letter):
        chains = chain_letters(parts, indices[block.members], ink.letter, GAP_IN_LINE * ink.letter)
        found = [measure_line(parts, np.array(chain.members), ink.letter) for chain in chains]
        blocks.append(sorted(found, key=lambda line: line.baseline_at(float(parts.left[line.members[0]]))))
    return blocks


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


def absorb_fragments(lines: list[FoundLine], ink: Ink) -> list[FoundLine]:
    """Give chains that lie within another line's band to that line: the broken-off tail of a g is no line of its own."""
    parts = ink.components
    lines = sorted(lines, key=lambda line: -len(line.members))
    kept: list[FoundLine] = []
    for line in lines:
        left, right = int(parts.left[line.members].min()), int(parts.right[line.members].max())
        middle = float((parts.top[line.members].min() + parts.bottom[line.members].max()) / 2)
        for k, other in enumerate(kept):
            o_left, o_right = parts.left[other.members].min(), parts.right[other.members].max()
            rise = (other.baseline_at((left + right) / 2) - middle) / other.x_height
            inside = left >= o_left - other.x_height and right <= o_right + other.x_height
            if inside and FRAGMENT_BELOW < rise < FRAGMENT_ABOVE and len(line.members) * 3 < len(other.members):
                kept[k] = replace(other, members=np.concatenate([other.members, line.members]))
                break
        else:
            kept.append(line)
    return kept


def merge_overlapping(lines: list[FoundLine], ink: Ink) -> list[FoundLine]:
    """Join pieces of one line that a wide space or a stray letter left apart, where they share a level and do not overlap."""
    parts = ink.components
    merged: list[FoundLine] = []
    for line in lines:
        left, right = parts.left[line.members].min(), parts.right[line.members].max()
        for k, other in enumerate(merged):
            o_left, o_right = parts.left[other.members].min(), parts.right[other.members].max()
            apart = max(left - o_right, o_left - right)
            level = abs(line.baseline_at((left + right) / 2) - other.baseline_at((o_left + o_right) / 2))
            if apart > -0.5 * ink.letter and level < 0.5 * min(line.x_height, other.x_height):
                merged[k] = measure_line(parts, np.concatenate([other.members, line.members]), ink.letter)
                break
        else:
            merged.append(line)
    return merged


def tidy_lines(lines: list[FoundLine], ink: Ink) -> list[FoundLine]:
    """Lines of a block, fragments absorbed, pieces joined, from top to bottom."""
    whole = merge_overlapping(absorb_fragments(lines, ink), ink)
    return sorted(whole, key=lambda line: line.baseline_at(float(ink.components.left[line.members].min())))


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
    blocks = [tidy_lines(block, ink) for block in find_lines(ink)]
    flat = attach_marks(ink, [line for block in blocks for line in block])
    regions, taken = [], 0
    for block in blocks:
        found = flat[taken : taken + len(block)]
        taken += len(block)
        lines = tuple(line for line in (build_line(ink, f, whole) for f in found) if line is not None)
        if lines:
            regions.append(Region(Box.around(line.box for line in lines), "text", lines))
    return replace(page, leaves=(Leaf(whole, tuple(regions)),)), clear_graphics(grey, ink)
