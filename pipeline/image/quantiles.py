"""Median and quantiles of short arrays: numpy's own take ten times as long to begin, and pages have
thousands of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def median(values: NDArray[Any]) -> float:
    """What np.median gives, of (n,) numbers, n at least 1."""
    ordered, half = np.sort(values), len(values) // 2
    return float(ordered[half]) if len(values) % 2 else float(ordered[half - 1] + ordered[half]) / 2


def quantile(values: NDArray[Any], share: float) -> float:
    """What np.quantile gives, of (n,) numbers, n at least 1: `share`, 0 to 1, of them are smaller;
    between two values by interpolation."""
    ordered = np.sort(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))
