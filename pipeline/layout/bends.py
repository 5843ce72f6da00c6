"""How the lines of a page bend: one smooth field through the feet of all its letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.image.components import Components
from pipeline.image.quantiles import median, quantile
from pipeline.layout.lines import FoundLine

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class BendParameters:
    """When lines are bent, and the field that describes how: in x-heights unless it is said
    otherwise."""

    least_letters: int = 20  # of a line that shows whether it is bent: chosen by eye
    least_width: float = 15.0
    letters_a_bin: int = 5  # whose median foot no descender moves: chosen by eye
    most_bins: int = 10
    least_lines: int = 3  # fewer show no field: chosen by eye
    # a line that strays from a straight one by more, in times of what is usual on its page, was put
    # together from two, as in a table without rules: it tells no slope (chosen by eye; by less than
    # a pixel none does)
    mixed: float = 3.0
    mixed_pixels: float = 1.0
    splines: tuple[int, int] = (14, 5)  # of the field, across and down the page: chosen by eye
    # weights of second differences: forty times stiffer leaves a fifth of a curl, forty times
    # weaker begins to follow letters
    stiffness: tuple[float, float] = (0.0005, 0.02)
    tolerances: tuple[float, ...] = (1.0, 0.6, 0.35, 0.25, 0.2)  # of feet in each round: by eye
    rounds: int = 8  # by which a level is found within a hundredth of a pixel: bends are gentle
    same_level: float = 0.12  # feet that differ by less stand on one level


BEND = BendParameters()


@dataclass(frozen=True)
class Feet:
    """Feet of the letters of lines: (n,) x and y in pixels, and the line of each, counted from
    0."""

    x: Floats
    y: Floats
    line: NDArray[np.int64]

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return int(self.line.max()) + 1 if len(self.line) else 0


def list_feet(lines: Sequence[FoundLine], parts: Components, letter: float) -> Feet:
    """The feet of the letters of lines, those on which a bend can be seen."""
    found: list[tuple[Floats, Floats]] = []
    for line in lines:
        members = line.members[parts.height[line.members] > BEND.same_level * letter]
        if line.hangs or len(members) < BEND.least_letters:
            continue
        x = parts.left[members] + parts.width[members] / 2
        if np.ptp(x) >= BEND.least_width * letter:
            found.append((x, parts.bottom[members].astype(np.float64)))
    if not found:
        return Feet(np.zeros(0), np.zeros(0), np.zeros(0, np.int64))
    numbers = np.repeat(np.arange(len(found)), [len(x) for x, _ in found])
    xs, ys = (np.concatenate(axis) for axis in zip(*found, strict=True))
    return Feet(xs, ys, numbers)


def measure_bend(feet: Feet) -> float:
    """How far lines stray from straight ones, in pixels: the median of their ranges; 0 for too few
    lines."""
    return median(_fit_straight(feet).strays) if feet.lines >= BEND.least_lines else 0.0


def measure_convergence(feet: Feet) -> float:
    """How much lines run towards each other, in pixels over the width of a line: nine of ten are
    within it; 0 for too few lines."""
    if feet.lines < BEND.least_lines:
        return 0.0
    fits = _fit_straight(feet)
    whole = fits.strays <= max(BEND.mixed_pixels, BEND.mixed * median(fits.strays))
    slopes, widths = fits.slopes[whole], fits.widths[whole]
    if len(slopes) < BEND.least_lines:
        return 0.0
    return (quantile(slopes, 0.9) - quantile(slopes, 0.1)) * median(widths)


@dataclass(frozen=True)
class _Fits:
    """A straight line of least squares for each line: (lines,) slopes, ranges of what strays from
    it, and widths, in pixels."""

    slopes: Floats
    strays: Floats
    widths: Floats


def _fit_straight(feet: Feet) -> _Fits:
    """Straight lines through the mean x and the median y of runs of neighbouring feet, all lines at
    once: np.polyfit for each costs ten times as much."""
    order = np.lexsort((feet.x, feet.line))
    counts = np.bincount(feet.line)
    runs = np.clip(counts // BEND.letters_a_bin, 4, BEND.most_bins)
    sizes = np.concatenate([_part(*pair) for pair in zip(counts.tolist(), runs, strict=True)])
    starts = _starts(sizes)
    x = np.add.reduceat(feet.x[order], starts) / sizes
    y = feet.y[order]
    ordered = y[np.lexsort((y, np.repeat(np.arange(len(sizes)), sizes)))]
    y = (ordered[starts + (sizes - 1) // 2] + ordered[starts + sizes // 2]) / 2
    lines = _starts(runs)
    dx, dy = (each - np.repeat(np.add.reduceat(each, lines) / runs, runs) for each in (x, y))
    slopes = np.add.reduceat(dx * dy, lines) / np.add.reduceat(dx * dx, lines)
    return _Fits(slopes, _ranges(dy - np.repeat(slopes, runs) * dx, lines), _ranges(x, lines))


def _part(count: int, runs: int) -> NDArray[np.int64]:
    """Sizes of so many runs of `count` things, as even as they can be."""
    sizes = np.full(runs, count // runs)
    sizes[: count % runs] += 1
    return sizes


def _starts(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each of runs of these sizes begins."""
    return np.cumsum(sizes) - sizes


def _ranges(values: Floats, starts: NDArray[np.int64]) -> Floats:
    """Largest less smallest of each run."""
    return np.asarray(np.maximum.reduceat(values, starts) - np.minimum.reduceat(values, starts))


