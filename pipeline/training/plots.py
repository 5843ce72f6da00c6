"""Pictures of an evaluation: confusions, reliability, the learning curve. PNG files, the same bytes
for the same figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pipeline.recognition.model import ModelFolder
from pipeline.training.evaluation import MISSING, Reliability

MOST_CHARACTERS = 40
INK, ACCENT, PALE = "#22313f", "#b03a2e", "#d5dbdb"
mpl.rcParams.update(
    {
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=110, metadata={"Software": None})


def draw_confusions(counts: Mapping[tuple[str, str], int], path: Path) -> None:
    """The characters that are most often taken for others: truth in rows, what was read in
    columns."""
    weight: Counter[str] = Counter()
    for (truth, read), number in counts.items():
        weight[truth] += number
        weight[read] += number
    characters = [character for character, _ in weight.most_common(MOST_CHARACTERS)]
    table = np.array(
        [[counts.get((truth, read), 0) for read in characters] for truth in characters]
    )
    figure = Figure(figsize=(10, 9.5), layout="constrained")
    axes = figure.subplots()
    axes.imshow(np.sqrt(table), cmap="Greys", aspect="equal")
    labels = ["space" if c == " " else c for c in characters]
    axes.set_xticks(range(len(labels)), labels, rotation=90)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlabel(f"read ({MISSING}: left out)")
    axes.set_ylabel(f"in the true text ({MISSING}: put in)")
    dark = table.max(initial=1) * 0.3
    for (row, column), number in np.ndenumerate(table):
        if number:
            axes.text(
                column,
                row,
                str(number),
                ha="center",
                va="center",
                fontsize=6,
                color="white" if number > dark else INK,
            )
    _save(figure, path)


def draw_reliability(found: Reliability, path: Path) -> None:
    """Share of right words against their confidence; the diagonal is what confidences promise."""
    figure = Figure(figsize=(5.2, 5), layout="constrained")
    axes = figure.subplots()
    filled = found.counts > 0
    axes.plot([0, 1], [0, 1], color=PALE, zorder=0)
    axes.plot(found.centres[filled], found.shares[filled], "o-", color=ACCENT)
    for x, y, number in zip(
        found.centres[filled], found.shares[filled], found.counts[filled], strict=True
    ):
        axes.annotate(
            f"{number:,}",
            (x, y),
            textcoords="offset points",
            xytext=(6, -10),
            fontsize=7,
            color=INK,
        )
    axes.set(
        xlim=(0, 1.02), ylim=(0, 1.02), xlabel="confidence of a word", ylabel="share of right words"
    )
    axes.set_title(f"expected calibration error {found.error:.3f}", fontsize=9)
    _save(figure, path)


def draw_learning_curve(rows: Sequence[Mapping[str, str]], path: Path) -> None:
    """CER on held-out lines and training loss against the lines seen, from the rows of a training's
    log."""
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.subplots()
    seen = [int(row["seen"]) for row in rows]
    axes.semilogy(seen, [100 * float(row["cer"]) for row in rows], "o-", color=ACCENT, markersize=3)
    axes.set(xlabel="lines seen", ylabel="CER of held-out lines, %")
    loss = axes.twinx()
    loss.semilogy(seen, [float(row["loss"]) for row in rows], color=INK, linewidth=1)
    loss.set_ylabel("training loss, nats per character")
    axes.yaxis.label.set_color(ACCENT)
    _save(figure, path)


RIGHT, WRONG = "#1e7d34", "#b03a2e"


def draw_montage(samples: Sequence[tuple[NDArray[np.uint8], str, str]], path: Path) -> None:
    """Images with their readings, ten in a row where they are small: green where right, red with
    the truth where not.

    Args:
        samples: (image (H, W) uint8, truth, reading) of each.
    """
    wide = max((image.shape[1] / image.shape[0] for image, _, _ in samples), default=1.0)
    columns = 10 if wide < 2 else 5 if wide < 8 else 2
    rows = max(1, -(-len(samples) // columns))
    figure = Figure(
        figsize=(11, rows * (11 / columns / min(wide, 6) * 0.7 + 0.32)), layout="constrained"
    )
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, (image, truth, read) in zip(grid.flat, samples, strict=False):
        axes.imshow(image, cmap="gray", vmin=0, vmax=255)
        text = read if read == truth else f"{read or MISSING} ({truth})"
        axes.set_title(
            text.replace("$", r"\$"), fontsize=7, color=RIGHT if read == truth else WRONG, pad=2
        )
    _save(figure, path)


def draw_features(
    model: ModelFolder, image: NDArray[np.uint8], path: Path, channels: int = 8
) -> None:
    """What each layer of a network makes of an image: the first channels of every convolution and
    pooling, and the LSTM's states.

    Args:
        image: (H, W) uint8, as the network sees it.
    """
    import torch
    from safetensors.torch import load_file
    from torch import nn

    from pipeline.recognition import networks

    network = networks.build(model.network, model.outputs, model.options)
    network.load_state_dict(load_file(model.path / "weights.safetensors"))
    network.eval()
    seen: list[tuple[str, NDArray[np.float32]]] = []

    def keep(name: str) -> Callable[..., None]:
        def hook(_module: nn.Module, _inputs: object, output: Any) -> None:
            values = (output[0] if isinstance(output, tuple) else output).detach().float()
            seen.append(
                (
                    name,
                    np.asarray(
                        values[0] if values.dim() == 4 else values[:, 0].T[None], dtype=np.float32
                    ),
                )
            )

        return hook

    shown = (nn.Conv2d, nn.MaxPool2d, nn.LSTM)
    hooks = [
        m.register_forward_hook(keep(name))
        for name, m in network.named_modules()
        if isinstance(m, shown)
    ]
    width = -(-image.shape[1] // 32) * 32
    padded = np.full((image.shape[0], width), 255, np.uint8)
    padded[:, : image.shape[1]] = image
    with torch.inference_mode():
        network(torch.from_numpy((255 - padded.astype(np.float32)) / 255)[None, None])
    for hook in hooks:
        hook.remove()
    figure = Figure(figsize=(12, 0.9 * len(seen) + 1), layout="constrained")
    grid = figure.subplots(len(seen) + 1, channels, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    grid[0, 0].imshow(image, cmap="gray", vmin=0, vmax=255)
    grid[0, 0].set_title("input", fontsize=7, loc="left")
    for row, (name, maps) in zip(grid[1:], seen, strict=True):
        row[0].set_title(f"{name} {tuple(maps.shape)}", fontsize=7, loc="left")
        for axes, channel in zip(row, maps, strict=False):
            axes.imshow(channel, cmap="viridis", aspect="auto")
    _save(figure, path)
