"""Bars of long work, live on a terminal, lines in a log; and paths as they are told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from snakemake_logger_plugin_recto import handler, screen
from stages import bars, command
from tests.conftest import ROOT

WORK = """
from stages import bars
bars.PAUSE = 0.05
import time
bar = bars.open_bar(total=40, unit="sample", desc="training mine", mininterval=0)
for _ in range(40):
    time.sleep(0.01)
    bar.update()
bar.close()
"""


def run_work(**environment: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", WORK],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        check=True,
    )
    return run.stderr.decode()


def test_a_log_gets_lines_that_name_the_model_and_the_time_left() -> None:
    """The log of a training was one line of control characters, of a recipe's name."""
    said = run_work()
    assert "\r" not in said and "\x1b" not in said
    lines = said.splitlines()
    assert 2 <= len(lines) < 40
    assert all(line.startswith("training mine: ") and line.endswith(" left") for line in lines)
    assert "40 of 40 samples" in lines[-1]


def test_a_terminal_at_the_end_of_the_pipe_gets_a_bar() -> None:
    """A training that Snakemake runs would show nothing for minutes."""
    assert "\r" in run_work(RECTO_BARS="1")


def test_both_sides_call_it_the_same() -> None:
    """The plugin, which imports nothing of the stages, would ask in vain."""
    assert bars.SEEN == screen.BARS
    assert command.CALLED_FROM == handler.CALLED_FROM


@pytest.mark.parametrize("tell", [lambda path: command.as_called(Path(path)), handler.as_called])
def test_paths_are_told_from_where_the_command_was_given(
    tell: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads into letters/ would be sent to a log and a table that are not there."""
    place = tmp_path / "letters" / ".recto"
    place.mkdir(parents=True)
    (place / "out").symlink_to(place.parent)
    monkeypatch.chdir(place)
    assert tell("out/archive.tsv") == "out/archive.tsv"  # in a checkout
    monkeypatch.setenv(command.CALLED_FROM, str(tmp_path))
    assert tell("out/archive.tsv") == "letters/archive.tsv"
    assert tell("work/a.log") == "letters/.recto/work/a.log"
