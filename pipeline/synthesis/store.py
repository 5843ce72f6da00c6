"""Line images and their texts in LMDB, in the field's layout: `num-samples`, `image-%09d`,
`label-%09d`, counted from 1."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterable
from pathlib import Path

import cv2
import lmdb
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import DataError, StorageError

MAP_SIZE = 1 << 36  # address space, not disk: LMDB files are sparse
PNG_COMPRESSION = 1
RECIPE_KEY = b"recto-recipe"
FILES = frozenset({"data.mdb", "lock.mdb"})  # of which LMDB makes a set
SYNTHETIC = "synthetic"  # kind of a set that is drawn, not scanned: degraded when it is read

Sample = tuple[NDArray[np.uint8], str]


def map_size() -> int:
    """Bytes of address space to ask for: a quarter of what the process may have, where that is
    limited."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return MAP_SIZE if limit == resource.RLIM_INFINITY else min(MAP_SIZE, limit // 4)


def image_key(index: int) -> bytes:
    """Key of the image of sample `index`, counted from 1."""
    return b"image-%09d" % index


def label_key(index: int) -> bytes:
    """Key of the text of sample `index`, counted from 1."""
    return b"label-%09d" % index


class LineStore:
    """An LMDB set being written, in batches that are whole or absent; a context manager.

    Args:
        path: folder of the set; made where it is missing.
        recipe: what the set is made from. A set begun by another recipe is refused, and so is one
            of other origin.

    Raises:
        DataError: the set was begun by another recipe, or elsewhere.
        StorageError: it cannot be written.
    """

    def __init__(self, path: Path, recipe: dict) -> None:
        path.mkdir(parents=True, exist_ok=True)
        try:
            self.environment = lmdb.open(
                str(path), map_size=map_size(), writemap=False, sync=False, metasync=False
            )
        except lmdb.Error as error:
            raise StorageError(
                f"{path} cannot be written as a set of lines: {error}",
                "Give an empty folder on a local disk, and enough memory (ulimit -v).",
            ) from error
        stored = self._get(RECIPE_KEY)
        if json.loads(stored) != recipe if stored is not None else self.count:
            self.environment.close()
            raise DataError(
                f"{path} was begun with another recipe, or is not of Recto's making",
                f"Move {path} away, or ask for what it was begun with.",
            )
        with self.environment.begin(write=True) as transaction:
            transaction.put(RECIPE_KEY, json.dumps(recipe, sort_keys=True).encode())

    def __enter__(self) -> LineStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.environment.sync(True)
        self.environment.close()

    def _get(self, key: bytes) -> bytes | None:
        with self.environment.begin() as transaction:
            return transaction.get(key)

    @property
    def count(self) -> int:
        """Number of samples written."""
        return int(self._get(b"num-samples") or 0)

    def append(self, samples: Iterable[Sample]) -> None:
        """Write `samples` after those that are there, in one transaction."""
        index = self.count
        try:
            with self.environment.begin(write=True) as transaction:
                for image, text in samples:
                    index += 1
                    encoded = cv2.imencode(
                        ".png", image, [cv2.IMWRITE_PNG_COMPRESSION, PNG_COMPRESSION]
                    )[1]
                    transaction.put(image_key(index), encoded.tobytes())
                    transaction.put(label_key(index), text.encode("utf-8"))
                transaction.put(b"num-samples", str(index).encode())
        except lmdb.Error as error:
            raise StorageError(
                f"{self.environment.path()} cannot be written: {error}",
                "Make room on the disk, or lift the limit of memory (ulimit -v).",
            ) from error
