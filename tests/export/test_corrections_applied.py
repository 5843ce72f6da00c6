"""From a page with ten errors to a delivery without them: corrected in a browser with the keyboard
alone, saved, applied, in every output, and still there when the book is read anew."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hocr_spec import HocrValidator
from lxml import etree
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver

from pipeline.document import Page
from pipeline.export.source import word_id
from pipeline.page_json import read_page, write_page
from pipeline.training.page_truth import read_page_truth
from tests.conftest import Snakemake, Stage, run_snakemake
from tests.export.browser import (
    DESKTOP,
    PHONE,
    chosen,
    eventually,
    find_all,
    open_at,
    press,
    press_with,
    read_whole,
    requested,
)

NUMBER, ERRORS = 3, 10
ALL = ("--config", "outputs=all")


def garble(page: Page) -> tuple[Page, dict[str, str]]:
    """The page with ten words read wrongly, two in a line, and what is right by their ids."""
    right: dict[str, str] = {}
    leaves = []
    for leaf in page.leaves:
        regions = []
        for r, region in enumerate(leaf.regions, start=1):
            lines = []
            for n, line in enumerate(region.lines, start=1):
                words = list(line.words)
                for k in (1, 4) if len(words) > 5 and len(right) < ERRORS else ():
                    right[word_id(page.number, r, n, k + 1)] = words[k].text
                    wrong = f"q{words[k].text[::-1]}"
                    words[k] = replace(words[k], text=wrong, confidence=0.4, alternatives=())
                text = " ".join(word.text for word in words)
                lines.append(replace(line, words=tuple(words), text=text))
            regions.append(replace(region, lines=tuple(lines)))
        leaves.append(replace(leaf, regions=tuple(regions)))
    return replace(page, leaves=tuple(leaves)), right


@pytest.fixture(scope="module")
def errors(
    deliveries: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """A workplace with the sample in all outputs, ten words of a page read wrongly, and what they
    are."""
    place = tmp_path_factory.mktemp("errors") / "recto"
    shutil.copytree(deliveries, place, symlinks=True)
    for name in ("odd.pdf", "leaves"):  # the sample alone
        path = place / "scans" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    (path,) = (place / "work" / "book" / "text").glob(f"*/{NUMBER:04d}.json")
    page, right = garble(read_page(path))
    write_page(path, page)
    run = run_snakemake(place, "out/book/", "--forcerun", "export", *ALL)
    assert run.returncode == 0, run.stdout + run.stderr
    assert len(right) == ERRORS
    return place, right


def correct_with_keys(browser: WebDriver, right: dict[str, str]) -> None:
    """Type over every word that is wrong, and accept its line when no other is left in it."""
    left = dict(right)
    eventually(lambda: chosen(browser))
    while left:
        identity = chosen(browser)
        line = identity.rpartition("_")[0]
        if identity in left:
            press(browser, left.pop(identity))
            more = any(other.rpartition("_")[0] == line for other in left)
            press(browser, Keys.TAB if more else Keys.ENTER)
        else:
            press(browser, Keys.TAB)
        assert chosen(browser) != identity, "the keyboard stands still"


@pytest.mark.parametrize("size", [pytest.param(PHONE, marks=pytest.mark.long), DESKTOP])
def test_ten_errors_are_corrected_by_keyboard_and_applied(
    browser: WebDriver,
    errors: tuple[Path, dict[str, str]],
    downloads: Path,
    snakemake: Snakemake,
    stage: Stage,
    schemas: dict[str, etree.XMLSchema],
    size: tuple[int, int],
) -> None:
    """What a proofreader has done would be lost, or be in some of the outputs only."""
    place, right = errors
    for old in downloads.iterdir():
        old.unlink()
    browser.set_window_size(*size)
    requested(browser)
    open_at(browser, place / "out" / "book" / "report.html", f"#page={NUMBER}")
    correct_with_keys(browser, right)
    assert len(find_all(browser, ".word.changed")) == ERRORS
    press_with(browser, Keys.CONTROL, "s")
    saved = downloads / "book.corrections.json"
    eventually(lambda: read_whole(saved))
    schemes = {url.partition(":")[0] for url in requested(browser)}
    assert schemes <= {"file", "about", "blob"}, "a request has left the folder"
    if size == PHONE:  # the same is done, and applied, on a desktop
        assert sum(map(len, words_changed(saved))) == ERRORS
        return
    applied = stage("apply", saved, "out/book", cwd=place)
    assert applied.returncode == 0, applied.stderr
    check_run(snakemake(place, "out/book/", *ALL))
    check_delivery(place, right, schemas, stage)
    # read anew otherwise, the words that were garbled come out differently, and the line stays
    check_run(snakemake(place, "out/book/", *ALL, 'decoder={"alpha": 0.4}'))
    check_delivery(place, right, schemas, stage)


def words_changed(path: Path) -> list[list[str]]:
    pages = json.loads(path.read_text())["pages"]
    return [
        [new for old, new in zip(line["old"], line["new"], strict=True) if old != new]
        for page in pages
        for line in page["lines"]
    ]


def check_run(run: subprocess.CompletedProcess[str]) -> None:
    assert run.returncode == 0, run.stdout + run.stderr
    assert "corrections: " in run.stdout + run.stderr


def check_delivery(
    place: Path,
    right: dict[str, str],
    schemas: dict[str, etree.XMLSchema],
    stage: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    """Every output has the right words and says where they are from; the delivery is whole."""
    out, name = place / "out" / "book", f"{NUMBER:04d}"
    pages = out / "pages"
    hocr = etree.fromstring((pages / f"{name}.hocr").read_bytes())
    words = {e.get("id"): e for e in hocr.iter("{*}span") if e.get("class") == "ocrx_word"}
    assert {key: words[key].text for key in right} == right
    lines = {key.replace("word", "line").rpartition("_")[0] for key in right}
    accepted = {e.get("id") for e in hocr.iter("{*}span") if "proofread" in e.get("title", "")}
    assert accepted == lines
    assert HocrValidator("standard").validate(str(pages / f"{name}.hocr")).is_valid()
    for kind in ("alto", "page"):
        path = pages / f"{name}.{kind}.xml"
        schemas[kind].assertValid(etree.parse(path))
        read = [word for line in read_page_truth(path).lines for word in line.text.split()]
        assert all(word in read for word in right.values()), kind
    alto = etree.parse(pages / f"{name}.alto.xml").getroot()
    assert {e.get("ID") for e in alto.iter("{*}TextLine") if e.get("CS") == "true"} == lines
    page_xml = (pages / f"{name}.page.xml").read_text()
    assert page_xml.count('comments="proofread"') == len(lines)
    text = (pages / f"{name}.txt").read_text().split()
    assert all(word in text for word in right.values())
    tsv = [row.split("\t") for row in (pages / f"{name}.tsv").read_text().splitlines()]
    assert sum(row[10] == "100" for row in tsv) >= len(right)
    pdf = subprocess.run(
        ["pdftotext", "-f", str(NUMBER), "-l", str(NUMBER), out / "book.pdf", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert all(word in pdf for word in right.values())
    script = (out / "report" / f"{name}.js").read_text()
    assert script.count('"proofread":true') == len(lines)
    for book in ("book.txt", "book.hocr"):
        assert "q" + next(iter(right.values()))[::-1] not in (out / book).read_text()
    manifest = json.loads((out / "manifest.json").read_text())
    outcome = manifest["corrections"]
    assert (outcome["lines"], outcome["accepted"]) == (len(lines), len(lines))
    assert (outcome["moved"], outcome["lost"]) == (0, 0)
    assert manifest["files"]["corrections.json"] == outcome["sha256"]
    verified = stage("verify", out)
    assert verified.returncode == 0, verified.stdout
