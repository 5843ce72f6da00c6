"""Train a named recognizer on LMDB sets of its images and their texts.

The recipe (pipeline/recognition/recipes/NAME.yaml) says which network, alphabet and input it has,
and how it learns; options given here go before it.

Sets are mixed in the shares given: `--lines data/print-en.lmdb data/aligned/my-book.lmdb:0.5` draws
half of each batch from the second. Interrupted, the same command goes on from the last checkpoint
in --build. Progress is in log.csv there,
and in TensorBoard: `tensorboard --logdir work/train`.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch.utils.data import DataLoader
from tqdm import tqdm

from pipeline.errors import DataError
from pipeline.files import write_text
from pipeline.recognition import networks
from pipeline.recognition.alphabet import BLANK, Alphabet
from pipeline.recognition.model import DESCRIPTION, open_model
from pipeline.recognition.networks.resnet import CharResNet, LineResNet
from pipeline.recognition.recipe import Recipe, read_recipe, recipe_names
from pipeline.training.data import (
    Batch,
    BucketSampler,
    Collate,
    DegradedLines,
    LineSet,
    Mixture,
    PlacedImages,
    checked_set,
)
from pipeline.training.loop import CsvLog, Progress, Watch, Schedule, Trainer, train
from stages import command

Tensors = dict[str, torch.Tensor]

VALIDATION_SEED = 7
LEAST_FITTING = 0.6  # share of a network's tensors that weights to begin from must hold


def parse_share(text: str) -> tuple[Path, float | None]:
    """(set, share) of `PATH` or `PATH:SHARE`."""
    path, _, share = text.rpartition(":")
    return (Path(path), float(share)) if path else (Path(text), None)


def fill_shares(shares: list[float | None]) -> list[float]:
    """Shares that sum to one: what the named ones leave is split evenly among the others."""
    named = sum(s for s in shares if s is not None)
    unnamed = sum(s is None for s in shares)
    if named > 1 or (unnamed == 0 and abs(named - 1) > 1e-6):
        raise DataError(
            "the shares of --lines do not sum to one",
            "Leave one set without a share: it takes the rest.",
        )
    return [(1 - named) / unnamed if s is None else s for s in shares]


def usable(
    lines: LineSet, recipe: Recipe, held_out: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(training indices, their widths, validation indices): the last `held_out` samples are for
    validation."""
    alphabet, height = recipe.characters, recipe.geometry.height
    good = [
        i for i in range(1, lines.count + 1) if (text := lines.text(i)) and alphabet.covers(text)
    ]
    training = np.array(good[: len(good) - held_out], dtype=np.int64)
    sizes = (lines.size(int(i)) for i in training)
    widths = np.array(
        [round(columns * height / max(1, rows)) for rows, columns in sizes], dtype=np.int64
    )
    lines.close()
    if len(training) == 0:
        raise DataError(
            f"{lines.path} holds nothing that {recipe.name} can learn",
            f"Its alphabet is {alphabet.characters!r}.",
        )
    return training, widths, np.array(good[len(training) :], dtype=np.int64)


def samples_of(sets: list[LineSet], recipe: Recipe) -> DegradedLines | PlacedImages:
    """What a recipe's network sees of the sets: printed lines degraded in its frame, or images on
    its canvas."""
    return DegradedLines(sets) if recipe.frame else PlacedImages(sets, recipe)


def validation_batches(
    sets: list[LineSet], indices: list[np.ndarray], recipe: Recipe
) -> list[Batch]:
    """The held-out samples in batches of like width; printed lines are degraded once and for
    all."""
    images, collate = samples_of(sets, recipe), Collate(recipe)
    seed = VALIDATION_SEED if recipe.frame else 0
    samples = [images[(n, int(i), seed)] for n, group in enumerate(indices) for i in group]
    samples.sort(key=lambda sample: sample[0].shape[1])
    for one in sets:
        one.close()
    return [collate(samples[i : i + 64]) for i in range(0, len(samples), 64)]


