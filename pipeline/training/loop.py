"""The training loop: CTC, a schedule that can be lengthened, averaged weights, checkpoints, early
stopping."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from pipeline.errors import DataError
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.recipe import CTC
from pipeline.training.batches import Batch
from pipeline.training.evaluation import character_error_rate, word_error_rate
from pipeline.training.objectives import OBJECTIVES
from pipeline.training.schedule import Rates
from pipeline.training.shortcut import Shortcut
from pipeline.training.weights import read_metadata, with_prefix

AVERAGE_DECAY = 0.9985
BEST = "best.safetensors"  # the averaged weights of the lowest validation CER


@dataclass
class Progress:
    """Where a training stands; what a checkpoint keeps beside the tensors."""

    seen: int = 0
    seconds: float = 0.0
    best_cer: float = float("inf")
    stale: int = 0
    dropped: int = 0
    infinite: int = 0


class Log(Protocol):
    """Takes the figures of each evaluation."""

    def __call__(self, progress: Progress, figures: dict[str, float]) -> None: ...


def gains_from_bfloat16(device: str) -> bool:
    """Whether a device computes faster in bfloat16: 1.75 times on a processor with AVX512-BF16
    (bench.training), slower on one that has to imitate it."""
    return device == "cuda" or bool(torch.cpu.get_capabilities().get("avx512_bf16"))


class Trainer:
    """One network in training.

    Args:
        network: maps (N, 1, H, W) to (T, N, C) log-probabilities.
        alphabet: of the network's outputs.
        schedule: learning rate and number of samples.
        device: "cpu" or "cuda"; on CUDA, and on processors with instructions for it, the forward
            and backward pass run in bfloat16, with weights and losses in float32.
        objective: "ctc" or "classes".
        optimizer: "adamw" or "sgd", the latter with a momentum of 0.9.
        note: told of each sample that is left out, and why.
        shortcut: weight of a second loss (`pipeline.training.shortcut`), 0 for none.
    """

    def __init__(
        self,
        network: nn.Module,
        alphabet: Alphabet,
        schedule: Rates,
        device: str = "cpu",
        objective: str = CTC,
        optimizer: str = "adamw",
        note: Callable[[str, str], None] = lambda text, why: None,
        shortcut: float = 0.0,
    ) -> None:
        self.network = network.to(device)
        self.shortcut = Shortcut(network, shortcut).to(device) if shortcut else None
        self.average = {
            name: tensor.detach().clone() for name, tensor in network.state_dict().items()
        }
        self.alphabet, self.schedule, self.device, self.note = alphabet, schedule, device, note
        learnt = [*network.parameters(), *(self.shortcut.parameters() if self.shortcut else ())]
        self.optimizer: torch.optim.Optimizer = (
            torch.optim.AdamW(learnt, lr=schedule.rate, weight_decay=1e-3)
            if optimizer == "adamw"
            else torch.optim.SGD(learnt, lr=schedule.rate, momentum=0.9, weight_decay=1e-4)
        )
        self.objective = OBJECTIVES[objective]()
        self.progress = Progress()

    def step(self, batch: Batch) -> float:
        """Learn from one batch; returns the mean loss per character.

        Samples that cannot be learnt are counted, named and left out: those whose text needs more
        steps than their image has, and those whose loss is infinite or no number. Where nothing is
        left, or a gradient is no number, nothing is changed.
        """
        self.network.train()
        for group in self.optimizer.param_groups:
            group["lr"] = self.schedule.at(self.progress.seen)
        self.progress.seen += len(batch.texts) + len(batch.dropped)
        self.progress.dropped += len(batch.dropped)
        for text in batch.dropped:
            self.note(text, "more characters than steps of time")
        losses, lengths = self._finite_losses(batch)
        if len(losses) == 0:
            return float("nan")
        mean = losses.sum() / lengths.sum().clamp(min=1)
        self.optimizer.zero_grad(set_to_none=True)
        mean.backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        if not torch.isfinite(norm):
            self.progress.infinite += len(losses)
            for text in batch.texts:
                self.note(text, "its batch's gradient is no number")
            return float("nan")
        self.optimizer.step()
        self._update_average()
        return float(mean.detach())

    def _finite_losses(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Losses of the samples that have one, and their lengths in characters."""
        if not batch.texts:
            return torch.empty(0), torch.empty(0)
        with torch.autocast(self.device, torch.bfloat16, enabled=gains_from_bfloat16(self.device)):
            images = batch.images.to(self.device, non_blocking=True)
            if self.shortcut:
                output, beside = (found.float() for found in self.shortcut(images))
            else:
                output, beside = self.network(images).float(), None
        losses, lengths = self.objective.losses(output, batch), batch.target_lengths.to(self.device)
        if self.shortcut and beside is not None:
            losses = losses + self.shortcut.weight * self.objective.losses(beside, batch)
        finite = torch.isfinite(losses)
        if bool(finite.all()):
            return losses, lengths
        # a loss that is only left out of the sum would still make every gradient no number: the
        # rest is read anew without it
        self.progress.infinite += int((~finite).sum())
        for k in torch.nonzero(~finite).flatten().tolist():
            self.note(batch.texts[k], "its loss is infinite or no number")
        kept = finite.cpu()
        return self._finite_losses(batch.only(kept))

    @torch.no_grad()
    def _update_average(self) -> None:
        decay = min(AVERAGE_DECAY, self.progress.seen / (self.progress.seen + 5_000))
        for name, tensor in self.network.state_dict().items():
            if tensor.dtype.is_floating_point:
                self.average[name].lerp_(tensor, 1 - decay)
            else:
                self.average[name].copy_(tensor)

    @torch.no_grad()
    def evaluate(self, batches: Iterable[Batch]) -> list[tuple[str, str]]:
        """(truth, greedy prediction) pairs of the averaged weights."""
        live = {name: tensor.clone() for name, tensor in self.network.state_dict().items()}
        self.network.load_state_dict(self.average)
        self.network.eval()
        pairs: list[tuple[str, str]] = []
        for batch in batches:
            output = self.network(batch.images.to(self.device)).float()
            pairs += zip(
                batch.texts,
                self.objective.texts(output, batch.frame_lengths, self.alphabet),
                strict=True,
            )
        self.network.load_state_dict(live)
        return pairs

    def save(self, folder: Path) -> None:
        """Write a checkpoint: tensors as safetensors, the rest as JSON inside the same file, whole
        or not at all."""
        tensors = {f"network.{k}": v for k, v in self.network.state_dict().items()}
        tensors |= {f"average.{k}": v for k, v in self.average.items()}
        if self.shortcut:
            tensors |= {f"shortcut.{k}": v for k, v in self.shortcut.layer.state_dict().items()}
        for index, state in self.optimizer.state_dict()["state"].items():
            tensors |= {
                f"optimizer.{index}.{k}": v for k, v in state.items() if isinstance(v, Tensor)
            }
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / "checkpoint.tmp"
        save_file(
            {k: v.contiguous().cpu() for k, v in tensors.items()},
            temporary,
            {"progress": json.dumps(asdict(self.progress))},
        )
        temporary.replace(folder / "checkpoint.safetensors")

    def resume(self, folder: Path) -> bool:
        """Go on from the checkpoint in `folder`; False where there is none.

        Raises:
            DataError: it is of another network or recipe, or damaged.
        """
        path = folder / "checkpoint.safetensors"
        if not path.is_file():
            return False
        try:
            self._take(load_file(path, device=self.device))
            self.progress = Progress(**read_metadata(path)["progress"])
        except (SafetensorError, RuntimeError, ValueError, KeyError, TypeError) as error:
            raise DataError(
                f"{path} is no checkpoint of this training: {error}",
                f"Remove {folder}, or give another --build.",
            ) from error
        return True

    def _take(self, tensors: dict[str, Tensor]) -> None:
        """Take on the state of a checkpoint."""
        self.network.load_state_dict(with_prefix(tensors, "network."))
        self.average = with_prefix(tensors, "average.")
        if self.shortcut:
            self.shortcut.layer.load_state_dict(with_prefix(tensors, "shortcut."))
        state = self.optimizer.state_dict()
        for key, tensor in with_prefix(tensors, "optimizer.").items():
            index, name = key.split(".", 1)
            state["state"].setdefault(int(index), {})[name] = tensor
        self.optimizer.load_state_dict(state)


