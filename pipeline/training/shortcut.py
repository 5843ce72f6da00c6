"""A second reading of a network's columns, without what stands beside them.

A recurrent layer knows words by heart where there are few lines to learn from, and asks little of
the convolutions before it. A linear layer that reads each of their columns alone makes them see
letters ("CTC shortcut", Retsinas et al. 2022, arXiv:2404.11339). It only teaches: no released
network has one.
"""

from __future__ import annotations

from typing import Protocol, cast

import torch
from torch import Tensor, nn


class TwoParts(Protocol):
    """A network that reads columns: `forward` is `read` after `columns`.

    width: numbers of a column; classes: of its outputs.
    """

    width: int
    classes: int

    def columns(self, images: Tensor) -> Tensor: ...

    def read(self, columns: Tensor) -> Tensor: ...


class Shortcut(nn.Module):
    """The second reading of a network.

    Args:
        network: one with two parts.
        weight: of the loss of the second reading, where that of the network's own is 1.

    Raises:
        TypeError: the network is in one part.
    """

    def __init__(self, network: nn.Module, weight: float) -> None:
        super().__init__()
        if not hasattr(network, "columns"):
            raise TypeError(f"{type(network).__name__} does not read columns")
        # not a part of this module: its parameters are learnt once, not twice
        self.__dict__["network"] = network
        self.weight = weight
        parts = cast(TwoParts, network)
        self.layer = nn.Linear(parts.width, parts.classes)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """(T, N, classes) log-probabilities of the network, and of the columns alone.

        Args:
            images: as the network takes them.
        """
        parts = cast(TwoParts, self.__dict__["network"])
        columns = parts.columns(images)
        return parts.read(columns), torch.log_softmax(self.layer(columns), dim=2)
