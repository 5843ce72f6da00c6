"""The baseline of a line: the level on which its letters stand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.image.components import Components
from pipeline.image.quantiles import median
from pipeline.layout.line_parameters import COMMA, LINE


def fit_baseline(
    xs: NDArray[np.float64], bottoms: NDArray[np.float64], letter: float
) -> NDArray[np.float64]:
    """Polynomial through the feet of letters that stand on the line: descenders and marks are voted
    out.

    A straight line, or for many letters a parabola where that halves the residual.
    """
    if len(xs) < 3:
        return np.array([median(bottoms)])
    keep = np.abs(
        bottoms - median(bottoms)
    ) < LINE.first_tolerance * letter + LINE.steepest * np.ptp(xs)
    keep = keep if keep.any() else np.ones_like(keep)  # two levels, and the median between them
    line = np.array([median(bottoms[keep])])
    for tolerance in LINE.tolerances:
        if keep.sum() >= LINE.sloped_letters and np.ptp(xs[keep]) > LINE.sloped_width * letter:
            fitted = _fit_straight(xs[keep], bottoms[keep])
            line = fitted if abs(fitted[0]) <= 2 * LINE.steepest else line
        else:
            line = np.array([median(bottoms[keep])])
        residual = bottoms - np.polyval(line, xs)
        # feet gather at one level; what hangs lower are descenders: centre on the densest level
        residual -= find_densest(residual, LINE.same_level * letter)
        keep = np.abs(residual) < max(LINE.least_tolerance, tolerance * letter)
        if keep.sum() < 3:
            break
    keep = keep if keep.any() else np.ones_like(keep)
    line = line.copy()
    line[-1] += median(bottoms[keep] - np.polyval(line, xs[keep]))
    level = _prefer_level(xs, bottoms, line, letter)
    if level is not line or len(xs) < LINE.curve_letters:
        return level
    return _choose_curve(xs[keep], bottoms[keep], line)


def _prefer_level(
    xs: NDArray[np.float64], bottoms: NDArray[np.float64], line: NDArray[np.float64], letter: float
) -> NDArray[np.float64]:
    """A sloping line, or a level one on which as many of the feet stand: brackets at one end of a
    short line hang below it and would tilt it. Figures of old style at the end of a line tilt it by
    as much as they hang, whatever its length, and some feet of either level are near the slope."""
    near = max(LINE.least_tolerance, LINE.tolerances[-1] * letter)
    densest = find_densest(bottoms, LINE.same_level * letter)
    level = bottoms[np.abs(bottoms - densest) < near]
    fall = np.polyval(line, xs)
    sloping = int((np.abs(bottoms - fall) < near).sum())
    if len(level) and np.ptp(fall) > LINE.tilt * letter:
        other = _find_other_level(bottoms, densest, near, letter)
        upper = min(median(part) for part in (level, other) if len(part))
        floating = _count_floating(fall - bottoms, letter) - _count_floating(
            upper - bottoms, letter
        )
        gain = LINE.float_gain if floating >= LINE.few_old_figures else LINE.tilt_gain
        if len(level) + len(other) >= gain * sloping:
            return np.array([upper])
    short = len(xs) < LINE.curve_letters
    return np.array([median(level)]) if short and len(level) >= max(1, sloping) else line


def _count_floating(above: NDArray[np.float64], letter: float) -> int:
    """How many feet end so far above a baseline as no letter does that stands on it."""
    return int(((above > LINE.descends * letter) & (above < LINE.deepest * letter)).sum())


def _find_other_level(
    bottoms: NDArray[np.float64], densest: float, near: float, letter: float
) -> NDArray[np.float64]:
    """The feet on the level to which figures of old style hang, where most others stand higher, or
    on which letters stand, where most feet are of such figures; none where there are few."""
    apart = np.abs(bottoms - densest) / letter
    rest = bottoms[(apart > LINE.descends) & (apart < LINE.deepest)]
    if not len(rest):
        return rest
    level = rest[np.abs(rest - find_densest(rest, LINE.same_level * letter)) < near]
    few = len(level) < LINE.old_figures * len(bottoms)
    return level[:0] if few else level


def _fit_straight(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slope and height at 0 of the line of least squares: what np.polyfit gives, in a tenth of the
    time."""
    x, y = xs.mean(), ys.mean()
    slope = ((xs - x) * (ys - y)).sum() / ((xs - x) ** 2).sum()
    return np.array([slope, y - slope * x])


