"""A whole shelf in one run: odd names, nested folders, broken books; out/archive.tsv accounts for
every one."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import MissingScanError, printable
from pipeline.scan.scan_names import find_scan, is_scan_name
from tests.conftest import ROOT, Snakemake, print_page

Stage = Callable[..., subprocess.CompletedProcess[str]]

ODD_NAMES = ("a b", "it's", "Ünï “q”", "-dash", "$(touch hacked)", "a..b;c", "letters/1843 & 44")
FORBIDDEN = ("{b}", "new\nline", ".hidden", "../scans/x", "a/../b", "/etc/passwd", "")


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header promises so many pixels and whose data holds next to none."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.long
def test_a_shelf_is_digitized_and_accounted_for(workplace: Path, snakemake: Snakemake) -> None:
    """Books with odd names or in nested folders would be left out."""
    scans, page = workplace / "scans", Image.fromarray(print_page())
    for name in ODD_NAMES:
        (scans / name).parent.mkdir(exist_ok=True)
        if "/" not in name:
            page.save(scans / f"{name}.png")
    (scans / "letters/1843 & 44").mkdir()
    page.save(scans / "letters/1843 & 44/leaf.png")
    for name in ("{b}", "new\nline"):
        page.save(scans / f"{name}.png")
    (scans / "truncated.pdf").write_bytes((ROOT / "scans/book.pdf").read_bytes()[:200_000])
    (scans / "nowhere.pdf").symlink_to("/nonexistent/scan.pdf")
    (scans / "empty.tif").touch()
    (scans / "bomb.png").write_bytes(png_of(40_000, 40_000))
    (scans / "dot.png").write_bytes(png_of(1, 1))
    (scans / "nothing.png").write_bytes(png_of(0, 0))
    page.save(scans / "twice.png")
    page.save(scans / "twice.tif")

    run = snakemake(workplace)
    assert run.returncode != 0
    assert "Traceback" not in run.stdout + run.stderr
    with (workplace / "out/archive.tsv").open(encoding="utf-8") as file:
        rows = {row["book"]: row for row in csv.DictReader(file, delimiter="\t")}
    for name in ODD_NAMES:
        assert rows[name]["status"] == "delivered", rows[name]
        assert rows[name]["done"] == "1"
        assert "lamp before the school" in (workplace / "out" / name / "book.txt").read_text()
    expected = {
        "{b}": "no name of a scan",
        printable("new\nline"): "no name of a scan",
        "truncated": "not a readable PDF",
        "nowhere": "leads nowhere",
        "empty": "is empty",
        "nothing": "not a readable image",
        "twice": "more than one scan",
    }
    for name, reason in expected.items():
        assert rows[name]["status"] == "failed"
        assert reason in rows[name]["reasons"]
    assert rows["bomb"]["reasons"] == "1 too-large"
    assert rows["dot"]["reasons"] == "1 too-small"
    assert len(rows) == len(ODD_NAMES) + len(expected) + 2
    assert not list(workplace.rglob("hacked*"))
    assert {path.name for path in workplace.parent.iterdir()} == {"recto"}


def test_a_page_of_any_size_is_told_of_by_its_size(stage: Stage, tmp_path: Path) -> None:
    """The memory that its header promised was more than can be asked for: an error of Recto's."""
    scans, work, raster = (tmp_path / name for name in ("scans", "work", "raster"))
    scans.mkdir()
    (scans / "a.png").write_bytes(png_of(2**31 - 1, 2**31 - 1))
    assert stage("inventory", scans, "a", work).returncode == 0
    run = stage("rasterize", scans, work / "shards/0001-0001.json", raster)
    assert "Traceback" not in run.stderr
    assert json.loads((raster / "0001.json").read_text())["reason"] == "too-large"


