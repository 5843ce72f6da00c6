"""Learning rates and shares of the sets, by how many samples were seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

import numpy as np


class Rates(Protocol):
    """A learning rate for each number of samples seen, up to `lines` in all."""

    @property
    def lines(self) -> int: ...

    @property
    def rate(self) -> float: ...

    def at(self, seen: int) -> float: ...


@dataclass(frozen=True)
class Schedule:
    """Learning rate by lines seen: a warm-up, a plateau, and a decay over the last part of
    `lines`, straight or along half a cosine (Loshchilov and Hutter 2016, arXiv:1608.03983)."""

    lines: int
    rate: float = 2e-3
    warm_up: int = 2_000
    decay: float = 0.5
    cosine: bool = False

    def at(self, seen: int) -> float:
        """Learning rate after `seen` lines."""
        warm = min(1.0, (seen + 1) / self.warm_up)
        falling = self.decay * self.lines
        left = float(np.clip((self.lines - seen) / falling, 0.0, 1.0)) if falling else 1.0
        if self.cosine:
            left = (1 - math.cos(math.pi * left)) / 2
        return self.rate * warm * max(left, 0.01)


@dataclass(frozen=True)
class PhasedSchedule:
    """Schedules one after another: each has its own warm-up and decay."""

    phases: Sequence[Schedule]

    @property
    def lines(self) -> int:
        """Samples of all phases."""
        return sum(phase.lines for phase in self.phases)

    @property
    def rate(self) -> float:
        """The highest rate."""
        return max(phase.rate for phase in self.phases)

    @property
    def ends(self) -> list[int]:
        """Samples seen in all at the end of each phase."""
        return list(accumulate(phase.lines for phase in self.phases))

    def phase_at(self, seen: int) -> tuple[int, int]:
        """(number of the phase, samples seen in it) after `seen` samples in all; the last phase
        goes on beyond its end."""
        for number, phase in enumerate(self.phases[:-1]):
            if seen < phase.lines:
                return number, seen
            seen -= phase.lines
        return len(self.phases) - 1, seen

    def at(self, seen: int) -> float:
        """Learning rate after `seen` samples."""
        number, within = self.phase_at(seen)
        return self.phases[number].at(within)
