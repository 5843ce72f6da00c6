"""Line sets in LMDB, read lazily, once they are known to be whole."""

from __future__ import annotations

import faulthandler
import json
import multiprocessing
import os
import struct
from pathlib import Path

import cv2
import lmdb
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import DataError
from pipeline.recognition.frame import PRINT_FRAME, STORED_SCALE
from pipeline.recognition.recipe import Recipe
from pipeline.synthesis.store import RECIPE_KEY, SYNTHETIC, image_key, label_key

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


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
                "Make one with: snakemake --cores 8 data/print-en.lmdb --config corpus=DIR",
            )
        try:
            self.count = int(self._get(b"num-samples") or 0)
            made_from = dict(json.loads(self._get(RECIPE_KEY) or b"{}"))
            self.synthetic = made_from.get("kind") == SYNTHETIC
            declared = made_from.get("set")
            self.page = declared.get("page", "print") if isinstance(declared, dict) else "print"
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


def validation_count(count: int, held_out: int) -> int:
    """How many of the lines of a set, its last ones, are kept for validation."""
    return min(held_out, count // 10)


def usable(
    lines: LineSet, recipe: Recipe, held_out: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(training indices, their widths, validation indices): the last `held_out` samples are for
    validation."""
    alphabet, height = recipe.characters, recipe.geometry.height
    good = [
        i for i in range(1, lines.count + 1) if (text := lines.text(i)) and alphabet.covers(text)
    ]
    training = np.array(good[: len(good) - held_out], dtype=np.int64)
    sizes = (lines.size(int(i)) for i in training)
    widths = np.array(
        [round(columns * height / max(1, rows)) for rows, columns in sizes], dtype=np.int64
    )
    lines.close()
    if len(training) == 0:
        raise DataError(
            f"{lines.path} holds nothing that {recipe.name} can learn",
            f"Its alphabet is {alphabet.characters!r}.",
        )
    return training, widths, np.array(good[len(training) :], dtype=np.int64)