@dataclass(frozen=True)
class Bend:
    """By how much the line that runs at a level bends down, in pixels, at each x: a tensor product
    of cubic splines on a page of a (width, height), 0 at `level_x`."""

    size: tuple[int, int]
    weights: Floats  # (splines across, splines down)
    within: tuple[float, float, float, float]  # left, top, right, bottom of the feet it is made of
    level_x: float = 0.0

    def at(self, xs: Floats, levels: Floats) -> Floats:
        """(n,) pixels down at each of (n,) x and levels; constant beyond the feet."""
        return self._spread(xs, levels) - self._spread(np.full_like(xs, self.level_x), levels)

    def on(self, xs: Floats, levels: Floats) -> Floats:
        """(levels, xs) pixels down on a grid."""
        grid = np.meshgrid(xs, levels)
        return self.at(*(axis.ravel() for axis in grid)).reshape(grid[0].shape)

    def levels_of(self, xs: Floats, ys: Floats) -> Floats:
        """(n,) the levels of the lines that run through (n,) x and y."""
        levels = ys
        for _ in range(BEND.rounds):
            levels = ys - self.at(xs, levels)
        return levels

    def slopes_at(self, xs: Floats) -> Floats:
        """(n,) the steepness of lines at each of (n,) ascending x, root mean square down the
        page."""
        _, top, _, bottom = self.within
        drawn = self.on(xs, np.linspace(top, bottom, 2 * self.weights.shape[1]))
        return np.asarray(np.sqrt((np.gradient(drawn, xs, axis=1) ** 2).mean(axis=0)))

    def stretch(self, xs: Floats) -> Floats:
        """(n,) how much farther apart lines are at each x than where they run level."""
        _, top, _, bottom = self.within
        ends = self.on(xs, np.array([top, bottom]))
        return 1 + (ends[1] - ends[0]) / max(1.0, bottom - top)

    def _spread(self, xs: Floats, levels: Floats) -> Floats:
        left, top, right, bottom = self.within
        across = np.clip(xs, left, right) / self.size[0]
        terms = _tensor(across, np.clip(levels, top, bottom) / self.size[1], self.weights.shape)
        return np.asarray(terms @ self.weights.ravel())


def _splines(places: Floats, count: int) -> Floats:
    """(n, count): the uniform cubic B-splines of 0 to 1 at (n,) places."""
    away = np.abs(np.asarray(places)[:, None] * (count - 3) - (np.arange(count) - 1))
    near = 2 / 3 - away**2 + away**3 / 2
    return np.where(away < 1, near, np.maximum(2 - away, 0) ** 3 / 6)


def _tensor(across: Floats, down: Floats, shape: tuple[int, ...]) -> Floats:
    """(n, splines) products of splines across and down."""
    products = _splines(across, shape[0])[:, :, None] * _splines(down, shape[1])[:, None, :]
    return products.reshape(len(across), -1)


def fit_bend(feet: Feet, size: tuple[int, int], letter: float) -> Bend:
    """The field that levels all lines at once.

    Each line's own height is free, so that a piece of a line tells as much as a whole one; feet far
    from their line (descenders, letters of another line) are left out, fewer in each round.

    Args:
        feet: of three lines or more.
        size: (width, height) of the page, in pixels.
        letter: usual x-height in pixels.
    """
    within = tuple(float(v) for v in (feet.x.min(), feet.y.min(), feet.x.max(), feet.y.max()))
    bend = Bend(size, np.zeros(BEND.splines), (within[0], within[1], within[2], within[3]))
    levels = _find_levels(feet, feet.y, letter)
    kept = np.ones(len(feet.x), np.bool_)
    for tolerance in BEND.tolerances:
        bend = replace(bend, weights=_solve(feet, levels[feet.line], kept, bend))
        straight = feet.y - bend.at(feet.x, levels[feet.line])
        levels = _find_levels(feet, straight, letter)
        kept = np.abs(straight - levels[feet.line]) < tolerance * letter
    return replace(bend, level_x=_find_level_x(bend))


def _find_levels(feet: Feet, ys: Floats, letter: float) -> Floats:
    """(lines,) the level on which most feet of each line stand."""
    levels = np.zeros(feet.lines)
    for k in range(feet.lines):
        own = ys[feet.line == k]
        near = np.abs(own[:, None] - own[None, :]) <= max(1.0, BEND.same_level * letter)
        counts = near.sum(axis=1)
        levels[k] = median(own[counts == counts.max()])
    return levels


def _solve(feet: Feet, levels: Floats, kept: NDArray[np.bool_], bend: Bend) -> Floats:
    """The field's weights of least squares: what is left of each foot once its line's mean is
    taken off, and how little the field itself bends."""
    width, height = bend.size
    line, shape = feet.line[kept], bend.weights.shape
    terms = _tensor(feet.x[kept] / width, levels[kept] / height, shape)
    counts = np.maximum(np.bincount(line, minlength=feet.lines), 1)[:, None]
    sums = np.zeros((feet.lines, terms.shape[1]))
    np.add.at(sums, line, terms)
    terms = terms - (sums / counts)[line]
    y = feet.y[kept]
    y = y - (np.bincount(line, weights=y, minlength=feet.lines) / counts[:, 0])[line]
    across, down = (np.diff(np.eye(count), 2, axis=0) for count in shape)
    stiff = BEND.stiffness[0] * len(y), BEND.stiffness[1] * len(y)
    square = terms.T @ terms
    square += stiff[0] * np.kron(across.T @ across, np.eye(shape[1]))
    square += stiff[1] * np.kron(np.eye(shape[0]), down.T @ down)
    square += 1e-6 * len(y) * np.eye(len(square))
    return np.asarray(np.linalg.solve(square, terms.T @ y)).reshape(shape)


def _find_level_x(bend: Bend) -> float:
    """The x at which lines run most level."""
    left, _, right, _ = bend.within
    xs = np.linspace(left, right, 4 * bend.weights.shape[0])
    return float(xs[np.argmin(bend.slopes_at(xs))])
