"""What a network is to learn: losses of its outputs, and the texts that they stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from torch import Tensor, nn

from pipeline.recognition.alphabet import BLANK, Alphabet
from pipeline.recognition.recipe import CLASSES, CTC
from pipeline.training.batches import Batch


class Objective(Protocol):
    """What a network is to learn: a loss for each sample of a batch, and the text that an output
    stands for."""

    def losses(self, output: Tensor, batch: Batch) -> Tensor: ...

    def texts(self, output: Tensor, lengths: Tensor, alphabet: Alphabet) -> list[str]: ...


class CTCObjective:
    """Connectionist temporal classification (Graves et al. 2006)."""

    def __init__(self) -> None:
        self._loss = nn.CTCLoss(blank=BLANK, reduction="none")

    def losses(self, output: Tensor, batch: Batch) -> Tensor:
        """(N,) losses of (T, N, C) log-probabilities."""
        return self._loss(
            output, batch.targets.to(output.device), batch.frame_lengths, batch.target_lengths
        )

    def texts(self, output: Tensor, lengths: Tensor, alphabet: Alphabet) -> list[str]:
        """Best paths, `lengths` frames of each."""
        return greedy_texts(output, lengths, alphabet)


class ClassObjective:
    """Cross-entropy over the characters of an alphabet, one to an image; there is no blank."""

    def losses(self, output: Tensor, batch: Batch) -> Tensor:
        """(N,) losses of (1, N, C) log-probabilities."""
        return nn.functional.nll_loss(output[0], batch.targets.to(output.device), reduction="none")

    def texts(self, output: Tensor, lengths: Tensor, alphabet: Alphabet) -> list[str]:
        """The likeliest character of each image."""
        return [alphabet.characters[k] for k in output[0].argmax(1).tolist()]


OBJECTIVES: dict[str, Callable[[], Objective]] = {CTC: CTCObjective, CLASSES: ClassObjective}


def greedy_texts(log_probabilities: Tensor, lengths: Tensor, alphabet: Alphabet) -> list[str]:
    """Best paths of (T, N, C) log-probabilities: repeats collapsed, blanks dropped; `lengths` in
    frames."""
    best = log_probabilities.argmax(2).T.cpu().numpy()
    texts = []
    for path, length in zip(best, lengths.tolist(), strict=True):
        path = path[:length]
        changed = np.insert(path[1:] != path[:-1], 0, True)
        texts.append(alphabet.decode(path[changed & (path != BLANK)].tolist()))
    return texts
