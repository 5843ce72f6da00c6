"""A convolutional recurrent network for lines of joined handwriting, after Shi et al. 2015 (CRNN,
arXiv:1507.05717), with residual convolutions (He et al. 2015, arXiv:1512.03385).

Twice as wide as the reader of print and half as deep again: a joined letter is told by its
neighbours, and there are far fewer lines to learn a hand from.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pipeline.recognition.networks.resnet import BasicBlock

WIDTH = 256  # of a column, before what stands beside it is known


class HandCRNN(nn.Module):
    """Convolutions, two bidirectional LSTM layers, one linear layer.

    Args:
        classes: number of outputs, the blank included.
        height: rows of the input, a multiple of 8.
        hidden: LSTM units per direction.
        layers: LSTM layers.
        dropout: before, between and after the LSTM layers.
    """

    def __init__(
        self,
        classes: int,
        height: int = 40,
        hidden: int = 192,
        layers: int = 2,
        dropout: float = 0.3,
    ) -> None:
        super().__init__()
        self.width, self.classes = WIDTH, classes
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, 5, 2, padding=2, bias=False),  # N, 32, H/2, W/2
            nn.BatchNorm2d(32),
            nn.ReLU(inplace=True),
            BasicBlock(32, 64, 2),  # N, 64, H/4, W/4
            BasicBlock(64, 96),
            nn.MaxPool2d((2, 1), ceil_mode=True),  # N, 96, H/8, W/4
            BasicBlock(96, 128),
        ).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.project = nn.Sequential(nn.Linear(128 * (height // 8), WIDTH), nn.ReLU(inplace=True))
        self.dropout = nn.Dropout(dropout)
        self.recurrent = nn.LSTM(
            WIDTH, hidden, layers, bidirectional=True, dropout=dropout if layers > 1 else 0.0
        )
        self.classify = nn.Linear(2 * hidden, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Read a batch of lines.

        Args:
            images: (N, 1, height, W) float, 0 for paper, 1 for ink; W a multiple of 4.

        Returns:
            (W / 4, N, classes) log-probabilities.
        """
        return self.read(self.columns(images))

    def columns(self, images: Tensor) -> Tensor:
        """What the convolutions see of (N, 1, height, W) images: (W / 4, N, WIDTH)."""
        seen = self.features(images).flatten(1, 2).permute(2, 0, 1)  # T, N, 128 * height / 8
        return self.project(seen)

    def read(self, columns: Tensor) -> Tensor:
        """(T, N, classes) log-probabilities of (T, N, WIDTH) columns."""
        states, _ = self.recurrent(self.dropout(columns))  # T, N, 2 * hidden
        return torch.log_softmax(self.classify(self.dropout(states)), dim=2)
