"""What the rules ask of a book: its settings, the hashes of what reads it, and what stands against
it.

Nothing here raises because of one book: what is found wrong is kept, and a job of this book's own,
`stages.refuse`, ends with it. So the plan of the other books is made, and no output of the refused
one is touched.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path

from pipeline.book_config import BookConfig, BookSettings, read_book, settle
from pipeline.config import Config
from pipeline.corrections import SUFFIX, is_there, open_corrections
from pipeline.errors import DataError, ModelError, RectoError, StorageError
from pipeline.export.kept import check_delivered, made_outputs
from pipeline.lexicon import LEXICONS, build_remedy, list_languages
from pipeline.recognition.model import DESCRIPTION, open_model
from stages.plan.hashes import WORK, content_hash
from stages.plan.locks import Locks
from stages.plan.shelf import SCANS, SETTINGS_SUFFIX, current_shelf
from stages.settings import stage_settings
from stages.shards import BYTES_A_PIXEL, MEGABYTES_BASE

OUT = Path("out")
REFUSED = WORK / ".refused"  # no book can be called so


class Books:
    """The books of a run under one configuration."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._locks = Locks(WORK)
        self._settings: dict[str, BookSettings] = {}
        self._faults: dict[str, RectoError | None] = {}
        self._refused: dict[str, RectoError] = {}

    def settings(self, name: str) -> BookSettings:
        """What holds for a book: outputs that it was delivered with stay asked for. The
        configuration alone where its own YAML is wrong."""
        if name not in self._settings:
            try:
                own = read_book(SCANS / f"{name}{SETTINGS_SUFFIX}")
            except RectoError as error:
                own, self._faults[name] = BookConfig(), error
            self._settings[name] = settle(self._config, own, made_outputs(OUT / name))
        return self._settings[name]

    def stage_settings(self, name: str, stage: str) -> str:
        """What a stage reads of them, as the JSON that its --settings takes."""
        return stage_settings(self.settings(name), stage)

    def model_hash(self, name: str) -> str:
        """Hash of the description of a book's model, which itself holds the hashes of the
        weights."""
        return content_hash(self.settings(name).model_folder / DESCRIPTION)

    def lexicon_hash(self, name: str) -> str:
        """Hashes of a book's word lists."""
        lang = self.settings(name).lang
        return "/".join(content_hash(files.words) for files in list_languages(lang))

    def language_hash(self, name: str) -> str:
        """Hashes of a book's word lists and language models; those of one language alone, that is
        read without a model, are none."""
        settings = self.settings(name)
        languages = list_languages(settings.lang)
        if not settings.decoder.language_model and len(languages) == 1:
            return ""
        return "/".join(content_hash(path) for files in languages for path in files.paths)

    def corrections_hash(self, name: str) -> str:
        """Hash of a book's corrections; empty where there are none."""
        path = corrections_path(name)
        return content_hash(path) if is_there(path) else ""

    def record(self, name: str) -> str:
        """What the manifest says of how a book was read, as JSON."""
        settings = self.settings(name)
        recorded = {
            "lang": settings.lang,
            "model": {"name": settings.model_folder.name, "sha256": self.model_hash(name)},
            "language_model": self.language_hash(name),
            "decoder": settings.decoder.model_dump(),
            "dpi": settings.dpi,
            "spelling": settings.spelling,
            "pages": settings.pages,
        }
        return json.dumps(recorded, sort_keys=True)

    def fault(self, name: str) -> RectoError | None:
        """What stands against working on a book, found without opening its scan; None where nothing
        does, and the book is then claimed for this run."""
        settings = self.settings(name)
        if name not in self._faults:
            self._faults[name] = (
                current_shelf().objection(name)
                or missing_tools(settings)
                or corrections_fault(corrections_path(name))
                or delivery_above(name)
                or self._claim(name)
            )
        return self._faults[name]

    def _claim(self, name: str) -> RectoError | None:
        """Claim a book and look at what an earlier run left of it: Snakemake takes a folder that is
        there for a delivery, whatever is in it."""
        try:
            self._locks.claim(name)
            manifest = WORK / name / "manifest.json"
            if manifest.is_file():
                shard_names(manifest)
            check_earlier(OUT / name)
        except RectoError as error:
            return error
        except OSError as error:
            return StorageError(
                f"{WORK / name} cannot be used: {error.strerror}",
                "Make room for it, or rename the scan.",
            )
        return None

    def refusal(self, name: str) -> list[str]:
        """The output of the job that refuses a book, which is never made; empty where nothing
        stands against the book."""
        fault, key = self.fault(name), refusal_key(name)
        if fault is None:
            with suppress(OSError):
                refusal_log(name).unlink(missing_ok=True)  # it would still be told of
            return []
        self._refused[key] = fault
        return [str(REFUSED / key)]

    def complaint(self, key: str) -> str:
        """What stands against the book that a refusal is for, as the argument of
        stages.refuse."""
        fault = self._refused.get(key)
        return fault.as_json() if fault else ""

    def shelf_targets(self) -> list[str]:
        """The outputs that the whole shelf asks for: of each scan its delivery, or its refusal."""
        return [
            target
            for name in current_shelf().scans
            for target in self.refusal(name) or [f"out/{name}"]
        ]


