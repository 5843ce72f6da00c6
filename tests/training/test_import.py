"""Hostile training data: what is in it is left out with a reason, or named; nothing is deleted."""

from __future__ import annotations

import gzip
import json
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

Stage = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "img"
    folder.mkdir()
    for name in ("word_1", "word_2", "1"):
        Image.new("L", (60, 30), 200).save(folder / f"{name}.png")
    return folder


def refused(run: subprocess.CompletedProcess[str], code: int, word: str) -> None:
    assert run.returncode == code, run.stderr
    assert word in run.stderr
    assert "Traceback" not in run.stderr


def test_a_folder_of_a_person_is_not_replaced(stage: Stage, images: Path, tmp_path: Path) -> None:
    thesis = tmp_path / "thesis"
    thesis.mkdir()
    (thesis / "my_thesis.txt").write_text("precious")
    refused(stage("import_data", "folder", images, thesis), 10, "my_thesis.txt")
    assert (thesis / "my_thesis.txt").read_text() == "precious"
    for _ in range(2):  # its own folder it replaces
        run = stage("import_data", "folder", images, tmp_path / "words", "--test", "0.5")
        assert run.returncode == 0, run.stderr


def test_odd_rows_cost_no_other(stage: Stage, images: Path, tmp_path: Path) -> None:
    (images / "out.png").symlink_to("/etc/hosts")
    (images / "ring.png").symlink_to("ring.png")
    rows = [
        b"1.png,ANN", b"../../../etc/passwd,BOB", b"out.png,CY", b"ring.png,DI",
        b"x" * 300 + b".png,LONG", b"1.png,CAF\xc9", b"nul\0.png,EVE", b"1.png",
    ]  # fmt: skip
    (tmp_path / "names.csv").write_bytes(b"f,n\n" + b"\n".join(rows) + b"\n")
    run = stage("import_data", "names", tmp_path / "names.csv", images, tmp_path / "out")
    assert run.returncode == 0, run.stderr
    report = json.loads((tmp_path / "out/import.json").read_text())
    assert report["rows"] == len(rows)
    assert report["kept"] == 1
    assert report["skipped"] == {
        "no image": 5, "text that is not in UTF-8": 1, "a row without two cells": 1
    }  # fmt: skip


def test_tables_and_folders_that_are_none(stage: Stage, images: Path, tmp_path: Path) -> None:
    table = tmp_path / "letters.csv"
    table.write_text('"' + "1," * 200_000 + '"\n')
    refused(stage("import_data", "letters", table, tmp_path / "o1"), 9, "no CSV")
    refused(stage("import_data", "letters", images, tmp_path / "o2"), 9, "no CSV")
    refused(stage("import_data", "folder", table, tmp_path / "o3"), 9, "no folder of images")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9\n")
    run = stage(
        "import_data", "folder", images, tmp_path / "o4", "--test-ids", tmp_path / "latin.txt"
    )
    refused(run, 9, "not in UTF-8")
    assert not list(tmp_path.glob("o[1-4]"))


def test_an_idx_file_that_promises_the_world(stage: Stage, tmp_path: Path) -> None:
    with gzip.open(tmp_path / "bomb.gz", "wb") as file:
        file.write(struct.pack(">4I", 0x803, 4_000_000_000, 28, 28) + bytes(1 << 20))
    (tmp_path / "labels").write_bytes(struct.pack(">2I", 0x801, 1) + b"\1")
    run = stage("import_data", "mnist", tmp_path / "bomb.gz", tmp_path / "labels", tmp_path / "o")
    refused(run, 9, "promises")
