"""Error rates and confusions by language, script and century; what is known of true texts."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import cv2
import pytest

from pipeline.errors import ConfigError, DataError
from pipeline.languages import code_of
from pipeline.recognition.origin import Origin
from pipeline.recognition.recipe import TrueSet, read_recipe
from pipeline.training.breakdown import (
    COLUMNS,
    LINES,
    PAGES,
    Reading,
    breakdown,
    confused_characters,
)
from pipeline.training.evaluation import Tally, confusions
from pipeline.training.page_truth import read_page_truth
from pipeline.training.true_sets import origin_of, read_card
from stages.judge.true_collections import sets_to_measure
from tests.conftest import TEXT, Snakemake, Stage, print_page
from tests.training.test_true_lines import FIRST, STEP, alto

GERMAN = Origin(language="deu", script="fraktur", century=19)
LATIN = Origin(language="lat", script="roman")


def line(truth: str, read: str, origin: Origin, source: str = "mine", sure: float = 0.9) -> Reading:
    words = tuple((sure, word == true) for word, true in zip(read.split(), truth.split()))  # noqa: B905
    confused = confusions([(truth, read)])
    return Reading(LINES, source, origin, truth, read, read, words=words, confused=confused)


def rows_by(readings: list[Reading], by: str) -> dict[str, dict[str, str]]:
    return {row["group"]: row for row in breakdown(readings) if row["by"] == by}


def test_a_year_is_a_century_and_what_is_known_stays() -> None:
    """A catalogue has years; a work of 1800 would count to the next century."""
    years = {1800: 18, 1801: 19, 1843: 19, 1900: 19}
    assert {y: Origin.model_validate({"year": y}).century for y in years} == years
    assert LATIN.or_else(GERMAN) == Origin(language="lat", script="roman", century=19)


def test_languages_are_found_by_the_names_that_libraries_use() -> None:
    """Lines of a file that says `German` would be read without a language model."""
    names = ("deu", "ger", "German", "de", "de-AT", " DE ")
    assert {code_of(name) for name in names} == {"deu"}
    assert code_of("no") == "nor" and code_of("") == code_of("Multiple languages") == ""


def test_rates_by_language_script_and_century() -> None:
    """A language that is read badly would hide behind one of which there is more."""
    readings = [
        line("das iſt gut", "das ift gut", GERMAN),
        line("Daſein iſt", "Dasein iſt", GERMAN, "other"),
        line("Nihilo secius", "Nihilo secius", LATIN),
    ]
    by_language = rows_by(readings, "language")
    assert set(by_language) == {"deu", "lat"}
    assert by_language["deu"]["cer_printed"] == f"{100 * 2 / 21:.2f}"
    assert by_language["deu"]["cer"] == f"{100 * 1 / 21:.2f}"  # ſ for s is none, f for s is one
    assert by_language["deu"]["wer"] == "20.00" and by_language["deu"]["lines"] == "2"
    assert by_language["lat"]["cer"] == "0.00"
    assert float(by_language["lat"]["ece"]) == pytest.approx(0.1)
    assert set(rows_by(readings, "script")) == {"fraktur", "roman"}
    assert set(rows_by(readings, "century")) == {"19", "unknown"}
    assert set(rows_by(readings, "set")) == {"mine", "other"}
    assert rows_by(readings, "all")["all"]["lines"] == "3"
    assert all(tuple(row) == COLUMNS for row in breakdown(readings))


def test_pages_stand_apart_from_lines_and_say_how_much_is_matched() -> None:
    """Errors of finding lines would be those of a recognizer; s for ſ of an edition its fault."""
    matched = Tally()
    matched.add("das ist", "das ift")
    page = Reading(
        PAGES, "book", GERMAN, "das ist gut", "das ift", "das ift", 1, False,
        matched=matched, text_matched=0.7,
    )  # fmt: skip
    rows = breakdown([page, line("a b", "a b", GERMAN)])
    assert [row["lines"] for row in rows if row["by"] == "all"] == ["1", "1"]
    (found,) = (row for row in rows if row["read"] == PAGES and row["by"] == "set")
    assert found["cer_printed"] == ""
    assert (found["cer"], found["cer_matched"]) == (f"{100 * 5 / 11:.2f}", f"{100 * 1 / 7:.2f}")
    assert found["text_matched"] == "70.0"


def test_confusions_are_listed_by_group_the_worst_first() -> None:
    """Nobody would see which letters of which type are taken for others."""
    readings = [
        line("ſo ſei", "fo fei", GERMAN),
        line("n", "u", GERMAN),
        line("n", "u", LATIN),
    ]
    rows = confused_characters(readings)
    german = [row for row in rows if row["script"] == "fraktur"]
    assert [(row["truth"], row["reading"], row["count"], row["share"]) for row in german] == [
        ("ſ", "f", "2", "66.7"),
        ("n", "u", "1", "33.3"),
    ]
    assert Counter(row["language"] for row in rows) == {"deu": 2, "lat": 1}


def test_a_card_describes_what_lies_beside_it(tmp_path: Path) -> None:
    """A work would be counted to another language than its owner says."""
    (tmp_path / "lines").mkdir()
    (tmp_path / "lines" / "a_1.gt.txt").write_text("x", encoding="utf-8")
    (tmp_path / "pages" / "deep").mkdir(parents=True)
    (tmp_path / "pages" / "deep" / "p.xml").write_text("<alto/>", encoding="utf-8")
    card = tmp_path / "truth.yaml"
    card.write_text(
        "lines: {language: deu, year: 1843, works: {'b*': {language: lat}}}\n"
        "typed: {folder: pages, script: typewriter}\nbook: {year: 1650}\nplain:\n",
        encoding="utf-8",
    )
    found = read_card(tmp_path)
    kinds = {"lines": "pairs", "typed": "pages", "book": "aligned", "plain": "aligned"}
    assert {name: one.kind for name, one in found.items()} == kinds
    assert found["lines"].century == 19 and found["lines"].held_out == 1
    assert origin_of(Origin(), "bsb1", found["lines"]).language == "lat"
    assert origin_of(Origin(), "other", found["lines"]).language == "deu"
    assert origin_of(Origin(language="fra"), "bsb1", found["lines"]).language == "fra"
    recipe = read_recipe("print-latin")
    assert set(sets_to_measure(tmp_path, recipe)) == {"lines", "typed"}
    assert set(sets_to_measure(tmp_path, recipe, ["typed"])) == {"lines"}
    card.write_text("lines: {languge: deu}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"truth\.yaml"):
        read_card(tmp_path)
    card.unlink()
    with pytest.raises(DataError, match="no collection"):
        sets_to_measure(tmp_path, recipe)


def test_without_a_card_the_works_that_a_recipe_holds_out_are_measured(tmp_path: Path) -> None:
    """A recognizer would be measured on what it has learnt from."""
    recipe = read_recipe("print-latin")
    declared = recipe.sets["commentaries"]
    assert isinstance(declared, TrueSet)
    (tmp_path / declared.folder).mkdir(parents=True)
    found = sets_to_measure(tmp_path, recipe)
    assert list(found) == ["commentaries"] and found["commentaries"].held_out == 8
    assert origin_of(Origin(), "Wecklein1894", declared) == GERMAN


def test_files_say_in_which_language_and_script_a_line_is(tmp_path: Path) -> None:
    """Latin lines in a German book would count as German."""
    path = tmp_path / "page.xml"
    path.write_text(
        '<PcGts><Page primaryLanguage="German" primaryScript="Latf - Latin (Fraktur variant)">'
        '<TextRegion primaryLanguage="Latin"><TextLine/></TextRegion>'
        "<TextRegion><TextLine/></TextRegion></Page></PcGts>",
        encoding="utf-8",
    )
    origins = [found.origin for found in read_page_truth(path).lines]
    assert [(one.language, one.script) for one in origins] == [
        ("lat", "fraktur"),
        ("deu", "fraktur"),
    ]
    path.write_text(alto(attributes='LANG="fr"'), encoding="utf-8")
    assert {found.origin.language for found in read_page_truth(path).lines} == {"fra"}
    path.write_text(alto(), encoding="utf-8")
    assert {found.origin for found in read_page_truth(path).lines} == {Origin()}


def test_collections_are_evaluated(workplace: Path, snakemake: Snakemake, stage: Stage) -> None:
    """Pairs and a page in ALTO, through the rule: figures, confusions, and the page that shows
    them."""
    truth = workplace / "truth"
    (truth / "lines").mkdir(parents=True)
    (truth / "pages").mkdir()
    page = print_page()
    for number, text in enumerate(TEXT):
        top = FIRST + number * STEP
        cv2.imwrite(str(truth / f"lines/work_{number}.png"), page[top : top + 56])
        told = text.replace("lamp", "lömp") if number == 0 else text
        (truth / f"lines/work_{number}.gt.txt").write_text(told, encoding="utf-8")
    (truth / "lines/work_9.gt.txt").write_text("Ж", encoding="utf-8")
    cv2.imwrite(str(truth / "lines/work_9.png"), page[FIRST : FIRST + 56])
    (truth / "pages/page.xml").write_text(alto(), encoding="utf-8")
    cv2.imwrite(str(truth / "pages/page.png"), page)
    (truth / "pages/broken.xml").write_text("<alto", encoding="utf-8")
    (truth / "truth.yaml").write_text(
        "lines: {language: eng, script: roman, year: 2020}\npages: {script: roman}\n",
        encoding="utf-8",
    )
    run = snakemake(workplace, "eval/print-latin/", "--config", "truth=truth")
    assert run.returncode == 0, run.stderr
    folder = workplace / "eval/print-latin"
    with (folder / "groups.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    by_set = {(row["read"], row["group"]): row for row in rows if row["by"] == "set"}
    assert set(by_set) == {("lines", "lines"), ("lines", "pages"), ("pages", "pages")}
    assert {row["lines"] for row in by_set.values()} == {str(len(TEXT))}
    assert all(float(row["cer"]) < 2 for row in by_set.values())
    assert {row["group"] for row in rows if row["by"] == "language"} == {"eng"}
    assert "lines\teng\troman\t21\tö\ta\t1\t" in (folder / "confusions.tsv").read_text("utf-8")
    left_out = (folder / "left-out.tsv").read_text("utf-8")
    assert "lines\tletters that the recognizer does not know\t1" in left_out
    assert "pages\tis no XML" in left_out and "page: is no XML" in left_out
    shown = (folder / "report.html").read_text("utf-8")
    assert "ö → a" in shown and "lines, work_0: 1 edits" in shown and "Pages read whole" in shown
    run = stage("evaluate", "eval/none", cwd=workplace)
    assert run.returncode == 2 and "--truth" in run.stderr
