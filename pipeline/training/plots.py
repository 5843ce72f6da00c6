"""Pictures of an evaluation: confusions, reliability, the learning curve. PNG files, the same bytes for the same figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from pipeline.training.evaluation import MISSING, Reliability

MOST_CHARACTERS = 40
INK, ACCENT, PALE = "#22313f", "#b03a2e", "#d5dbdb"
mpl.rcParams.update({"font.family": "DejaVu Sans", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=110, metadata={"Software": None})


def draw_confusions(counts: Mapping[tuple[str, str], int], path: Path) -> None:
    """The characters that are most often taken for others: truth in rows, what was read in columns."""
    weight: Counter[str] = Counter()
    for (truth, read), number in counts.items():
        weight[truth] += number
        weight[read] += number
    characters = [character for character, _ in weight.most_common(MOST_CHARACTERS)]
    table = np.array([[counts.get((truth, read), 0) for read in characters] for truth in characters])
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
            axes.text(column, row, str(number), ha="center", va="center", fontsize=6, color="white" if number > dark else INK)
    _save(figure, path)


def draw_reliability(found: Reliability, path: Path) -> None:
    """Share of right words against their confidence; the diagonal is what confidences promise."""
    figure = Figure(figsize=(5.2, 5), layout="constrained")
    axes = figure.subplots()
    filled = found.counts > 0
    axes.plot([0, 1], [0, 1], color=PALE, zorder=0)
    axes.plot(found.centres[filled], found.shares[filled], "o-", color=ACCENT)
    for x, y, number in zip(found.centres[filled], found.shares[filled], found.counts[filled], strict=True):
        axes.annotate(f"{number:,}", (x, y), textcoords="offset points", xytext=(6, -10), fontsize=7, color=INK)
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="confidence of a word", ylabel="share of right words")
    axes.set_title(f"expected calibration error {found.error:.3f}", fontsize=9)
    _save(figure, path)


def draw_learning_curve(rows: Sequence[Mapping[str, str]], path: Path) -> None:
    """CER on held-out lines and training loss against the lines seen, from the rows of a training's log."""
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
