"""Text lines from letters: components chained from left to right, each line with its own baseline
and x-height."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.image.components import Components
from pipeline.image.statistics import median, quantile

# heights of capitals and figures in x-heights, between old-style (1.6) and modern (1.4) faces
CAP_HEIGHT = 1.47
ASCENT_LIMIT = 1.85  # no ascender of a text face is higher, in x-heights
FEW_LETTERS = 7
LOWER, LOWER_SHARE = (
    (0.6, 0.8),
    0.15,
)  # where small letters stand beside figures or capitals that are more, and how many they are
SAME = 0.87  # x-heights that differ by less than this factor are the same to the recognizer
NARROW = 0.64  # figures are narrower than this, as a share of their height; small letters are not
WINDOW = 6  # letters by which a line knows where it runs
SLOPE_LIMIT = 0.02
NEIGHBOURHOOD = 8.0  # how far letters look for the band that they are in, in x-heights
CURVE_LETTERS = 24  # letters below which a baseline is straight
NO_BARRIER = 0.4  # a narrower gap between letters holds no barrier, in x-heights

Parted = Callable[[float, float, float], int]


@dataclass
class LetterChain:
    """A line in the making: letters from left to right, and where the last of them lie."""

    members: list[int] = field(default_factory=list)
    top: float = 0.0
    bottom: float = 0.0
    right: float = 0.0


@dataclass(frozen=True)
class FoundLine:
    """Components of one line, with the baseline as y = polynomial(x), highest power first, and the
    x-height in pixels.

    Where that is uncertain there is another x-height that the letters may have; else it is 0.
    """

    members: NDArray[np.int64]
    baseline: NDArray[np.float64]
    x_height: float
    other_x_height: float = 0.0

    def baseline_at(self, x: float) -> float:
        """y of the baseline at `x`."""
        y = 0.0
        for coefficient in self.baseline.tolist():  # Horner's rule: np.polyval is made for arrays
            y = y * x + coefficient
        return float(y)


def _middle(values: list[int]) -> float:
    """Median of a few numbers."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def chain_letters(
    components: Components,
    letters: NDArray[np.int64],
    letter: float,
    reach: float,
    parted: Parted | None = None,
) -> list[LetterChain]:
    """Put each letter, in order of its left edge, to the line that runs into it.

    Args:
        components: of the page.
        letters: indices of those that are letters, neither marks nor specks.
        letter: typical x-height in pixels.
        reach: widest gap within a line, in pixels.
        parted: whether a barrier lies between two x at a height y.
    """
    chains: list[LetterChain] = []
    # chains by the bands of rows that they run in: a letter is compared with those of its own bands
    # alone
    bands: defaultdict[int, dict[int, LetterChain]] = defaultdict(dict)
    band = max(1.0, letter)
    # plain lists: the loop handles single numbers, where arrays are slow
    left, top, bottom, right = (
        side.tolist()
        for side in (components.left, components.top, components.bottom, components.right)
    )
    for i in letters[np.argsort(components.left[letters], kind="stable")].tolist():
        x, y0, y1 = left[i], top[i], bottom[i]
        near: dict[int, LetterChain] = {}
        for row in range(int(y0 // band), int(y1 // band) + 1):
            near |= bands[row]
        best, best_overlap, number = None, 0.0, len(chains)
        for k in sorted(near):
            chain = near[k]
            if y0 >= chain.bottom or y1 <= chain.top or x - chain.right > reach:
                continue
            overlap = min(y1, chain.bottom) - max(y0, chain.top)
            share = overlap / max(1.0, min(y1 - y0, chain.bottom - chain.top))
            if share > max(0.45, best_overlap) and not (
                parted
                and x - chain.right > NO_BARRIER * letter
                and parted(chain.right, x, (y0 + y1) / 2)
            ):
                best, best_overlap, number = chain, share, k
        if best is None:
            best = LetterChain()
            chains.append(best)
        best.members.append(i)
        recent = best.members[-WINDOW:]
        best.top = _middle([top[k] for k in recent])
        best.bottom = _middle([bottom[k] for k in recent])
        best.right = max(best.right, right[i])
        for row in range(int(best.top // band), int(best.bottom // band) + 1):
            bands[row][number] = best
    return chains


def fit_baseline(
    xs: NDArray[np.float64], bottoms: NDArray[np.float64], letter: float
) -> NDArray[np.float64]:
    """Polynomial through the feet of letters that stand on the line: descenders and marks are voted
    out.

    A straight line, or for many letters a parabola where that halves the residual.
    """
    if len(xs) < 3:
        return np.array([median(bottoms)])
    keep = np.abs(bottoms - median(bottoms)) < 0.6 * letter + SLOPE_LIMIT * np.ptp(xs)
    keep = keep if keep.any() else np.ones_like(keep)  # two levels, and the median between them
    line = np.array([median(bottoms[keep])])
    for tolerance in (0.35, 0.2, 0.12):
        if keep.sum() >= 4 and np.ptp(xs[keep]) > 4 * letter:
            fitted = _straight(xs[keep], bottoms[keep])
            line = fitted if abs(fitted[0]) <= 2 * SLOPE_LIMIT else line
        else:
            line = np.array([median(bottoms[keep])])
        residual = bottoms - np.polyval(line, xs)
        # feet gather at one level; what hangs lower are descenders: centre on the densest level
        residual -= _densest(residual, 0.08 * letter)
        keep = np.abs(residual) < max(1.5, tolerance * letter)
        if keep.sum() < 3:
            break
    keep = keep if keep.any() else np.ones_like(keep)
    line = line.copy()
    line[-1] += median(bottoms[keep] - np.polyval(line, xs[keep]))
    return _curved(xs[keep], bottoms[keep], line)


def _straight(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slope and height at 0 of the line of least squares: what np.polyfit gives, in a tenth of the
    time."""
    x, y = xs.mean(), ys.mean()
    slope = ((xs - x) * (ys - y)).sum() / ((xs - x) ** 2).sum()
    return np.array([slope, y - slope * x])


def _parabola(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> NDArray[np.float64]:
    """The parabola of least squares: what np.polyfit gives, from its normal equations, in a third
    of the time.

    Of points on less than three x it is the shortest of many: no page ends at letters one above the
    other.
    """
    middle, half = xs.mean(), max(np.ptp(xs) / 2, 1.0)
    u = (xs - middle) / half  # centred and of unit size, where the equations are well conditioned
    powers = np.stack([u * u, u, np.ones_like(u)])
    a, b, c = np.linalg.lstsq(powers @ powers.T, powers @ ys)[0]
    a, b = a / half**2, b / half
    return np.array([a, b - 2 * a * middle, c - b * middle + a * middle**2])


def _densest(values: NDArray[np.float64], radius: float) -> float:
    """The value around which, within `radius`, most of `values` lie."""
    counts = (np.abs(values[:, None] - values[None, :]) <= max(1.0, radius)).sum(axis=1)
    return median(values[counts == counts.max()])


def _curved(
    xs: NDArray[np.float64], bottoms: NDArray[np.float64], line: NDArray[np.float64]
) -> NDArray[np.float64]:
    if len(xs) < CURVE_LETTERS:
        return line
    parabola = _parabola(xs, bottoms)
    straight, curved = (np.mean(np.abs(bottoms - np.polyval(p, xs))) for p in (line, parabola))
    return parabola if curved < 0.5 * straight and straight > 1.0 else line


def measure_x_height(
    rises: NDArray[np.float64],
    drops: NDArray[np.float64],
    widths: NDArray[np.float64],
    letter: float,
) -> tuple[float, float]:
    """x-height of a line from how far its letters rise above the baseline, and another that it may
    have, or 0.

    Args:
        rises: top edges above the baseline, of letters that stand on it.
        drops: how far each hangs below it.
        widths: of the same letters.
        letter: the page's typical x-height, to which a line without both kinds of letters is
            compared.

    A line of capitals or figures has no letter that is much higher than the rest: its height is
    then that of capitals.
    """
    high = rises > 0.4 * letter
    rises, widths = rises[high], widths[high]
    if len(rises) == 0:
        return letter, 0.0
    least = quantile(rises, 0.9) / ASCENT_LIMIT
    common = _densest(rises, 0.09 * letter)
    lower = rises[(rises > LOWER[0] * common) & (rises < LOWER[1] * common)]
    usual = np.abs(rises - common) < max(1.0, 0.09 * letter)
    narrow = usual.any() and median((widths / rises)[usual]) < NARROW
    if narrow and len(lower) >= max(3.0, LOWER_SHARE * len(rises)):
        return max(_densest(lower, 0.09 * letter), least), common
    flat = float(np.mean(rises > 1.22 * common)) < 0.07
    level = flat and float(np.mean(drops > 0.2 * common)) < 0.08
    if len(rises) < FEW_LETTERS:
        # too few to tell capitals from small letters: believe the page, as far as the letters allow
        x_height = min(letter, common) if common < 1.75 * letter else common / CAP_HEIGHT
    else:
        likely = 0.82 <= common / letter <= 1.12 and not narrow
        x_height = common / CAP_HEIGHT if level and not likely else common
    x_height = max(x_height, least)
    # brackets and commas hang below figures as descenders do below small letters
    others = [max(height, least) for height in (common, common / CAP_HEIGHT)] if flat else []
    return x_height, max(
        (other for other in others if not SAME < other / x_height < 1 / SAME), default=0.0
    )


def raised(components: Components, members: NDArray[np.int64], letter: float) -> NDArray[np.bool_]:
    """Which members of a chain hang in the upper half of its band, as quotes do: they tell nothing
    of the baseline."""
    x = components.left[members] + components.width[members] / 2
    top, bottom = components.top[members].astype(float), components.bottom[members].astype(float)
    near = np.abs(x[:, None] - x[None, :]) < NEIGHBOURHOOD * letter
    highest = np.where(near, top[None, :], np.inf).min(axis=1)
    lowest = np.where(near, bottom[None, :], -np.inf).max(axis=1)
    hangs = bottom < (highest + lowest) / 2
    return hangs if not hangs.all() else np.zeros_like(hangs)


def measure_line(components: Components, members: NDArray[np.int64], letter: float) -> FoundLine:
    """Baseline and x-height of a chain of letters."""
    feet = members[~raised(components, members, letter)]
    xs = (components.left[feet] + components.width[feet] / 2).astype(float)
    bottoms = components.bottom[feet].astype(float)
    baseline = fit_baseline(xs, bottoms, letter)
    floor = np.polyval(baseline, xs)
    drops, rises = bottoms - floor, floor - components.top[feet].astype(float)
    widths = components.width[feet].astype(float)
    stands = drops > -0.25 * letter
    return FoundLine(
        members, baseline, *measure_x_height(rises[stands], drops[stands], widths[stands], letter)
    )
