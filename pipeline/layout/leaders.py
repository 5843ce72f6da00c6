"""Leaders: rows of dots or dashes that lead the eye from an entry to its page number or value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.image.ink import Ink
from pipeline.image.runs import find_widest_run
from pipeline.layout.lines import FoundLine

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LeaderParameters:
    """What a leader is, in x-heights unless it is said otherwise. Chosen by eye on tables of
    contents; an ellipsis has four dots at most."""

    height: float = 0.45  # of a dot or a dash, at most …
    width: float = 1.0  # … and its width
    level: float = 0.15  # dots of one leader differ in height by less
    alike: float = 0.3  # and in their sides
    step: float = 3.0  # from one dot to the next, at most
    least_dots: int = 6
    least_part: int = 3  # of what goes on beyond what is filled in, in the same step …
    filled_in: float = 45.0  # … no farther from its leader
    # at the ends of a row a dot is none of it that is higher by so much and by such a share, or
    # stands so far from the next one and so many times further than usual
    higher: tuple[float, float] = (0.12, 0.3)
    apart: tuple[float, float] = (0.8, 2.0)
    behind: tuple[float, float] = (0.35, 1.3)  # the same of a dot so near behind a letter, …
    most: float = 95  # … over this percentile
    even: float = 0.25  # steps differ from the usual one by a smaller share …
    even_share: float = 0.75  # … so many of them
    # so far above `least_dots` of it in a row there is no letter: full stops of initials stand
    # evenly, too, but what is filled in may stand on the others
    clear: float = 0.8
    # so many in one step, closer than single letters with their points stand, are no full stops,
    # whatever stands on them
    unmistakable: int = 20
    close: float = 1.2
    led: float = 8.0  # an entry and its page number lie no further from a leader's ends …
    led_level: float = 0.8  # … and their baselines no further from its middle


LEADERS = LeaderParameters()


def take_leaders(ink: Ink) -> tuple[list[Box], Ink]:
    """The leaders of a page, in no order, and its ink with their dots as graphics: like a rule, a
    leader is no text.

    Args:
        ink: of the page, pictures taken off.
    """
    parts, dots = ink.components, _find_dots(ink)
    chains = [_trim(ink, chain) for chain in _chain_dots(ink, dots)]
    found = [
        chain
        for chain in chains
        if len(chain) >= LEADERS.least_dots
        and _is_even(_find_middles(ink, chain)[0])
        and (_is_unmistakable(ink, chain) or _is_clear(ink, chain))
    ]
    few = range(LEADERS.least_part, LEADERS.least_dots)
    short = [chain for chain in chains if len(chain) in few]
    found += [chain for chain in short if any(_goes_on(ink, chain, other) for other in found)]
    marks, graphics, boxes = ink.marks.copy(), ink.graphics.copy(), []
    for chain in found:
        left, top = int(parts.left[chain].min()), int(parts.top[chain].min())
        right, bottom = int(parts.right[chain].max()), int(parts.bottom[chain].max())
        marks[chain], graphics[chain] = False, True
        boxes.append(Box(left, top, right, bottom))
    return boxes, replace(ink, marks=marks, graphics=graphics) if boxes else ink


def find_led(
    lines: Sequence[FoundLine], ends: NDArray[np.float64], leaders: Sequence[Box]
) -> dict[int, int]:
    """What leaders join: the index of the piece before each piece that stands on a leader or at its
    end.

    Args:
        lines: pieces of lines.
        ends: (n, 2) their left and right edges, in pixels.
        leaders: of the page.
    """
    led: dict[int, int] = {}
    heights = np.array([line.x_height for line in lines])
    reach = LEADERS.led * heights
    for box in leaders:
        middle = (box.top + box.bottom) / 2
        near, floors = [], []
        for side, gaps in enumerate((box.left - ends[:, 1], ends[:, 0] - box.right)):
            floors = [
                line.baseline_at(end) for line, end in zip(lines, ends[:, 1 - side], strict=True)
            ]
            level = np.abs(np.array(floors) - middle) < LEADERS.led_level * heights
            found = np.flatnonzero((np.abs(gaps) < reach) & level)
            near.append(min(found.tolist(), key=np.abs(gaps).__getitem__, default=-1))
        own = np.abs(np.array(floors) - middle) < LEADERS.led_level * heights
        if (own & (ends[:, 0] < box.left) & (ends[:, 1] > box.right)).any():
            continue  # it is within one piece: what comes next is of another column
        over = own & (ends[:, 0] > box.left) & (ends[:, 1] < box.right)
        row = sorted({*near, *np.flatnonzero(over).tolist()} - {-1}, key=lambda k: ends[k, 0])
        led |= dict(zip(row[1:], row[:-1], strict=True))
    return led


def _find_dots(ink: Ink) -> NDArray[np.int64]:
    """Indices of the marks that may be of a leader, from the left."""
    parts, letter = ink.components, ink.letter
    small = ink.marks & (parts.height <= LEADERS.height * letter)
    dots = np.flatnonzero(small & (parts.width <= LEADERS.width * letter))
    return dots[np.argsort(parts.left[dots], kind="stable")]


def _chain_dots(ink: Ink, dots: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Rows of dots that are long enough, each dot followed by the next one on its level."""
    parts, letter = ink.components, ink.letter
    middle = parts.top[dots] + parts.height[dots] / 2
    rows = np.argsort(middle, kind="stable")  # places among the dots, from the top
    reach = LEADERS.level * letter
    firsts = np.searchsorted(middle[rows], middle - reach)
    lasts = np.searchsorted(middle[rows], middle + reach, side="right")
    chains: dict[int, list[int]] = {}  # by the place of their last dot
    for k, (first, last) in enumerate(zip(firsts.tolist(), lasts.tolist(), strict=True)):
        near = rows[first:last]
        near = near[near < k]  # further left
        near = near[parts.left[dots[k]] - parts.right[dots[near]] <= LEADERS.step * letter]
        before = int(near.max()) if len(near) else -1
        if before in chains and _are_alike(ink, dots[before], dots[k]):
            chains[k] = [*chains.pop(before), k]
        else:
            chains[k] = [k]
    return [dots[chain] for chain in chains.values() if len(chain) >= LEADERS.least_part]


