"""A second loss, of what columns say without their neighbours."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from pipeline.errors import DataError
from pipeline.recognition import networks
from pipeline.recognition.alphabet import Alphabet
from pipeline.training.batches import Batch
from pipeline.training.loop import Trainer
from pipeline.training.schedule import Schedule
from pipeline.training.shortcut import Shortcut

ALPHABET = Alphabet("ab")


def trainer_with(shortcut: float) -> Trainer:
    torch.manual_seed(1)
    network = networks.build("hand-crnn", ALPHABET.classes, {"hidden": 8})
    return Trainer(network, ALPHABET, Schedule(1000), shortcut=shortcut)


def one_batch() -> Batch:
    targets = torch.tensor([*ALPHABET.encode("ab"), *ALPHABET.encode("b")])
    images = torch.rand(2, 1, 40, 64, generator=torch.Generator().manual_seed(2))
    return Batch(images, targets, torch.tensor([2, 1]), torch.full((2,), 16), ["ab", "b"], [])


def test_the_shortcut_teaches_the_convolutions_and_is_learnt_itself() -> None:
    """It reads the same columns as the network, which alone is averaged and released."""
    with_it, without = trainer_with(0.2), trainer_with(0.0)
    assert with_it.shortcut is not None and without.shortcut is None
    before = with_it.shortcut.layer.weight.detach().clone()
    with_it.network.eval()
    images = one_batch().images
    read, alone = with_it.shortcut(images)
    assert torch.allclose(read, with_it.network(images)) and alone.shape == read.shape
    assert with_it.step(one_batch()) > without.step(one_batch())  # the second loss counts
    assert not torch.equal(before, with_it.shortcut.layer.weight)
    assert set(with_it.average) == set(without.average)


def test_a_shortcut_is_resumed(tmp_path: Path) -> None:
    first, second = trainer_with(0.2), trainer_with(0.2)
    first.step(one_batch())
    first.save(tmp_path)
    assert second.resume(tmp_path) and first.shortcut and second.shortcut
    assert torch.equal(first.shortcut.layer.weight, second.shortcut.layer.weight)


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path: Path) -> None:
    """A training that cannot go on would end in a traceback, and not say what to remove."""
    trainer_with(0.0).save(tmp_path)
    with pytest.raises(DataError, match="no checkpoint of this training") as caught:
        trainer_with(0.2).resume(tmp_path)
    assert str(tmp_path) in caught.value.remedy
    (tmp_path / "checkpoint.safetensors").write_bytes(b"half")
    with pytest.raises(DataError):
        trainer_with(0.0).resume(tmp_path)


def test_a_network_in_one_part_has_no_shortcut() -> None:
    network = networks.build("print-crnn", ALPHABET.classes, {})
    with pytest.raises(TypeError, match="does not read columns"):
        Shortcut(network, 0.2)
