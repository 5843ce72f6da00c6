"""The words of a line that stand letter by letter in the cells of combs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.layout.combs import Comb

Boxes = NDArray[np.int64]


@dataclass(frozen=True)
class CombWordParameters:
    """What stands in a cell. Chosen by eye on drawn forms."""

    high: float = 0.6  # of the height of all in a cell: what is as high is a letter by itself


COMB_WORDS = CombWordParameters()


def find_comb_words(boxes: Boxes, combs: Sequence[Comb]) -> list[list[NDArray[np.int64]]]:
    """Words of the letters that stand one to a cell: indices of the components of each letter, from
    left to right. An empty cell parts two words.

    Args:
        boxes: (n, 4) left, top, right, bottom of the components of a line.
        combs: of the page.
    """
    words = []
    for comb in combs:
        held = [_find_held(boxes, cell) for cell in comb.cells]
        if any(_is_several(boxes[members]) for members in held):
            continue
        word: list[NDArray[np.int64]] = []
        for members in [*held, np.zeros(0, np.int64)]:
            if len(members):
                word.append(members)
            elif word:
                words.append(word)
                word = []
    return words


def _find_held(boxes: Boxes, cell: Box) -> NDArray[np.int64]:
    """Which components lie in a cell."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    inside = (x > cell.left) & (x < cell.right) & (y > cell.top) & (y < cell.bottom)
    return np.flatnonzero(inside & (boxes[:, 2] - boxes[:, 0] < cell.width))


def _is_several(boxes: Boxes) -> bool:
    """Whether two letters or more stand beside each other in a cell."""
    if len(boxes) < 2:
        return False
    heights = boxes[:, 3] - boxes[:, 1]
    high = boxes[heights > COMB_WORDS.high * (boxes[:, 3].max() - boxes[:, 1].min())]
    high = high[np.argsort(high[:, 0])]
    return bool((high[1:, 0] >= high[:-1, 2]).any())
