"""Line sets in LMDB as batches of one width: read lazily, degraded anew each time, mixed in given
shares."""

from __future__ import annotations

import faulthandler
import json
import multiprocessing
import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import lmdb
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from pipeline.errors import DataError
from pipeline.recognition.frame import PRINT_FRAME, STORED_SCALE
from pipeline.recognition.recipe import CHARACTER, CTC, Recipe
from pipeline.synthesis.degradation import degrade, jitter_scan
from pipeline.synthesis.store import RECIPE_KEY, SYNTHETIC, image_key, label_key
from pipeline.training.distortion import distort

Sample = tuple[NDArray[np.uint8], str]
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
Address = tuple[int, int, int]  # set, sample counted from 1, seed of its degradation


class LineSet:
    """One LMDB set for reading. The environment is opened on first use, once per process.

    LMDB trusts its files: a damaged one can end the process. `checked_set` finds out first.

    Raises:
        DataError: the folder holds no LMDB set, or something in it is not what it should be.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._environment: lmdb.Environment | None = None
        self._process = -1
        if not (path / "data.mdb").is_file():
            raise DataError(
                f"{path} is no LMDB set",
                "Make one with: snakemake data/print-en.lmdb --config corpus=DIR",
            )
        try:
            self.count = int(self._get(b"num-samples") or 0)
            self.synthetic = (
                dict(json.loads(self._get(RECIPE_KEY) or b"{}")).get("kind") == SYNTHETIC
            )
        except (ValueError, TypeError) as error:
            raise _damaged(path) from error
        self.close()

    def close(self) -> None:
        """Let go of the environment, so that a forked worker opens its own."""
        if self._environment is not None:
            self._environment.close()
            self._environment = None

    def _get(self, key: bytes) -> bytes | None:
        try:
            if self._environment is None:
                self._environment = lmdb.open(
                    str(self.path), readonly=True, lock=False, readahead=False
                )
            with self._environment.begin() as transaction:
                return transaction.get(key)
        except lmdb.Error as error:
            raise _damaged(self.path) from error

    def text(self, index: int) -> str:
        """Text of sample `index`, counted from 1."""
        try:
            return (self._get(label_key(index)) or b"").decode("utf-8")
        except UnicodeDecodeError as error:
            raise _damaged(self.path) from error

    def size(self, index: int) -> tuple[int, int]:
        """(rows, columns) of sample `index`, from the header where it is a PNG."""
        raw = self._get(image_key(index)) or b""
        if raw[:8] == PNG_SIGNATURE:
            columns, rows = struct.unpack(">II", raw[16:24])
            return rows, columns
        rows, columns = self.stored(index).shape
        return rows, columns

    def stored(self, index: int) -> NDArray[np.uint8]:
        """(H, W) uint8 of sample `index` as it lies in the set.

        Raises:
            DataError: the image is missing or not an image.
        """
        raw = self._get(image_key(index)) or b""
        try:
            image = (
                cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_GRAYSCALE) if raw else None
            )
        except cv2.error:
            image = None
        if image is None:
            raise DataError(f"{self.path}: sample {index} is no image")
        return np.asarray(image, dtype=np.uint8)

    def image(self, index: int) -> NDArray[np.uint8]:
        """(H, W) uint8 of sample `index`, at STORED_SCALE times the print frame. Raises DataError
        as `stored` does."""
        image: NDArray = self.stored(index)
        height = PRINT_FRAME.height * STORED_SCALE
        if image.shape[0] != height:
            width = max(1, round(image.shape[1] * height / image.shape[0]))
            image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
        return np.asarray(image, dtype=np.uint8)


def _damaged(path: Path) -> DataError:
    return DataError(f"{path} is damaged", "Remove it and make it anew.")


def checked_set(path: Path) -> LineSet:
    """The set in `path`, once a child process has gone through all of it unharmed.

    Raises:
        DataError: there is no set, or it is damaged.
    """
    if not (path / "data.mdb").is_file():
        return LineSet(path)
    child = multiprocessing.get_context("fork").Process(target=_go_through, args=(path,))
    child.start()
    child.join()
    if child.exitcode != 0:
        raise _damaged(path)
    return LineSet(path)


def _go_through(path: Path) -> None:
    """Touch the beginning of every value; leaves with a status of its own where LMDB objects."""
    faulthandler.disable()  # where it dies, that is the answer, not a crash to report
    try:
        with (
            lmdb.open(str(path), readonly=True, lock=False) as environment,
            environment.begin(buffers=True) as transaction,
        ):
            for _, value in transaction.cursor():
                bytes(value[:16] if len(value) < 4096 else value[:: len(value) - 1])
    except (lmdb.Error, ValueError, MemoryError):
        os._exit(1)
    os._exit(0)


class DegradedLines(Dataset[Sample]):
    """Lines of several sets at the height of the recognizer, drawn ones degraded, scanned ones
    jittered."""

    def __init__(self, sets: Sequence[LineSet]) -> None:
        self.sets = sets

    def __getitem__(self, address: Address) -> Sample:  # type: ignore[override]
        number, index, seed = address
        lines = self.sets[number]
        rng = np.random.default_rng((seed, number, index))
        stored, height = PRINT_FRAME.scaled(STORED_SCALE), PRINT_FRAME.height
        image, text = lines.image(index), lines.text(index)
        if not lines.synthetic:
            return jitter_scan(image, stored, height, rng), text
        other = lines.image(int(rng.integers(1, lines.count + 1)))
        return degrade(image, other, stored, height, rng), text


class PlacedImages(Dataset[Sample]):
    """Words, names, lines or characters on a recipe's canvas, each time distorted anew; seed 0
    leaves them as they are."""

    def __init__(self, sets: Sequence[LineSet], recipe: Recipe) -> None:
        self.sets, self.recipe = sets, recipe

    def __getitem__(self, address: Address) -> Sample:  # type: ignore[override]
        number, index, seed = address
        lines, canvas = self.sets[number], self.recipe.canvas
        assert canvas is not None
        image = lines.stored(index)
        if seed:
            image = distort(
                image, self.recipe.training.distortion, np.random.default_rng((seed, number, index))
            )
        return canvas.place(image, centred=self.recipe.reads == CHARACTER), lines.text(index)


@dataclass(frozen=True)
class Mixture:
    """Which samples of each set are for training, their widths, and the share of each set in a
    batch."""

    indices: Sequence[NDArray[np.int64]]
    widths: Sequence[NDArray[np.int64]]
    shares: Sequence[float]


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
        number = int(rng.choice(len(self.mixture.shares), p=self.mixture.shares))
        indices, widths = self.mixture.indices[number], self.mixture.widths[number]
        for _ in range(50):
            k = int(rng.integers(len(indices)))
            if self.seen >= self.short_until or widths[k] <= self.short[number]:
                break
        return int(widths[k]), (number, int(indices[k]), int(rng.integers(1 << 31)))


@dataclass(frozen=True)
class Batch:
    """Samples of one padded width.

    images: (N, 1, H, W) float32, 0 paper, 1 ink; targets: (sum of target_lengths,) int64, classes;
    frame_lengths: (N,) steps of time; dropped: texts left out because their image has too few steps
    for them.
    """

    images: Tensor
    targets: Tensor
    target_lengths: Tensor
    frame_lengths: Tensor
    texts: list[str]
    dropped: list[str]

    def only(self, kept: Tensor) -> Batch:
        """The samples for which `kept`, (N,) bool, holds."""
        pieces = [
            piece
            for piece, keep in zip(
                torch.split(self.targets, self.target_lengths.tolist()), kept.tolist(), strict=True
            )
            if keep
        ]
        texts = [text for text, keep in zip(self.texts, kept.tolist(), strict=True) if keep]
        targets = torch.cat(pieces) if pieces else self.targets[:0]
        return Batch(
            self.images[kept],
            targets,
            self.target_lengths[kept],
            self.frame_lengths[kept],
            texts,
            self.dropped,
        )


def frames_needed(text: str) -> int:
    """Fewest frames in which CTC can write `text`: one a character, and a blank between equal
    neighbours."""
    return len(text) + sum(a == b for a, b in pairwise(text))


@dataclass(frozen=True)
class Collate:
    """Makes a Batch of samples for a recipe; a class so that worker processes can be given it."""

    recipe: Recipe
    multiple: int = 32

    def __call__(self, samples: Sequence[Sample]) -> Batch:
        recipe, alphabet = self.recipe, self.recipe.characters
        needed = frames_needed if recipe.objective == CTC else len
        fits = [s for s in samples if recipe.steps(s[0].shape[1]) >= needed(s[1])]
        dropped = [text for image, text in samples if recipe.steps(image.shape[1]) < needed(text)]
        widest = max((image.shape[1] for image, _ in fits), default=self.multiple)
        fixed = recipe.canvas.width if recipe.canvas else 0
        width = fixed or -(-widest // self.multiple) * self.multiple
        images = np.zeros((len(fits), 1, samples[0][0].shape[0], width), np.float32)
        for row, (image, _) in enumerate(fits):
            images[row, 0, :, : image.shape[1]] = (255 - image.astype(np.float32)) / 255
        first = (
            0 if recipe.objective == CTC else 1
        )  # a classifier has no blank, and its classes begin at 0
        targets = [c - first for _, text in fits for c in alphabet.encode(text)]
        return Batch(
            torch.from_numpy(images),
            torch.tensor(targets, dtype=torch.long),
            torch.tensor([len(text) for _, text in fits], dtype=torch.long),
            torch.tensor([recipe.steps(image.shape[1]) for image, _ in fits], dtype=torch.long),
            [text for _, text in fits],
            dropped,
        )
