"""Transcriptions cut into pages, texts compared, words judged, confidences calibrated; the stages
that do so, on a real run."""

from __future__ import annotations

import csv
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import DataError
from pipeline.recognition.confidence import Calibration, fit_calibration
from pipeline.recognition.model import open_model
from pipeline.training.alignment import as_printed, true_stretches, words_right
from pipeline.training.evaluation import (
    MISSING,
    Changes,
    Tally,
    comparable,
    confusions,
    model_changes,
    reliability,
)
from pipeline.training.matching import match_page
from pipeline.transcription import cut_into_pages, locate_transcription, read_transcription
from stages.judge.audit import is_name
from tests.conftest import BENCH_TRUTH, ROOT, Snakemake, Stage

WORDS = (
    "lamp",
    "sparrow",
    "ledge",
    "school",
    "hinge",
    "square",
    "pattern",
    "head",
    "drawing",
    "newer",
)


def pages_of_words(count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [
        " ".join(rng.choice(WORDS) + str(rng.randint(0, 99)) for _ in range(40))
        for _ in range(count)
    ]


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 6), st.integers(0, 10**6))
def test_a_whole_text_is_cut_where_its_pages_are(count: int, seed: int) -> None:
    """Lines would be aligned with the text of another page."""
    pages = pages_of_words(count, seed)
    whole = "A preface that is nowhere on the pages.\n\n" + "\n".join(pages) + "\nAnd an end."
    misread = [page.replace("lamp", "1amp") for page in pages]
    for page, stretch in zip(pages, cut_into_pages(misread, whole), strict=True):
        assert page in " ".join(stretch.split())
        assert len(stretch.split()) <= len(page.split()) + 2 * 6 + 2


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 5), st.integers(0, 10**6), st.integers(0, 15))
def test_pages_part_a_whole_text_among_them(count: int, seed: int, lost: int) -> None:
    """Words that were not read at a page's end would count against no page."""
    pages = pages_of_words(count, seed)
    whole = " ".join(pages)
    read = [" ".join(page.split()[: 40 - lost]) + f" {k}" for k, page in enumerate(pages)]
    stretches = cut_into_pages(read, whole)
    assert " ".join(stretches[:-1]) == " ".join(pages[:-1])
    divided = [pages[0] + " Weih-", "nachten " + pages[1]]
    halves = cut_into_pages(divided, f"{pages[0]} Weihnachten {pages[1]}")
    assert (halves[0][-5:], halves[1][:8]) == (" Weih", "nachten ")


def test_lines_without_a_text_are_told_from_errors() -> None:
    """A running head would be an error, and a line that was not found none."""
    truth = (
        "The lamp before the schaol is of the newer pattern. A line that nobody has read at all."
    )
    match = match_page(
        ["12 A HEAD", "The lamp before the school", "is of the newer pattern."], truth
    )
    assert match.stands == (False, True, True)
    assert match.loose == ("12 A HEAD",)
    assert match.runs[0][0] == "The lamp before the schaol is of the newer pattern."
    assert match.missing == ("A line that nobody has read at all.",)
    assert match_page(["a line"], "").loose == ("a line",)
    assert match_page([], "a text").missing == ("a text",)


def test_what_is_on_no_page_has_no_stretch() -> None:
    """A preface that was not scanned would be taken for the text of a page."""
    assert cut_into_pages(
        ["nothing of this is there at all"], "The lamp before the school is new"
    ) == [""]


def test_transcriptions_are_found_and_read(tmp_path: Path) -> None:
    """A true text in the right place would not be found."""
    (tmp_path / "leaves").mkdir()
    (tmp_path / "leaves" / "0002.txt").write_text("second")
    (tmp_path / "whole.txt").write_text("The lamp before the school is of the newer pattern")
    leaves = locate_transcription(tmp_path, "leaves")
    assert leaves is not None
    assert read_transcription(leaves).of_pages({1: "x", 2: "y"}) == {1: "", 2: "second"}
    whole = locate_transcription(tmp_path, "whole")
    assert whole is not None
    assert (
        read_transcription(whole).of_pages({1: "lamp before the school is"})[1]
        == "lamp before the school is"
    )
    assert locate_transcription(tmp_path, "other") is None
    (tmp_path / "empty.txt").touch()
    with pytest.raises(DataError, match="no transcription"):
        read_transcription(tmp_path / "empty.txt")


