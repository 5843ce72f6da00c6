"""Sets of lines, schedules, and the way from a set to a released model."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
import time
from pathlib import Path

import lmdb
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from safetensors.torch import save_file

from pipeline.errors import DataError, ModelError
from pipeline.recognition import recipe as recipe_module
from pipeline.recognition.recipe import Phase, Recipe, read_recipe
from pipeline.synthesis.store import LineStore
from pipeline.training.batches import frames_needed
from pipeline.training.csv_log import CsvLog
from pipeline.training.line_sets import LineSet
from pipeline.training.loop import BEST, Progress, kept_weights
from pipeline.training.network_inputs import DegradedLines
from pipeline.training.schedule import PhasedSchedule, Schedule
from pipeline.training.true_sets import held_out_works
from pipeline.training.weights import read_metadata
from stages.make.train import averaged_after, released_weights
from tests.conftest import ROOT, TEXT, Stage
from tests.drawn import line_image


def write_set(path: Path, count: int) -> None:
    rng = random.Random(3)
    words = " ".join(TEXT).replace(",", "").replace(".", "").split()
    with LineStore(path, {"kind": "synthetic"}) as store:
        store.append((line_image(text), text) for text in (rng.choice(words) for _ in range(count)))


def test_a_set_says_how_its_lines_are_degraded(tmp_path: Path) -> None:
    """Lines of small scans would be learnt as if they were well printed."""
    for page in ("coarse", "print"):
        with LineStore(
            tmp_path / f"{page}.lmdb", {"kind": "synthetic", "set": {"page": page}}
        ) as store:
            store.append([(line_image("brig"), "brig")])
    write_set(tmp_path / "old.lmdb", 1)
    pages = [LineSet(tmp_path / f"{name}.lmdb").page for name in ("coarse", "print", "old")]
    assert pages == ["coarse", "print", "print"]
    small, usual = (
        DegradedLines([LineSet(tmp_path / f"{name}.lmdb")]) for name in ("coarse", "print")
    )
    assert not any(np.array_equal(small[0, 1, k][0], usual[0, 1, k][0]) for k in range(4))


def test_phases_follow_each_other() -> None:
    """Each phase of a recipe has its own rates and shares; after the last, the last goes on."""
    schedule = PhasedSchedule([Schedule(100, rate=1.0, warm_up=10), Schedule(50, rate=0.5)])
    assert schedule.lines == 150 and schedule.rate == 1.0
    assert [schedule.phase_at(seen)[0] for seen in (0, 99, 100, 149, 900)] == [0, 0, 1, 1, 1]
    assert schedule.ends == [100, 150]
    assert schedule.at(120) == Schedule(50, rate=0.5).at(20)


def test_recipes_say_what_is_wrong_with_their_phases() -> None:
    """A share that is forgotten, or a set that is not declared, must not be found after hours."""
    with pytest.raises(ValidationError, match="sum to one"):
        Phase(samples=10, shares={"a": 0.5}, rate=0.1)
    good = read_recipe("print-latin").model_dump()
    with pytest.raises(ValidationError, match="not declared: nowhere"):
        Recipe.model_validate(
            good | {"phases": [{"samples": 1, "shares": {"nowhere": 1}, "rate": 1}], "average": []}
        )
    with pytest.raises(ValidationError, match="no phase 99"):
        Recipe.model_validate(good | {"average": [99]})


def test_a_recipe_that_is_wrong_is_told_in_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of the validator's own words would be told, with nothing to do about it."""
    monkeypatch.setattr(recipe_module, "RECIPES", tmp_path)
    (tmp_path / "mine.yaml").write_text("title: of mine\nnetwork: print-crnn\nsharse: 3\n")
    with pytest.raises(ModelError, match="sharse: Extra inputs") as caught:
        recipe_module.read_recipe("mine")
    assert "recipe.py" in caught.value.remedy and len(str(caught.value)) < 400
    (tmp_path / "mine.yaml").write_text("- a list")
    with pytest.raises(ModelError, match="is no recipe"):
        recipe_module.read_recipe("mine")


def test_what_is_released_is_the_mean_of_the_phases_that_the_recipe_names(tmp_path: Path) -> None:
    """Weights would be mixed by hand, or one phase be released for two."""
    schedule = PhasedSchedule([Schedule(100), Schedule(50), Schedule(20)])
    kept = averaged_after(
        read_recipe("print-latin").model_copy(update={"average": (2, 3)}), schedule
    )
    assert kept == (150, 170)
    for lines, value in zip(kept, (1.0, 3.0), strict=True):
        save_file({"a": torch.full((2,), value)}, kept_weights(tmp_path, lines))
    save_file({"a": torch.zeros(2)}, tmp_path / BEST)
    assert released_weights(tmp_path, kept)["a"].tolist() == [2.0, 2.0]
    assert released_weights(tmp_path, ())["a"].tolist() == [0.0, 0.0]


def test_a_set_has_the_fields_layout_and_goes_on(tmp_path: Path) -> None:
    """Sets could not be read by other programs, or begin anew when interrupted."""
    write_set(tmp_path / "a.lmdb", 3)
    with LineStore(tmp_path / "a.lmdb", {"kind": "synthetic"}) as store:
        store.append([(line_image("more"), "more")])
        assert store.count == 4
    with (
        lmdb.open(str(tmp_path / "a.lmdb"), readonly=True) as environment,
        environment.begin() as transaction,
    ):
        assert transaction.get(b"num-samples") == b"4"
        assert transaction.get(b"label-000000004") == b"more"
        assert transaction.get(b"image-000000004")[1:4] == b"PNG"
    with pytest.raises(DataError, match="another recipe"):
        LineStore(tmp_path / "a.lmdb", {"kind": "synthetic", "seed": 2})
    with pytest.raises(DataError, match="no LMDB set"):
        LineSet(tmp_path / "none.lmdb")


