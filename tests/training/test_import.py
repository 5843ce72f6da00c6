"""Hostile training data: what is in it is left out with a reason, or named; nothing is deleted."""

from __future__ import annotations

import gzip
import io
import json
import struct
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from pipeline.errors import DataError
from pipeline.training import iam
from pipeline.training.iam import IamEntry, iam_entries, iam_rows

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


def write_tar(path: Path, *members: tuple[str, bytes, bytes]) -> Path:
    """A gzipped tar of (name, kind, content); links lead to a file of the system."""
    with tarfile.open(path, "w:gz") as archive:
        for name, kind, content in members:
            member = tarfile.TarInfo(name)
            member.type, member.size = kind, len(content)
            member.linkname = "" if kind == tarfile.REGTYPE else "/etc/hosts"
            archive.addfile(member, io.BytesIO(content))
    return path


WORDS = ("a01-000-00-00", "a01-000-00-01", "a01-000-00-02")
FORM = "<form><line>{}</line></form>".format("".join(f'<word id="{w}" text="one"/>' for w in WORDS))


@pytest.fixture
def png(images: Path) -> bytes:
    return (images / "1.png").read_bytes()


def entries_of(tmp_path: Path, form: str) -> dict[str, IamEntry]:
    return iam_entries(
        write_tar(tmp_path / "xml.tgz", ("f.xml", tarfile.REGTYPE, form.encode())), "word"
    )


def test_names_and_links_in_a_tar_lead_nowhere(png: bytes, tmp_path: Path) -> None:
    words = write_tar(
        tmp_path / "words.tgz",
        (f"../../{tmp_path.name}/{WORDS[0]}.png", tarfile.REGTYPE, png),
        (f"{WORDS[1]}.png", tarfile.SYMTYPE, b""),
        (f"/{WORDS[2]}.png", tarfile.LNKTYPE, b""),
        ("pipe.png", tarfile.FIFOTYPE, b""),
    )
    listing = write_tar(tmp_path / "xml.tgz", ("f.xml", tarfile.REGTYPE, FORM.encode()))
    before = sorted(tmp_path.rglob("*"))
    rows = {row.name: row.reason for row in iam_rows(words, listing, "word")}
    assert rows == {WORDS[0]: "", WORDS[1]: "no image", WORDS[2]: "no image"}
    assert sorted(tmp_path.rglob("*")) == before  # nothing is unpacked


def test_archives_that_are_none_or_break_off_are_named(png: bytes, tmp_path: Path) -> None:
    whole = write_tar(tmp_path / "whole.tgz", (f"{WORDS[0]}.png", tarfile.REGTYPE, png * 400))
    listing = write_tar(tmp_path / "xml.tgz", ("f.xml", tarfile.REGTYPE, FORM.encode()))
    for name, data in (
        ("half.tgz", whole.read_bytes()[:-200]), ("none.tgz", png), ("empty.tgz", b""),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(data)
        with pytest.raises(DataError, match="no archive, or is damaged"):
            list(iam_rows(tmp_path / name, listing, "word"))


def test_a_member_larger_than_an_image_is_not_read(
    png: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(iam, "LARGEST_IMAGE", len(png) - 1)
    words = write_tar(tmp_path / "words.tgz", (f"{WORDS[0]}.png", tarfile.REGTYPE, png))
    listing = write_tar(tmp_path / "xml.tgz", ("f.xml", tarfile.REGTYPE, FORM.encode()))
    assert {row.reason for row in iam_rows(words, listing, "word")} == {"no image"}


def test_entities_of_xml_are_neither_expanded_nor_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    laughs = "".join(f'<!ENTITY a{k} "{f"&a{k - 1};" * 10 if k else "a" * 10}">' for k in range(10))
    entities = f'<!DOCTYPE form [{laughs}<!ENTITY f SYSTEM "{secret.as_uri()}">]>'
    told = "".join(repr(entry) for entry in entries_of(tmp_path, FORM).values())
    assert "one" in told
    for text in ("&f;", "&a9;"):
        try:
            told = repr(entries_of(tmp_path, entities + FORM.replace("</line>", f"{text}</line>")))
        except DataError:  # a form that is not read at all names no words
            continue
        assert "secret" not in told
        assert "aaaa" not in told
    with pytest.raises(DataError, match="names no words"):
        entries_of(tmp_path, entities + FORM.replace('"one"', '"&a9;"'))


def test_a_form_that_is_no_xml_names_nothing(tmp_path: Path) -> None:
    for form in ("", "<form>", "\0\0", "<form>" * 5000):
        with pytest.raises(DataError, match="names no words"):
            entries_of(tmp_path, form)