def test_texts_are_compared_without_the_habits_of_transcribers() -> None:
    """Straight quotes in a true text would be counted as mistakes."""
    assert comparable("“The Cas-\ntle” — he   said…") == '"The Castle"-he said...'
    assert comparable("the Anglo-\nSaxon") == "the Anglo-Saxon"
    tally = Tally()
    tally.add("The lamp", "The 1amp")
    assert (tally.errors, tally.length, tally.word_errors, tally.words) == (1, 8, 1, 2)


def test_quotes_are_taken_as_they_were_read() -> None:
    """A recognizer would learn quotes that are not on the page."""
    assert (
        as_printed('"Speak," said he, "or go."', "“Speak,” said he, “or g0.”")
        == "“Speak,” said he, “or go.”"
    )
    assert as_printed('"Speak," he said', "Speak, he said") == "“Speak,” he said"
    assert as_printed("it's", 'it"s') == "it’s"


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), st.data())
def test_the_words_that_are_right_are_told_from_the_others(
    words: list[str], data: st.DataObject
) -> None:
    """Confidences would be calibrated on wrong labels."""
    wrong = data.draw(st.integers(0, len(words) - 1))
    read = [word if k != wrong else word[:1] + "~" + word[2:] for k, word in enumerate(words)]
    assert words_right(" ".join(read), " ".join(words)) == [k != wrong for k in range(len(words))]


def test_words_run_together_or_torn_are_wrong() -> None:
    """A lost space would count as right."""
    assert words_right("the lamp", "the lamp-post") == [True, True]
    assert words_right("thelamp is", "the lamp is") == [False, True]
    assert words_right("la mp", "lamp") == [False, False]
    assert words_right("high degree —like a", "high degree—like a") == [True] * 4


def test_each_line_has_its_stretch() -> None:
    """A line would be learnt with its neighbour's text."""
    lines = ["The lamp before the sch-", "ool is 0f the newer", "~~", "pattern."]
    stretches = true_stretches(lines, "The lamp before the school is of the newer\npattern.")
    assert stretches[0] == "The lamp before the sch"
    assert stretches[1] == "ool is of the newer"
    assert stretches[3] == "pattern."
    assert true_stretches(lines, "") == [""] * 4


def test_confusions_are_counted() -> None:
    """The table of confusions would blame the wrong letters."""
    assert confusions([("c at", "e at"), ("ten", "tn")]) == {("c", "e"): 1, ("e", MISSING): 1}


def test_what_the_language_model_changed_is_judged() -> None:
    """Nobody would see where the language model does harm."""
    changes = Changes()
    model_changes("tbe lamp of eld is", "the lamp of old as", "the lamp of eld is", changes)
    assert changes.better == [("tbe", "the", "the")]
    assert changes.worse == [("eld is", "old as", "eld is")]


def test_changed_names_are_told() -> None:
    """Nobody would see that a name became a commoner one."""
    known = frozenset({"the", "London"})
    assert is_name("Elijah,", "Elizabeth,", known)
    assert not is_name("Elijah,", "Elijah.", known)
    assert not is_name("The", "Tho", known)
    assert not is_name("London", "Loudon", known)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 3), st.floats(-3, 3))
def test_calibration_keeps_the_order(low: float, high: float, slope: float, offset: float) -> None:
    """The least sure words would no longer be the doubtful ones."""
    calibration = Calibration(slope, offset)
    low, high = sorted((low, high))
    assert 0 <= calibration(low) <= calibration(high) <= 1


def test_calibration_mends_confidences_that_promise_too_much() -> None:
    """A confidence of 0.9 would not mean nine in ten."""
    rng = np.random.default_rng(5)
    true = rng.uniform(0.05, 0.999, 20_000)
    right = rng.random(20_000) < true
    promised = Calibration(2.0, 1.0).of_all(true)  # too sure
    calibration = fit_calibration(promised, right)
    assert reliability(promised, right).error > 0.1
    assert reliability(calibration.of_all(promised), right).error < 0.01
    assert calibration.slope == pytest.approx(0.5, abs=0.03)
    with pytest.raises(ValueError, match="positive slope"):
        Calibration(-1.0, 0.0)


