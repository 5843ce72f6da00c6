"""The figures of a training in log.csv."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from pathlib import Path

from pipeline.files import write_text
from pipeline.training.loop import Progress


class CsvLog:
    """Keeps each evaluation in log.csv, which is always whole: a training may be killed at any
    moment, and goes on from before what it last noted."""

    FIELDS = ("seen", "seconds", "loss", "cer", "wer", "rate", "dropped", "infinite")

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "log.csv"

    def __call__(self, progress: Progress, figures: dict[str, float]) -> None:
        row = {
            key: round(value, 6) if isinstance(value, float) else value
            for key, value in (asdict(progress) | figures).items()
        }
        text = io.StringIO()
        writer = csv.DictWriter(text, self.FIELDS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows([*self._before(progress.seen), row])
        write_text(self.path, text.getvalue())

    def _before(self, seen: int) -> list[dict[str, str]]:
        """What was noted before so many samples were seen."""
        if not self.path.exists():
            return []
        with self.path.open(newline="") as file:
            return [row for row in csv.DictReader(file) if int(row["seen"]) < seen]
