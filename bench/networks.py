"""Accuracy against speed of networks: each variant learns from the same lines in the same order,
then reads on one core.

    .venv/bin/python -m bench.networks data/print-en.lmdb --lines 40000

Short lines only (at most 280 pixels), so that a comparison takes minutes and not hours; the
learning rate falls over the last half. Printed are the CER of held-out lines (best paths, averaged
weights), parameters, training time, and lines a second of ONNX Runtime in float32 on one core, on
full-width lines (32 x 640).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import torch
from torch import nn
from torch.utils.data import DataLoader
from tqdm import tqdm

from pipeline.recognition.alphabet import PRINT
from pipeline.recognition.frame import PRINT_FRAME
from pipeline.recognition.networks.print_crnn import PrintCRNN
from pipeline.recognition.recipe import read_recipe
from pipeline.training.batches import Collate
from pipeline.training.evaluation import character_error_rate
from pipeline.training.line_sets import LineSet, checked_set, usable
from pipeline.training.loop import Trainer
from pipeline.training.network_inputs import DegradedLines, single_thread, validation_batches
from pipeline.training.sampling import BucketSampler, Mixture
from pipeline.training.schedule import Schedule
from stages.make.export_model import export_onnx

VARIANTS: dict[str, Callable[[], nn.Module]] = {
    "one LSTM of 128": lambda: PrintCRNN(PRINT.classes, hidden=128, layers=1),
    "two LSTMs of 96": lambda: PrintCRNN(PRINT.classes, hidden=96),
    "two LSTMs of 128 (print-crnn)": lambda: PrintCRNN(PRINT.classes),
    "two LSTMs of 192": lambda: PrintCRNN(PRINT.classes, hidden=192),
}
HELD_OUT = 3000
SHORT_WIDTH = 280  # columns; every variant learns short lines only
RECIPE = read_recipe("print-en")


def lines_per_second(network: nn.Module) -> float:
    """Best of five batches of 8 lines of 32 x 640, one core."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.onnx"
        export_onnx(network.cpu(), path, RECIPE)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    images = np.random.default_rng(0).random((8, 1, 32, 640), dtype=np.float32)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        session.run(None, {"images": images})
        seconds.append(time.perf_counter() - start)
    return 8 / min(seconds)


def trained(
    build: Callable[[], nn.Module], lines: LineSet, count: int, workers: int, name: str
) -> tuple[Trainer, float]:
    """A variant after `count` short lines, and the seconds that it took."""
    torch.manual_seed(1)
    training, widths, _ = usable(lines, RECIPE, HELD_OUT)
    short = widths <= SHORT_WIDTH
    mixture = Mixture([training[short]], [widths[short]], lambda _: [1.0])
    sampler = BucketSampler(mixture, 32, seed=1)
    loader = DataLoader(
        DegradedLines([lines]),
        batch_sampler=sampler,
        collate_fn=Collate(RECIPE),
        num_workers=workers,
        multiprocessing_context="spawn",
        prefetch_factor=8,
        worker_init_fn=single_thread,
    )
    trainer = Trainer(
        build(), PRINT, Schedule(count), "cuda" if torch.cuda.is_available() else "cpu"
    )
    start = time.monotonic()
    with tqdm(total=count, unit="line", desc=name, mininterval=5) as bar:
        for batch in loader:
            trainer.step(batch)
            bar.update(len(batch.texts) + len(batch.dropped))
            if trainer.progress.seen >= count:
                return trainer, time.monotonic() - start
    raise AssertionError("the sampler is endless")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("set", type=Path, help="LMDB set of synthetic lines")
    parser.add_argument(
        "--lines",
        type=int,
        default=40_000,
        help="lines that each variant learns from (default: %(default)s)",
    )
    parser.add_argument(
        "--threads", type=int, default=1, help="torch's threads (default: %(default)s)"
    )
    parser.add_argument(
        "--workers", type=int, default=1, help="processes that degrade lines (default: %(default)s)"
    )
    parser.add_argument("--only", nargs="*", default=list(VARIANTS), help="names of variants")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(options.threads)
    lines = checked_set(options.set)
    _, _, held_out = usable(lines, RECIPE, HELD_OUT)
    sizes = {int(i): lines.size(int(i)) for i in held_out}
    short = [
        i
        for i, (rows, columns) in sizes.items()
        if columns * PRINT_FRAME.height / rows <= SHORT_WIDTH
    ]
    lines.close()
    validation = validation_batches([lines], [np.array(short)], RECIPE)
    print(
        "| network | parameters | CER, held-out short lines | lines/s, one core | training, s "
        "|\n|---|---|---|---|---|",
        flush=True,
    )
    for name in options.only:
        trainer, seconds = trained(VARIANTS[name], lines, options.lines, options.workers, name)
        cer = character_error_rate(trainer.evaluate(validation))
        trainer.network.load_state_dict(trainer.average)
        size = sum(p.numel() for p in trainer.network.parameters())
        print(
            f"| {name} | {size:,} | {100 * cer:.2f} | {lines_per_second(trainer.network):.0f} | "
            f"{seconds:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
