"""Curved pages: a mesh that leads from a page with level lines back to the page as it is bent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box, Point

PATH_POINTS = 8  # of each side of a polyline: its image is curved


@dataclass(frozen=True)
class Mesh:
    """Points of a bent page, (x, y) in pixels, on rows and columns that part a straight page of
    `width` by `height` pixels evenly; between them the mesh is bilinear.

    Raises ValueError where it has less than two rows or columns, or rows of different lengths.
    """

    width: int
    height: int
    rows: tuple[tuple[Point, ...], ...]

    def __post_init__(self) -> None:
        lengths = {len(row) for row in self.rows}
        if len(self.rows) < 2 or len(lengths) != 1 or min(lengths) < 2:
            raise ValueError("a mesh has two rows and columns or more, all of the same length")
        if self.width < 1 or self.height < 1:
            raise ValueError("a mesh spans one pixel or more")

    @cached_property
    def _nodes(self) -> NDArray[np.float64]:
        """(rows, columns, 2)."""
        return np.array(self.rows, dtype=np.float64)

    def apply(self, point: Point) -> Point:
        """Where a point of the straight page lies on the bent one; run on beyond its edges."""
        xs, ys = self.apply_all(np.array([point[0]]), np.array([point[1]]))
        return float(xs[0]), float(ys[0])

    def apply_all(
        self, xs: NDArray[np.float64], ys: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """`apply` for (n,) x and y at once."""
        nodes = self._nodes
        across, down = xs / self.width * (nodes.shape[1] - 1), ys / self.height * (len(nodes) - 1)
        j = np.clip(across.astype(np.int64), 0, nodes.shape[1] - 2)
        i = np.clip(down.astype(np.int64), 0, len(nodes) - 2)
        u, v = (across - j)[:, None], (down - i)[:, None]
        upper = nodes[i, j] * (1 - u) + nodes[i, j + 1] * u
        lower = nodes[i + 1, j] * (1 - u) + nodes[i + 1, j + 1] * u
        found = upper * (1 - v) + lower * v
        return found[:, 0], found[:, 1]

    def path(self, path: Sequence[Point]) -> list[Point]:
        """Points along the image of a polyline, its corners among them."""
        corners = np.array(path, dtype=np.float64)
        steps = np.arange(PATH_POINTS)[:, None] / PATH_POINTS
        sides = corners[:-1, None] + steps * np.diff(corners, axis=0)[:, None]
        xs, ys = self.apply_all(*np.concatenate([sides.reshape(-1, 2), corners[-1:]]).T)
        return [(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]

    def outline(self, box: Box) -> list[Point]:
        """Points along the image of the sides of a box."""
        return self.path([*box.corners, box.corners[0]])

    def spread(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """x and y on the bent page of the middle of each pixel of the straight one: two of (height,
        width) float32."""
        nodes = self._nodes.astype(np.float32)
        down, across = _weigh(self.height, len(nodes)), _weigh(self.width, nodes.shape[1])
        xs, ys = (down @ nodes[..., axis] @ across.T for axis in (0, 1))
        return np.asarray(xs, np.float32), np.asarray(ys, np.float32)


def _weigh(pixels: int, nodes: int) -> NDArray[np.float32]:
    """(pixels, nodes): how much each node counts at the middle of each pixel."""
    place = (np.arange(pixels) + 0.5) / pixels * (nodes - 1)
    return np.maximum(0, 1 - np.abs(place[:, None] - np.arange(nodes))).astype(np.float32)