def test_reliability_counts_what_low_confidences_catch() -> None:
    """The figure for proofreaders would be wrong."""
    confidences = np.array([0.01] * 5 + [0.99] * 95)
    right = np.array([False] * 5 + [True] * 95)
    found = reliability(confidences, right)
    assert found.caught == 1
    assert found.error == pytest.approx(0.01, abs=1e-9)
    assert found.counts.sum() == 100


def test_a_book_is_scored_audited_aligned_and_calibrated(
    workplace: Path, sample_pdf: Path, stage: Stage, snakemake: Snakemake
) -> None:
    """The sample, with its truth once page by page and once as one text."""
    truth = workplace / "transcriptions" / "book"
    shutil.copytree(BENCH_TRUTH, truth)
    run = snakemake(
        workplace, "eval/print-latin/", "eval/print-latin.audit.tsv", "data/aligned/book.lmdb"
    )
    assert run.returncode == 0, run.stderr
    names = {path.name for path in (workplace / "eval/print-latin").iterdir()}
    assert names >= {
        "scores.csv",
        "groups.tsv",
        "confusions.tsv",
        "confusions.png",
        "reliability.png",
        "report.html",
    }
    with (workplace / "eval/print-latin/scores.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["book"] for row in rows] == ["book", "all"]
    assert float(rows[0]["cer"]) < 1
    with (workplace / "eval/print-latin/groups.tsv").open() as file:
        (group,) = (r for r in csv.DictReader(file, delimiter="\t") if r["by"] == "language")
    assert (group["read"], group["group"]) == ("pages", "eng")
    assert (group["cer"], group["cer_matched"]) == (rows[0]["cer"], rows[0]["cer_matched"])
    assert "<img src=" in (workplace / "eval/print-latin/report.html").read_text()
    assert (workplace / "eval/print-latin.audit.tsv").read_text().startswith("book\tverdict")

    whole = workplace / "whole.txt"
    whole.write_text("\n".join(path.read_text() for path in sorted(truth.glob("*.txt"))))
    by_page = stage("align", "work/book", "transcriptions/book", "a.lmdb", cwd=workplace)
    at_once = stage("align", "work/book", "whole.txt", "b.lmdb", cwd=workplace)
    for run in (by_page, at_once):
        assert run.returncode == 0, run.stderr
        kept, lines = (int(word) for word in run.stdout.split(" lines")[0].split(" of "))
        assert kept > 0.85 * lines > 100

    (workplace / "models").unlink()
    shutil.copytree(ROOT / "models", workplace / "models")
    before = open_model(workplace / "models/print-latin")
    run = stage("calibrate", "models/print-latin", "work/book", cwd=workplace)
    assert run.returncode == 0, run.stderr
    after = open_model(workplace / "models/print-latin")
    assert after.calibration != before.calibration
    assert after.hash != before.hash


def test_a_book_without_a_transcription_is_a_named_error(
    workplace: Path, sample_pdf: Path, snakemake: Snakemake
) -> None:
    """An evaluation of nothing would end in a traceback."""
    run = snakemake(workplace, "eval/print-latin/")
    assert run.returncode != 0
    assert "holds no text of a book in scans/" in run.stdout + run.stderr
    run = snakemake(workplace, "eval/other/")
    assert "--config model=models/other" in run.stdout + run.stderr


def test_true_lines_keep_the_long_s_of_the_print() -> None:
    """Transcriptions spell ſ as s and ⸗ as a hyphen: labels must say what is printed."""
    read = "„das iſt ſo Jacobs⸗Orden"
    for truth in ('"das ist so Jacobs-Orden', "»das ist so Jacobs-Orden"):
        assert as_printed(truth, read) == read
    assert as_printed("das ist so", "das ist fo") == "das ist so"


def test_old_letters_and_foreign_quotes_are_folded_in_scores() -> None:
    """A German page would be charged for every ſ and ⸗ that its transcription spells as today."""
    assert comparable("„wu⸗\nſte“ aͤrmer, ſein Fuß-\nübel") == '"wuste" ärmer, sein Fußübel'