@given(st.text("ab", max_size=12))
def test_frames_needed_counts_repeats(text: str) -> None:
    """Texts with doubled letters would be learnt from images too narrow for them."""
    needed = frames_needed(text)
    assert len(text) <= needed <= 2 * len(text)
    assert frames_needed("aab") == 4


def test_the_rate_warms_up_stays_and_falls() -> None:
    """Training would diverge at its start, or not settle at its end."""
    schedule = Schedule(10_000, rate=1.0, warm_up=1000, decay=0.5)
    assert schedule.at(0) < 0.01
    assert schedule.at(2000) == schedule.at(4900) == 1.0
    assert schedule.at(7500) == pytest.approx(0.5)
    assert schedule.at(10_000) == pytest.approx(0.01)


def test_training_learns_is_resumed_and_released(tmp_path: Path, stage: Stage) -> None:
    """The whole path in miniature: a set, some steps, a kill's worth of pause, more steps, a model
    folder that is accepted."""
    write_set(tmp_path / "tiny.lmdb", 400)
    build = tmp_path / "build"
    arguments = [
        "--lines",
        tmp_path / "tiny.lmdb",
        "--build",
        build,
        "--batch",
        32,
        "--evaluate-every",
        320,
        "--curriculum",
        0,
        "--threads",
        2,
    ]
    weights = tmp_path / "weights.safetensors"
    first = stage("train", weights, *arguments, "--count", 640, "--workers", 0)
    assert first.returncode == 0, first.stderr
    second = stage("train", weights, *arguments, "--count", 1280, "--workers", 1)
    assert second.returncode == 0, second.stderr
    with (build / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["seen"]) for row in rows] == [320, 640, 960, 1280]
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"]) / 1.5
    assert [int(row["infinite"]) for row in rows] == [0] * 4
    release = stage("export_model", weights, tmp_path / "model", "--log", build / "log.csv")
    assert release.returncode == 0, release.stderr
    assert "largest difference" in release.stdout
    names = {"README.md", "model.json", "model.onnx", "training.csv", "weights.safetensors"}
    assert {p.name for p in (tmp_path / "model").iterdir()} == names
    assert "1,280 samples" in (tmp_path / "model/README.md").read_text()


def test_the_log_of_a_killed_training_is_whole(tmp_path: Path) -> None:
    """Killed while it was begun, it had no header; killed before a checkpoint, samples twice."""
    (tmp_path / "log.csv").touch()
    figures = {"loss": 1.0, "cer": 0.5, "wer": 0.75, "rate": 0.001}
    for seen in (100, 200, 300, 200):
        CsvLog(tmp_path)(Progress(seen=seen), figures)
    with (tmp_path / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["seen"]) for row in rows] == [100, 200]
    assert all(float(row["cer"]) == 0.5 for row in rows)


@pytest.mark.long
def test_a_declared_recipe_is_killed_and_goes_on(tmp_path: Path) -> None:
    """A training of hours that is killed must not begin anew, nor forget in which phase it was."""
    recipe, folder = read_recipe("print-latin"), tmp_path / "sets" / "print-latin"
    for name in recipe.sets:
        path = recipe.set_path(name, folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_set(path, 20)
    arguments = ["--recipe", "print-latin", "--sets", folder, "--build", tmp_path / "build"]
    arguments += ["--scale", 0.002, "--evaluate-every", 160, "--held-out", 2, "--threads", 1]
    arguments += ["--patience", 99]  # to the end of the last phase, however little it learns
    command = [sys.executable, "-m", "stages.train", tmp_path / "w.safetensors", *arguments]
    running = subprocess.Popen([*map(str, command), "--workers", "0"], cwd=ROOT)
    checkpoint = tmp_path / "build" / "checkpoint.safetensors"
    while not checkpoint.exists() and running.poll() is None:
        time.sleep(0.05)
    running.kill()
    running.wait()
    done = read_metadata(checkpoint)["progress"]["seen"]
    assert 0 < done < 570
    subprocess.run([*map(str, command), "--workers", "0"], cwd=ROOT, check=True)
    with (tmp_path / "build" / "log.csv").open() as file:
        seen = [int(row["seen"]) for row in csv.DictReader(file)]
    assert seen == sorted(set(seen)) and seen[-1] >= 570
    kept = sorted((tmp_path / "build").glob("after-*.safetensors"))
    assert len(kept) == len(read_recipe("print-latin").average)
    ends = {path.read_bytes() for path in kept}
    released = (tmp_path / "w.safetensors").read_bytes()
    assert (released in ends) == (len(ends) == 1), "their mean, or the one that there is"


def test_shares_have_to_fit(tmp_path: Path, stage: Stage) -> None:
    """Shares of sets that make no sense would be learnt without a word."""
    write_set(tmp_path / "tiny.lmdb", 30)
    run = stage(
        "train",
        tmp_path / "w",
        "--lines",
        f"{tmp_path / 'tiny.lmdb'}:0.5",
        "--build",
        tmp_path / "b",
    )
    assert run.returncode == 9
    assert "do not sum to one" in run.stderr


@given(st.sets(st.text(min_size=1, max_size=8), min_size=1, max_size=40))
def test_an_eighth_of_the_works_is_held_out_whatever_their_order(works: set[str]) -> None:
    """Scores on works that were learnt from would be worth nothing: the choice must not wander."""
    held_out = held_out_works(works)
    assert held_out <= works and len(held_out) == -(-len(works) // 8)
    assert held_out == held_out_works([*sorted(works, reverse=True), *works])
