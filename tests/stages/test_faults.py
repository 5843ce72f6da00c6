"""Bad input ends in a clear error with its exit code, or costs one page and no other."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from bench.workplace import lay_out
from pipeline.book_config import read_book
from pipeline.config import parse_config
from pipeline.document import DONE, QUARANTINED
from pipeline.errors import ConfigError, ModelError, StorageError
from pipeline.page_json import read_page, write_page
from pipeline.reading import PageRaster, cut, new_page, segment, straighten
from pipeline.recognition.line_image import stack_lines
from pipeline.recognition.model import open_model
from stages.plan.footing import check_writable
from tests.conftest import ROOT, Snakemake, Stage, print_page


def inventory(stage: Stage, place: Path, name: str) -> subprocess.CompletedProcess[str]:
    return stage(
        "inventory",
        place / "scans",
        name,
        place / "work" / name,
        "--password-from",
        place / f"scans/{name}.yaml",
    )


@pytest.fixture(autouse=True)
def work_folder(workplace: Path) -> None:
    for name in ("none", "text", "locked", "empty"):
        (workplace / "work" / name).mkdir(parents=True)


def test_missing_scan_lists_what_is_there(stage: Stage, workplace: Path, sample_pdf: Path) -> None:
    """A typo in a name would end without a hint."""
    run = inventory(stage, workplace, "none")
    assert run.returncode == 3
    assert "there is no scan" in run.stderr
    assert "book.pdf" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_text_file_named_pdf(stage: Stage, workplace: Path) -> None:
    """What is no PDF would end in a traceback."""
    (workplace / "scans/text.pdf").write_text("This is no PDF.\n")
    run = inventory(stage, workplace, "text")
    assert run.returncode == 4
    assert "not a readable PDF" in run.stderr
    assert "Traceback" not in run.stderr


def test_an_empty_file_and_an_empty_folder(stage: Stage, workplace: Path) -> None:
    """Nothing to read would end in a traceback, or in an empty delivery."""
    (workplace / "scans/empty.pdf").write_bytes(b"")
    assert inventory(stage, workplace, "empty").returncode == 4
    (workplace / "scans/none").mkdir()
    run = inventory(stage, workplace, "none")
    assert run.returncode == 4
    assert "holds no images" in run.stderr


def test_an_encrypted_pdf_wants_its_password(
    stage: Stage, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An encrypted PDF would end in a riddle, or its password be ignored."""
    if shutil.which("qpdf") is None:
        pytest.skip("qpdf, which encrypts the test's PDF, is not installed")
    locked = workplace / "scans/locked.pdf"
    subprocess.run(
        ["qpdf", "--encrypt", "secret", "owner", "256", "--", ROOT / "scans/book.pdf", locked],
        check=True,
    )
    run = inventory(stage, workplace, "locked")
    assert run.returncode == 5
    assert "password" in run.stderr
    monkeypatch.setenv("RECTO_PASSWORD", "wrong")
    assert inventory(stage, workplace, "locked").returncode == 5
    monkeypatch.setenv("RECTO_PASSWORD", "secret")
    assert inventory(stage, workplace, "locked").returncode == 0
    (shard, *_) = sorted((workplace / "work/locked/shards").glob("*.json"))
    assert (
        stage("rasterize", workplace / "scans", shard, workplace / "work/locked/raster").returncode
        == 0
    )
    monkeypatch.delenv("RECTO_PASSWORD")
    (workplace / "scans/locked.yaml").write_text("password: secret\n")
    assert inventory(stage, workplace, "locked").returncode == 0


def test_two_scans_of_one_name(stage: Stage, workplace: Path) -> None:
    """One of two scans would be chosen by chance."""
    for suffix in ("png", "tif"):
        Image.fromarray(print_page()).save(workplace / f"scans/none.{suffix}")
    run = inventory(stage, workplace, "none")
    assert run.returncode == 3
    assert "more than one" in run.stderr


def test_the_error_and_its_remedy_reach_the_terminal(
    workplace: Path, sample_pdf: Path, snakemake: Snakemake
) -> None:
    """The reason of a failure would stand in a log that nobody opens."""
    run = snakemake(workplace, "out/none/")
    assert run.returncode != 0
    assert "there is no scan" in run.stderr
    assert "book.pdf" in run.stderr
    assert not (workplace / "out/none").exists()


