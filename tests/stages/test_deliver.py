"""What a person puts into a delivery outlives the next one; what is no delivery is not touched."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from pipeline.errors import StorageError
from pipeline.export.delivery import foreign_files, keep_foreign, put_in_place
from tests.conftest import print_page

Snakemake = Callable[..., subprocess.CompletedProcess[str]]


def deliver(folder: Path, *names: str) -> Path:
    """A folder as a delivery is."""
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_text("ours")
    manifest = {"files": dict.fromkeys(names, "0"), "pages": [], "counts": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_foreign_files_are_carried_over(tmp_path: Path) -> None:
    old, new = deliver(tmp_path / "out", "book.txt"), deliver(tmp_path / "t" / "new", "notes.txt")
    (old / "notes.txt").write_text("precious")
    (old / "deep").mkdir()
    (old / "deep/more.txt").write_text("precious")
    foreign = foreign_files(old)
    assert foreign == ["deep/more.txt", "notes.txt"]
    keep_foreign(old, new, foreign)
    put_in_place(new, old)
    assert (old / "notes.txt").read_text() == "ours"
    assert (old / "notes.txt.kept").read_text() == "precious"
    assert (old / "deep/more.txt").read_text() == "precious"
    assert not (old / "book.txt").exists()


def test_what_is_no_delivery_is_refused(tmp_path: Path) -> None:
    assert foreign_files(tmp_path / "nothing") == []
    (tmp_path / "empty").mkdir()
    assert foreign_files(tmp_path / "empty") == []
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/my_thesis.txt").write_text("precious")
    (tmp_path / "link").symlink_to("thesis")
    (tmp_path / "file").write_text("precious")
    os.mkfifo(deliver(tmp_path / "odd") / "pipe")
    for name in ("thesis", "link", "file", "odd"):
        with pytest.raises(StorageError):
            foreign_files(tmp_path / name)


@pytest.mark.long
def test_a_run_keeps_what_a_person_put_there(workplace: Path, snakemake: Snakemake) -> None:
    Image.fromarray(print_page()).save(workplace / "scans/a.png", dpi=(300, 300))
    assert snakemake(workplace, "out/a/").returncode == 0
    (workplace / "out/a/notes.txt").write_text("precious")
    run = snakemake(workplace, "out/a/", "--config", "outputs=tsv")
    assert run.returncode == 0, run.stderr
    assert (workplace / "out/a/pages/0001.tsv").exists()
    assert (workplace / "out/a/notes.txt").read_text() == "precious"
    (workplace / "out/a/manifest.json").unlink()  # now it is no delivery any more
    run = snakemake(workplace, "out/a/", "--config", "outputs=txt")
    assert run.returncode != 0
    assert "nothing in it was touched" in run.stderr
    assert (workplace / "out/a/notes.txt").read_text() == "precious"
