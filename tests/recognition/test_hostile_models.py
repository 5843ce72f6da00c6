"""A model folder that does not fit together is refused before a page is read by it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ModelError
from pipeline.recognition.batching import open_reader
from pipeline.recognition.model import open_model
from tests.conftest import ROOT

RELEASED = ROOT / "models" / "print-latin"
RAW = json.loads((RELEASED / "model.json").read_text())
LETTERS = RAW["alphabet"]
CHANGES: dict[str, dict[str, Any]] = {
    "a file outside": {"sha256": RAW["sha256"] | {"../../../etc/passwd": "0"}},
    "a list of hashes": {"sha256": ["model.onnx"]},
    "no stride": {"stride": 0},
    "a frame of kilometres": {"frame": RAW["frame"] | {"height": 10**7}},
    "a frame of words": {"frame": dict.fromkeys(RAW["frame"], "x")},
    "an alphabet of lists": {"alphabet": [["a"], "b"]},
    "a short alphabet": {"alphabet": "abc"},
    "a control character": {"alphabet": LETTERS.replace("e", "\x0b")},
    "a character that XML cannot hold": {"alphabet": LETTERS.replace("e", "\x01")},
    "another space": {"alphabet": LETTERS.replace("e", "\u2003")},
    "a network without a name": {"network": None},
    "options in a list": {"options": ["width"]},
    "hands by number": {"writing": 1},
    "settings of no decoder": {"decoding": {"alfa": 0.5}},
    "a beam of words": {"decoding": {"beam": "x"}},
    "decoding in a list": {"decoding": [0.5]},
    "a calibration of words": {"calibration": dict.fromkeys(RAW["calibration"], "x")},
}


def changed(folder: Path, description: str | bytes) -> Path:
    """A copy of the released model with another description."""
    folder.mkdir()
    shutil.copy(RELEASED / "model.onnx", folder)
    data = description if isinstance(description, bytes) else description.encode()
    (folder / "model.json").write_bytes(data)
    return folder


@pytest.mark.parametrize("kind", CHANGES)
def test_a_changed_model_is_refused(kind: str, tmp_path: Path) -> None:
    """It would read nonsense, quarantine every page, or end the run with a traceback."""
    hashes = {"model.onnx": RAW["sha256"]["model.onnx"]}
    raw = RAW | {"sha256": hashes} | CHANGES[kind]
    with pytest.raises(ModelError):
        open_reader(open_model(changed(tmp_path / "m", json.dumps(raw))), "cpu", 1)


@pytest.mark.parametrize("text", ["[" * 100_000, "[1]", "", b'{"format": "\xe9"}'])
def test_a_description_that_is_none_is_refused(text: str | bytes, tmp_path: Path) -> None:
    """A damaged copy of a model ends in a sentence that says what to do."""
    with pytest.raises(ModelError):
        open_model(changed(tmp_path / "m", text))


@pytest.mark.parametrize("key", ["format", "network", "alphabet", "frame", "stride", "sha256"])
def test_a_description_that_lacks_a_key_is_refused(key: str, tmp_path: Path) -> None:
    """One damaged letter in a key's name is enough for it."""
    raw = {name: value for name, value in RAW.items() if name != key}
    raw |= {} if key == "sha256" else {"sha256": {"model.onnx": RAW["sha256"]["model.onnx"]}}
    with pytest.raises(ModelError):
        open_model(changed(tmp_path / "m", json.dumps(raw)))
