"""The angle by which a page is skewed, from the sharpness of its rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.image.binarize import Mask


@dataclass(frozen=True)
class SkewParameters:
    """The search for the angle of a page's lines, and when a page is turned by it."""

    largest_degrees: float = 20.0  # chosen by eye; bench.upright turns pages by up to 10
    # lines follow their own baselines: measured on the books, a page skewed by less reads no
    # better for being turned (bench.deskew)
    harmless_degrees: float = 0.3
    coarse_step_degrees: float = 0.25  # chosen by eye
    fine_step_degrees: float = 0.05  # measured with bench.upright: median error 0.023 degrees
    peak_reach_degrees: float = 1.2  # from the top, within which the peak lies: chosen by eye
    peak_floor: float = 0.5  # share of the top from which an angle belongs to the peak: by eye
    points: int = 40_000  # lower edges looked at: measured, more take longer and change nothing
    coarse_stride: int = 4  # of them every so-manieth in the coarse search: chosen by eye
    least_points: int = 500  # fewer tell no angle: chosen by eye
    # measured: pictures have a confidence of 0.1, a page of print of 0.9
    least_confidence: float = 0.3
    # pages of level print have 0.6 and more; less sure ones may be bent, and are measured by halves
    bent_confidence: float = 0.6
    tall_page: int = 2500  # rows from which two rows are counted as one: chosen by eye


SKEW = SkewParameters()


@dataclass(frozen=True)
class Skew:
    """Counter-clockwise angle of the text lines in degrees, and how sure it is: 0 (no lines at all)
    to 1."""

    degrees: float = 0.0
    confidence: float = 0.0


def _measure_sharpness(xs: NDArray[np.float64], ys: NDArray[np.float64], degrees: float) -> float:
    """Sum of squared steps between the counts of neighbouring rows, after a shear by `degrees`:
    largest where lines lie level."""
    sheared = ys + xs * np.tan(np.radians(degrees))
    counts = np.bincount((sheared - sheared.min()).astype(np.int64)).astype(float)
    return float(np.sum(np.diff(counts) ** 2))


def measure_skew(letters: Mask) -> Skew:
    """The angle of a page's lines.

    Args:
        letters: (H, W) uint8, 255 where there is the ink of letters, without pictures and borders.

    Method: the projection profile of Baird 1987, on sampled lower edges of ink. The angle is the
    centre of the whole peak: a page whose halves are skewed differently has two tops, and which is
    higher is chance. Sure is a peak that stands out from the sharpness at all other angles. Where
    none is, the halves of a bent page may have one each: the angle is between them.
    """
    edges = (letters[:-1] > 0) & (letters[1:] == 0)  # lower edges: baselines make most of them
    places = np.flatnonzero(edges)
    if len(places) < SKEW.least_points:
        return Skew()
    scale = 0.5 if letters.shape[0] > SKEW.tall_page else 1.0
    ys, xs = np.divmod(places[:: -(-len(places) // SKEW.points)], edges.shape[1])
    x, y = (np.asarray(values * scale, dtype=np.float64) for values in (xs, ys))
    found = _find_peak(x, y)
    if found.confidence >= SKEW.bent_confidence:
        return found
    # lines that fall on one side and rise on the other are level where their ends are
    right = x >= np.median(x)
    if min(np.count_nonzero(right), np.count_nonzero(~right)) < SKEW.coarse_stride:
        return found
    sides = [_find_peak(x[side], y[side]) for side in (~right, right)]
    sure = min(side.confidence for side in sides)
    apart = abs(sides[0].degrees - sides[1].degrees)
    if sure < SKEW.least_confidence or apart < SKEW.peak_reach_degrees:
        return found
    return Skew((sides[0].degrees + sides[1].degrees) / 2, sure)


def _find_peak(x: NDArray[np.float64], y: NDArray[np.float64]) -> Skew:
    """The angle of the lines whose lower edges lie at some places (n,), by all of them together."""
    few = x[:: SKEW.coarse_stride], y[:: SKEW.coarse_stride]
    coarse = np.arange(
        -SKEW.largest_degrees,
        SKEW.largest_degrees + SKEW.coarse_step_degrees / 2,
        SKEW.coarse_step_degrees,
    )
    sharpness = np.array([_measure_sharpness(*few, angle) for angle in coarse])
    peak = float(coarse[np.argmax(sharpness)])
    if abs(peak) > SKEW.largest_degrees - SKEW.coarse_step_degrees:
        return Skew()
    fine = peak + np.arange(
        -SKEW.peak_reach_degrees,
        SKEW.peak_reach_degrees + SKEW.fine_step_degrees / 2,
        SKEW.fine_step_degrees,
    )
    profile = np.array([_measure_sharpness(x, y, angle) for angle in fine])
    weights = np.maximum(profile - SKEW.peak_floor * profile.max(), 0)
    degrees = float(np.sum(fine * weights) / np.sum(weights))
    return Skew(degrees, 1 - float(np.median(sharpness) / sharpness.max()))
