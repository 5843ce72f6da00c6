"""Importers of the public datasets: every row is kept, or skipped with a reason."""

from __future__ import annotations

import csv
import gzip
import io
import json
import struct
import tarfile
from pathlib import Path

import numpy as np

from pipeline.training.iam import parse_iam_line
from pipeline.training.line_sets import LineSet
from tests.conftest import Stage
from tests.drawn import png


def tar(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("a01/link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return path


WORDS = """#--- words.txt ----
a01-000u-00-00 ok 154 408 768 27 51 AT A
a01-000u-00-01 ok 154 507 766 213 48 NN MOVE
a01-000u-00-02 err 154 796 764 70 50 TO to
a01-000u-00-03 ok 154 796 764 70 50 INQ &quot;
a01-000u-00-04 ok 154 1 2 3 4 NN lost
a01-000u-00-05 ok 154 1 2 3 4 NN broken
"""


FORM = """<?xml version="1.0" encoding="ISO-8859-1"?>
<form id="a01-000u"><handwritten-part>
<line id="a01-000u-00" text="A MOVE &amp;quot;to stop" segmentation="ok">
<word id="a01-000u-00-00" text="A" tag="AT"/><word id="a01-000u-00-01" text="MOVE" tag="NN"/></line>
<line id="a01-000u-01" text="Mr. Gaitskell" segmentation="err">
<word id="a01-000u-01-00" text="Mr." tag="NPT"/></line>
</handwritten-part></form>"""


IMAGES = {f"a01/a01-000u/a01-000u-00-0{k}.png": png("MOVE") for k in range(4)}


def imported(stage: Stage, *arguments: object) -> tuple[dict, str]:
    run = stage("import_data", *arguments)
    assert run.returncode == 0, run.stderr
    output = next(a for a in arguments if isinstance(a, Path) and a.name == "out")
    report = json.loads((output / "import.json").read_text())
    assert (
        report["rows"] == report["kept"] + sum(report["skipped"].values())
        and report["kept"] == report["train"] + report["test"]
    )
    assert (
        LineSet(output / "train.lmdb").count == report["train"]
        and LineSet(output / "test.lmdb").count == report["test"]
    )
    return report, run.stdout


def texts(path: Path) -> list[str]:
    found = LineSet(path)
    return [found.text(k) for k in range(1, found.count + 1)]


def test_iam_words(stage: Stage, tmp_path: Path) -> None:
    """Words marked as badly cut would be learnt, or a hostile archive could write outside its
    folder."""
    images = tar(
        tmp_path / "words.tgz",
        IMAGES | {"../../evil.png": png("x"), "a01/a01-000u/a01-000u-00-05.png": b"\x89PNG cut"},
    )
    listing = tar(tmp_path / "ascii.tgz", {"words.txt": WORDS.encode()})
    report, said = imported(stage, "iam-words", images, listing, tmp_path / "out", "--test", 0)
    assert texts(tmp_path / "out/train.lmdb") == ["A", "MOVE", '"']
    assert report["skipped"] == {
        "segmentation is marked err": 1,
        "not in the listing": 1,
        "damaged image": 1,
        "no image": 1,
    }
    assert not (tmp_path.parent / "evil.png").exists() and "7 rows = 3 kept" in said


def test_iam_lines_and_the_official_split(stage: Stage, tmp_path: Path) -> None:
    """Lines of the official test set would be learnt, and scores would mean nothing."""
    names = ("a01-000u-00", "a01-000u-01", "b02-001-00")
    images = tar(tmp_path / "lines.tgz", {f"x/{name}.png": png("A MOVE") for name in names})
    forms = {
        "a01-000u.xml": FORM.encode(),
        "b02-001.xml": FORM.replace("a01-000u", "b02-001").encode(),
        "c.xml": b"<form",
    }
    listing = tar(tmp_path / "xml.tgz", forms)
    (tmp_path / "testset.txt").write_text("b02-001\n")
    report, _ = imported(
        stage,
        "iam-lines",
        images,
        listing,
        tmp_path / "out",
        "--test-ids",
        tmp_path / "testset.txt",
    )
    assert (report["train"], report["test"]) == (1, 1)
    assert texts(tmp_path / "out/test.lmdb") == ['A MOVE "to stop']
    assert (
        parse_iam_line("a01-000u-00 ok 154 19 408 746 1661 89 A|MOVE|to|stop", 8)[1].text
        == "A MOVE to stop"
    )  # type: ignore[index]


def test_an_archive_cut_short_is_an_error_with_a_remedy(stage: Stage, tmp_path: Path) -> None:
    """Half a download would become half a set, and nobody would notice."""
    images = tar(tmp_path / "words.tgz", IMAGES)
    images.write_bytes(images.read_bytes()[:-200])
    listing = tmp_path / "words.txt"
    listing.write_text(WORDS)
    run = stage("import_data", "iam-words", images, listing, tmp_path / "out")
    assert run.returncode != 0 and "Traceback" not in run.stderr and "Fetch it again" in run.stderr
    assert not (tmp_path / "out").exists()


def test_names(stage: Stage, tmp_path: Path) -> None:
    """Illegible or lost rows would be learnt, or files outside the folder read."""
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "1.jpg").write_bytes(png("Ann"))
    (folder / "2.jpg").write_bytes(b"no image")
    (tmp_path / "secret.jpg").write_bytes(png("no"))
    rows = [
        ("FILENAME", "IDENTITY"),
        ("1.jpg", "Ann  Lee"),
        ("1.jpg", "NULL"),
        ("1.jpg", ""),
        ("2.jpg", "BOB"),
        ("3.jpg", "CY"),
        ("../secret.jpg", "EVE"),
        ("1.jpg", "X" * 65),
    ]
    with (tmp_path / "names.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    report, _ = imported(
        stage, "names", tmp_path / "names.csv", folder, tmp_path / "out", "--test", 0
    )
    assert texts(tmp_path / "out/train.lmdb") == ["ANN LEE"]
    assert report["skipped"] == {
        "illegible (NULL)": 2,
        "no image": 2,
        "damaged image": 1,
        "longer than 64 characters": 1,
    }


def test_mnist_and_letters(stage: Stage, tmp_path: Path) -> None:
    """Digits and letters would get wrong labels, be white on black, or be read from damaged
    files."""
    pixels = np.zeros((3, 28, 28), np.uint8)
    pixels[:, 10:18, 10:18] = 255
    images = tmp_path / "images.gz"
    images.write_bytes(gzip.compress(struct.pack(">4I", 0x803, 3, 28, 28) + pixels.tobytes()))
    labels = tmp_path / "labels"
    labels.write_bytes(struct.pack(">2I", 0x801, 3) + bytes([7, 0, 12]))
    report, _ = imported(stage, "mnist", images, labels, tmp_path / "out", "--test", 0)
    assert texts(tmp_path / "out/train.lmdb") == ["7", "0"] and report["skipped"] == {
        "label 12 is no digit": 1
    }
    assert LineSet(tmp_path / "out/train.lmdb").stored(1)[0, 0] == 255  # dark on light
    labels.write_bytes(labels.read_bytes()[:-1])
    damaged = stage("import_data", "mnist", images, labels, tmp_path / "none")
    assert (
        damaged.returncode != 0
        and "its header says 3" in damaged.stderr
        and "Traceback" not in damaged.stderr
    )
    table = tmp_path / "letters.csv"
    lines = [
        "25," + ",".join(["0"] * 783 + ["255"]),
        "3,1,2",
        "26," + ",".join(["0"] * 784),
        "1," + ",".join(["x"] * 784),
    ]
    table.write_text("\n".join(lines) + "\n")
    second = tmp_path / "second" / "out"
    report, _ = imported(stage, "letters", table, second, "--test", 0)
    assert texts(second / "train.lmdb") == ["Z"] and sum(report["skipped"].values()) == 3


def test_a_folder_as_trdg_writes_it(stage: Stage, tmp_path: Path) -> None:
    """Sets drawn by trdg itself could not be learnt from."""
    folder = tmp_path / "words"
    folder.mkdir()
    for name in ("lamp_0.png", "a_b_1.png", "noindex.png"):
        (folder / name).write_bytes(png("lamp"))
    report, _ = imported(stage, "folder", folder, tmp_path / "out", "--test", 0)
    assert texts(tmp_path / "out/train.lmdb") == ["a_b", "lamp"] and report["skipped"] == {
        "not called LABEL_INDEX": 1
    }
