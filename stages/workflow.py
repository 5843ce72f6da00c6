"""The plan of a run, as the rules ask for it: validated configuration, books, models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.config import parse_config
from stages.plan.books import Books, scan_folder, shard_megabytes, shard_names
from stages.plan.hashes import scan_hash
from stages.plan.rounds import Rounds
from stages.plan.training import Training, drawable_recipes, recipes_with_sets

__all__ = [
    "Workflow",
    "drawable_recipes",
    "recipes_with_sets",
    "scan_folder",
    "scan_hash",
    "shard_megabytes",
    "shard_names",
]


class Workflow:
    """What all rules share.

    Raises:
        ConfigError: a key of the configuration is unknown or a value is wrong.
    """

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.config = parse_config(raw)
        self.books = Books(self.config)
        self.training = Training(self.config)
        self.rounds = Rounds(self.config)
