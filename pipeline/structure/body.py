"""The running text of a leaf, by which its other regions are measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Region


@dataclass(frozen=True)
class BodyParameters:
    """How the running text of a leaf is told. All chosen by eye on the pages of five books."""

    alike: float = 0.15  # x-heights of running text differ by less from the median, as a share
    usual_pitch: float = 2.6  # in x-heights, where no two lines show it
    edges: tuple[float, float] = (
        10,
        90,
    )  # percentiles of the lines' ends that are the text's edges


PARAMETERS = BodyParameters()


@dataclass(frozen=True)
class Body:
    """The running text of a leaf: x-height, pitch, left and right edge, top and bottom, in
    pixels."""

    x_height: float
    pitch: float
    left: float
    right: float
    top: float
    bottom: float

    @property
    def width(self) -> float:
        """Columns from the left edge to the right one."""
        return max(1.0, self.right - self.left)


def measure_body(regions: Sequence[Region]) -> Body:
    """The running text of a leaf: what most of its words are."""
    lines = [line for region in regions for line in region.lines]
    weights = np.array([len(line.text) + 1 for line in lines], dtype=float)
    x_height = _weighted_median(np.array([line.x_height for line in lines]), weights)
    usual = [
        line for line in lines if abs(line.x_height / x_height - 1) < PARAMETERS.alike
    ] or lines
    steps = [
        below.baseline[0][1] - above.baseline[0][1]
        for region in regions
        if not region.cells  # lines of one row stand on one level
        for above, below in pairwise(region.lines)
    ]
    edges = np.array(
        [(line.box.left, line.box.right, line.box.top, line.box.bottom) for line in usual],
        dtype=float,
    )
    return Body(
        x_height,
        float(np.median(steps)) if steps else PARAMETERS.usual_pitch * x_height,
        float(np.percentile(edges[:, 0], PARAMETERS.edges[0])),
        float(np.percentile(edges[:, 1], PARAMETERS.edges[1])),
        float(edges[:, 2].min()),
        float(edges[:, 3].max()),
    )


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    return float(values[order][np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)])
