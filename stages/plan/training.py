"""What the rules ask of a model to train or to score: its recipe, its sets, the books to score it
on."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.config import Config
from pipeline.errors import ConfigError, DataError
from pipeline.recognition.model import WEIGHTS
from pipeline.recognition.recipe import read_recipe, recipe_names
from pipeline.transcription import locate_transcription
from stages.plan.shelf import current_shelf

FINE_TUNING_LINES, FINE_TUNING_RATE, FINE_TUNING_DESCENT = 20_000, 5e-4, 0.9
PRINTED = "print-en"  # the recipe of a model that has none of its name


class Training:
    """Models and data to be made under one configuration."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def training_shares(self, model: str) -> list[str]:
        """The LMDB sets that a model is trained on, each `PATH` or `PATH:SHARE`."""
        if self._config.lines:
            return self._config.lines.split()
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
        paths = (re.sub(r":[0-9.]+$", "", share) for share in self.training_shares(model))
        absent = [path for path in paths if not Path(path).exists()]
        drawn = f"data/{model}/train.lmdb"  # drawn together with its test set
        return [f"data/{model}" if path == drawn else path for path in absent]

    def training_options(self, model: str) -> list[str]:
        """Options of stages.train: the recipe, and what the config gives instead; from a base,
        fewer lines at a lower rate, and no short lines first."""
        training, base = self._config.training, self._config.base
        given = {
            "count": training.lines or (FINE_TUNING_LINES if base else 0),
            "rate": training.rate or (FINE_TUNING_RATE if base else 0),
            "descent": training.descent or (FINE_TUNING_DESCENT if base else 0),
        }
        options = [
            f"--recipe={self.recipe(model)}",
            *(f"--{key}={value}" for key, value in given.items() if value),
        ]
        return [*options, f"--base={base}/{WEIGHTS}", "--curriculum=0"] if base else options

    def transcription(self, name: str) -> str:
        """Where the true text of a book lies.

        Raises:
            DataError: there is none.
        """
        folder = Path(self._config.transcriptions)
        path = locate_transcription(folder, name)
        if path is None:
            raise DataError(
                f"{folder} holds no text of {name}",
                f"Put it there: {name}.txt, or {name}/0001.txt … page by page.",
            )
        return str(path)

    def transcribed_books(self, model: str) -> list[str]:
        """The books in scans/ of which there is a true text, to score `model` on.

        Raises:
            ConfigError: the configured model is another one.
            DataError: there is no such book.
        """
        if Path(self._config.model).name != model:
            raise ConfigError(
                f"eval/{model} would score {self._config.model}",
                f"Add: --config model=models/{model}",
            )
        folder = Path(self._config.transcriptions)
        books = [name for name in current_shelf().scans if locate_transcription(folder, name)]
        if not books:
            raise DataError(
                f"{folder} holds no text of a book in scans/", "Add: --config transcriptions=DIR"
            )
        return books


def drawable_recipes() -> list[str]:
    """Names of the recognizers for which training data can be drawn."""
    return [name for name in recipe_names() if read_recipe(name).drawing]