def _trim(ink: Ink, chain: NDArray[np.int64]) -> NDArray[np.int64]:
    """A row of dots without those at its ends that are higher than the others, or further off: the
    point behind an abbreviation stands on the same level."""
    parts = ink.components
    heights = parts.height[chain]
    higher = heights - np.median(heights) > max(
        LEADERS.higher[0] * ink.letter, LEADERS.higher[1] * np.median(heights)
    )
    gaps = parts.left[chain[1:]] - parts.right[chain[:-1]]
    usual = np.median(gaps) if len(gaps) else 0.0
    wide = gaps > max(LEADERS.apart[0] * ink.letter, LEADERS.apart[1] * usual)
    if len(gaps) > 1 and _stands_behind_letter(ink, int(chain[0])):
        # wider than the others are, few of which are as uneven as those of broken dots
        wide[0] |= gaps[0] > LEADERS.behind[1] * max(1.0, np.percentile(gaps[1:], LEADERS.most))
    first, last = 0, len(chain)
    while last - first > 1 and (higher[first] or wide[first]):
        first += 1
    while last - first > 1 and (higher[last - 1] or wide[last - 2]):
        last -= 1
    return chain[first:last]


def _stands_behind_letter(ink: Ink, dot: int) -> bool:
    """Whether a dot stands right behind a letter, as the point of an abbreviation does."""
    parts, reach = ink.components, LEADERS.behind[0] * ink.letter
    gap = parts.left[dot] - parts.right
    near = ink.letters & (gap >= 0) & (gap < reach)
    return bool((near & (parts.top < parts.top[dot]) & (parts.bottom > parts.top[dot])).any())


def _are_alike(ink: Ink, a: int, b: int) -> bool:
    """Whether two marks are of one size."""
    parts, most = ink.components, max(2.0, LEADERS.alike * ink.letter)
    wider, higher = parts.width[a] - parts.width[b], parts.height[a] - parts.height[b]
    return bool(abs(wider) <= most and abs(higher) <= most)


def _find_middles(ink: Ink, chain: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """x and y of the middles of some dots."""
    parts = ink.components
    return (
        parts.left[chain] + parts.width[chain] / 2,
        parts.top[chain] + parts.height[chain] / 2,
    )


def _goes_on(ink: Ink, chain: NDArray[np.int64], leader: NDArray[np.int64]) -> bool:
    """Whether a few dots are of a leader: of one step with it, and on its level."""
    (xs, ys), (own_xs, own_ys) = (_find_middles(ink, dots) for dots in (leader, chain))
    step = float(np.median(np.diff(xs)))
    even = np.abs(np.diff(own_xs) - step) <= LEADERS.even * step
    gap = max(own_xs[0] - xs[-1], xs[0] - own_xs[-1])
    level = np.abs(np.polyval(np.polyfit(xs, ys, 1), own_xs) - own_ys)
    return bool(
        even.all()
        and gap < LEADERS.filled_in * ink.letter
        and level.max() <= LEADERS.level * ink.letter
    )


def _is_even(places: Floats) -> bool:
    """Whether dots stand at equal distances, but for a few, and for those that letters touch."""
    steps = np.diff(places)
    usual = np.median(steps)
    missed = np.maximum(1, np.rint(steps / max(1.0, usual)))
    return bool(
        np.mean(np.abs(steps - missed * usual) <= LEADERS.even * usual) >= LEADERS.even_share
    )


def _is_unmistakable(ink: Ink, chain: NDArray[np.int64]) -> bool:
    """Whether dots are too many and too close to each other to be full stops."""
    step = float(np.median(np.diff(_find_middles(ink, chain)[0])))
    return len(chain) >= LEADERS.unmistakable and step <= LEADERS.close * ink.letter


def _is_clear(ink: Ink, chain: NDArray[np.int64]) -> bool:
    """Whether enough dots of a row follow each other with no letter above or between them."""
    parts = ink.components
    left, right = parts.left[chain], parts.right[chain]
    high, low = parts.top[chain].min() - LEADERS.clear * ink.letter, parts.bottom[chain].max()
    over = np.flatnonzero(ink.letters & (parts.bottom > high) & (parts.top < low))
    middles = parts.left[over] + parts.width[over] / 2
    between = (middles > left[:-1, None]) & (middles < right[1:, None])
    clear = find_widest_run(np.asarray(~between.any(axis=1)))
    return clear is not None and clear[1] - clear[0] + 1 >= LEADERS.least_dots