@pytest.mark.long
def test_no_book_stops_the_shelf(workplace: Path, snakemake: Snakemake) -> None:
    """A wrong key, a busy or oddly named book, damaged files of an earlier run, a FIFO: each kept
    every good book from being delivered, with a traceback."""
    scans, page = workplace / "scans", Image.fromarray(print_page())
    for name in ("good", "other", "typo", "busy", "left", "hashes.json", "archive.tsv", "*"):
        page.save(scans / f"{name}.png")
    page.save(scans / ("page" + "0" * 30 + ".png"))
    page.save(scans / os.fsdecode(b"caf\xe9.png"))
    long_name = "".join(chr(ord("a") + k % 26) for k in range(251))
    page.save(scans / f"{long_name}.png")
    (scans / "typo.yaml").write_text("langg: eng\n")
    (scans / "other.yaml").write_text("password: 0123\n")
    (scans / "leaves/x.tif").mkdir(parents=True)
    page.save(scans / "leaves/1.png")
    os.mkfifo(scans / "leaves/2.png")
    (scans / "notes.xyz").touch()
    for name in ("work/left", "work/busy", "out/gone", "out/good"):
        (workplace / name).mkdir(parents=True)
    for name in ("work/left", "out/gone", "out/good"):
        (workplace / name / "manifest.json").touch()
    with (workplace / "work/busy/.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        run = snakemake(workplace)
    assert run.returncode != 0
    assert "Traceback" not in run.stdout + run.stderr
    with (workplace / "out/archive.tsv").open(encoding="utf-8") as file:
        rows = {row["book"]: row for row in csv.DictReader(file, delimiter="\t")}
    for name in ("other", "hashes.json", "*", long_name, "leaves"):
        assert rows[name]["status"] == "delivered", rows[name]
    expected = {
        "typo": "there is no key langg",
        "busy": "being worked on by another run",
        "left": "work/left/manifest.json is damaged",
        "archive.tsv": "Recto needs for itself",
        "page" + "0" * 30: "repeated twenty times",
        r"caf\xe9": "no name of a scan",
        "good": "out/good/manifest.json is damaged",
        "gone": "out/gone/manifest.json is damaged",
    }
    for name, reason in expected.items():
        assert rows[name]["status"] == "failed"
        assert reason in rows[name]["reasons"]
    assert rows["notes.xyz"]["status"] == rows["leaves/x.tif"]["status"] == "ignored"


def test_two_broken_books_and_a_broken_page_cost_no_other(
    workplace: Path, snakemake: Snakemake
) -> None:
    """One broken book would stop the shelf."""
    scans, page = workplace / "scans", Image.fromarray(print_page())
    for name in ("one", "two", "three"):
        page.save(scans / f"{name}.png")
    (scans / "four").mkdir()
    for number in (1, 2, 3):
        page.save(scans / f"four/{number}.png")
    whole = (scans / "four/2.png").read_bytes()
    (scans / "four/2.png").write_bytes(whole[: len(whole) // 2])
    (scans / "five.pdf").write_text("This is no PDF.\n")
    (scans / "six.tif").write_bytes(b"II*\0" + bytes(100))
    run = snakemake(workplace)
    assert run.returncode != 0
    with (workplace / "out/archive.tsv").open(encoding="utf-8") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file, delimiter="\t")]
    assert [row[:6] for row in rows] == [
        ("five", "failed", "", "", "", ""),
        ("four", "delivered", "3", "2", "0", "1"),
        ("one", "delivered", "1", "1", "0", "0"),
        ("six", "failed", "", "", "", ""),
        ("three", "delivered", "1", "1", "0", "0"),
        ("two", "delivered", "1", "1", "0", "0"),
    ]
    assert rows[1][8] == "1 damaged-page"
    end = run.stdout + run.stderr
    assert "page 2 quarantined (damaged-page)" in end
    summary = end[end.rindex("out/archive.tsv: ") :]
    assert summary.startswith(
        "out/archive.tsv: 4 of 6 books delivered; 6 pages: 5 done, 0 blank, 1 quarantined\n"
    )
    assert "  five failed: scans/five.pdf is not a readable PDF; Open it" in summary
    assert "  six failed: scans/six.tif is not a readable image" in summary
    assert "lamp before the school" in (workplace / "out/four/pages/0003.txt").read_text()


@pytest.mark.parametrize("name", FORBIDDEN)
def test_names_that_no_book_can_have(name: str, tmp_path: Path) -> None:
    """A name could lead out of the folders, or break the rules."""
    assert not is_scan_name(name)
    with pytest.raises(MissingScanError, match="no name of a scan"):
        find_scan(tmp_path, name)


def test_a_scan_below_another_is_refused(tmp_path: Path) -> None:
    """One delivery would lie within another, and be removed with it."""
    (tmp_path / "letters/more").mkdir(parents=True)
    Image.fromarray(np.zeros((20, 20), np.uint8)).save(tmp_path / "letters/more/1.png")
    assert find_scan(tmp_path, "letters/more").name == "more"
    Image.fromarray(np.zeros((20, 20), np.uint8)).save(tmp_path / "letters/1.png")
    with pytest.raises(MissingScanError, match="lies below another scan"):
        find_scan(tmp_path, "letters/more")


def test_a_folder_that_cannot_be_written_is_a_named_error(
    stage: Stage,
) -> None:
    """A read-only disk would end in a traceback."""
    run = stage("archive", "/sys/recto/archive.tsv")
    assert run.returncode == 10
    assert "Make it writable" in run.stderr
    assert "Traceback" not in run.stderr
