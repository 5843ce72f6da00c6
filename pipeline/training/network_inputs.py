"""What a network sees of the samples of LMDB sets: degraded, jittered or distorted each time
anew."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset

from pipeline.document import HAND
from pipeline.recognition.frame import PRINT_FRAME, STORED_SCALE
from pipeline.recognition.line_image import shrink_to
from pipeline.recognition.recipe import CHARACTER, Recipe
from pipeline.synthesis.degradation import degrade, jitter_scan
from pipeline.synthesis.degradation_parameters import DEGRADATIONS
from pipeline.training.batches import Batch, Collate, Sample
from pipeline.training.distortion import distort, rewrite
from pipeline.training.line_sets import LineSet
from pipeline.training.sampling import Address

VALIDATION_SEED = 7


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
        how = DEGRADATIONS[lines.page]
        return degrade(image, other, stored, height, rng, how), text


class WrittenLines(Dataset[Sample]):
    """Lines of handwriting in a recipe's frame, each time distorted anew; seed 0 leaves them as
    they are."""

    def __init__(self, sets: Sequence[LineSet], recipe: Recipe) -> None:
        self.sets, self.recipe = sets, recipe

    def __getitem__(self, address: Address) -> Sample:  # type: ignore[override]
        number, index, seed = address
        lines, frame = self.sets[number], self.recipe.frame
        assert frame is not None
        image = lines.stored(index)
        if seed:
            rng = np.random.default_rng((seed, number, index))
            other = lines.stored(int(rng.integers(1, lines.count + 1)))
            how = self.recipe.training.distortion
            image = rewrite(image, other, frame.scaled(STORED_SCALE), how, rng)
        return shrink_to(image, frame), lines.text(index)


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


def samples_of(
    sets: Sequence[LineSet], recipe: Recipe
) -> DegradedLines | WrittenLines | PlacedImages:
    """What a recipe's network sees of the sets: printed lines degraded in its frame, written ones
    distorted in it, or images on its canvas."""
    if recipe.writing == HAND and recipe.frame:
        return WrittenLines(sets, recipe)
    return DegradedLines(sets) if recipe.frame else PlacedImages(sets, recipe)


def validation_batches(
    sets: list[LineSet], indices: list[NDArray[np.int64]], recipe: Recipe
) -> list[Batch]:
    """The held-out samples in batches of like width; printed lines are degraded once and for
    all."""
    images, collate = samples_of(sets, recipe), Collate(recipe)
    seed = VALIDATION_SEED if isinstance(images, DegradedLines) else 0
    samples = [images[(n, int(i), seed)] for n, group in enumerate(indices) for i in group]
    samples.sort(key=lambda sample: sample[0].shape[1])
    for one in sets:
        one.close()
    return [collate(samples[i : i + 64]) for i in range(0, len(samples), 64)]


def single_thread(_: int) -> None:
    """Keep a worker's OpenCV and torch to one thread each."""
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
