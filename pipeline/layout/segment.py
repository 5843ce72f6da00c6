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
BAND_BELOW, BAND_ABOVE = -0.75, 1.6  # how far from a baseline the middles of a line's own letters lie, in x-heights
IN_BAND = 0.8  # a chain belongs to a line when this share of its letters lies in the line's band
SAME_LEVEL = 0.5  # baselines closer than this are on one level, in x-heights
TALLEST = 2.6  # no letter of a line is higher, in x-heights: what is, stands beside several lines


def clear_graphics(grey: Grey, ink: Ink) -> Grey:
    """The page with its graphics painted over in white, so that a frame beside a line is not read as a letter."""
    if not ink.graphics.any():
        return grey
    erase = ink.graphics & (ink.components.area > 0)
    drop = np.concatenate([[False], erase])[ink.components.labels].astype(np.uint8)
    grown = cv2.dilate(drop, np.ones((3, 3), np.uint8))
    return np.where(grown > 0, np.uint8(255), grey).astype(np.uint8)


def find_chains(ink: Ink) -> list[list[FoundLine]]:
    """Chains of letters of each block, measured as lines; blocks in reading order."""
    parts = ink.components
    indices = np.flatnonzero(ink.letters)
    boxes = np.stack([parts.left, parts.top, parts.right, parts.bottom], axis=1).astype(np.int64)[indices]
    blocks = []
    for block in cut_blocks(boxes, ink.letter):
        chains = chain_letters(parts, indices[block.members], ink.letter, GAP_IN_LINE * ink.letter)
        blocks.append([measure_line(parts, np.array(chain.members), ink.letter) for chain in chains])
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


def join_chains(lines: list[FoundLine], ink: Ink) -> list[FoundLine]:
    """Lines of one block, each made of all the chains that run in its band.

    A line falls into several chains at a wide space, at raised quotes (they and the capital after them start above the
    small letters) and where a letter broke: the tail of a g is no line of its own.
    """
    kept: list[FoundLine] = []
    for line in sorted(lines, key=lambda line: -len(line.members)):
        shares = [band_share(line, other, ink) for other in kept]
        best = int(np.argmax(shares)) if shares else -1
        if best < 0 or shares[best] < IN_BAND:
            kept.append(line)
        else:
            members = np.concatenate([kept[best].members, line.members])
            kept[best] = measure_line(ink.components, members, ink.letter)
    return kept


def band_share(line: FoundLine, other: FoundLine, ink: Ink) -> float:
    """Share of the members of `line` that lie in the band of `other`: 0 where the two lie too far from each other."""
    parts, members = ink.components, line.members
    left, right = parts.left[members], parts.right[members]
    other_left, other_right = parts.left[other.members].min(), parts.right[other.members].max()
    if max(left.min() - other_right, other_left - right.max()) > GAP_IN_LINE * ink.letter:
        return 0.0
    # beyond its ends a baseline runs on level: a parabola would not
    floor = np.polyval(other.baseline, np.clip((left + right) / 2, other_left, other_right))
    height = parts.height[members]
    rise = (floor - parts.top[members] - height / 2) / other.x_height
    inside = (rise > BAND_BELOW) & (rise < BAND_ABOVE) & (height < TALLEST * other.x_height)
    return float(inside.mean())


def in_reading_order(lines: list[FoundLine], ink: Ink) -> list[FoundLine]:
    """Lines from top to bottom, those on one level (a page number and its running head) from left to right."""
    lefts = {id(line): int(ink.components.left[line.members].min()) for line in lines}
    rows: list[list[FoundLine]] = []
    for line in sorted(lines, key=lambda line: line.baseline_at(lefts[id(line)])):
        first = rows[-1][0] if rows else None
        if first and abs(line.baseline_at(lefts[id(line)]) - first.baseline_at(lefts[id(first)])) < SAME_LEVEL * ink.letter:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: lefts[id(line)])]


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
    blocks = [in_reading_order(join_chains(block, ink), ink) for block in find_chains(ink)]
    flat = attach_marks(ink, [line for block in blocks for line in block])
    regions, taken = [], 0
    for block in blocks:
        found = flat[taken : taken + len(block)]
        taken += len(block)
        lines = tuple(line for line in (build_line(ink, f, whole) for f in found) if line is not None)
        if lines:
            regions.append(Region(Box.around(line.box for line in lines), "text", lines))
    return replace(page, leaves=(Leaf(whole, tuple(regions)),)), clear_graphics(grey, ink)
