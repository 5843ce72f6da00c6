"""The commands that make data and models replace nothing that is not Recto's."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import lmdb
import numpy as np
import pytest

from pipeline.errors import DataError, StorageError
from pipeline.folders import put_in_place
from pipeline.recognition.model import CARD, model_files
from pipeline.synthesis.store import LineStore
from stages.make import align, export_model, sample, synthesize
from tests.conftest import ROOT


@pytest.fixture
def thesis(tmp_path: Path) -> Path:
    """A person's folder, whose files are called as Recto's are."""
    folder = tmp_path / "thesis"
    folder.mkdir()
    for name in ("thesis.txt", "README.md", "0001.txt"):
        (folder / name).write_text("precious")
    return folder


def run_main(main: Callable[[], None], monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", ["stage", *map(str, arguments)])
    main()


def untouched(folder: Path) -> bool:
    names = ("thesis.txt", "README.md", "0001.txt")
    return all((folder / name).read_text() == "precious" for name in names)


def test_synthetic_lines_replace_no_folder_of_a_person(
    thesis: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments in ((thesis,), (tmp_path / "new", "--build", thesis)):
        with pytest.raises(StorageError, match="did not put there"):
            run_main(synthesize.main, monkeypatch, *arguments)
    assert untouched(thesis)
    assert not (tmp_path / "new").exists()


def test_a_model_replaces_no_folder_of_a_person(
    thesis: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "weights.safetensors"
    weights.write_bytes(b"")
    with pytest.raises(StorageError, match="did not put there"):
        run_main(export_model.main, monkeypatch, weights, thesis)
    assert untouched(thesis)


def test_a_whole_model_folder_is_replaced_and_what_lies_in_it_of_a_person_is_not(
    tmp_path: Path,
) -> None:
    model, new = tmp_path / "model", tmp_path / "new"
    shutil.copytree(ROOT / "models/crnn", model)
    shutil.copytree(ROOT / "models/crnn", new)
    (new / CARD).write_text("the next one")
    put_in_place(new, model, known=model_files(model))
    assert (model / CARD).read_text() == "the next one"
    (model / "notes.txt").write_text("precious")
    shutil.copytree(ROOT / "models/crnn", new)
    with pytest.raises(StorageError, match=r"notes\.txt"):
        put_in_place(new, model, known=model_files(model))
    assert (model / "notes.txt").exists()


def test_a_folder_called_like_a_model_is_none_without_its_weights(tmp_path: Path) -> None:
    (tmp_path / CARD).write_text("precious")
    (tmp_path / "model.json").write_text('{"format": 1, "sha256": {}}')
    assert model_files(tmp_path) == frozenset()


def test_the_sample_and_alignments_replace_no_folder_of_a_person(
    thesis: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StorageError, match="did not put there"):
        run_main(sample.main, monkeypatch, tmp_path / "book.pdf", thesis)
    with pytest.raises(StorageError, match="did not put there"):
        run_main(align.main, monkeypatch, tmp_path, tmp_path, thesis)
    assert untouched(thesis)
    assert not (tmp_path / "book.pdf").exists()


def test_a_set_of_other_origin_is_not_written_into(tmp_path: Path) -> None:
    with lmdb.open(str(tmp_path), map_size=1 << 20) as environment:
        image = cv2.imencode(".png", np.zeros((8, 8), np.uint8))[1].tobytes()
        with environment.begin(write=True) as transaction:
            transaction.put(b"num-samples", b"1")
            transaction.put(b"image-000000001", image)
    with pytest.raises(DataError, match="not of Recto's making"):
        LineStore(tmp_path, {"kind": "synthetic"})
