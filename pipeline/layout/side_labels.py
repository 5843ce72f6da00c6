"""Side headings: short blocks beside the first lines of others, as in minutes and catalogues."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.layout.blocks import Floats, Relation


@dataclass(frozen=True)
class SideLabelParameters:
    """What side headings are. Chosen by eye on typed minutes, statutes and catalogues."""

    least: int = 3  # of them below each other
    width: float = 0.5  # of that of what stands beside one, at most
    level: float = 0.8  # x-heights between their tops …
    flush: float = 1.5  # … and between their left sides
    below: float = 1.5  # x-heights that one may reach below what stands beside it


SIDE_LABELS = SideLabelParameters()


def widen_labels(boxes: Floats, sizes: Floats, short: Relation) -> Floats:
    """The boxes with those of side headings as wide as they and what stands beside them together:
    each is then read before its own text and after that of the one above.

    Args:
        boxes: (n, 4) left, top, right, bottom of blocks.
        sizes: (n,) their x-heights.
        short: (n,) which of them have few lines.
    """
    beside = {k: _find_text(k, boxes, sizes) for k in np.flatnonzero(short).tolist()}
    beside = {k: text for k, text in beside.items() if text >= 0}
    result = boxes.copy()
    free = [k for k in beside if k not in beside.values()]  # none is the text of another
    while free:
        near = np.abs(boxes[free, 0] - boxes[free[0], 0]) < SIDE_LABELS.flush * sizes[free[0]]
        labels = [k for k, is_near in zip(free, near, strict=True) if is_near]
        free = [k for k in free if k not in labels]
        texts = [beside[k] for k in labels]
        if _are_labels(labels, texts, boxes):
            result[labels, 2] = boxes[texts, 2]
            # by its middle each comes before its text, and after that of the one above
            level = np.minimum(boxes[labels, 1], boxes[texts, 1])
            result[labels, 1], result[labels, 3] = level, level + 1
    return result


def _are_labels(labels: list[int], texts: list[int], boxes: Floats) -> bool:
    """Whether blocks below each other are side headings of as many others, and nothing else stands
    in their column."""
    if len(labels) < SIDE_LABELS.least or len(set(texts)) < len(texts):
        return False
    own, start = boxes[labels], boxes[texts, 0].min()
    between = (boxes[:, 3] > own[:, 1].min()) & (boxes[:, 1] < own[:, 3].max())
    beside = between & (boxes[:, 2] <= start) & (boxes[:, 2] > own[:, 0].min())
    return bool(own[:, 2].max() <= start and beside.sum() == len(labels))


def _find_text(k: int, boxes: Floats, sizes: Floats) -> int:
    """The index of the block that a short one is the side heading of, or -1: the nearest one to its
    right whose top is level with its own."""
    left, top, right, bottom = boxes[k]
    level = np.abs(boxes[:, 1] - top) < SIDE_LABELS.level * sizes[k]
    candidates = np.flatnonzero(level & (boxes[:, 0] >= right))
    if not len(candidates):
        return -1
    text = int(candidates[np.argmin(boxes[candidates, 0])])
    narrow = right - left <= SIDE_LABELS.width * (boxes[text, 2] - boxes[text, 0])
    low = bottom <= boxes[text, 3] + SIDE_LABELS.below * sizes[k]
    return text if narrow and low else -1
