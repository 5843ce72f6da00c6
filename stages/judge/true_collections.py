"""Collections of true lines and pages, read by a recognizer as the main job reads: what it is
measured on where no book was digitized.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from rapidfuzz.distance import Levenshtein
from tqdm import tqdm

from pipeline.book_config import BookSettings
from pipeline.errors import DataError, RectoError
from pipeline.lexicon import list_languages
from pipeline.reading import digitize_page, new_page
from pipeline.recognition.model import ModelFolder, open_model
from pipeline.recognition.origin import NOWHERE, Origin
from pipeline.recognition.recipe import Recipe, TrueSet
from pipeline.recognition.recognizer import Recognizer, open_recognizer, recognize
from pipeline.scan.pages import list_pages, load_page
from pipeline.training.alignment import folded, words_right
from pipeline.training.breakdown import LINES, Reading
from pipeline.training.evaluation import confusions
from pipeline.training.line_framing import unframed
from pipeline.training.rows import Row
from pipeline.training.true_lines import TrueFile, true_files
from pipeline.training.true_sets import (
    origin_of,
    read_card,
    read_collection,
    respelt,
    tested_works,
)
from stages.digitize.recognize import find_device
from stages.judge.book_scores import page_reading
from stages.judge.scored import ScoredPage
from stages.judge.worst_lines import WorstLine, as_png, worst_first

LEFT_OUT_COLUMNS = ("set", "reason", "count")
STRANGE = "letters that the recognizer does not know"
BOOK = "aligned"  # the kind of what is compared with a digitized book


@dataclass
class Measured:
    """What was read of collections, the worst lines, and how many lines and pages were left out,
    by set and reason."""

    readings: list[Reading] = field(default_factory=list)
    worst: list[WorstLine] = field(default_factory=list)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: Measured) -> None:
        """Take in what was read of other sets."""
        self.readings += other.readings
        self.worst += other.worst
        self.left_out.update(other.left_out)

    @property
    def left_out_rows(self) -> list[dict[str, str]]:
        """Rows of LEFT_OUT_COLUMNS, the most frequent first."""
        return [
            dict(zip(LEFT_OUT_COLUMNS, (*key, str(count)), strict=True))
            for key, count in self.left_out.most_common()
        ]


def sets_to_measure(
    truth: Path, recipe: Recipe, scored: Collection[str] = ()
) -> dict[str, TrueSet]:
    """The sets in a folder of collections: those that its truth.yaml describes, or, where it has
    none, those that a recipe declares.

    Args:
        scored: names of books that are scored already.

    Raises:
        DataError: there is none.
    """
    declared = read_card(truth) or {
        name: one
        for name, one in recipe.sets.items()
        if isinstance(one, TrueSet) and (truth / one.folder).is_dir()
    }
    found = {name: one for name, one in declared.items() if one.kind != BOOK and name not in scored}
    if not found and not declared:
        raise DataError(
            f"{truth} holds no collection that it, or {recipe.name}, describes",
            "Describe what lies there in a truth.yaml: see docs/evaluation.md.",
        )
    return found


class Measure:
    """A recognizer and its settings, put to collections.

    Args:
        recipe: by which the recognizer was trained: how its lines are framed.
        lexicons: folder of word lists and language models.

    Raises:
        DataError: the recipe is that of another kind of recognizer.
    """

    def __init__(self, settings: BookSettings, recipe: Recipe, lexicons: Path) -> None:
        self._model: ModelFolder = open_model(settings.model_folder)
        if self._model.writing != recipe.writing:
            raise DataError(
                f"{self._model.name} reads {self._model.writing}, {recipe.name} {recipe.writing}",
                "Give the recipe by which it was trained: --recipe",
            )
        self._settings, self._recipe, self._lexicons = settings, recipe, lexicons
        self._opened = lru_cache(maxsize=2)(self._open)

    def of_set(self, name: str, declared: TrueSet, truth: Path, worst: int) -> Measured:
        """Read the works of a set that are for testing: its lines and, where its truth is that of
        pages, these whole; `worst` lines are kept to be shown."""
        found, works = Measured(), tested_works(declared, truth)
        rows = read_collection(declared, truth, self._recipe, works)
        self._measure_lines(name, rows, found)
        found.worst = worst_first(found.worst, worst)
        if declared.kind == "pages":
            files = list(true_files(truth / declared.folder, declared.work_parts, works))
            self._measure_pages(name, declared, files, found)
        return found

    def _measure_lines(self, name: str, rows: Iterator[Row], found: Measured) -> None:
        usable = []
        for row in tqdm(rows, unit="line", desc=name, disable=None):
            reason = row.reason or ("" if self._model.alphabet.covers(row.text) else STRANGE)
            if reason:
                found.left_out[name, reason] += 1
            else:
                usable.append(row)
        usable.sort(key=_language)
        for language, group in groupby(usable, key=_language):
            for row, reading in self._read_rows(name, language, list(group)):
                found.readings.append(reading)
                edits = Levenshtein.distance(folded(reading.truth), folded(reading.read))
                if edits and row.image is not None:
                    where, image = f"{name}, {row.name}", as_png(row.image)
                    found.worst.append(WorstLine(where, edits, image, reading.truth, reading.read))

    def _read_rows(
        self, name: str, language: str, rows: list[Row]
    ) -> Iterator[tuple[Row, Reading]]:
        """Each line with what was read of it; where nobody says in which language a work is, it is
        told of the work."""
        images = [unframed(row.image, self._model.frame) for row in rows if row.image is not None]
        works = {work: k for k, work in enumerate(dict.fromkeys(row.group for row in rows))}
        blocks = [works[row.group] for row in rows]
        lines, told = recognize(images, blocks, self._opened(language))
        for row, line, block in zip(rows, lines, blocks, strict=True):
            words = [(word.confidence or 0.0) for word in line.words]
            right = words_right(" ".join(word.text for word in line.words), row.text)
            yield (
                row,
                Reading(
                    LINES,
                    name,
                    row.origin.or_else(Origin(language=told[block].language)),
                    row.text,
                    line.text,
                    line.greedy,
                    words=tuple(zip(words, right, strict=True)),
                    confused=confusions([(row.text, line.text)]),
                ),
            )

    def _measure_pages(
        self, name: str, declared: TrueSet, files: list[TrueFile], found: Measured
    ) -> None:
        for file in tqdm(files, unit="page", desc=f"{name}, whole", disable=None):
            try:
                found.readings.append(self._read_page(name, file, declared))
            except RectoError as error:
                found.left_out[name, f"page: {error.message}"] += 1

    def _read_page(self, name: str, file: TrueFile, declared: TrueSet) -> Reading:
        if file.page is None or file.image is None:
            raise DataError(file.reason)
        own = [line.origin for line in file.page.lines] or [NOWHERE]
        origin = origin_of(max(own, key=own.count), file.work, declared)
        scan = list_pages(file.image, self._settings.dpi)[0]
        raster = new_page(load_page(file.image.parent, scan), scan.dpi)
        page = digitize_page(raster, self._opened(origin.language))
        text = "\n".join(respelt(line.text, declared) for line in file.page.lines)
        scored = ScoredPage(page, text)
        known = origin.or_else(Origin(language=scored.language))
        return page_reading(scored, name, known, printed=True)

    def _open(self, language: str) -> Recognizer:
        """The recognizer with the language model of a language, where there is one; else as the
        settings say."""
        languages = list_languages(language, self._lexicons) if language else ()
        if not all(path.is_file() for files in languages for path in files.paths):
            languages = ()
        languages = languages or list_languages(self._settings.lang, self._lexicons)
        device = find_device(self._settings)
        return open_recognizer(self._model, self._settings.decoder, languages, device)


def _language(row: Row) -> str:
    return row.origin.language
