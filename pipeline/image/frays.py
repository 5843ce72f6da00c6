"""Frayed edges of level rules: a typewriter's ribbon leaves its underlines ragged all along."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipeline.image.binarize import Mask


@dataclass(frozen=True)
class FrayParameters:
    """What a frayed edge is, in x-heights. Measured on underlined typescripts."""

    reach: float = 0.08  # it stands out no further: less than one column in twenty does
    window: float = 0.55  # the edge's own level is its median over so much: steps of arcs remain
    # Mean distance from that level in pixels, at either edge: 0.13 to 0.26 of typed rules, 0 to
    # 0.1 of printed ones, scanned askew or not, and of the arcs of stamps.
    frayed: float = 0.12
    free: float = 6.0  # columns without letters: fewer are left of serifs that run together


FRAYS = FrayParameters()


def measure_fray(x_height: float) -> int:
    """How far ink beside a rule may be its own frayed edge, in pixels."""
    return max(1, round(FRAYS.reach * x_height))


def is_frayed(ink: NDArray[np.bool_], runs: NDArray[np.bool_], x_height: float) -> bool:
    """Whether both edges of a level rule step up and down all along: then no stroke of a letter is
    told from them by standing out.

    Args:
        ink: (H, W) bool, around the rule.
        runs: (H, W) bool, where the rule runs.
        x_height: usual x-height in pixels.
    """
    return all(
        _measure_raggedness(ink[::way], runs[::way], x_height) > FRAYS.frayed for way in (1, -1)
    )


def _measure_raggedness(ink: NDArray[np.bool_], runs: NDArray[np.bool_], x_height: float) -> float:
    """Mean distance of a rule's upper edge from its level, in pixels, letters that touch aside."""
    reach = measure_fray(x_height)
    there, top, columns = runs.any(axis=0), runs.argmax(axis=0), np.arange(runs.shape[1])
    grown, height = there.copy(), np.zeros(runs.shape[1], np.int64)
    for rise in range(1, reach + 2):
        grown &= (top >= rise) & ink[np.maximum(top - rise, 0), columns]
        height += grown
    edge = (top - height)[there & (height <= reach)]
    half = max(1, round(FRAYS.window * x_height / 2))
    if len(edge) <= max(2 * half, FRAYS.free * x_height):
        return 0.0
    level = np.median(sliding_window_view(edge, 2 * half + 1), axis=1)
    return float(np.minimum(np.abs(edge[half:-half] - level), reach + 1).mean())


def find_frays(ink: Mask, runs: Mask, x_height: float) -> Mask:
    """The ink beside a level rule that is no higher than its frayed edge.

    Args:
        ink, runs: (H, W) uint8, 255 for ink, and where the rule runs.
        x_height: usual x-height in pixels.
    """
    reach, beside = measure_fray(x_height), ink & ~runs
    stroke, near = np.ones((reach + 1, 1), np.uint8), np.ones((2 * reach + 1, 1), np.uint8)
    high = np.asarray(cv2.morphologyEx(beside, cv2.MORPH_OPEN, stroke), np.uint8)
    return beside & ~high & np.asarray(cv2.dilate(runs, near), np.uint8)
