"""Collections of true lines as sets to learn from and to test on, apart by work, and what is known
of each: by the recipe that learns from it, or by the truth.yaml that lies beside it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from pipeline.errors import ConfigError
from pipeline.recognition.origin import Origin
from pipeline.recognition.recipe import Recipe, TrueSet
from pipeline.training.line_framing import framing_of
from pipeline.training.rows import Row
from pipeline.training.true_lines import (
    PAGE_SUFFIX,
    TEXT_SUFFIX,
    read_pages,
    read_pairs,
    works_in,
)

CARD = "truth.yaml"
LEFT_OUT = "left out by the recipe"
_RAISED_FIGURES = {ord(c): unicodedata.normalize("NFKC", c) for c in "⁰¹²³⁴⁵⁶⁷⁸⁹"}


def read_collection(
    declared: TrueSet, truth: Path, recipe: Recipe, works: Container[str] | None = None
) -> Iterator[Row]:
    """The lines of a declared set, each in the frame in which lines are stored.

    Args:
        truth: the folder of collections.
        recipe: of the recognizer that learns from them.
        works: only those of these works.

    Raises:
        DataError: the collection is not there.
    """
    folder, framing = truth / declared.folder, framing_of(recipe)
    if declared.kind == "pairs":
        rows = read_pairs(folder, declared.work_parts, framing, works)
    else:
        rows = read_pages(folder, declared.work_parts, framing=framing, works=works)
    return (relabel(row, declared) for row in rows)


def tested_works(declared: TrueSet, truth: Path) -> frozenset[str]:
    """The works of a declared set that are only tested on."""
    suffix = TEXT_SUFFIX if declared.kind == "pairs" else PAGE_SUFFIX
    works = works_in(truth / declared.folder, suffix, declared.work_parts)
    return held_out_works(works, declared.held_out)


def relabel(row: Row, declared: TrueSet) -> Row:
    """The row with its text as the recognizer is to write it: raised figures as figures, which is
    how a recognizer of print reads them, and what the set says."""
    text = respelt(row.text, declared)
    row = replace(row, origin=origin_of(row.origin, row.group, declared))
    if declared.without and re.search(declared.without, text):
        return replace(row, text=text, reason=row.reason or LEFT_OUT)
    return replace(row, text=text)


def respelt(text: str, declared: TrueSet) -> str:
    """A true text as the recognizer is to write it."""
    return text.translate(_RAISED_FIGURES | str.maketrans(declared.replace))


def origin_of(own: Origin, work: str, declared: TrueSet) -> Origin:
    """What a line or page is printed in: what its own file says, else its work, else its set."""
    for pattern, origin in declared.works.items():
        if fnmatchcase(work, pattern):
            own = own.or_else(origin)
    return own.or_else(declared)


def read_card(folder: Path) -> dict[str, TrueSet]:
    """What truth.yaml says of the texts in its folder, by their names; nothing where there is no
    such file. A set that is not said to lie elsewhere, or to be of another kind, lies in the folder
    of its name and is of the kind that its files are; all its works are for testing.

    Raises:
        ConfigError: it is no YAML of that form.
    """
    path = folder / CARD
    if not path.is_file():
        return {}
    try:
        entries = dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
        return {name: _described(folder, name, dict(raw or {})) for name, raw in entries.items()}
    except (ValidationError, yaml.YAMLError, TypeError, ValueError) as error:
        raise ConfigError(
            f"{path} does not describe true texts: {error}", "See docs/evaluation.md."
        ) from error


def _described(folder: Path, name: str, raw: dict[str, Any]) -> TrueSet:
    place = str(raw.get("folder", name))
    return TrueSet.model_validate(
        {"folder": place, "kind": _kind_of(folder / place), "held_out": 1} | raw
    )


def _kind_of(folder: Path) -> str:
    """Of which kind the files in a folder are; those of a book's text, where they are neither."""
    if next(folder.rglob(f"*{TEXT_SUFFIX}"), None):
        return "pairs"
    return "pages" if next(folder.rglob(f"*{PAGE_SUFFIX}"), None) else "aligned"


def held_out_works(works: Iterable[str], one_of: int = 8) -> frozenset[str]:
    """The works of a set that are only tested on: one of so many, rounded up, the first in the
    order of the SHA-256 of their names."""
    ordered = sorted(set(works), key=lambda work: hashlib.sha256(work.encode()).hexdigest())
    return frozenset(ordered[: -(-len(ordered) // one_of)])
