"""Recognition networks by name: pure torch modules, (N, 1, H, W) images in, (T, N, C) log-probabilities out."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from pipeline.errors import ModelError
from pipeline.recognition.networks.print_crnn import PrintCRNN

NETWORKS: dict[str, Callable[[int], nn.Module]] = {"print-crnn": PrintCRNN}


def build(name: str, classes: int) -> nn.Module:
    """A fresh network of that name, for `classes` outputs, the blank included.

    Raises:
        ModelError: no network has that name.
    """
    if name not in NETWORKS:
        raise ModelError(f"no network is called {name!r}", f"Known networks: {', '.join(sorted(NETWORKS))}")
    return NETWORKS[name](classes)
