"""A small convolutional recurrent network for printed lines, after Shi et al. 2015 (CRNN,
arXiv:1507.05717).

Five 3x3 convolutions instead of seven and an eighth of the parameters, so that one core reads
hundreds of lines a second.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

CHANNELS = 128  # of the last convolution
COLUMN = 160  # features of a column of the line
REACH = 5  # columns, of four pixels each: a letter and the halves of those beside it
HEIGHT = 32  # rows of the input; the convolutions bring them down to 4


def _block(
    inputs: int, outputs: int, stride: int | tuple[int, int] = 1, size: int = 3
) -> nn.Sequential:
    """Convolution, batch norm, ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Neighbourhood(nn.Module):
    """A convolution along the line over the features of its columns, added to what it is given (He
    et al. 2015, arXiv:1512.03385): at first it changes nothing, as its batch norm begins at zero.
    """

    def __init__(self, channels: int, size: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(
            channels, channels, (1, size), padding=(0, size // 2), bias=False
        )
        self.norm = nn.BatchNorm2d(channels)
        nn.init.zeros_(self.norm.weight)

    def forward(self, columns: Tensor) -> Tensor:
        """(N, channels, 1, T) features, not below zero, to as many."""
        return functional.relu(columns + self.norm(self.convolution(columns)))


class PrintCRNN(nn.Module):
    """Convolutions, bidirectional LSTM layers, one linear layer.

    Strided convolutions instead of pooling: no convolution runs at the full size of the input,
    where most time would go.

    Args:
        classes: number of outputs, the blank included.
        hidden: LSTM units per direction.
        layers: LSTM layers. bench/networks.py measures other sizes.
        neighbours: convolutions along the line before them, each over REACH columns.
    """

    def __init__(
        self, classes: int, hidden: int = 128, layers: int = 2, neighbours: int = 0
    ) -> None:
        super().__init__()
        self.features = nn.Sequential(
            _block(1, 24, stride=2, size=5),  # N, 24, 16, W/2
            _block(24, 64, stride=2),  # N, 64, 8, W/4
            _block(64, 64),
            _block(64, 96, stride=(2, 1)),  # N, 96, 4, W/4
            _block(96, CHANNELS),
        ).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.project = nn.Sequential(
            nn.Linear(CHANNELS * HEIGHT // 8, COLUMN), nn.ReLU(inplace=True)
        )
        self.neighbours = nn.Sequential(*(Neighbourhood(COLUMN, REACH) for _ in range(neighbours)))
        self.dropout = nn.Dropout(0.1)
        self.recurrent = nn.LSTM(
            COLUMN,
            hidden,
            num_layers=layers,
            bidirectional=True,
            dropout=0.1 if layers > 1 else 0.0,
        )
        self.classify = nn.Linear(2 * hidden, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Read a batch of lines.

        Args:
            images: (N, 1, 32, W) float, 0 for paper, 1 for ink; W a multiple of 4.

        Returns:
            (W / 4, N, classes) log-probabilities.
        """
        columns = self._project(self.features(images)).squeeze(2).permute(2, 0, 1)  # T, N, 160
        states, _ = self.recurrent(self.dropout(columns))  # T, N, 2 * hidden
        return torch.log_softmax(self.classify(states), dim=2)

    def _project(self, features: Tensor) -> Tensor:
        """(N, 128, 4, T) features to (N, 160, 1, T): a linear layer for each column, as a
        convolution over its rows."""
        linear = self.project[0]
        assert isinstance(linear, nn.Linear)
        weights = linear.weight.reshape(COLUMN, CHANNELS, HEIGHT // 8, 1)
        return self.neighbours(functional.relu(functional.conv2d(features, weights, linear.bias)))
