"""A named recognizer is trained, interrupted, exported and scored by the commands that users
type."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PIL import Image

from pipeline.synthesis.store import LineStore
from pipeline.training.evaluation import accuracy, class_accuracy
from tests.conftest import Stage
from tests.drawn import drawn_text


@pytest.mark.long  # that of a reader of lines, which is always tested, is in test_training.py
@pytest.mark.parametrize("name", ["word-bilstm", "char-resnet"])
def test_training_goes_on_after_a_kill_and_becomes_a_model(
    name: str, tmp_path: Path, stage: Stage
) -> None:
    """Who stops a training would begin anew, or could not export or score what was learnt."""
    characters = "AB01"
    with LineStore(tmp_path / "train.lmdb", {"kind": "drawn"}) as store:
        store.append((drawn_text(c), c) for c in characters * 30)
    options = [
        "--recipe",
        name,
        "--lines",
        tmp_path / "train.lmdb",
        "--build",
        tmp_path / "build",
        "--threads",
        1,
        "--workers",
        0,
    ]
    options += ["--evaluate-every", 64, "--held-out", 8, "--rate", 0.002]
    options += ["--canvas", 32, 32] if name == "char-resnet" else ["--options", '{"hidden": 16}']
    first = stage("train", tmp_path / "a.safetensors", *options, "--count", 64)
    assert first.returncode == 0, first.stderr
    again = stage("train", tmp_path / "b.safetensors", *options, "--count", 192)
    assert again.returncode == 0, again.stderr
    seen = [int(row["seen"]) for row in csv.DictReader((tmp_path / "build/log.csv").open())]
    assert seen[0] >= 64 and seen == sorted(set(seen)) and seen[-1] >= 192
    exported = stage(
        "export_model",
        tmp_path / "b.safetensors",
        tmp_path / name,
        "--recipe",
        name,
        "--log",
        tmp_path / "build/log.csv",
        "--test",
        tmp_path / "train.lmdb",
    )
    assert exported.returncode == 0, exported.stderr
    assert "## Test" in (tmp_path / name / "README.md").read_text()
    scored = stage(
        "score", tmp_path / name, tmp_path / "train.lmdb", tmp_path / "score", "--features", 1
    )
    assert scored.returncode == 0, scored.stderr
    scores = json.loads((tmp_path / "score/scores.json").read_text())
    pairs = json.loads((tmp_path / "score/pairs.json").read_text())
    assert scores["count"] == 120 == len(pairs)
    assert scores["texts"] == pytest.approx(sum(a == b for a, b in pairs) / 120, abs=1e-5)
    for picture in ("montage", "confusions", "features"):
        assert Image.open(tmp_path / "score" / f"{picture}.png").size[0] > 200


def test_accuracy_is_counted_rightly() -> None:
    """Published accuracies would be wrong."""
    found = accuracy([("abcd", "abcd"), ("ab", "xb"), ("a", "abc")])
    assert found.characters == pytest.approx(1 - 3 / 7)
    assert found.characters_macro == pytest.approx((1 + 0.5 + 0) / 3)
    assert found.texts == pytest.approx(1 / 3)
    assert accuracy([]).characters == 0
    assert (
        class_accuracy([("O", "O"), ("O", "O"), ("O", "O"), ("0", "O")]) == 0.5
        and class_accuracy([]) == 0
    )
