"""What the rules ask of a book: its settings, the content hashes that decide what is done again,
the lock on its work.

Imported by the Snakefile only.
"""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from pipeline.config import BookConfig, Config, parse_config, read_book
from pipeline.errors import BusyError, ConfigError, DataError, RectoError
from pipeline.files import file_hash, write_text
from pipeline.recognition.model import DESCRIPTION, WEIGHTS
from pipeline.recognition.recipe import read_recipe, recipe_names
from pipeline.scan.images import IMAGE_SUFFIXES
from pipeline.scan.pages import PDF_SUFFIX, find_scan, is_scan_name
from pipeline.transcription import locate_transcription

SCANS, WORK = Path("scans"), Path("work")
HASHES = WORK / "hashes.json"
FINE_TUNING_LINES, FINE_TUNING_RATE, FINE_TUNING_DESCENT = 20_000, 5e-4, 0.9
PRINTED = "print-en"  # the recipe of a model that has none of its name
MEGABYTES_BASE, BYTES_A_PIXEL = 260, 24


class Workflow:
    """The validated configuration, and everything about a book that follows from it."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.config: Config = parse_config(raw)
        self._locks: dict[str, IO[str]] = {}

    @lru_cache(maxsize=4096)  # noqa: B019  (one object, for the life of the process)
    def book(self, name: str) -> BookConfig:
        """The book's own YAML."""
        return read_book(SCANS / f"{name}.yaml")

    def lang(self, name: str) -> str:
        """Language of a book."""
        return self.book(name).lang or self.config.lang

    def model(self, name: str) -> str:
        """Model folder of a book."""
        return model_path(self.book(name).model or self.config.model)

    def inventory_options(self, name: str) -> list[str]:
        """Options of stages.inventory for a book."""
        book = self.book(name)
        return [
            f"--dpi={book.dpi or self.config.dpi}",
            f"--shard={self.config.shard}",
            f"--pages={book.pages}",
            f"--password-from={SCANS / name}.yaml",
        ]

    def recognize_options(self, name: str) -> list[str]:
        """Options of stages.recognize for a book."""
        decoder = self.config.decoder
        options = [f"--model={self.model(name)}", f"--device={self.config.device}"]
        options += [
            f"--{key}={getattr(decoder, key)}"
            for key in ("alpha", "beta", "unknown", "certain", "beam")
        ]
        if decoder.language_model:
            lexicon = f"lexicons/{self.lang(name)}"
            options += [f"--lexicon={lexicon}.txt", f"--language-model={lexicon}.klm"]
        return options

    def assemble_options(self, name: str) -> list[str]:
        """Options of stages.assemble for a book."""
        lexicon = Path(f"lexicons/{self.lang(name)}.txt")
        options = [f"--lexicon={lexicon}"] if lexicon.is_file() else []
        options += [f"--scans={scan_folder(name)}", f"--password-from={SCANS / name}.yaml"]
        options += ["--running-heads"] if self.config.running_heads else []
        return [*options, "--pdfa"] if self.config.pdfa else options

    def lexicon_hash(self, name: str) -> str:
        """Hash of a book's word list."""
        return content_hash(Path(f"lexicons/{self.lang(name)}.txt"))

    def model_hash(self, name: str) -> str:
        """Hash of the description of a book's model, which itself holds the hashes of the
        weights."""
        return content_hash(Path(self.model(name)) / DESCRIPTION)

    def language_hash(self, name: str) -> str:
        """Hash of a book's lexicon and language model."""
        if not self.config.decoder.language_model:
            return ""
        return "/".join(
            content_hash(Path(f"lexicons/{self.lang(name)}{suffix}")) for suffix in (".txt", ".klm")
        )

    def settings(self, name: str) -> str:
        """What the manifest records of how a book was read, as JSON."""
        recorded = {
            "lang": self.lang(name),
            "model": {"name": Path(self.model(name)).name, "sha256": self.model_hash(name)},
            "language_model": self.language_hash(name),
            "decoder": self.config.decoder.model_dump(),
            "dpi": self.book(name).dpi or self.config.dpi,
            "pages": self.book(name).pages,
        }
        return json.dumps(recorded, sort_keys=True)

    def training_shares(self, model: str) -> list[str]:
        """The LMDB sets that a model is trained on, each `PATH` or `PATH:SHARE`."""
        if self.config.lines:
            return self.config.lines.split()
        recipe = read_recipe(self.recipe(model))
        if self.config.data or recipe.drawing:
            return [f"{self._data(model)}/train.lmdb"]
        return [
            "data/print-en.lmdb" if recipe.name == model and recipe.frame else f"data/{model}.lmdb"
        ]

    def _data(self, model: str) -> str:
        return self.config.data or f"data/{model}"

    def recipe(self, model: str) -> str:
        """The recipe that a model is trained by: the configured one, that of its own name, or that
        of printed lines."""
        return self.config.recipe or (model if model in recipe_names() else PRINTED)

    def test_set(self, model: str) -> list[str]:
        """Options of stages.export_model that name the test set of a named recognizer, where it has
        one."""
        recipe = read_recipe(self.recipe(model))
        if self.config.lines or not (self.config.data or recipe.drawing):
            return []
        path = Path(self._data(model)) / "test.lmdb"
        return [f"--test={path}"] if path.exists() or not self.config.data else []

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
        training, base = self.config.training, self.config.base
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
        folder = Path(self.config.transcriptions)
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
        if Path(self.config.model).name != model:
            raise ConfigError(
                f"eval/{model} would score {self.config.model}",
                f"Add: --config model=models/{model}",
            )
        folder = Path(self.config.transcriptions)
        books = [name for name in all_scans() if locate_transcription(folder, name)]
        if not books:
            raise DataError(
                f"{folder} holds no text of a book in scans/", "Add: --config transcriptions=DIR"
            )
        return books

    def claim(self, name: str) -> None:
        """Hold the one lock on a book's work until this process ends.

        Raises:
            BusyError: another live run holds it.
        """
        if name in self._locks:
            return
        path = WORK / name / ".lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.open("w")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BusyError(
                f"{name} is being worked on by another run", "Wait until it ends, or stop it."
            ) from error
        self._locks[name] = handle


