"""The CRNN of Shi, Bai and Yao 2015 ("An End-to-End Trainable Neural Network for Image-based
Sequence Recognition", arXiv:1507.05717): seven convolutions, two bidirectional LSTM layers, 8.3
million parameters."""

from __future__ import annotations

import torch
from torch import Tensor, nn

HEIGHT = 32  # rows of the input; the convolutions bring them down to one


def _convolution(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class CRNN(nn.Module):
    """Table 1 of the paper, with two differences: batch norm after every convolution, not after two
    of them; and a column of padding before the last convolution, so that there is a frame to every
    four columns, as in the other networks here.

    Args:
        classes: number of outputs, the blank included.
        hidden: LSTM units per direction; between the two LSTM layers both directions are brought to
            so many.
    """

    def __init__(self, classes: int, hidden: int = 256) -> None:
        super().__init__()
        self.features = nn.Sequential(
            _convolution(1, 64),
            nn.MaxPool2d(2),  # N, 64, 16, W/2
            _convolution(64, 128),
            nn.MaxPool2d(2),  # N, 128, 8, W/4
            _convolution(128, 256),
            _convolution(256, 256),
            nn.MaxPool2d((2, 1)),  # N, 256, 4, W/4
            _convolution(256, 512),
            _convolution(512, 512),
            nn.MaxPool2d((2, 1)),  # N, 512, 2, W/4
            nn.ZeroPad2d((0, 1, 0, 0)),
            nn.Conv2d(512, 512, 2, bias=False),  # N, 512, 1, W/4
            nn.BatchNorm2d(512),
            nn.ReLU(inplace=True),
        ).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.first = nn.LSTM(512, hidden, bidirectional=True)
        self.between = nn.Linear(2 * hidden, hidden)
        self.second = nn.LSTM(hidden, hidden, bidirectional=True)
        self.classify = nn.Linear(2 * hidden, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Read a batch of words or lines.

        Args:
            images: (N, 1, 32, W) float, 0 for paper, 1 for ink; W a multiple of 4.

        Returns:
            (W / 4, N, classes) log-probabilities.
        """
        columns = self.features(images).squeeze(2).permute(2, 0, 1)  # T, N, 512
        states, _ = self.second(self.between(self.first(columns)[0]))
        return torch.log_softmax(self.classify(states), dim=2)
