"""Recognition networks by name: pure torch modules, (N, 1, H, W) images in, (T, N, C)
log-probabilities out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from torch import nn

from pipeline.errors import ModelError
from pipeline.recognition.networks.crnn import CRNN
from pipeline.recognition.networks.hand_crnn import HandCRNN
from pipeline.recognition.networks.names import NameReader
from pipeline.recognition.networks.print_crnn import PrintCRNN
from pipeline.recognition.networks.resnet import CharResNet, LineResNet
from pipeline.recognition.networks.word_bilstm import WordBiLSTM

NETWORKS: dict[str, Callable[..., nn.Module]] = {
    "print-crnn": PrintCRNN,
    "hand-crnn": HandCRNN,
    "crnn": CRNN,
    "word-bilstm": WordBiLSTM,
    "line-resnet": LineResNet,
    "names": NameReader,
    "char-resnet": CharResNet,
}


def build(
    name: str, classes: int, options: Mapping[str, int | float | str] | None = None
) -> nn.Module:
    """A fresh network of that name.

    Args:
        classes: number of outputs, the blank included where the network has one.
        options: sizes of the network that are not its usual ones.

    Raises:
        ModelError: no network has that name, or it has no such options.
    """
    if name not in NETWORKS:
        raise ModelError(
            f"no network is called {name!r}", f"Known networks: {', '.join(sorted(NETWORKS))}"
        )
    try:
        return NETWORKS[name](classes, **(options or {}))
    except (TypeError, KeyError, RuntimeError) as error:
        raise ModelError(
            f"the network {name} cannot be built with {dict(options or {})}: {error}"
        ) from error
