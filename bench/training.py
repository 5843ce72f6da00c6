"""How many lines a second a recognizer learns, and where the time goes.

    .venv/bin/python -m bench.training data/print-latin/english.lmdb --threads 2

Batches of a set as training draws them (degraded by one worker process) go through the trainer
itself. Printed are lines a second of wall time, and the CPU-seconds that a thousand lines cost in
each step: drawing (the worker), the network forward, the loss, backward, and the optimizer; in
float32 and, where the processor has instructions for it, in bfloat16.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
import torch

from pipeline.recognition import networks
from pipeline.recognition.recipe import read_recipe
from pipeline.training.batches import Batch, Collate
from pipeline.training.line_sets import LineSet, usable
from pipeline.training.loop import Trainer, gains_from_bfloat16
from pipeline.training.network_inputs import DegradedLines
from pipeline.training.sampling import BucketSampler, Mixture
from pipeline.training.schedule import Schedule

WARM_UP = 4  # batches before the clock starts


class Stopwatch:
    """CPU-seconds of this process, by what was done."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._last = time.process_time()

    def lap(self, name: str) -> None:
        """Book the time since the last lap under `name`."""
        now = time.process_time()
        self.spent[name] = self.spent.get(name, 0.0) + now - self._last
        self._last = now


def step(trainer: Trainer, batch: Batch, watch: Stopwatch) -> None:
    """One step of the trainer, taken apart; what `Trainer.step` does otherwise is bookkeeping."""
    with torch.autocast("cpu", torch.bfloat16, enabled=gains_from_bfloat16("cpu")):
        output = trainer.network(batch.images).float()
    watch.lap("forward")
    loss = trainer.objective.losses(output, batch).sum() / batch.target_lengths.sum()
    watch.lap("loss")
    trainer.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    watch.lap("backward")
    torch.nn.utils.clip_grad_norm_(trainer.network.parameters(), 5.0)
    trainer.optimizer.step()
    watch.lap("optimizer")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lines", type=Path, help="LMDB set of drawn lines")
    parser.add_argument("--recipe", default="print-latin")
    parser.add_argument("--batches", type=int, default=40)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(options.threads)
    recipe = read_recipe(options.recipe)
    size = recipe.training.batch
    lines = LineSet(options.lines)
    indices, widths, _ = usable(lines, recipe, 0)
    sampler = iter(BucketSampler(Mixture([indices], [widths], lambda _: [1.0]), size, seed=1))
    images, collate = DegradedLines([lines]), Collate(recipe)
    watch = Stopwatch()
    batches = [
        collate([images[address] for address in next(sampler)])
        for _ in range(WARM_UP + options.batches)
    ]
    watch.lap("drawing")
    drawing = watch.spent.pop("drawing") / len(batches) / size
    network = networks.build(recipe.network, recipe.outputs, recipe.options)
    network.train()
    trainer = Trainer(network, recipe.characters, Schedule(1_000_000))
    for batch in batches[:WARM_UP]:
        step(trainer, batch, Stopwatch())
    watch, started = Stopwatch(), time.perf_counter()
    for batch in batches[WARM_UP:]:
        step(trainer, batch, watch)
    seconds = time.perf_counter() - started
    count = options.batches * size
    print(
        f"bfloat16: {gains_from_bfloat16('cpu')}; {options.threads} threads; "
        f"mean width {np.mean([b.images.shape[3] for b in batches]):.0f} columns"
    )
    print(f"{count / seconds:.1f} lines/s learnt (wall)")
    print("CPU-seconds a thousand lines:")
    print(f"  {'degrading':10s} {1000 * drawing:.2f} (in a process of its own)")
    for name, spent in watch.spent.items():
        print(f"  {name:10s} {1000 * spent / count:.2f}")


if __name__ == "__main__":
    main()