class Logs:
    """log.csv, TensorBoard and the progress bar, together."""

    def __init__(self, folder: Path, bar: tqdm) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self.csv, self.board, self.bar = (
            CsvLog(folder),
            SummaryWriter(str(folder / "tensorboard")),
            bar,
        )

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


class LeftOut:
    """left-out.csv: samples that could not be learnt, each named once, with the reason."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "left-out.csv"
        self._named: set[tuple[str, str]] = set()

    def __call__(self, text: str, why: str) -> None:
        if (text, why) not in self._named:
            self._named.add((text, why))
            with self.path.open("a", newline="", encoding="utf-8") as file:
                csv.writer(file).writerow((text, why))


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "output", type=Path, help="safetensors file for the averaged weights of the best evaluation"
    )
    parser.add_argument(
        "--recipe", default="print-en", choices=recipe_names(), help="default: %(default)s"
    )
    parser.add_argument(
        "--lines",
        nargs="+",
        required=True,
        metavar="SET[:SHARE]",
        help="LMDB sets and their shares",
    )
    parser.add_argument("--build", type=Path, required=True, help="folder for checkpoints and logs")
    start = parser.add_mutually_exclusive_group()
    start.add_argument(
        "--base",
        type=Path,
        help="weights of the same network to begin from, instead of random ones",
    )
    start.add_argument(
        "--pretrained",
        type=Path,
        help="safetensors of torchvision's ResNet-34, for the networks that have one within",
    )
    parser.add_argument(
        "--options",
        type=json.loads,
        default={},
        help='sizes of the network as JSON, such as {"hidden": 128}',
    )
    parser.add_argument(
        "--canvas",
        type=int,
        nargs=2,
        metavar=("HEIGHT", "WIDTH"),
        help="another size of the network's input",
    )
    parser.add_argument("--count", type=int, help="samples to learn from, repeats counted")
    parser.add_argument("--rate", type=float, help="highest learning rate")
    parser.add_argument(
        "--descent", type=float, help="last part of the samples in which the rate falls"
    )
    parser.add_argument("--batch", type=int, help="samples a step")
    parser.add_argument("--curriculum", type=int, help="short ones only, until so many were seen")
    parser.add_argument("--held-out", type=int, help="samples of each set kept for validation")
    parser.add_argument("--evaluate-every", type=int, help="samples between evaluations")
    parser.add_argument(
        "--patience", type=int, default=12, help="evaluations without a better CER before it stops"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="torch's threads")
    parser.add_argument("--workers", type=int, default=1, help="processes that degrade lines")
    options = parser.parse_args()

    cv2.setNumThreads(1)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    recipe = adjusted(read_recipe(options.recipe), options)
    lessons = recipe.training
    paths, shares = zip(*map(parse_share, options.lines), strict=True)
    sets = [checked_set(path) for path in paths]
    parts = [usable(lines, recipe, min(lessons.held_out, lines.count // 10)) for lines in sets]
    mixture = Mixture([p[0] for p in parts], [p[1] for p in parts], fill_shares(list(shares)))
    network = networks.build(recipe.network, recipe.outputs, recipe.options)
    if options.base:
        begin_from(network, options.base, recipe.characters)
    if options.pretrained:
        load_pretrained(network, options.pretrained)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    schedule = Schedule(
        lessons.samples, lessons.rate, descent=lessons.descent, cosine=lessons.shape == "cosine"
    )
    options.build.mkdir(parents=True, exist_ok=True)
    left_out = LeftOut(options.build)
    trainer = Trainer(
        network, recipe.characters, schedule, device, recipe.objective, lessons.optimizer, left_out
    )
    trainer.resume(options.build)
    validation = validation_batches(sets, [p[2] for p in parts], recipe)
    sampler = BucketSampler(
        mixture, lessons.batch, options.seed, trainer.progress.seen, lessons.curriculum
    )
    loader = DataLoader(
        samples_of(sets, recipe),
        batch_sampler=sampler,
        collate_fn=Collate(recipe),
        num_workers=options.workers,
        prefetch_factor=8 if options.workers else None,
        pin_memory=device == "cuda",
        worker_init_fn=single_thread,
        # a forked worker would inherit the locks of threads that it does not have
        multiprocessing_context="spawn" if options.workers else None,
    )
    with tqdm(
        total=lessons.samples,
        initial=trainer.progress.seen,
        unit="sample",
        desc=recipe.name,
        mininterval=5,
    ) as bar:
        train(
            trainer,
            watched(loader, bar),
            validation,
            options.build,
            Watch(lessons.evaluate_every, options.patience),
            Logs(options.build, bar),
        )
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_bytes((options.build / "best.safetensors").read_bytes())
    write_text(options.build / "recipe.json", recipe.model_dump_json(indent=1) + "\n")


def adjusted(recipe: Recipe, options: argparse.Namespace) -> Recipe:
    """The recipe with what the command line gives instead."""
    given = {
        "samples": options.count,
        "rate": options.rate,
        "descent": options.descent,
        "batch": options.batch,
        "curriculum": options.curriculum,
        "held_out": options.held_out,
        "evaluate_every": options.evaluate_every,
    }
    lessons = recipe.training.model_copy(
        update={key: value for key, value in given.items() if value is not None}
    )
    changes: dict[str, object] = {"training": lessons, "options": recipe.options | options.options}
    if options.canvas:
        if recipe.canvas is None:
            raise DataError(f"{recipe.name} reads lines in a frame; it has no canvas")
        changes["canvas"] = replace(
            recipe.canvas, height=options.canvas[0], width=options.canvas[1]
        )
    return recipe.model_copy(update=changes)


def begin_from(network: torch.nn.Module, path: Path, alphabet: Alphabet) -> None:
    """Take over every tensor of `path` that fits; a recognizer of another alphabet learns its last
    layer anew.

    Where `path` lies in a model folder, whose alphabet is known, the last layer keeps the rows of
    the characters in both.

    Raises:
        DataError: hardly anything fits: these are the weights of another network.
    """
    own, given = network.state_dict(), load_file(path)
    if (path.parent / DESCRIPTION).is_file():
        given = with_rows(given, own, open_model(path.parent).alphabet, alphabet)
    fitting = {
        name: tensor
        for name, tensor in given.items()
        if name in own and own[name].shape == tensor.shape
    }
    if len(fitting) < LEAST_FITTING * len(own):
        raise DataError(
            f"{path} holds the weights of another network",
            "Give --recipe the one that they were trained by.",
        )
    network.load_state_dict(own | fitting)
    if left := sorted(own.keys() - fitting.keys()):
        print(f"{path}: begun anew: {', '.join(left)}")


def with_rows(given: Tensors, own: Tensors, old: Alphabet, new: Alphabet) -> Tensors:
    """`given`, its tensors with a row for each class of `old` made ones with a row for each class
    of `new`: the rows of the blank and of the characters in both, the others from `own`, where the
    tensors there have such rows."""
    shared = [c for c in new.characters if c in old.characters]
    targets, sources = [BLANK, *new.encode("".join(shared))], [BLANK, *old.encode("".join(shared))]
    widened = {}
    for name, tensor in given.items():
        if (
            name in own
            and tensor.shape != own[name].shape == (new.classes, *tensor.shape[1:])
            and len(tensor) == old.classes
        ):
            widened[name] = own[name].clone()
            widened[name][targets] = tensor[sources]
    return given | widened


def load_pretrained(network: torch.nn.Module, path: Path) -> None:
    """Begin from the weights of torchvision's ResNet-34.

    Raises:
        DataError: the network holds no ResNet, or the file no such weights.
    """
    if not isinstance(network, CharResNet | LineResNet):
        raise DataError("this network holds no ResNet that could begin from pretrained weights")
    try:
        network.load_pretrained(load_file(path))
    except (KeyError, RuntimeError, ValueError, SafetensorError) as error:
        raise DataError(f"{path} does not hold the weights of a ResNet-34: {error}") from error


def single_thread(_: int) -> None:
    """Keep a worker's OpenCV and torch to one thread each."""
    cv2.setNumThreads(1)
    torch.set_num_threads(1)


if __name__ == "__main__":
    command.run(main)