@dataclass(frozen=True)
class Watch:
    """How often the loop evaluates, in lines seen, and writes a checkpoint, in seconds; when it
    gives up, in evaluations without a better CER; and after how many lines it keeps weights."""

    evaluate_every: int = 10_000
    patience: int = 12
    save_every: float = 120.0
    keep_after: tuple[int, ...] = ()


def train(
    trainer: Trainer,
    batches: Iterator[Batch],
    validation: list[Batch],
    folder: Path,
    watch: Watch,
    log: Log,
) -> None:
    """Train until the schedule's last line or until `watch.patience` evaluations brought no better
    CER.

    `folder` gets a checkpoint after every evaluation, and `best.safetensors`, the averaged weights
    of the lowest validation CER; those after each of `watch.keep_after` lines as `kept_weights`.
    """
    started = time.monotonic() - trainer.progress.seconds
    saved = trainer.progress.seconds
    losses: list[float] = []
    while (
        trainer.progress.seen < trainer.schedule.lines and trainer.progress.stale < watch.patience
    ):
        before = trainer.progress.seen
        losses.append(trainer.step(next(batches)))
        trainer.progress.seconds = time.monotonic() - started
        for lines in watch.keep_after:
            if before < lines <= trainer.progress.seen:
                _write_average(trainer, kept_weights(folder, lines))
        due = before // watch.evaluate_every != trainer.progress.seen // watch.evaluate_every
        if due or trainer.progress.seen >= trainer.schedule.lines:
            figures = _evaluate(trainer, validation, folder) | {"loss": float(np.nanmean(losses))}
            log(replace(trainer.progress), figures)
            losses.clear()
            saved = trainer.progress.seconds
        elif trainer.progress.seconds - saved > watch.save_every:
            trainer.save(folder)
            saved = trainer.progress.seconds


def kept_weights(folder: Path, lines: int) -> Path:
    """Where the averaged weights after so many lines are kept."""
    return folder / f"after-{lines}.safetensors"


def _write_average(trainer: Trainer, path: Path) -> None:
    save_file({k: v.contiguous().cpu() for k, v in trainer.average.items()}, path)


def _evaluate(trainer: Trainer, validation: list[Batch], folder: Path) -> dict[str, float]:
    """Score the averaged weights, keep them where they are the best so far, write a checkpoint."""
    pairs = trainer.evaluate(validation)
    cer, progress = character_error_rate(pairs), trainer.progress
    progress.stale = 0 if cer < progress.best_cer else progress.stale + 1
    if cer <= progress.best_cer:
        progress.best_cer = cer
        _write_average(trainer, folder / BEST)
    trainer.save(folder)
    return {"cer": cer, "wer": word_error_rate(pairs), "rate": trainer.schedule.at(progress.seen)}
