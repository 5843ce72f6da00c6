"""A small reader of handwritten words: four convolutions of 32 channels and one bidirectional LSTM
layer."""

from __future__ import annotations

import torch
from torch import Tensor, nn

HEIGHT, WIDTH = 32, 128
COLUMNS = 2  # columns of the features in one time step
CHANNELS = 32


class WordBiLSTM(nn.Module):
    """Convolutions with batch norm, dropout, one pooling, and an LSTM over 32 steps of two columns
    each.

    Args:
        classes: number of outputs, the blank included.
        hidden: LSTM units per direction.
        dropout: of the features before the LSTM.
    """

    def __init__(self, classes: int, hidden: int = 200, dropout: float = 0.5) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for number in range(4):
            layers += [
                nn.Conv2d(CHANNELS if number else 1, CHANNELS, 3, padding=1, bias=False),
                nn.BatchNorm2d(CHANNELS),
            ]
            layers += [nn.ReLU(inplace=True), *([nn.MaxPool2d(2)] if number == 1 else [])]
        self.features = nn.Sequential(*layers).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.dropout = nn.Dropout(dropout)
        self.recurrent = nn.LSTM(CHANNELS * (HEIGHT // 2) * COLUMNS, hidden, bidirectional=True)
        self.classify = nn.Linear(2 * hidden, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Read a batch of words.

        Args:
            images: (N, 1, 32, 128) float, 0 for paper, 1 for ink.

        Returns:
            (32, N, classes) log-probabilities.
        """
        features = self.features(images)  # N, 32, 16, 64
        n, channels, rows, columns = features.shape
        steps = (
            features.reshape(n, channels, rows, columns // COLUMNS, COLUMNS)
            .permute(3, 0, 1, 2, 4)
            .flatten(2)
        )  # T, N, 1024
        states, _ = self.recurrent(self.dropout(steps))
        return torch.log_softmax(self.classify(states), dim=2)
