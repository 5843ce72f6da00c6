"""Samples put together as the tensors that a network and its loss take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.recognition.recipe import CTC, Recipe

Sample = tuple[NDArray[np.uint8], str]


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
