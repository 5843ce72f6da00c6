"""What the rules ask of a model to train or to score: its recipe, its sets, the books to score it
on."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from pipeline.config import Config
from pipeline.corrections import is_there
from pipeline.errors import ConfigError, DataError
from pipeline.recognition.model import WEIGHTS
from pipeline.recognition.recipe import DrawnSet, WrittenSet, read_recipe, recipe_names
from pipeline.transcription import locate_transcription
from stages.plan.books import corrections_path
from stages.plan.shelf import current_shelf
from stages.settings import stage_settings

FINE_TUNING_LINES, FINE_TUNING_RATE, FINE_TUNING_DECAY = 20_000, 5e-4, 0.9
PRINTED = "print-latin"  # the recipe of a model that has none of its name


class Training:
    """Models and data to be made under one configuration."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def learnt_from(self, model: str) -> list[str]:
        """Options of stages.train: the sets that a model learns from, each `PATH` or `PATH:SHARE`,
        or the folder of those that its recipe declares."""
        if self._in_phases(model):
            return [f"--sets={self._data(model)}"]
        return ["--lines", *self.training_shares(model)]

    def _in_phases(self, model: str) -> bool:
        recipe = read_recipe(self.recipe(model))
        return bool(recipe.phases and recipe.name == model and not self._config.lines)

    def set_command(self, model: str, name: str) -> list[str]:
        """The stage, with its options, that makes a set that a recipe declares.

        Raises:
            DataError: it declares none of that name.
            ConfigError: the folder of collections is not configured.
        """
        recipe = read_recipe(self.recipe(model))
        options = [f"--recipe={recipe.name}", f"--set={name}"]
        if isinstance(recipe.sets.get(name), DrawnSet | WrittenSet):
            written = isinstance(recipe.sets[name], WrittenSet)
            corpus = [f"--corpus={self._config.corpus}"] if self._config.corpus else []
            return ["stages.draw" if written else "stages.synthesize", *options, *corpus]
        if not self._config.truth:
            raise ConfigError(
                f"{name} is cut out of a collection of true lines, and no collection is given",
                "Add, behind what is to be made: --config truth=DIR (see docs/training.md)",
            )
        return ["stages.gather", *options, f"--truth={self._config.truth}"]

    def training_shares(self, model: str) -> list[str]:
        """The LMDB sets that a model is trained on, each `PATH` or `PATH:SHARE`."""
        if self._config.lines:
            return list_shares(self._config.lines)
        recipe = read_recipe(self.recipe(model))
        if self._config.data or recipe.drawing:
            return [f"{self._data(model)}/train.lmdb"]
        return [
            "data/print-en.lmdb" if recipe.name == model and recipe.frame else f"data/{model}.lmdb"
        ]

    def _data(self, model: str) -> str:
        return self._config.data or f"data/{model}"

    def recipe(self, model: str) -> str:
        """The recipe that a model is trained by: the configured one, that of its own name, or that
        of printed lines."""
        return self._config.recipe or (model if model in recipe_names() else PRINTED)

    def test_set(self, model: str) -> list[str]:
        """Options of stages.export_model that name the test set of a named recognizer, where it has
        one."""
        recipe = read_recipe(self.recipe(model))
        if self._config.lines or not (self._config.data or recipe.drawing):
            return []
        path = Path(self._data(model)) / "test.lmdb"
        return [f"--test={path}"] if path.exists() or not self._config.data else []

    def missing_sets(self, model: str) -> list[str]:
        """Those of them that are to be made first: sets that are there are taken as they are,
        whatever they came from."""
        recipe, folder = read_recipe(self.recipe(model)), Path(self._data(model))
        paths = [re.sub(r":[0-9.]+$", "", share) for share in self.training_shares(model)]
        if self._in_phases(model):
            names = {name for phase in recipe.phases for name in phase.shares}
            paths = [str(recipe.set_path(name, folder)) for name in sorted(names)]
        absent = [path for path in paths if not Path(path).exists()]
        drawn = f"data/{model}/train.lmdb"  # drawn together with its test set
        return [f"data/{model}" if path == drawn else path for path in absent]

    def training_options(self, model: str) -> list[str]:
        """Options of stages.train: the recipe, and what the config gives instead; from a base,
        fewer lines at a lower rate, and no short lines first."""
        training, base = self._config.training, self._config.base
        if self._in_phases(model) and not base:
            recipe = read_recipe(self.recipe(model))
            begun = [f"--base=models/{recipe.base}/{WEIGHTS}"] if recipe.base else []
            return [f"--recipe={recipe.name}", *begun]
        given = {
            "count": training.lines or (FINE_TUNING_LINES if base else 0),
            "rate": training.rate or (FINE_TUNING_RATE if base else 0),
            "decay": training.decay or (FINE_TUNING_DECAY if base else 0),
        }
        options = [
            f"--recipe={self.recipe(model)}",
            *(f"--{key}={value}" for key, value in given.items() if value),
        ]
        return [*options, f"--base={base}/{WEIGHTS}", "--curriculum=0"] if base else options

    def transcription(self, name: str) -> list[str]:
        """Where the true text of a book lies; nothing where there are only corrections of it.

        Raises:
            DataError: there is neither.
        """
        folder = Path(self._config.transcriptions)
        path = locate_transcription(folder, name)
        if path is None and is_there(corrections_path(name)):
            return []
        if path is None:
            raise DataError(
                f"{folder} holds no text of {name}",
                f"Put it there: {name}.txt, or {name}/0001.txt … page by page; or proofread it.",
            )
        return [str(path)]

    def transcribed_books(self, model: str) -> list[str]:
        """The books in scans/ of which there is a true text, to score `model` on.

        Raises:
            ConfigError: the configured model is another one.
            DataError: there is no such book, nor a folder of collections to score it on.
        """
        if Path(self._config.model).name != model:
            raise ConfigError(
                f"eval/{model} would score {self._config.model}",
                f"Add: --config model=models/{model}",
            )
        folder = Path(self._config.transcriptions)
        books = transcribed(folder)
        if not books and not self._config.truth:
            raise DataError(
                f"{folder} holds no text of a book in scans/",
                "Add: --config transcriptions=DIR, or truth=DIR for true lines and pages",
            )
        return books

    def evaluation_options(self, model: str) -> list[str]:
        """Options of stages.evaluate: settings, recipe, and where collections lie."""
        truth = [f"--truth={self._config.truth}"] if self._config.truth else []
        settings = stage_settings(self._config, "evaluate")
        return [f"--settings={settings}", f"--recipe={self.recipe(model)}", *truth]


def list_shares(lines: str) -> list[str]:
    """The sets of the setting `lines`, each `PATH` or `PATH:SHARE`; a path with spaces is quoted as
    for a shell.

    Raises:
        ConfigError: a quote is not closed.
    """
    try:
        return shlex.split(lines)
    except ValueError as error:
        raise ConfigError(
            f"lines: {lines}: {error}", "Put a path that holds spaces or quotes into quotes."
        ) from error


def transcribed(folder: Path) -> list[str]:
    """The books of the shelf that a folder holds the true text of."""
    return [name for name in current_shelf().scans if locate_transcription(folder, name)]


def recipes_with_sets() -> list[str]:
    """Names of the recognizers whose recipes declare the sets that they learn from."""
    return [name for name in recipe_names() if read_recipe(name).sets]


def drawable_recipes() -> list[str]:
    """Names of the recognizers for which training data can be drawn."""
    return [name for name in recipe_names() if read_recipe(name).drawing]
