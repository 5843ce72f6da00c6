"""Samples that cannot be learnt, and samples changed anew each time they are learnt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import DataError
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.recipe import Distortion, read_recipe
from pipeline.synthesis.store import LineStore
from pipeline.training.batches import Batch, Collate
from pipeline.training.distortion import distort
from pipeline.training.line_sets import LineSet
from pipeline.training.loop import Trainer
from pipeline.training.schedule import Schedule
from tests.conftest import Stage
from tests.drawn import drawn_text


class Fixed(torch.nn.Module):
    """Log-probabilities that do not depend on the image, but for one row that is no number where
    the image is."""

    def __init__(self, steps: int, classes: int) -> None:
        super().__init__()
        self.logits = torch.nn.Parameter(torch.zeros(steps, 1, classes))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return torch.log_softmax(
            self.logits + images.sum((1, 2, 3))[None, :, None] * torch.arange(self.logits.shape[2]),
            2,
        )


def batch_of(texts: list[str], alphabet: Alphabet, steps: int, images: torch.Tensor) -> Batch:
    targets = torch.tensor([c for text in texts for c in alphabet.encode(text)])
    lengths = torch.tensor([len(text) for text in texts])
    return Batch(images, targets, lengths, torch.full((len(texts),), steps), texts, [])


def test_losses_that_are_no_number_are_counted_named_and_left_out() -> None:
    """One sample without a finite loss would spoil all weights, or vanish without a word."""
    alphabet, noted = Alphabet("ab"), []
    network = Fixed(3, 3)
    trainer = Trainer(
        network, alphabet, Schedule(100), note=lambda text, why: noted.append((text, why))
    )
    images = torch.zeros(3, 1, 4, 4)
    images[1] = float("nan")
    before = network.logits.detach().clone()
    loss = trainer.step(batch_of(["ab", "b", "bb"], alphabet, 3, images))
    assert np.isfinite(loss) and torch.isfinite(network.logits).all()
    assert not torch.equal(before, network.logits)
    assert trainer.progress.infinite == 1 and [text for text, _ in noted] == ["b"]
    # three steps are too few for "aab" with its repeat: infinite, and nothing is learnt from it
    state = network.logits.detach().clone()
    assert np.isnan(trainer.step(batch_of(["aab"], alphabet, 3, torch.zeros(1, 1, 4, 4))))
    assert torch.equal(state, network.logits) and trainer.progress.infinite == 2


def test_texts_too_long_for_their_image_are_dropped_with_repeats_counted() -> None:
    """Texts that no path can spell would be learnt, with an infinite loss."""
    recipe = read_recipe("crnn")
    batch = Collate(recipe)(
        [(np.full((32, 16), 255, np.uint8), "abcd"), (np.full((32, 16), 255, np.uint8), "aabb")]
    )
    assert (batch.texts, batch.dropped) == (["abcd"], ["aabb"])


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_distortion_keeps_all_ink(seed: int) -> None:
    """Letters would be pushed out of the image that is learnt with their text."""
    image = drawn_text("word")
    how = Distortion(shift=0.03, scale=0.1, shear=0.7, rotation=0.05, elastic=0.04)
    changed = distort(image, how, np.random.default_rng(seed))
    edges = np.concatenate([changed[0], changed[-1], changed[:, 0], changed[:, -1]])
    assert changed.min() < 80 and edges.min() > 150


def test_a_set_without_anything_to_learn_is_an_error(tmp_path: Path, stage: Stage) -> None:
    """Training on a set of other letters would run for hours and learn nothing."""
    with LineStore(tmp_path / "train.lmdb", {"kind": "drawn"}) as store:
        store.append((drawn_text("ß"), "ß") for _ in range(20))
    run = stage(
        "train",
        tmp_path / "a.safetensors",
        "--recipe",
        "crnn",
        "--lines",
        tmp_path / "train.lmdb",
        "--build",
        tmp_path / "b",
    )
    assert (
        run.returncode != 0
        and "nothing that crnn can learn" in run.stderr
        and "Traceback" not in run.stderr
    )
    with pytest.raises(DataError):
        LineSet(tmp_path / "none")