def refusal_key(name: str) -> str:
    """What stands for a book in the path of its refusal: any name, even one that no path in a
    workflow may have, is a word of 16 hexadecimal digits there."""
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:16]


def refusal_log(name: str) -> Path:
    """Where the refusal of a book is told."""
    return REFUSED / f"{refusal_key(name)}.log"


def corrections_path(name: str) -> Path:
    """Where the corrections of a book lie: beside its scan, as they are a person's work too."""
    return SCANS / f"{name}{SUFFIX}"


def corrections_fault(path: Path) -> RectoError | None:
    """What is wrong with a book's corrections, which would not be in any of its outputs."""
    try:
        open_corrections(path)
    except RectoError as error:
        return error
    return None


def missing_tools(settings: BookSettings) -> RectoError | None:
    """What the pages of a book could not be read without, and is not there."""
    fault = _model_fault(settings.model_folder)
    if fault is None and settings.decoder.language_model:
        fault = _language_fault(settings.lang)
    return fault


@cache
def _model_fault(folder: Path) -> RectoError | None:
    try:
        open_model(folder)
    except RectoError as error:
        return error
    return None


@cache
def _language_fault(lang: str) -> RectoError | None:
    languages = list_languages(lang)
    if not languages:
        return ModelError(
            f"there is no language in {LEXICONS}/ for `lang: {lang}`",
            build_remedy(Path("eng.klm")),
        )
    for files in languages:
        for path in files.paths:
            if not path.is_file():
                return ModelError(f"there is no {path} for `lang: {lang}`", build_remedy(path))
    return None


def delivery_above(name: str) -> RectoError | None:
    """The delivery of another book, whose scan was moved or removed, in which that of this one
    would lie."""
    folders = (OUT / name).parents[:-2]  # but for out/ itself, and what that lies in
    above = next((folder for folder in folders if (folder / "manifest.json").is_file()), None)
    if above is None:
        return None
    return StorageError(
        f"{above} is the delivery of another book, and {OUT / name} would lie in it",
        f"Move {above} away.",
    )


def check_earlier(delivery: Path) -> None:
    """Make sure that the folder of a delivery is one, or is not there: one that is empty is
    removed.

    Raises:
        DataError: its manifest is damaged. StorageError: it holds what Recto did not put there.
    """
    manifest = delivery / "manifest.json"
    if manifest.is_file():
        if is_cut_off(manifest):
            raise DataError(
                f"{manifest} is damaged", f"Remove {delivery} and run the same command again."
            )
    elif delivery.exists():
        check_delivered(delivery)
        shutil.rmtree(delivery)


def is_cut_off(manifest: Path) -> bool:
    """Whether a file does not end as JSON does, told from its last bytes: the manifests of an
    archive are too long to be read at every start."""
    with manifest.open("rb") as file:
        file.seek(max(0, manifest.stat().st_size - 8))
        return not file.read().rstrip().endswith(b"}")


def scan_folder(name: str) -> str:
    """The folder that holds a scan, below scans/ where the name has folders of its own."""
    return str((SCANS / name).parent)


def shard_names(manifest: str | Path) -> list[str]:
    """Names of a book's shards.

    Raises:
        DataError: the manifest is damaged.
    """
    try:
        return list(json.loads(Path(manifest).read_text(encoding="utf-8"))["shards"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{manifest} is damaged: {error}",
            f"Remove {Path(manifest).parent} and run the same command again.",
        ) from error


def shard_megabytes(shard: str) -> int:
    """Memory that the largest page of a shard needs, in MB, from its pixels."""
    try:
        pages = json.loads(Path(shard).read_text(encoding="utf-8"))["pages"]
        pixels = max((p["width"] * p["height"] for p in pages if not p["reason"]), default=0)
    except (OSError, ValueError, KeyError, TypeError):
        return MEGABYTES_BASE
    return MEGABYTES_BASE + pixels * BYTES_A_PIXEL // 1_000_000
