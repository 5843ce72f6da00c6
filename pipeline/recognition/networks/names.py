"""A reader of handwritten names: three convolutions, a narrow linear layer, one bidirectional LSTM
layer."""

from __future__ import annotations

import torch
from torch import Tensor, nn

HEIGHT, WIDTH = 64, 256
ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "mish": nn.Mish,
}  # Mish: Misra 2019, arXiv:1908.08681


class NameReader(nn.Module):
    """Three convolutions of 32, 64 and 128 channels, each pooled.

    Args:
        classes: number of outputs, the blank included.
        hidden: LSTM units per direction.
        activation: "relu" or "mish".
    """

    def __init__(self, classes: int, hidden: int = 512, activation: str = "relu") -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = (1, 32, 64, 128)
        pools: tuple[tuple[int, int], ...] = ((2, 2), (2, 2), (2, 1))
        for inputs, outputs, pool in zip(channels, channels[1:], pools, strict=False):
            layers += [
                nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
                nn.BatchNorm2d(outputs),
                ACTIVATIONS[activation](),
            ]
            layers += [nn.MaxPool2d(pool)]
        self.features = nn.Sequential(*layers).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.project = nn.Sequential(nn.Linear(128 * HEIGHT // 8, 64), ACTIVATIONS[activation]())
        self.recurrent = nn.LSTM(64, hidden, bidirectional=True)
        self.classify = nn.Linear(2 * hidden, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Read a batch of names.

        Args:
            images: (N, 1, 64, 256) float, 0 for paper, 1 for ink.

        Returns:
            (64, N, classes) log-probabilities.
        """
        columns = self.features(images).flatten(1, 2).permute(2, 0, 1)  # 64, N, 1024
        states, _ = self.recurrent(self.project(columns))
        return torch.log_softmax(self.classify(states), dim=2)
