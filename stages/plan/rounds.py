"""Rounds of reading, aligning and training: where each round keeps what, and what it begins from.

Round 0 is the reading of the books as they are digitized. Round K's model learns from the lines
that were aligned in round K - 1, from the same base each time: what an early round got wrong is not
handed on.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.config import Config
from pipeline.errors import DataError
from pipeline.transcription import locate_transcription
from stages.plan.training import Training, list_shares, transcribed


class Rounds:
    """Bootstrapping under one configuration."""

    def __init__(self, config: Config) -> None:
        self._config = config
        base = config.base or str(config.model_folder)
        self._training = Training(config.model_copy(update={"base": base}))

    @property
    def books(self) -> list[str]:
        """The books to learn from.

        Raises:
            DataError: there is none, or one has no true text.
        """
        folder, named = Path(self._config.transcriptions), self._config.books.split()
        books = named or transcribed(folder)
        lacking = [book for book in books if not locate_transcription(folder, book)]
        if lacking or not books:
            raise DataError(
                f"{folder} holds no text of {', '.join(lacking) or 'a book in scans/'}",
                "Add: --config transcriptions=DIR",
            )
        return books

    def reading(self, name: str, number: int, book: str) -> str:
        """What is aligned in a round: the digitized book, or what the round's model read of it."""
        return f"{_folder(name, number)}/read/{book}" if number else f"out/{book}"

    def sets(self, name: str, number: int) -> list[str]:
        """The sets that a round's model learns from."""
        return [f"{_folder(name, number - 1)}/aligned/{book}.lmdb" for book in self.books]

    def reports(self, name: str) -> list[str]:
        """What says how many lines were aligned, of all rounds and books."""
        return [
            f"{_folder(name, number)}/aligned/{book}.json"
            for number in range(self._config.rounds + 1)
            for book in self.books
        ]

    def training_options(self, name: str) -> list[str]:
        """Options of stages.train: what is mixed in, and how it learns."""
        return [*list_shares(self._config.lines), *self._training.training_options(name)]


def _folder(name: str, number: int) -> str:
    return f"work/train/rounds/{name}/{number}"
