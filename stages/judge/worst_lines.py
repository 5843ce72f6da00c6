"""Lines that are least like their truth, as the report shows them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class WorstLine:
    """A line that was read otherwise than its truth: where it stands, in how many characters it
    differs, its image as base64 of a PNG, its truth and what was read."""

    where: str
    edits: int
    image: str
    truth: str
    read: str


def worst_first(lines: Sequence[WorstLine], count: int) -> list[WorstLine]:
    """The worst lines, at most so many."""
    return sorted(lines, key=lambda line: (-line.edits, line.where))[:count]


def as_png(image: NDArray[np.uint8]) -> str:
    """An image, (H, W) uint8, as base64 of a PNG."""
    return base64.b64encode(np.asarray(cv2.imencode(".png", image)[1]).tobytes()).decode("ascii")
