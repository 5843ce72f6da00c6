"""Residual networks (He, Zhang, Ren, Sun 2015, arXiv:1512.03385): a classifier of characters, and a
reader of lines.

Their modules have torchvision's names (conv1, bn1, layer1 …), so that weights trained for its
ResNet-34 load as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

BLOCKS = (3, 4, 6, 3)  # of ResNet-34, Table 1 of the paper
WIDTH = 64  # channels of its first stage; each later one has twice as many


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a way around them."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = (
            nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )
            if stride != 1 or inputs != outputs
            else None
        )

    def forward(self, features: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H / stride, W / stride)."""
        around = features if self.downsample is None else self.downsample(features)
        inner = torch.relu(self.bn1(self.conv1(features)))
        return torch.relu(self.bn2(self.conv2(inner)) + around)


def _stage(inputs: int, outputs: int, blocks: int, stride: int) -> nn.Sequential:
    rest = (BasicBlock(outputs, outputs) for _ in range(blocks - 1))
    return nn.Sequential(BasicBlock(inputs, outputs, stride), *rest)


class Trunk(nn.Module):
    """The stem of a ResNet-34 and its first `stages` stages, on one channel of grey; `width`
    channels in the first."""

    def __init__(self, stages: int, width: int = WIDTH) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.stages = stages
        for number in range(stages):
            inputs, outputs = width << max(0, number - 1), width << number
            self.add_module(
                f"layer{number + 1}",
                _stage(inputs, outputs, BLOCKS[number], 1 if number == 0 else 2),
            )

    def forward(self, images: Tensor) -> Tensor:
        """(N, 1, H, W) to (N, width << (stages - 1), H / 2^(stages + 1), W / 2^(stages + 1)),
        halves rounded up."""
        features = self.maxpool(torch.relu(self.bn1(self.conv1(images))))
        for number in range(self.stages):
            features = self.get_submodule(f"layer{number + 1}")(features)
        return features

    def load_pretrained(self, weights: Mapping[str, Tensor]) -> None:
        """Take over what fits of torchvision's ResNet-34; the stem's weights for red, green and
        blue become their mean.

        Raises:
            RuntimeError: this network is not as wide.
        """
        own = self.state_dict()
        taken = {name: tensor for name, tensor in weights.items() if name in own}
        taken["conv1.weight"] = weights["conv1.weight"].mean(dim=1, keepdim=True)
        self.load_state_dict(own | taken)


class CharResNet(nn.Module):
    """ResNet-34 as a classifier of isolated characters.

    Args:
        classes: number of characters; a classifier has no blank.
        width: channels of the first stage.
    """

    def __init__(self, classes: int, width: int = WIDTH) -> None:
        super().__init__()
        self.trunk = Trunk(4, width).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.fc = nn.Linear(width << 3, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Classify a batch of characters.

        Args:
            images: (N, 1, S, S) float, 0 for paper, 1 for ink; any size of at least 32.

        Returns:
            (1, N, classes) log-probabilities: one step of time, so that a reader of characters is a
            reader like the others.
        """
        pooled = self.trunk(images).mean(dim=(2, 3))
        return torch.log_softmax(self.fc(pooled), dim=1)[None]

    def load_pretrained(self, weights: Mapping[str, Tensor]) -> None:
        """Begin from torchvision's ResNet-34 without its last layer."""
        self.trunk.load_pretrained(weights)


class LineResNet(nn.Module):
    """A reader of handwritten lines at two scales: the first stage of a ResNet-34, and the same
    pooled once more.

    Each scale has its own LSTM; the coarse one sees half as many columns, each of which stands for
    two steps of time.

    Args:
        classes: number of outputs, the blank included.
        height: rows of the input, a multiple of 8.
        hidden: LSTM units per direction.
        layers: layers of each LSTM.
        dropout: before the linear layer, and between the LSTM's layers.
        width: channels of the convolutions.
    """

    def __init__(
        self,
        classes: int,
        height: int = 48,
        hidden: int = 512,
        layers: int = 2,
        dropout: float = 0.5,
        width: int = WIDTH,
    ) -> None:
        super().__init__()
        self.trunk = Trunk(1, width).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.down = nn.Sequential(
            *(_convolution(width) for _ in range(2)),
            nn.MaxPool2d(2),
        ).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        between = dropout if layers > 1 else 0.0
        self.fine = nn.LSTM(
            width * height // 4, hidden, layers, bidirectional=True, dropout=between
        )
        self.coarse = nn.LSTM(
            width * height // 8, hidden, layers, bidirectional=True, dropout=between
        )
        self.dropout = nn.Dropout(dropout)
        self.classify = nn.Linear(4 * hidden, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Read a batch of lines.

        Args:
            images: (N, 1, height, 640) float, 0 for paper, 1 for ink.

        Returns:
            (160, N, classes) log-probabilities.
        """
        features = self.trunk(images)  # N, width, height / 4, 160
        fine = features.flatten(1, 2).permute(2, 0, 1)
        coarse = self.down(features).flatten(1, 2).permute(2, 0, 1).repeat_interleave(2, dim=0)
        states = torch.cat([self.fine(fine)[0], self.coarse(coarse)[0]], dim=2)
        return torch.log_softmax(self.classify(self.dropout(states)), dim=2)

    def load_pretrained(self, weights: Mapping[str, Tensor]) -> None:
        """Begin from the first stage of torchvision's ResNet-34."""
        self.trunk.load_pretrained(weights)


def _convolution(channels: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(inplace=True),
    )