def model_path(model: str) -> str:
    """The folder of a model; a name without a folder is one of models/."""
    return model if "/" in model else f"models/{model}"


def drawable_recipes() -> list[str]:
    """Names of the recognizers for which training data can be drawn."""
    return [name for name in recipe_names() if read_recipe(name).drawing]


def scan_folder(name: str) -> str:
    """The folder that holds a scan, below scans/ where the name has folders of its own."""
    return str((SCANS / name).parent)


def all_scans() -> list[str]:
    """Names of all scans that can be asked for: not those that lie below another scan, whose
    delivery would hold theirs."""
    names = scan_names()
    above = set(names)
    return [
        name
        for name in names
        if is_scan_name(name) and above.isdisjoint(map(str, Path(name).parents))
    ]


def scan_names() -> list[str]:
    """Names of all that lies in scans/: files with a known suffix, and folders that hold images, at
    any depth, none hidden."""
    names = set()
    for path in sorted(SCANS.rglob("*")):
        if any(part.startswith(".") for part in path.relative_to(SCANS).parts):
            continue
        if path.suffix.lower() == PDF_SUFFIX:
            names.add(path.relative_to(SCANS).with_suffix(""))
        elif path.suffix.lower() in IMAGE_SUFFIXES:
            names.add(
                (path.parent if path.parent != SCANS else path.with_suffix("")).relative_to(SCANS)
            )
    return sorted(map(str, names))


@lru_cache(maxsize=4096)
def scan_hash(name: str) -> str:
    """Content hash of a scan: of its file, or of all its images with their names; empty where there
    is none."""
    try:
        scan = find_scan(SCANS, name)
    except RectoError:
        return ""
    files = (
        [scan]
        if scan.is_file()
        else sorted(p for p in scan.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES)
    )
    return "/".join(f"{file.name}={content_hash(file)}" for file in files)


def content_hash(path: Path) -> str:
    """SHA-256 of a file, remembered with its size and time so that an archive is not read anew at
    every start."""
    try:
        status = path.stat()
    except OSError:
        return "missing"
    remembered = _remembered()
    key, stamp = str(path), [status.st_size, status.st_mtime_ns]
    if key not in remembered or remembered[key][0] != stamp:
        remembered[key] = [stamp, file_hash(path)]
        WORK.mkdir(exist_ok=True)
        write_text(HASHES, json.dumps(remembered))
    return str(remembered[key][1])


@lru_cache(maxsize=1)
def _remembered() -> dict[str, Any]:
    try:
        return dict(json.loads(HASHES.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def shard_names(manifest: str | Path) -> list[str]:
    """Names of a book's shards."""
    return list(json.loads(Path(manifest).read_text(encoding="utf-8"))["shards"])


def shard_megabytes(shard: str) -> int:
    """Memory that the largest page of a shard needs, in MB, from its pixels."""
    try:
        pages = json.loads(Path(shard).read_text(encoding="utf-8"))["pages"]
    except (OSError, ValueError):
        return MEGABYTES_BASE
    pixels = max(
        (page["width"] * page["height"] for page in pages if not page["reason"]), default=0
    )
    return MEGABYTES_BASE + pixels * BYTES_A_PIXEL // 1_000_000
