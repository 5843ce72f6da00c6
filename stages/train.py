"""Train a recognizer on LMDB sets of text lines, with CTC.

Sets are mixed in the shares given: `--lines data/print-en.lmdb data/aligned/my-book.lmdb:0.5` draws half of each batch
from the second. Interrupted, the same command goes on from the last checkpoint in --build. Progress is in log.csv there,
and in TensorBoard: `tensorboard --logdir work/train`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors.torch import load_file
from torch.utils.data import DataLoader
from tqdm import tqdm

from pipeline.errors import DataError
from pipeline.recognition import networks
from pipeline.recognition.alphabet import PRINT
from pipeline.recognition.networks.print_crnn import STRIDE
from pipeline.training.data import Batch, BucketSampler, Collate, DegradedLines, LineSet, Mixture, checked_set
from pipeline.training.loop import CsvLog, Progress, Rhythm, Schedule, Trainer, train
from stages import command

VALIDATION_SEED = 7


def parse_share(text: str) -> tuple[Path, float | None]:
    """(set, share) of `PATH` or `PATH:SHARE`."""
    path, _, share = text.rpartition(":")
    return (Path(path), float(share)) if path else (Path(text), None)


def fill_shares(shares: list[float | None]) -> list[float]:
    """Shares that sum to one: what the named ones leave is split evenly among the others."""
    named = sum(s for s in shares if s is not None)
    unnamed = sum(s is None for s in shares)
    if named > 1 or (unnamed == 0 and abs(named - 1) > 1e-6):
        raise DataError("the shares of --lines do not sum to one", "Leave one set without a share: it takes the rest.")
    return [(1 - named) / unnamed if s is None else s for s in shares]


def usable(lines: LineSet, held_out: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(training indices, their widths, validation indices): the last `held_out` lines are for validation."""
    good = [i for i in range(1, lines.count + 1) if (text := lines.text(i)) and PRINT.covers(text)]
    training = np.array(good[: len(good) - held_out], dtype=np.int64)
    widths = np.array([lines.width(int(i)) for i in training], dtype=np.int64)
    lines.close()
    return training, widths, np.array(good[len(training) :], dtype=np.int64)


def validation_batches(sets: list[LineSet], indices: list[np.ndarray], collate: Collate) -> list[Batch]:
    """The held-out lines, degraded once and for all, in batches of like width."""
    lines = DegradedLines(sets)
    samples = [lines[(n, int(i), VALIDATION_SEED)] for n, group in enumerate(indices) for i in group]
    samples.sort(key=lambda sample: sample[0].shape[1])
    for one in sets:
        one.close()
    return [collate(samples[i : i + 64]) for i in range(0, len(samples), 64)]


class Logs:
    """log.csv, TensorBoard and the progress bar, together."""

    def __init__(self, folder: Path, bar: tqdm) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self.csv, self.board, self.bar = CsvLog(folder), SummaryWriter(str(folder / "tensorboard")), bar

    def __call__(self, progress: Progress, figures: dict[str, float]) -> None:
        self.csv(progress, figures)
        for name, value in figures.items():
            self.board.add_scalar(name, value, progress.seen)
        self.board.flush()
        self.bar.set_postfix(loss=f"{figures['loss']:.3f}", cer=f"{figures['cer']:.4f}")


def watched(batches: DataLoader, bar: tqdm) -> Iterator[Batch]:
    """The batches of a loader, counted on a progress bar."""
    for batch in batches:
        yield batch
        bar.update(len(batch.texts) + len(batch.dropped))


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("output", type=Path, help="safetensors file for the averaged weights of the best evaluation")
    parser.add_argument("--lines", nargs="+", required=True, metavar="SET[:SHARE]", help="LMDB sets and their shares")
    parser.add_argument("--build", type=Path, required=True, help="folder for checkpoints and logs")
    parser.add_argument("--network", default="print-crnn", choices=sorted(networks.NETWORKS))
    parser.add_argument("--base", type=Path, help="weights to begin from, instead of random ones")
    parser.add_argument("--count", type=int, default=300_000, help="lines to learn from (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate (default: %(default)s)")
    parser.add_argument("--descent", type=float, default=0.5, help="last part of the lines in which the rate falls")
    parser.add_argument("--batch", type=int, default=32, help="lines a step (default: %(default)s)")
    parser.add_argument("--curriculum", type=int, default=12_000, help="short lines only, until so many were seen")
    parser.add_argument("--held-out", type=int, default=640, help="lines of each set kept for validation")
    parser.add_argument("--evaluate-every", type=int, default=10_000, help="lines between evaluations")
    parser.add_argument("--patience", type=int, default=12, help="evaluations without a better CER before it stops")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="torch's threads")
    parser.add_argument("--workers", type=int, default=1, help="processes that degrade lines")
    options = parser.parse_args()

    cv2.setNumThreads(1)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    paths, shares = zip(*map(parse_share, options.lines), strict=True)
    sets = [checked_set(path) for path in paths]
    parts = [usable(lines, min(options.held_out, lines.count // 10)) for lines in sets]
    mixture = Mixture([p[0] for p in parts], [p[1] for p in parts], fill_shares(list(shares)))
    collate = Collate(PRINT, STRIDE)
    network = networks.build(options.network, PRINT.classes)
    if options.base:
        network.load_state_dict(load_file(options.base))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    trainer = Trainer(network, PRINT, Schedule(options.count, options.rate, descent=options.descent), device)
    options.build.mkdir(parents=True, exist_ok=True)
    trainer.resume(options.build)
    validation = validation_batches(sets, [p[2] for p in parts], collate)
    sampler = BucketSampler(mixture, options.batch, options.seed, trainer.progress.seen, options.curriculum)
    loader = DataLoader(
        DegradedLines(sets), batch_sampler=sampler, collate_fn=collate, num_workers=options.workers,
        prefetch_factor=8 if options.workers else None, pin_memory=device == "cuda", worker_init_fn=single_thread,
        # a forked worker would inherit the locks of threads that it does not have
        multiprocessing_context="spawn" if options.workers else None,
    )  # fmt: skip
    with tqdm(total=options.count, initial=trainer.progress.seen, unit="line", desc="train", mininterval=5) as bar:
        train(
            trainer, watched(loader, bar), validation, options.build,
            Rhythm(options.evaluate_every, options.patience), Logs(options.build, bar),
        )  # fmt: skip
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_bytes((options.build / "best.safetensors").read_bytes())


def single_thread(_: int) -> None:
    """Keep a worker's OpenCV and torch to one thread each."""
    cv2.setNumThreads(1)
    torch.set_num_threads(1)


if __name__ == "__main__":
    command.run(main)
