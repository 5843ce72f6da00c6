"""Curved pages made straight: a mesh from their lines of text, along which their rasters are
resampled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Page
from pipeline.geometry import Point
from pipeline.image.components import Components
from pipeline.image.ink import Ink
from pipeline.image.quantiles import median
from pipeline.layout.bends import (
    Bend,
    Feet,
    Floats,
    fit_bend,
    list_feet,
    measure_bend,
    measure_convergence,
)
from pipeline.layout.lines import FoundLine
from pipeline.mesh import Mesh


@dataclass(frozen=True)
class RectifyParameters:
    """When a page counts as curved, and the mesh that makes it straight."""

    bent: float = 0.2  # x-heights by which lines stray from straight ones
    convergent: float = 0.8  # x-heights by which they run towards each other
    left_share: float = 0.5  # of its bend that a page made straight may keep
    # nodes across and down: between them a curl of 3% of the width strays by a quarter of a pixel
    nodes: tuple[int, int] = (49, 33)
    least_scale: float = 0.4  # of rows and columns: what is squeezed more is no page
    squeezed: float = 0.12  # letters that are narrower by less are left as they are: by eye
    errors: float = 3.0  # standard errors from which on letters count as narrower
    narrowest: float = 0.45  # letters are widened to no more than twice their width: by eye
    aligned: float = 1.5  # x-heights within which lines begin on one margin: chosen by eye …
    aligned_share: float = 0.6  # … and the share of them that has to
    least_letters: float = 10.0  # on slopes, fewer show no shape: chosen by eye


RECTIFY = RectifyParameters()


def rectify(page: Page, ink: Ink, lines: Sequence[FoundLine]) -> Page | None:
    """A curved page with the mesh that makes it straight; None for a straight one. Arguments are
    those of `find_mesh`."""
    mesh = find_mesh(page, ink, lines)
    if mesh is None:
        return None
    return replace(
        page,
        mesh=mesh,
        straight_width=mesh.width,
        straight_height=mesh.height,
        to_source=page.onto_upright.inverse().then(page.to_source),
    )


def find_mesh(page: Page, ink: Ink, lines: Sequence[FoundLine]) -> Mesh | None:
    """The mesh that makes a curved page straight; None for a straight one.

    Args:
        page: level as far as one angle goes, its `straight_*` sizes those of the raster that `ink`
            is of.
        lines: of the page.
    """
    feet = list_feet(lines, ink.components, ink.letter)
    bent = measure_bend(feet)
    convergent = measure_convergence(feet)
    if bent < RECTIFY.bent * ink.letter and convergent < RECTIFY.convergent * ink.letter:
        return None
    bend = fit_bend(feet, (page.straight_width, page.straight_height), ink.letter)
    level = replace(feet, y=bend.levels_of(feet.x, feet.y))
    if measure_bend(level) > max(RECTIFY.bent * ink.letter, RECTIFY.left_share * bent):
        return None
    members = np.concatenate([line.members for line in lines])
    squeeze = partial(measure_squeeze, bend, members[ink.letters[members]], ink.components)
    return build_mesh(page, bend, squeeze, find_margins(level, ink.letter))


def build_mesh(
    page: Page, bend: Bend, squeeze: Callable[[Floats], Floats], margins: Margins
) -> Mesh | None:
    """The mesh that undoes a bend, widens what is narrower there and makes margins upright; None
    where lines would cross.

    Args:
        squeeze: gives by how much letters are narrower at each x.
    """
    width, height = page.straight_width, page.straight_height
    xs = np.linspace(0, width, 4 * RECTIFY.nodes[0] + 1)
    scale = bend.stretch(xs) * squeeze(xs)
    if scale.min() < RECTIFY.least_scale:
        return None
    steps = np.diff(xs) * (1 / scale[:-1] + 1 / scale[1:]) / 2
    straight = np.concatenate([[0], np.cumsum(steps)])
    columns = np.linspace(0, straight[-1], RECTIFY.nodes[0])
    places = np.interp(columns, straight, xs)
    top = min(0.0, float(bend.levels_of(places, np.zeros_like(places)).min()))
    ends = bend.levels_of(places, np.full_like(places, float(height)))
    levels = np.linspace(top, max(height, float(ends.max())), RECTIFY.nodes[1])
    at_level = np.repeat(levels, len(places))
    across = np.tile(places, len(levels)) + margins.shift(np.tile(places, len(levels)), at_level)
    ys = (at_level + bend.at(across, at_level)).reshape(len(levels), len(places))
    if (np.diff(ys, axis=0) < RECTIFY.least_scale * (levels[1] - levels[0])).any():
        return None
    back = page.onto_upright
    rows = tuple(
        tuple(_round(back.apply((float(x), float(y)))) for x, y in zip(*row, strict=True))
        for row in zip(across.reshape(ys.shape), ys, strict=True)
    )
    return Mesh(round(straight[-1]), round(levels[-1] - levels[0]), rows)


def _round(point: Point) -> Point:
    """A node as the JSON of a page keeps it, so that every stage has the same mesh."""
    return round(point[0], 2), round(point[1], 2)


@dataclass(frozen=True)
class Margins:
    """The left and the right margin of a page as its lines show them: x in pixels halfway down,
    and how far they go to the right for each pixel down."""

    left: tuple[float, float] = (0.0, 0.0)
    right: tuple[float, float] = (1.0, 0.0)
    middle: float = 0.0

    def shift(self, xs: Floats, levels: Floats) -> Floats:
        """(n,) pixels by which a margin through each of (n,) x is to the right at (n,) levels."""
        (left, left_slope), (right, right_slope) = self.left, self.right
        share = np.clip((xs - left) / (right - left), 0, 1)
        return (left_slope + share * (right_slope - left_slope)) * (levels - self.middle)


def find_margins(level: Feet, letter: float) -> Margins:
    """The margins on which most lines of a page begin and end; one that is ragged is parallel to
    the other, and without any the page stays as it is.

    Args:
        level: feet of lines that are level.
    """
    own = [level.line == k for k in range(level.lines)]
    levels = np.array([median(level.y[line]) for line in own])
    edges = [np.array([end(level.x[line]) for line in own]) for end in (np.min, np.max)]
    middle = float(levels.mean())
    left, right = (_fit_margin(levels - middle, xs, letter) for xs in edges)
    if left is None and right is None:
        return Margins()
    left_slope, right_slope = (left or right or 0.0), (right or left or 0.0)
    return Margins(
        (float(edges[0].min()), left_slope), (float(edges[1].max()), right_slope), middle
    )


def _fit_margin(levels: Floats, xs: Floats, letter: float) -> float | None:
    """x for each pixel down of the line on which most points lie (the median of the slopes of all
    pairs: Theil 1950, Sen 1968); None where most do not."""
    a, b = np.triu_indices(len(levels), 1)
    apart = np.abs(levels[a] - levels[b]) > letter
    if not apart.any():
        return None
    slope = median((xs[a] - xs[b])[apart] / (levels[a] - levels[b])[apart])
    stray = xs - slope * levels
    near = np.abs(stray - median(stray)) < RECTIFY.aligned * letter
    return slope if near.mean() >= RECTIFY.aligned_share else None


def measure_squeeze(
    bend: Bend, letters: NDArray[np.int64], parts: Components, xs: Floats
) -> Floats:
    """(n,) by how much letters are narrower at each x than where lines run level: 1 where they are
    not.

    Where a page bends away from the eye its lines fall or rise, so that the logarithm of the shape
    of letters goes with the square of the slope; one factor for the page leaves no room for words
    of narrow letters.
    """
    slopes = bend.slopes_at(xs) ** 2
    if slopes.max() <= 0:
        return np.ones_like(xs)
    slopes /= slopes.max()
    middles = parts.left[letters] + parts.width[letters] / 2
    shapes = np.log(parts.width[letters] / parts.height[letters])
    own = np.interp(middles, xs, slopes)
    spread = ((own - own.mean()) ** 2).sum()
    if spread < RECTIFY.least_letters:
        return np.ones_like(xs)
    factor = -float(((own - own.mean()) * shapes).sum() / spread)
    error = float(shapes.std() / np.sqrt(spread))
    if factor < max(RECTIFY.squeezed, RECTIFY.errors * error):
        return np.ones_like(xs)
    return np.asarray(np.maximum(np.exp(-factor * slopes), RECTIFY.narrowest))