def test_an_interpreter_in_a_folder_with_spaces_reads(
    workplace: Path,
) -> None:
    """Where Recto lay in such a folder, each job ended with `No such file or directory`."""
    Image.fromarray(print_page()).save(workplace / "scans/a.png")
    (workplace / "my archive").symlink_to(sys.prefix)
    run = subprocess.run(
        [workplace / "my archive/bin/python", "-m", "snakemake", "--cores", "1", "out/a/"],
        cwd=workplace,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert (workplace / "out/a/book.txt").read_text()


def test_a_folder_with_a_brace_in_its_name_is_refused(tmp_path: Path, snakemake: Snakemake) -> None:
    """It ended in an IndexError of Snakemake's."""
    run = snakemake(lay_out(tmp_path / "box {2}"))
    assert run.returncode == 10
    assert "Rename the folder" in run.stderr and "Traceback" not in run.stderr


def test_where_nothing_can_be_written_no_job_begins(
    workplace: Path, sample_pdf: Path, snakemake: Snakemake
) -> None:
    """A disk that was not mounted ended the run with a traceback of Snakemake's."""
    (workplace / "out").symlink_to(workplace / "not-mounted")
    run = snakemake(workplace)
    assert run.returncode == 10
    assert "out/ is a link that leads nowhere" in run.stderr
    assert "Traceback" not in run.stderr


def test_folders_that_cannot_be_written_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_writable([tmp_path / "out", tmp_path / "deep/work"])
    assert not (tmp_path / "out").exists() and not (tmp_path / "deep").exists()
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="file is no folder"):
        check_writable([tmp_path / "out", tmp_path / "file"])
    monkeypatch.setattr(os, "access", lambda *_: False)  # a test may be run by root
    with pytest.raises(StorageError, match="out/ cannot be written"):
        check_writable([tmp_path / "out"])


