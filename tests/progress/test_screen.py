"""What a run prints on a terminal and into a file: nothing torn, nothing lost."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from snakemake_logger_plugin_recto.screen import Lines
from tests.conftest import ROOT, Snakemake

JOBS = """
    import subprocess
    from snakemake_logger_plugin_recto import screen

    def run_job(script):
        subprocess.run(["bash", "-c", script])

    screen.TICK = 0.01
    shown = screen.open_screen(lambda: "3 of 9 pages")
    shown.say("a line of Snakemake's")
    for k in range(20):
        run_job(f"echo out {k}; echo err {k} >&2; printf 'half '; sleep 0.01; echo whole {k}")
        shown.tick(k / 20, 0.0)
    run_job("for k in 1 2 3; do printf '\\\\rlearning %d' $k >&2; sleep 0.05; done; echo >&2")
    print("no newline at the end", end="")
    shown.close()
    print("after")
"""

FULL_DISK = """
    import logging
    from types import SimpleNamespace
    from snakemake_logger_plugin_recto import LogHandler

    LogHandler(SimpleNamespace(quiet=(), verbose=False, dryrun=False), None)
    log = logging.getLogger("of-snakemake")
    log.addHandler(logging.FileHandler("/dev/full"))
    log.warning("what goes into its log")
"""


def read_terminal(master: int) -> str:
    data = b""
    try:
        while piece := os.read(master, 65536):
            data += piece
    except OSError:  # the other end is closed
        pass
    return data.decode()


def rendered(text: str) -> list[str]:
    """The lines that a terminal shows in the end: what was erased is gone."""
    return [line.replace("\r\n", "").rpartition("\x1b[K")[2].strip() for line in text.split("\n")]


def run_on_terminal(code: str) -> str:
    master, slave = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "80", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", textwrap.dedent(code)]
    process = subprocess.Popen(command, stdout=slave, stderr=slave, env=environment)
    os.close(slave)
    said = read_terminal(master)
    os.close(master)
    assert process.wait() == 0, said
    return said


def test_lines_of_jobs_stand_above_the_line_of_progress() -> None:
    """Jobs would print into the line of progress, and it into their lines."""
    said = run_on_terminal(JOBS)
    lines = rendered(said)
    expected = {f"{word} {k}" for word in ("out", "err", "half whole") for k in range(20)}
    assert expected <= set(lines)
    told = {"a line of Snakemake's", "learning 3", "no newline at the end", "after"}
    assert told <= set(lines) and "3 of 9 pages" not in lines
    assert said.count("3 of 9 pages") > 5 and "learning 1" in said
    assert [line for line in lines if line.startswith("out")] == [f"out {k}" for k in range(20)]


def test_a_file_gets_lines_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    """The log of a night's run would be all progress, or hold control characters."""
    lines = Lines(lambda: "some pages")
    for step in range(1000):
        lines.tick(step / 1000, step * 60.0)
    lines.close()
    told = capsys.readouterr().err
    assert told == "some pages\n" * 9


def test_twelve_pages_are_told_in_fifteen_lines(
    workplace: Path, sample_pdf: Path, snakemake: Snakemake
) -> None:
    """94 lines for 8 pages, of which five helped."""
    run = snakemake(workplace)
    said = run.stdout + run.stderr
    assert run.returncode == 0, said
    assert len(said.splitlines()) <= 15, said
    assert "\x1b" not in said  # a carriage return would count as a line here
    assert "12 of 12 pages in" in said and "pages/s" in said
    assert "12 pages: 11 done, 1 blank" in said
    (log,) = (workplace / ".snakemake/log").glob("*.log")
    assert "rule segment:" in log.read_text()
    again = snakemake(workplace, "out/book/")
    assert "Nothing to be done" in again.stderr and len(again.stderr.splitlines()) < 5


def test_what_fails_is_told_with_its_remedy_and_no_more(
    workplace: Path, snakemake: Snakemake
) -> None:
    """Each failure printed its command line; or the error would stand in a log alone."""
    (workplace / "scans/broken.pdf").write_bytes(b"%PDF-1.4 nothing more")
    run = snakemake(workplace, "out/broken/")
    assert run.returncode == 1
    assert "not a readable PDF" in run.stderr and "repair it" in run.stderr
    assert "inventory of broken failed" in run.stderr and "set -euo" not in run.stderr
    loud = snakemake(workplace, "out/broken/", "--verbose")
    assert "not a readable PDF" in loud.stderr and "Error in rule inventory" in loud.stderr
    planned = snakemake(workplace, "--dry-run", "out/broken/")
    assert "inventory" in planned.stdout and planned.returncode == 0
    unknown = snakemake(workplace, "out/unknown.pdf/x")
    assert unknown.returncode == 1 and "unknown.pdf" in unknown.stderr


def test_a_full_disk_is_no_flood_of_tracebacks() -> None:
    """What Snakemake could not write into its log hid what had to be done."""
    assert "Traceback" not in run_on_terminal(FULL_DISK)
