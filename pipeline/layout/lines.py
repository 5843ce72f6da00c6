"""Text lines from letters: components chained from left to right, each line with its own baseline
and x-height."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.image.components import Components
from pipeline.image.quantiles import median, quantile
from pipeline.layout.baselines import find_densest, fit_baseline, raise_baseline, raise_by_commas
from pipeline.layout.line_parameters import LINE

IsParted = Callable[[float, float, float], int]


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
    `hangs`: so many of its letters are figures of old style that its feet do not show where it
    stands.
    """

    members: NDArray[np.int64]
    baseline: NDArray[np.float64]
    x_height: float
    other_x_height: float = 0.0
    hangs: bool = False

    def baseline_at(self, x: float) -> float:
        """y of the baseline at `x`."""
        y = 0.0
        for coefficient in self.baseline.tolist():  # Horner's rule: np.polyval is made for arrays
            y = y * x + coefficient
        return float(y)


def _find_median(values: list[int]) -> float:
    """Median of a few numbers."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def chain_letters(
    components: Components,
    letters: NDArray[np.int64],
    letter: float,
    reach: float,
    is_parted: IsParted | None = None,
) -> list[LetterChain]:
    """Put each letter, in order of its left edge, to the line that runs into it.

    Args:
        components: of the page.
        letters: indices of those that are letters, neither marks nor specks.
        letter: typical x-height in pixels.
        reach: widest gap within a line, in pixels.
        is_parted: whether a barrier lies between two x at a height y.
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
            if share > max(LINE.least_overlap, best_overlap) and not (
                is_parted
                and x - chain.right > LINE.no_barrier * letter
                and is_parted(chain.right, x, (y0 + y1) / 2)
            ):
                best, best_overlap, number = chain, share, k
        if best is None:
            best = LetterChain()
            chains.append(best)
        best.members.append(i)
        recent = best.members[-LINE.window :]
        best.top = _find_median([top[k] for k in recent])
        best.bottom = _find_median([bottom[k] for k in recent])
        best.right = max(best.right, right[i])
        for row in range(int(best.top // band), int(best.bottom // band) + 1):
            bands[row][number] = best
    return chains


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
    high = rises > LINE.high * letter
    rises, widths = rises[high], widths[high]
    if len(rises) == 0:
        return letter, 0.0
    least = quantile(rises, LINE.high_share) / LINE.ascender_height
    common = find_densest(rises, LINE.same_height * letter)
    lower = rises[
        (rises > LINE.small_letters[0] * common) & (rises < LINE.small_letters[1] * common)
    ]
    usual = np.abs(rises - common) < max(1.0, LINE.same_height * letter)
    narrow = usual.any() and median((widths / rises)[usual]) < LINE.narrow
    if narrow and len(lower) >= max(
        LINE.least_small_letters, LINE.small_letters_share * len(rises)
    ):
        return max(find_densest(lower, LINE.same_height * letter), least), common
    if len(rises) >= LINE.few_letters and len(lower) >= LINE.clear_share * len(rises):
        return max(find_densest(lower, LINE.same_height * letter), least), 0.0
    flat = float(np.mean(rises > LINE.ascends * common)) < LINE.ascenders_share
    level = flat and float(np.mean(drops > LINE.descends * common)) < LINE.descenders_share
    if len(rises) < LINE.few_letters:
        # too few to tell capitals from small letters: believe the page, as far as the letters allow
        x_height = (
            min(letter, common)
            if common < LINE.capitals_at_least * letter
            else common / LINE.cap_height
        )
    else:
        likely = LINE.likely[0] <= common / letter <= LINE.likely[1] and not narrow
        x_height = common / LINE.cap_height if level and not likely else common
    x_height = max(x_height, least)
    # brackets and commas hang below figures as descenders do below small letters
    others = [max(height, least) for height in (common, common / LINE.cap_height)] if flat else []
    return x_height, max(
        (other for other in others if not LINE.same_size < other / x_height < 1 / LINE.same_size),
        default=0.0,
    )


def find_raised(
    components: Components, members: NDArray[np.int64], letter: float
) -> NDArray[np.bool_]:
    """Which members of a chain hang in the upper half of its band, as quotes do: they tell nothing
    of the baseline."""
    x = components.left[members] + components.width[members] / 2
    top, bottom = components.top[members].astype(float), components.bottom[members].astype(float)
    near = np.abs(x[:, None] - x[None, :]) < LINE.neighbourhood * letter
    highest = np.where(near, top[None, :], np.inf).min(axis=1)
    lowest = np.where(near, bottom[None, :], -np.inf).max(axis=1)
    hangs = bottom < (highest + lowest) / 2
    return hangs if not hangs.all() else np.zeros_like(hangs)


def measure_line(
    components: Components,
    members: NDArray[np.int64],
    letter: float,
    level: float | None = None,
) -> FoundLine:
    """Baseline and x-height of a chain of letters.

    Args:
        level: y of the baseline, where it is known from what stands beside the line.
    """
    feet = members[~find_raised(components, members, letter)]
    xs = (components.left[feet] + components.width[feet] / 2).astype(float)
    bottoms = components.bottom[feet].astype(float)
    baseline = fit_baseline(xs, bottoms, letter) if level is None else np.array([level])
    tops = components.top[feet].astype(float)
    hangs = False
    if level is None:
        wide = components.width[feet] > LINE.least_width * letter
        lowest = baseline  # what is not raised is given back as it is
        baseline = raise_baseline(baseline, xs, tops, bottoms, wide, letter)
        baseline = raise_by_commas(baseline, components, feet, letter)
        hangs = baseline is not lowest
    floor = np.polyval(baseline, xs)
    drops, rises = bottoms - floor, floor - tops
    widths = components.width[feet].astype(float)
    stands = drops > -LINE.stands * letter
    x_height, other = measure_x_height(rises[stands], drops[stands], widths[stands], letter)
    return FoundLine(members, baseline, x_height, other, hangs)


def measure_joined(components: Components, lines: Sequence[FoundLine], letter: float) -> FoundLine:
    """Baseline and x-height of a line that is made of several.

    Where some of these are of figures of old style that hang below their line, the feet of all
    would lead from the one level to the other: it stands where its letters do.
    """
    members = np.concatenate([line.members for line in lines])
    whole = measure_line(components, members, letter)
    if whole.hangs or not any(line.hangs for line in lines):
        return whole
    whole = replace(whole, hangs=True)
    levels, strays = [], []
    for line in lines:
        own = line.members
        middle = (int(components.left[own].min()) + int(components.right[own].max())) / 2
        levels.append(line.baseline_at(middle))
        strays.append(abs(whole.baseline_at(middle) - levels[-1]))
    if max(strays) < LINE.strays * letter:
        return whole
    known = [k for k, line in enumerate(lines) if not line.hangs] or range(len(lines))
    usual = levels[max(known, key=lambda k: len(lines[k].members))]
    near = [y for y in levels if abs(y - usual) < LINE.descends * letter]
    if max(levels) - usual > LINE.deepest * letter:
        return whole
    return replace(
        measure_line(components, members, letter, level=median(np.array(near))), hangs=True
    )