def test_one_broken_page_costs_no_other(
    workplace: Path, folder_of_images: Path, snakemake: Snakemake
) -> None:
    """One damaged page would cost the book."""
    whole = (folder_of_images / "leaf2.png").read_bytes()
    (folder_of_images / "leaf2.png").write_bytes(whole[: len(whole) // 3])
    (folder_of_images / "leaf3.png").write_text("no image at all")
    run = snakemake(workplace, "out/leaves/")
    assert run.returncode == 0, run.stderr
    assert "page 2 quarantined (damaged-page)" in run.stdout + run.stderr
    manifest = json.loads((workplace / "out/leaves/manifest.json").read_text())
    assert manifest["counts"] == {
        "pages": 9,
        "done": 7,
        "blank": 0,
        "quarantined": 2,
        "doubtful": 0,
    }
    for number in (2, 3):
        assert (workplace / f"out/leaves/pages/000{number}.txt").read_text() == ""
        assert (
            "ocrx_word"
            not in (workplace / f"out/leaves/pages/000{number}.hocr").read_text().split("<body>")[1]
        )
    assert "leaf four of" in (workplace / "out/leaves/pages/0004.txt").read_text()


def test_one_broken_page_of_a_pdf(workplace: Path, stage: Stage) -> None:
    """The image of page 2 is overwritten with zeros; its neighbours are read."""
    pages = [Image.fromarray(print_page()).convert("1") for _ in range(3)]
    path = workplace / "scans/text.pdf"
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=300)
    raw = bytearray(path.read_bytes())
    second = raw.find(b"/CCITTFaxDecode", raw.find(b"/CCITTFaxDecode") + 1)
    data = raw.find(b"stream", second)
    raw[data + 8 : raw.find(b"endstream", data)] = bytes(raw.find(b"endstream", data) - data - 8)
    path.write_bytes(raw)
    assert inventory(stage, workplace, "text").returncode == 0
    (shard,) = (workplace / "work/text/shards").glob("*.json")
    assert (
        stage("rasterize", workplace / "scans", shard, workplace / "work/text/raster").returncode
        == 0
    )
    statuses = [
        json.loads(p.read_text())["status"]
        for p in sorted((workplace / "work/text/raster").glob("*.json"))
    ]
    assert statuses == ["done", "quarantined", "done"]


@pytest.mark.long
def test_the_files_that_break_tools(shared: Path, workplace: Path, snakemake: Snakemake) -> None:
    """Every file of faults/ ends by itself, in one run: what no reader opens is named, of the
    others each page is accounted for."""
    scans = sorted((shared / "scans/faults").glob("*.pdf"))
    for path in scans:
        (workplace / "scans" / path.name).symlink_to(path)
    run = snakemake(workplace)
    assert run.returncode != 0
    assert "Traceback" not in run.stdout + run.stderr
    with (workplace / "out/archive.tsv").open(encoding="utf-8") as file:
        rows = {row["book"]: row for row in csv.DictReader(file, delimiter="\t")}
    told = rows.pop("invalid")["reasons"]
    assert told.startswith("scans/invalid.pdf is not a readable PDF; Open it in a viewer")
    assert set(rows) == {path.stem for path in scans} - {"invalid"}
    for name, row in rows.items():
        pages, done, blank, quarantined = (
            int(row[key]) for key in ("pages", "done", "blank", "quarantined")
        )
        assert (
            pages == done + blank + quarantined == {"cardinal": 4, "multipage": 6}.get(name, 1)
        ), row
        assert len(list((workplace / "out" / name / "pages").glob("*.hocr"))) == pages
        assert quarantined == 0, row
    assert rows["blank"]["blank"] == "1"


@pytest.mark.parametrize(
    "raw",
    [
        {"shards": 4},
        {"shard": "four"},
        {"decoder": {"alfa": 1}},
        {"decoder": {"beam": 0}},
        {"lang": "../x"},
        {"outputs": ["doc"]},
    ],
)
def test_a_wrong_configuration_names_the_key(raw: dict) -> None:
    """A typo in a key would be ignored, or end in a traceback."""
    with pytest.raises(ConfigError) as caught:
        parse_config(raw)
    assert next(iter(raw)) in str(caught.value)


def test_a_wrong_book_yaml(tmp_path: Path) -> None:
    """A typo in a book's settings would be ignored, or end in a traceback."""
    path = tmp_path / "book.yaml"
    path.write_text("langg: eng\n")
    with pytest.raises(ConfigError, match="langg"):
        read_book(path)
    path.write_text("- a list\n")
    with pytest.raises(ConfigError, match="no YAML mapping"):
        read_book(path)


def test_a_tampered_model_is_refused(tmp_path: Path) -> None:
    """Weights that were changed would read pages, and nobody would know."""
    folder = tmp_path / "print-latin"
    shutil.copytree(ROOT / "models/print-latin", folder)
    assert open_model(folder).stride == 4
    weights = bytearray((folder / "model.onnx").read_bytes())
    weights[-100] ^= 1
    (folder / "model.onnx").write_bytes(weights)
    with pytest.raises(ModelError, match="not the file"):
        open_model(folder)
    with pytest.raises(ModelError, match="no recognizer"):
        open_model(tmp_path / "none")


def test_a_second_run_of_the_same_book_is_refused(
    workplace: Path, sample_pdf: Path, snakemake: Snakemake
) -> None:
    """Two runs would write into each other's files."""
    import fcntl

    lock = workplace / "work/book/.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        run = snakemake(workplace, "out/book/")
    assert run.returncode != 0
    assert "being worked on by another run" in run.stdout + run.stderr


@pytest.mark.parametrize("damage", ["cut short", "of another page", "gone"])
def test_line_images_that_do_not_fit_cost_their_page_alone(
    stage: Stage, workplace: Path, damage: str
) -> None:
    """A disk's fault in a file between two stages would stop the whole book."""
    model = open_model(ROOT / "models/print-latin")
    layout = workplace / "work/none/layout"
    layout.mkdir()
    for number in (1, 2, 3):
        raster = replace_number(new_page(print_page(), 300), number)
        lines = cut(segment(straighten(raster)), model.frame)
        write_page(layout / f"{number:04d}.json", lines.page)
        cv2.imwrite(str(layout / f"{number:04d}.lines.png"), stack_lines(lines.images))
    damaged = layout / "0002.lines.png"
    if damage == "gone":
        damaged.unlink()
    elif damage == "cut short":
        damaged.write_bytes(damaged.read_bytes()[:50])
    else:
        cv2.imwrite(str(damaged), np.full((40, 300), 255, np.uint8))
    run = stage("recognize", layout, workplace / "work/none/text")
    assert run.returncode == 0, run.stderr
    pages = [read_page(workplace / f"work/none/text/{number:04d}.json") for number in (1, 2, 3)]
    assert [page.status for page in pages] == [DONE, QUARANTINED, DONE]
    assert "does not hold the lines of its page" in pages[1].message
    for page in (pages[0], pages[2]):
        assert "sparrows," in [word.text for line in page.lines for word in line.words]


def replace_number(raster: PageRaster, number: int) -> PageRaster:
    return replace(raster, page=replace(raster.page, number=number))