def _fit_parabola(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> NDArray[np.float64]:
    """The parabola of least squares, from its normal equations, in a third of np.polyfit's time; of
    points on less than three x the shortest of many: no page ends at letters one above the other.
    """
    middle, half = xs.mean(), max(np.ptp(xs) / 2, 1.0)
    u = (xs - middle) / half  # centred and of unit size, where the equations are well conditioned
    powers = np.stack([u * u, u, np.ones_like(u)])
    a, b, c = np.linalg.lstsq(powers @ powers.T, powers @ ys, rcond=None)[0]
    a, b = a / half**2, b / half
    return np.array([a, b - 2 * a * middle, c - b * middle + a * middle**2])


def find_densest(values: NDArray[np.float64], radius: float) -> float:
    """The value around which, within `radius`, most of `values` lie; of several the lowest: small
    letters are lower than capitals, and feet on the line are higher on the page than others. Where
    no two lie near each other, their median."""
    reach = max(1.0, radius)
    counts = (np.abs(values[:, None] - values[None, :]) <= reach).sum(axis=1)
    densest = values[counts == counts.max()]
    if counts.max() > 1:
        densest = densest[densest <= densest.min() + reach]
    return median(densest)


def _choose_curve(
    xs: NDArray[np.float64], bottoms: NDArray[np.float64], line: NDArray[np.float64]
) -> NDArray[np.float64]:
    parabola = _fit_parabola(xs, bottoms)
    straight, curved = (np.mean(np.abs(bottoms - np.polyval(p, xs))) for p in (line, parabola))
    return (
        parabola if curved < LINE.curve_gain * straight and straight > LINE.curve_pixels else line
    )


def raise_baseline(
    baseline: NDArray[np.float64],
    xs: NDArray[np.float64],
    tops: NDArray[np.float64],
    bottoms: NDArray[np.float64],
    wide: NDArray[np.bool_],
    letter: float,
) -> NDArray[np.float64]:
    """The baseline of a short word, most of whose letters may be descenders: others that begin at
    their height but end higher stand on the line, as the u of *Guppy*. What is not `wide` may be
    the stroke of an exclamation mark. In a longer line so many stand higher if it is of figures of
    old style, as many of which hang below it as stand on it."""
    floor = np.polyval(baseline, xs)
    above, levels = (floor - bottoms) / letter, tops - floor
    hanging = levels[np.abs(above) < LINE.same_height]
    same_top = np.abs(levels[:, None] - hanging) < LINE.same_height * letter
    few = len(xs) < LINE.few_letters
    least = (LINE.least_height if few else LINE.least_figure) * letter
    higher = wide & (above > LINE.descends) & (above < LINE.deepest)
    standing = higher & same_top.any(axis=1) & (bottoms - tops > least)
    if few:
        return np.array([median(bottoms[standing])]) if standing.any() else baseline
    deeper = float(np.mean(above < -LINE.descends))  # no figure is
    turns = np.count_nonzero(np.diff(higher[np.argsort(xs)]))
    mixed = deeper < LINE.descenders_share and turns >= LINE.mixed * len(xs)
    if mixed and standing.sum() >= LINE.few_old_figures and higher.mean() >= LINE.old_figures:
        raised = baseline.copy()
        raised[-1] -= median(above[standing]) * letter
        return raised
    return baseline


def raise_by_commas(
    baseline: NDArray[np.float64],
    components: Components,
    members: NDArray[np.int64],
    letter: float,
) -> NDArray[np.float64]:
    """The baseline of figures of old style of which hardly one stands on the line, as in `17,371`:
    where its commas end above it, it is the level to which 3, 4, 5, 7 and 9 hang down.

    Args:
        components: of the page.
        members: those that are the line's letters.
    """
    left, right = components.left[members], components.right[members]
    floor = np.polyval(baseline, (left + right) / 2)
    rises = floor - components.top[members]
    hangs = np.abs(floor - components.bottom[members]) < LINE.descends * rises
    height = median(rises[hangs]) if np.count_nonzero(hangs) >= COMMA.least else 0.0
    usual = COMMA.figures[0] * letter <= height <= COMMA.figures[1] * letter
    if not usual or median((right - left)[hangs]) > COMMA.wide * height:
        return baseline
    likely = np.flatnonzero(
        (components.left > left.min())
        & (components.right < right.max())
        & (components.height > COMMA.heights[0] * height)
        & (components.height < COMMA.heights[1] * height)
        & (components.width < COMMA.width * components.height)
    )
    ends = (np.polyval(baseline, components.left[likely]) - components.bottom[likely]) / height
    above = np.count_nonzero((ends > COMMA.above[0]) & (ends < COMMA.above[1]))
    below = np.count_nonzero((ends > COMMA.below[0]) & (ends < COMMA.below[1]))
    if above <= below or COMMA.figures_each * above < len(members):
        return baseline
    raised = baseline.copy()
    raised[-1] -= height * (1 - 1 / LINE.cap_height)
    return raised
