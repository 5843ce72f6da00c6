"""Where the lines of a handwritten page run: paths through the middle of their small letters.

The ink is blurred along the lines; what is then darkest in a column is the middle of a line. The
page is cut into narrow strips, the peaks of each strip's profile are found, and peaks of
neighbouring strips are linked (Likforman-Sulem, Zahour and Taconet 2007, "Text line segmentation of
historical documents: a survey", section 4, on projection in strips and on smearing). Lengths are in
pitches, the usual distance from line to line, which the profiles' autocorrelation tells.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks, peak_prominences

Ink = NDArray[np.float32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PathParameters:
    """In pitches unless it is said otherwise. Chosen on nine pages of one correspondence
    (bench.baselines), by eye and by what was then found."""

    bands: int = 12  # upright parts of the page, of each of which the pitch is measured
    least_pitch: float = 0.012  # of the height of what is written: eighty lines
    largest_pitch: float = 0.3
    strip: float = 0.4  # width of a strip
    along: float = 0.45  # deviation of the blur
    across: float = 0.13
    peak: float = 0.16  # of the usual height of peaks: lower ones are specks and loops
    prominence: float = 0.5  # of the peak itself
    step: float = 0.22  # rise or fall from one strip to the next
    gap: float = 3.2  # between two words of a line
    drift: float = 0.3  # off the straight way over such a gap
    steepest: float = 0.16  # slope of a path: nine degrees
    shortest: float = 0.7  # path
    reach: float = 2.0  # over which a path's slope is measured
    weakest: float = 0.3  # mean height of a path's peaks, of the usual one
    stray: float = 0.45  # distance of ink from the path that it belongs to


PATHS = PathParameters()


@dataclass
class _Chain:
    """Peaks of one line, from left to right."""

    xs: list[float] = field(default_factory=list)
    ys: list[float] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)

    def expected(self, x: float, reach: float, right: bool = True) -> float:
        """The height at which the line should go on at `x`, by the slope of its last part."""
        xs, ys = np.array(self.xs), np.array(self.ys)
        end = xs[-1] if right else xs[0]
        near = np.abs(xs - end) <= reach
        if np.ptp(xs[near]) < reach / 2:
            return float(ys[-1] if right else ys[0])
        slope = np.polyfit(xs[near], ys[near], 1)[0]
        slope = float(np.clip(slope, -PATHS.steepest, PATHS.steepest))
        return float(np.median(ys[near] + slope * (x - xs[near])))


def measure_pitch(ink: Ink) -> float:
    """The usual distance between lines in pixels; 0 where nothing repeats.

    Args:
        ink: (H, W) float32, 1 for ink.
    """
    ink = _inked_part(ink)
    height = len(ink)
    lags = np.arange(int(PATHS.least_pitch * height), int(PATHS.largest_pitch * height))
    if not len(lags):  # next to no rows
        return 0.0
    total = np.zeros(len(lags))
    for band in np.array_split(ink, PATHS.bands, axis=1):
        profile = cv2.GaussianBlur(band.sum(axis=1)[:, None], (1, 0), 0, sigmaY=3)[:, 0]
        profile = profile - profile.mean()
        power = np.abs(np.fft.rfft(profile, 2 * height)) ** 2
        found = np.fft.irfft(power)[:height]
        if found[0] > 0:
            total += found[lags] * float(profile.std()) / found[0]
    peaks, _ = find_peaks(total, prominence=0.05 * max(1e-9, float(np.ptp(total))))
    if not len(peaks):
        return 0.0
    best = peaks[np.argmax(total[peaks])]
    if total[best] <= 0:
        return 0.0
    # the second line below matches as well as the first: the shortest of the good ones counts
    good = peaks[total[peaks] > 0.6 * total[best]]
    return float(lags[good[0]])


def _inked_part(ink: Ink) -> Ink:
    """The rows from where a page's writing begins to where it ends: on a sheet that is mostly empty
    the lines are a small part of its height."""
    mass = np.cumsum(ink.sum(axis=1))
    if not len(mass) or mass[-1] == 0:
        return ink
    top, bottom = np.searchsorted(mass, (0.001 * mass[-1], 0.999 * mass[-1]))
    return ink[top : bottom + 1]


def find_paths(ink: Ink, pitch: float) -> list[Floats]:
    """The lines of a page, in no order: (n, 2) x, y of the middle of their small letters, a point a
    strip.

    Args:
        ink: (H, W) float32, 1 for ink.
        pitch: usual distance between lines in pixels.
    """
    width = max(2, round(PATHS.strip * pitch))
    middles = np.arange(width / 2, ink.shape[1], width)
    blurred = _blur_columns(ink, middles.astype(int), PATHS.along * pitch, PATHS.across * pitch)
    profiles = list(np.ascontiguousarray(blurred.T))
    every = [find_peaks(p, height=1e-4)[1]["peak_heights"] for p in profiles]
    found = np.concatenate(every) if every else np.empty(0)
    if not len(found):
        return []
    usual = float(np.percentile(found, 75))
    open_chains: list[_Chain] = []
    chains: list[_Chain] = []
    for x, profile in zip(middles, profiles, strict=True):
        least = PATHS.peak * usual
        ys, facts = find_peaks(profile, height=least, distance=max(1, int(0.4 * pitch)))
        high = facts["peak_heights"]
        kept = peak_prominences(profile, ys)[0] > PATHS.prominence * high
        _link(open_chains, chains, x, ys[kept].astype(float), high[kept], pitch, width)
    chains += open_chains
    joined = _join([c for c in chains if len(c.xs) > 1], pitch)
    return [
        np.column_stack([c.xs, c.ys])
        for c in joined
        if c.xs[-1] - c.xs[0] + width >= PATHS.shortest * pitch
        and float(np.mean(c.heights)) > PATHS.weakest * usual
    ]


def _blur_columns(ink: Ink, columns: NDArray[np.int64], along: float, across: float) -> Ink:
    """(H, n): some columns of the ink as a Gaussian blur leaves them, of these deviations along the
    lines and across: the others are not needed."""
    half = round(4 * along)  # as far as OpenCV looks
    weights = cv2.getGaussianKernel(2 * half + 1, along, cv2.CV_32F)[:, 0]
    padded = np.pad(ink, ((0, 0), (half, half)), mode="reflect")
    blurred = np.column_stack([padded[:, x : x + len(weights)] @ weights for x in columns.tolist()])
    return np.asarray(cv2.GaussianBlur(blurred, (1, 0), 0, sigmaY=across), np.float32)


def _link(
    open_chains: list[_Chain],
    chains: list[_Chain],
    x: float,
    ys: Floats,
    heights: Floats,
    pitch: float,
    width: int,
) -> None:
    """Give each peak of a strip to the chain that it goes on, the nearest pairs first; the others
    begin chains."""
    pairs = sorted(
        (abs(y - chain.expected(x, PATHS.reach * pitch)), k, n)
        for k, chain in enumerate(open_chains)
        for n, y in enumerate(ys)
    )
    taken_chains: set[int] = set()
    taken_peaks: set[int] = set()
    for distance, k, n in pairs:
        if distance > PATHS.step * pitch:
            break
        if k not in taken_chains and n not in taken_peaks:
            taken_chains.add(k)
            taken_peaks.add(n)
            chain = open_chains[k]
            chain.xs.append(x)
            chain.ys.append(float(ys[n]))
            chain.heights.append(float(heights[n]))
    ended = [c for c in open_chains if x - c.xs[-1] > 1.5 * width]
    chains += ended
    open_chains[:] = [c for c in open_chains if x - c.xs[-1] <= 1.5 * width]
    open_chains += [
        _Chain([x], [float(y)], [float(h)])
        for n, (y, h) in enumerate(zip(ys, heights, strict=True))
        if n not in taken_peaks
    ]


def _join(chains: list[_Chain], pitch: float) -> list[_Chain]:
    """Chains with those that go on behind a gap, such as the next word; the shortest gaps first."""
    chains = sorted(chains, key=lambda chain: chain.xs[0])
    while True:
        best = None
        for i, a in enumerate(chains):
            for j, b in enumerate(chains):
                gap = b.xs[0] - a.xs[-1]
                if i == j or not 0 < gap <= PATHS.gap * pitch:
                    continue
                middle = (a.xs[-1] + b.xs[0]) / 2
                stray = abs(
                    a.expected(middle, PATHS.reach * pitch)
                    - b.expected(middle, PATHS.reach * pitch, right=False)
                )
                if stray <= PATHS.drift * pitch and (best is None or gap < best[0]):
                    best = gap, i, j
        if best is None:
            return chains
        _, i, j = best
        a, b = chains[i], chains[j]
        whole = _Chain(a.xs + b.xs, a.ys + b.ys, a.heights + b.heights)
        chains = [c for k, c in enumerate(chains) if k not in (i, j)] + [whole]
