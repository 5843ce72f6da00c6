"""Weights that a network begins from: those of a released model, or of a pretrained ResNet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file

from pipeline.errors import DataError, ModelError
from pipeline.recognition.alphabet import BLANK, Alphabet
from pipeline.recognition.model import DESCRIPTION, open_model
from pipeline.recognition.networks.resnet import CharResNet, LineResNet

Tensors = dict[str, torch.Tensor]
LEAST_FITTING = 0.6  # share of a network's tensors that weights to begin from must hold


def begin_from(network: torch.nn.Module, path: Path, alphabet: Alphabet) -> None:
    """Take over every tensor of `path` that fits; a recognizer of another alphabet learns its last
    layer anew.

    Where `path` lies in a model folder, whose alphabet is known, the last layer keeps the rows of
    the characters in both.

    Raises:
        DataError: hardly anything fits: these are the weights of another network.
    """
    own, given = network.state_dict(), load_file(path)
    if (path.parent / DESCRIPTION).is_file():
        given = with_rows(given, own, open_model(path.parent).alphabet, alphabet)
    fitting = {
        name: tensor
        for name, tensor in given.items()
        if name in own and own[name].shape == tensor.shape
    }
    if len(fitting) < LEAST_FITTING * len(own):
        raise DataError(
            f"{path} holds the weights of another network",
            "Give --recipe the one that they were trained by.",
        )
    network.load_state_dict(own | fitting)
    if left := sorted(own.keys() - fitting.keys()):
        print(f"{path}: begun anew: {', '.join(left)}")


def with_rows(given: Tensors, own: Tensors, old: Alphabet, new: Alphabet) -> Tensors:
    """`given`, its tensors with a row for each class of `old` made ones with a row for each class
    of `new`: the rows of the blank and of the characters in both, the others from `own`, where the
    tensors there have such rows."""
    shared = [c for c in new.characters if c in old.characters]
    targets, sources = [BLANK, *new.encode("".join(shared))], [BLANK, *old.encode("".join(shared))]
    widened = {}
    for name, tensor in given.items():
        if (
            name in own
            and tensor.shape != own[name].shape == (new.classes, *tensor.shape[1:])
            and len(tensor) == old.classes
        ):
            widened[name] = own[name].clone()
            widened[name][targets] = tensor[sources]
    return given | widened


def load_pretrained(network: torch.nn.Module, path: Path) -> None:
    """Begin from the weights of torchvision's ResNet-34.

    Raises:
        DataError: the network holds no ResNet, or the file no such weights.
    """
    if not isinstance(network, CharResNet | LineResNet):
        raise DataError("this network holds no ResNet that could begin from pretrained weights")
    try:
        network.load_pretrained(load_file(path))
    except (KeyError, RuntimeError, ValueError, SafetensorError) as error:
        raise DataError(f"{path} does not hold the weights of a ResNet-34: {error}") from error


def mean_weights(paths: Sequence[Path]) -> dict[str, torch.Tensor]:
    """The mean of weights that one training reached at different times, or by different plan at
    its end: it is as good as the best of them at what each is good at (Wortsman et al. 2022,
    arXiv:2203.05482).

    Raises:
        ModelError: they are not of one network.
    """
    first, *others = (load_file(path) for path in paths)
    for path, weights in zip(paths[1:], others, strict=True):
        if {k: v.shape for k, v in weights.items()} != {k: v.shape for k, v in first.items()}:
            raise ModelError(
                f"{path} and {paths[0]} hold weights of different networks",
                "Give weights of one training.",
            )
    return {
        name: torch.stack([w[name].double() for w in (first, *others)])
        .mean(0)
        .to(first[name].dtype)
        for name in first
    }


def with_prefix(tensors: Tensors, prefix: str) -> Tensors:
    """The tensors whose names begin so, by the rest of their names."""
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def read_metadata(path: Path) -> dict:
    """The metadata of a safetensors file, its values parsed as JSON."""
    with safe_open(path, "pt") as file:
        return {k: json.loads(v) for k, v in (file.metadata() or {}).items()}
