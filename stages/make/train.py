"""Train a named recognizer on LMDB sets of its images and their texts.

    python -m stages.train work/train/mine.safetensors --lines data/mine.lmdb --build \\
        work/train/checkpoints/mine

The recipe (pipeline/recognition/recipes/NAME.yaml) says which network, alphabet and input it has,
and how it learns; options given here go before it.

Sets are mixed in the shares given: `--lines data/print-en.lmdb data/aligned/my-book.lmdb:0.5` draws
half of each batch from the second. A recipe that declares its sets and phases needs no more than
the folder that they lie in: `--sets data/print-latin`. Interrupted, the same command goes on from
the last checkpoint in --build, at most two minutes back. Progress is in log.csv there, and in
TensorBoard: `tensorboard --logdir work/train`.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import torch
from safetensors.torch import save_file
from torch.utils.data import DataLoader
from tqdm import tqdm

from pipeline.errors import DataError
from pipeline.files import write_text
from pipeline.recognition import networks
from pipeline.recognition.recipe import Recipe, read_recipe, recipe_names
from pipeline.training.batches import Batch, Collate
from pipeline.training.csv_log import CsvLog
from pipeline.training.line_sets import checked_set, usable, validation_count
from pipeline.training.loop import BEST, Progress, Trainer, Watch, kept_weights, train
from pipeline.training.network_inputs import samples_of, single_thread, validation_batches
from pipeline.training.sampling import BucketSampler, Mixture, fill_shares, parse_share
from pipeline.training.schedule import PhasedSchedule, Schedule
from pipeline.training.weights import begin_from, load_pretrained
from stages import command
from stages.bars import open_bar

Shares = Callable[[int], Sequence[float]]


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
        "output",
        type=command.output_path,
        help="safetensors file for the averaged weights of the best evaluation, or the mean of "
        "those at the ends of the phases that the recipe averages",
    )
    parser.add_argument(
        "--recipe", default="print-latin", choices=recipe_names(), help="default: %(default)s"
    )
    learnt = parser.add_mutually_exclusive_group(required=True)
    learnt.add_argument(
        "--lines", nargs="+", metavar="SET[:SHARE]", help="LMDB sets and their shares"
    )
    learnt.add_argument(
        "--sets", type=command.existing_path, help="folder of the sets that the recipe declares"
    )
    parser.add_argument(
        "--build", type=command.output_path, required=True, help="folder for checkpoints and logs"
    )
    start = parser.add_mutually_exclusive_group()
    start.add_argument(
        "--base",
        type=command.existing_path,
        help="weights of the same network to begin from, instead of random ones",
    )
    start.add_argument(
        "--pretrained",
        type=command.existing_path,
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
    parser.add_argument(
        "--scale", type=float, default=1.0, help="share of the samples of each phase, for a trial"
    )
    parser.add_argument("--rate", type=float, help="highest learning rate")
    parser.add_argument(
        "--decay", type=float, help="last part of the samples in which the rate falls"
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
    plan = recipe.training
    paths, schedule, shares = planned(recipe, options.lines, options.sets, options.scale)
    sets = [checked_set(path) for path in paths]
    parts = [usable(lines, recipe, validation_count(lines.count, plan.held_out)) for lines in sets]
    mixture = Mixture([p[0] for p in parts], [p[1] for p in parts], shares)
    kept = averaged_after(recipe, schedule)
    network = networks.build(recipe.network, recipe.outputs, recipe.options)
    if options.base:
        begin_from(network, options.base, recipe.characters)
    if options.pretrained:
        load_pretrained(network, options.pretrained)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    options.build.mkdir(parents=True, exist_ok=True)
    left_out = LeftOut(options.build)
    trainer = Trainer(
        network,
        recipe.characters,
        schedule,
        device,
        recipe.objective,
        plan.optimizer,
        left_out,
        plan.shortcut,
    )
    trainer.resume(options.build)
    validation = validation_batches(sets, [p[2] for p in parts], recipe)
    sampler = BucketSampler(
        mixture, plan.batch, options.seed, trainer.progress.seen, plan.curriculum
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
    with open_bar(
        total=schedule.lines,
        initial=trainer.progress.seen,
        unit="sample",
        desc=f"training {options.output.stem}",
        mininterval=5,
    ) as bar:
        train(
            trainer,
            watched(loader, bar),
            validation,
            options.build,
            Watch(plan.evaluate_every, options.patience, keep_after=kept),
            Logs(options.build, bar),
        )
    options.output.parent.mkdir(parents=True, exist_ok=True)
    write_text(options.build / "recipe.json", recipe.model_dump_json(indent=1) + "\n")
    part = options.output.with_name(f".{options.output.name}.part")
    save_file(released_weights(options.build, kept), part)
    part.replace(options.output)


def averaged_after(recipe: Recipe, schedule: Schedule | PhasedSchedule) -> tuple[int, ...]:
    """After how many samples weights are kept, for their mean: the ends of the phases that the
    recipe averages; none where it is not trained in its phases."""
    ends = schedule.ends if isinstance(schedule, PhasedSchedule) else []
    return tuple(ends[number - 1] for number in recipe.average if ends)


def released_weights(build: Path, kept: Sequence[int]) -> dict[str, torch.Tensor]:
    """The mean of the weights that were kept, or the best where none were: a training that stopped
    early may never have come to the end of a phase."""
    from pipeline.training.weights import mean_weights  # imports torch, which only a release needs

    paths = [path for lines in kept if (path := kept_weights(build, lines)).is_file()]
    return mean_weights(paths or [build / BEST])


def planned(
    recipe: Recipe, lines: Sequence[str] | None, folder: Path | None, scale: float = 1.0
) -> tuple[list[Path], Schedule | PhasedSchedule, Shares]:
    """The sets to learn from, the learning rates, and the shares by samples seen: the given sets in
    one phase, or those that the recipe declares in its own.

    Raises:
        DataError: the shares do not sum to one, or the recipe declares no phases.
    """
    plan = recipe.training
    if lines:
        named = [parse_share(line) for line in lines]
        shares = fill_shares([share for _, share in named])
        one = Schedule(plan.samples, plan.rate, decay=plan.decay, cosine=plan.shape == "cosine")
        return [path for path, _ in named], one, lambda _: shares
    if not recipe.phases or folder is None:
        raise DataError(f"{recipe.name} declares no phases", "Name sets with --lines.")
    names = sorted({name for phase in recipe.phases for name in phase.shares})
    rates = PhasedSchedule(
        [
            Schedule(max(1, round(scale * phase.samples)), phase.rate, decay=phase.decay)
            for phase in recipe.phases
        ]
    )
    mixed = [[phase.shares.get(name, 0.0) for name in names] for phase in recipe.phases]
    paths = [recipe.set_path(name, folder) for name in names]
    return paths, rates, lambda seen: mixed[rates.phase_at(seen)[0]]


def adjusted(recipe: Recipe, options: argparse.Namespace) -> Recipe:
    """The recipe with what the command line gives instead."""
    given = {
        "samples": options.count,
        "rate": options.rate,
        "decay": options.decay,
        "batch": options.batch,
        "curriculum": options.curriculum,
        "held_out": options.held_out,
        "evaluate_every": options.evaluate_every,
    }
    plan = recipe.training.model_copy(
        update={key: value for key, value in given.items() if value is not None}
    )
    changes: dict[str, object] = {"training": plan, "options": recipe.options | options.options}
    if options.canvas:
        if recipe.canvas is None:
            raise DataError(f"{recipe.name} reads lines in a frame; it has no canvas")
        changes["canvas"] = replace(
            recipe.canvas, height=options.canvas[0], width=options.canvas[1]
        )
    return recipe.model_copy(update=changes)


if __name__ == "__main__":
    command.run(main)
