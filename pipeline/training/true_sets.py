"""Collections of true lines as sets to learn from and to test on, apart by work."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.recognition.recipe import Recipe, TrueSet
from pipeline.training.line_framing import framing_of
from pipeline.training.rows import Row
from pipeline.training.true_lines import read_pages, read_pairs

LEFT_OUT = "left out by the recipe"
_RAISED_FIGURES = {ord(c): unicodedata.normalize("NFKC", c) for c in "⁰¹²³⁴⁵⁶⁷⁸⁹"}


def read_collection(declared: TrueSet, truth: Path, recipe: Recipe) -> Iterator[Row]:
    """The lines of a declared set, each in the frame in which lines are stored.

    Args:
        truth: the folder of collections.
        recipe: of the recognizer that learns from them.

    Raises:
        DataError: the collection is not there.
    """
    folder, framing = truth / declared.folder, framing_of(recipe)
    if declared.kind == "pairs":
        rows = read_pairs(folder, declared.work_parts, framing)
    else:
        rows = read_pages(folder, declared.work_parts, framing=framing)
    return (relabel(row, declared) for row in rows)


def relabel(row: Row, declared: TrueSet) -> Row:
    """The row with its text as the recognizer is to write it: raised figures as figures, which is
    how a recognizer of print reads them, and what the set says."""
    text = row.text.translate(_RAISED_FIGURES | str.maketrans(declared.replace))
    if declared.without and re.search(declared.without, text):
        return replace(row, text=text, reason=row.reason or LEFT_OUT)
    return replace(row, text=text)


def held_out_works(works: Iterable[str], one_of: int = 8) -> frozenset[str]:
    """The works of a set that are only tested on: one of so many, rounded up, the first in the
    order of the SHA-256 of their names."""
    ordered = sorted(set(works), key=lambda work: hashlib.sha256(work.encode()).hexdigest())
    return frozenset(ordered[: -(-len(ordered) // one_of)])
