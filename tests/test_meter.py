"""CPU seconds are counted once, under the outermost mark, and handed on once."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest

from bench.cost import cost_table, stage_costs
from pipeline import meter
from tests.conftest import ROOT


def burn(seconds: float) -> None:
    end = process_time() + seconds
    while process_time() < end:
        pass


def test_nested_marks_count_once() -> None:
    meter.take()
    with meter.spent_on(meter.START_UP):
        burn(0.02)
        with meter.spent_on(meter.FILES):
            burn(0.02)
    taken = meter.take()
    assert taken[meter.START_UP] >= 0.04
    assert taken[meter.FILES] == 0
    assert set(meter.take().values()) == {0.0}
    meter.add(taken)
    assert meter.take() == taken


def test_what_fails_is_counted_too() -> None:
    meter.take()
    with pytest.raises(ValueError, match="no"), meter.spent_on(meter.FILES):
        burn(0.02)
        raise ValueError("no")
    assert meter.take()[meter.FILES] >= 0.02


def test_a_command_says_what_it_has_cost(tmp_path: Path) -> None:
    work = tmp_path / "inventory.tsv"
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "stages.inventory",
            f"--benchmark={work}",
            "scans",
            "book",
            str(tmp_path),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    with work.open(newline="") as file:
        (row,) = csv.DictReader(file, delimiter="\t")
    assert float(row["start_up"]) > 0
    parts = sum(float(row[part]) for part in ("start_up", "files", "work"))
    assert parts == pytest.approx(float(row["cpu_time"]), abs=0.01)
    costs = stage_costs(tmp_path)
    assert list(costs) == ["inventory"]
    table = cost_table(costs, whole=2 * float(row["cpu_time"]), pages=1)
    assert table[-1].split()[-2] == f"{2 * float(row['cpu_time']):.3f}"
