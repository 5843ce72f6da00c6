"""A watched folder: what is dropped in is read, once, when it is whole."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest
from PIL import Image

from pipeline.errors import MissingScanError
from recto.run import INTERRUPTED
from recto.watch import Watched, watch_folder, whole_scans
from tests.conftest import ROOT, print_page


def test_a_scan_is_taken_when_it_has_stopped_growing(tmp_path: Path) -> None:
    """A scan that is still copied would be read as a broken one, and a whole one twice."""
    watched = Watched(tmp_path, settle=10)
    scan = tmp_path / "a.pdf"
    scan.touch()
    assert watched.take(0) == [] == watched.take(20)  # no bytes yet
    for now in (30, 35, 40):
        scan.write_bytes(b"x" * now)
        assert watched.take(now) == []
    assert watched.take(49) == []
    assert watched.take(51) == [scan]
    assert watched.take(90) == []
    scan.write_bytes(b"other")
    assert watched.take(100) == [] and watched.take(111) == [scan]
    scan.with_suffix(".yaml").write_text("lang: deu\n")  # its settings have come
    assert watched.take(112) == [] and watched.take(125) == [scan]


def test_what_is_no_scan_is_left_alone(tmp_path: Path) -> None:
    """Notes and unfinished downloads would end the watch, or be read."""
    (tmp_path / "diary").mkdir()
    (tmp_path / "empty").mkdir()
    for name in ("notes.txt", ".hidden.pdf", "b.pdf.part", "diary/1.png", "c.yaml"):
        (tmp_path / name).write_bytes(b"x")
    watched = Watched(tmp_path, settle=1)
    watched.take(0)
    assert watched.take(5) == [tmp_path / "diary"]
    (tmp_path / "diary/2.png").write_bytes(b"x")
    assert watched.take(6) == [] and watched.take(8) == [tmp_path / "diary"]


def test_a_scan_that_was_taken_away_may_come_again(tmp_path: Path) -> None:
    """Programs that move scans out of an inbox would stop the watch."""
    watched, scan = Watched(tmp_path, settle=1), tmp_path / "a.tif"
    for begin in (0, 10):
        scan.write_bytes(b"x")
        os.utime(scan, ns=(0, 0))
        watched.take(begin)
        assert watched.take(begin + 2) == [scan]
        scan.unlink()
        assert watched.take(begin + 4) == []


def test_the_watch_goes_on(tmp_path: Path) -> None:
    """It would end with the first scan."""
    (tmp_path / "a.png").write_bytes(b"x")
    watched, waits = Watched(tmp_path, settle=0), 0

    def drop_another(_: float) -> None:
        nonlocal waits
        waits += 1
        if waits == 3:
            (tmp_path / "b.png").write_bytes(b"x")

    found = list(islice(whole_scans(watched, drop_another), 2))
    assert found == [[tmp_path / "a.png"], [tmp_path / "b.png"]]


def test_a_folder_that_is_away_for_a_while_is_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A disk of the network that was away for a moment ended the watch with a traceback."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.png").write_bytes(b"x")
    watched = Watched(inbox, settle=0)
    assert [watched.take(now) for now in (0, 1)] == [[], [inbox / "a.png"]]
    inbox.rename(tmp_path / "away")
    assert [watched.take(now) for now in (2, 3)] == [[], []]
    assert caplog.text.count("waiting for it") == 1
    (tmp_path / "away").rename(inbox)
    (inbox / "b.png").write_bytes(b"x")
    assert [watched.take(now) for now in (4, 5)] == [[], [inbox / "b.png"]]


def test_a_scan_that_is_refused_costs_no_other(tmp_path: Path) -> None:
    """One bad scan would end a watch that nobody looks at."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name in ("a.png", "b.png"):
        (inbox / name).write_bytes(b"x")

    def bring(scan: Path) -> list[str]:
        if scan.name == "a.png":
            raise MissingScanError("it was taken away meanwhile")
        return [scan.name]

    read: list[list[list[str]]] = []
    code = watch_folder(
        inbox, tmp_path / "out", 0, bring, lambda found: read.append(found) or INTERRUPTED
    )
    assert code == INTERRUPTED and read == [[["b.png"]]]


@pytest.mark.long
def test_a_killed_watch_goes_on_where_it_was(tmp_path: Path) -> None:
    """Scans that came before a kill would never be read."""
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    command = [sys.executable, "-m", "recto", "watch", str(inbox), str(out), "--settle", "1"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True)

    process = start()
    Image.fromarray(print_page()).save(inbox / "leaf.png", dpi=(300, 300))
    deadline = time.monotonic() + 300
    while not (out / ".recto/work/leaf/manifest.json").exists() and time.monotonic() < deadline:
        time.sleep(0.5)
    process.kill()
    process.wait()
    assert not (out / "leaf/book.txt").exists()
    process = start()
    while not (out / "leaf/book.txt").exists() and time.monotonic() < deadline:
        time.sleep(0.5)
    process.kill()
    process.wait()
    assert "lamp" in (out / "leaf/book.txt").read_text()
