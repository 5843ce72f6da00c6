"""The order in which samples are learnt: batches of like width, mixed in the shares of a phase."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch.utils.data import Sampler

from pipeline.errors import DataError

Address = tuple[int, int, int]  # set, sample counted from 1, seed of its degradation


@dataclass(frozen=True)
class Mixture:
    """Which samples of each set are for training, their widths, and the share of each set in a
    batch, as a function of how many samples were seen."""

    indices: Sequence[NDArray[np.int64]]
    widths: Sequence[NDArray[np.int64]]
    shares: Callable[[int], Sequence[float]]


class BucketSampler(Sampler[list[Address]]):
    """Endless batches of lines of like width, out of pools drawn at random.

    Args:
        mixture: what to draw from.
        batch: lines a batch.
        seed: the order is a function of seed and `start` alone.
        start: lines seen before, for resuming.
        short_until: as long as fewer lines than this were seen, narrow lines only: SHORT_SHARE of
            them.
    """

    POOL = 24  # batches a pool

    SHORT_SHARE = 0.45  # of the widths that occur, what counts as short

    def __init__(
        self, mixture: Mixture, batch: int, seed: int, start: int = 0, short_until: int = 0
    ) -> None:
        self.mixture, self.batch, self.seed, self.seen = mixture, batch, seed, start
        self.short_until = short_until
        self.short = [
            float(np.quantile(widths, self.SHORT_SHARE)) if len(widths) else 0.0
            for widths in mixture.widths
        ]

    def __iter__(self) -> Iterator[list[Address]]:
        rng = np.random.default_rng((self.seed, self.seen))
        while True:
            pool = [self._draw(rng) for _ in range(self.POOL * self.batch)]
            pool.sort(key=lambda item: item[0])
            batches = [pool[i : i + self.batch] for i in range(0, len(pool), self.batch)]
            for number in rng.permutation(len(batches)):
                self.seen += self.batch
                yield [address for _, address in batches[number]]

    def _draw(self, rng: np.random.Generator) -> tuple[int, Address]:
        """(width, address) of one line."""
        shares = self.mixture.shares(self.seen)
        number = int(rng.choice(len(shares), p=shares))
        indices, widths = self.mixture.indices[number], self.mixture.widths[number]
        for _ in range(50):
            k = int(rng.integers(len(indices)))
            if self.seen >= self.short_until or widths[k] <= self.short[number]:
                break
        return int(widths[k]), (number, int(indices[k]), int(rng.integers(1 << 31)))


def parse_share(text: str) -> tuple[Path, float | None]:
    """(set, share) of `PATH` or `PATH:SHARE`."""
    path, _, share = text.rpartition(":")
    return (Path(path), float(share)) if path else (Path(text), None)


def fill_shares(shares: list[float | None]) -> list[float]:
    """Shares that sum to one: what the named ones leave is split evenly among the others."""
    named = sum(s for s in shares if s is not None)
    unnamed = sum(s is None for s in shares)
    if named > 1 + 1e-6 or (unnamed == 0 and abs(named - 1) > 1e-6):
        raise DataError(
            "the shares of --lines do not sum to one",
            "Leave one set without a share: it takes the rest.",
        )
    return [(1 - named) / unnamed if s is None else s for s in shares]
