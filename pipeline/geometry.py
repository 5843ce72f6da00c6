"""Boxes, points and affine transforms between the named coordinate systems of a page.

Systems: `source` is the page as supplied; `straight` is the same page upright and deskewed; `line`
is one line in its frame. Origin top left, x to the right, y down, in pixels; a box holds the pixels
left <= x < right, top <= y < bottom.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """An upright rectangle that holds at least one pixel. Raises ValueError where it would not."""

    left: int
    top: int
    right: int
    bottom: int

    def __post_init__(self) -> None:
        if self.right <= self.left or self.bottom <= self.top:
            raise ValueError(f"a box needs left < right and top < bottom, not {self.as_tuple()}")

    def as_tuple(self) -> tuple[int, int, int, int]:
        """(left, top, right, bottom)."""
        return self.left, self.top, self.right, self.bottom

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def corners(self) -> tuple[Point, Point, Point, Point]:
        """Top left, top right, bottom right, bottom left."""
        return (
            (self.left, self.top),
            (self.right, self.top),
            (self.right, self.bottom),
            (self.left, self.bottom),
        )

    def contains(self, other: Box) -> bool:
        """Whether `other` lies within, edges included."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    def clipped(self, other: Box) -> Box | None:
        """The part within `other`, or None."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Box(left, top, right, bottom) if left < right and top < bottom else None

    @staticmethod
    def around(boxes: Iterable[Box]) -> Box:
        """The smallest box that holds all of `boxes`, of which there is at least one."""
        lefts, tops, rights, bottoms = zip(*(b.as_tuple() for b in boxes), strict=True)
        return Box(min(lefts), min(tops), max(rights), max(bottoms))

    @staticmethod
    def of_points(points: Iterable[Point]) -> Box:
        """The smallest box whose edges hold all of `points`; at least one pixel."""
        xs, ys = zip(*points, strict=True)
        left, top = math.floor(min(xs) + 1e-6), math.floor(min(ys) + 1e-6)
        right, bottom = math.ceil(max(xs) - 1e-6), math.ceil(max(ys) - 1e-6)
        return Box(left, top, max(right, left + 1), max(bottom, top + 1))


@dataclass(frozen=True)
class Affine:
    """x' = a x + b y + c, y' = d x + e y + f. Raises ValueError where it has no inverse."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0

    def __post_init__(self) -> None:
        if abs(self.determinant) < 1e-12:
            raise ValueError("an affine transform between coordinate systems needs an inverse")

    @property
    def determinant(self) -> float:
        """Area scale, negative for a reflection."""
        return self.a * self.e - self.b * self.d

    def apply(self, point: Point) -> Point:
        """The image of `point`."""
        x, y = point
        return self.a * x + self.b * y + self.c, self.d * x + self.e * y + self.f

    def then(self, after: Affine) -> Affine:
        """The transform that does this first and `after` second."""
        return Affine(
            after.a * self.a + after.b * self.d,
            after.a * self.b + after.b * self.e,
            after.a * self.c + after.b * self.f + after.c,
            after.d * self.a + after.e * self.d,
            after.d * self.b + after.e * self.e,
            after.d * self.c + after.e * self.f + after.f,
        )

    def inverse(self) -> Affine:
        """The transform back."""
        det = self.determinant
        a, b, d, e = self.e / det, -self.b / det, -self.d / det, self.a / det
        return Affine(a, b, -(a * self.c + b * self.f), d, e, -(d * self.c + e * self.f))

    def box(self, box: Box) -> Box:
        """The smallest box around the image of `box`."""
        return Box.of_points(self.apply(corner) for corner in box.corners)

    def as_tuple(self) -> tuple[float, float, float, float, float, float]:
        """(a, b, c, d, e, f)."""
        return self.a, self.b, self.c, self.d, self.e, self.f

    @staticmethod
    def rotation(degrees: float, centre: Point) -> Affine:
        """Rotation about `centre`, counter-clockwise as seen on the page (y points down)."""
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        x, y = centre
        return Affine(cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y)

    @staticmethod
    def quarter_turns(turns: int, width: int, height: int) -> Affine:
        """Counter-clockwise quarter turns of a page of that size, onto a page whose corner is again
        the origin.

        Pixels go to pixels: the transform is exact on pixel edges.
        """
        return {
            0: Affine(),
            1: Affine(0, 1, 0, -1, 0, width),
            2: Affine(-1, 0, width, 0, -1, height),
            3: Affine(0, -1, height, 1, 0, 0),
        }[turns % 4]
