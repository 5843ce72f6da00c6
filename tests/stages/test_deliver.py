"""What a person puts or changes in a delivery outlives the next one, outputs once made stay asked
for, and what is no delivery is not touched."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from pipeline.book_config import BookConfig, settle
from pipeline.config import OUTPUTS, Config
from pipeline.errors import StorageError
from pipeline.export.delivery import file_hashes, put_in_place
from pipeline.export.kept import FILES, Succession, check_delivered, keep, made_outputs
from pipeline.files import file_hash
from tests.conftest import print_page

Snakemake = Callable[..., subprocess.CompletedProcess[str]]


def deliver(folder: Path, text: str, *names: str, outputs: tuple[str, ...] = ()) -> Path:
    """A folder as a delivery is."""
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    manifest = {"files": file_hashes(folder), "pages": [], "counts": {}, "text": text}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    run = {"manifest": file_hash(folder / "manifest.json"), "outputs": outputs}
    (folder / "run.json").write_text(json.dumps(run))
    return folder


def follow(old: Path, new: Path) -> Succession:
    check_delivered(old)
    succession = keep(old, new)
    put_in_place(new, old)
    return succession


def test_files_of_a_person_are_carried_over(tmp_path: Path) -> None:
    """Notes that lie beside a book would be lost with the next run."""
    old = deliver(tmp_path / "out", "old", "book.txt")
    (old / "notes.txt").write_text("precious")
    (old / "deep").mkdir()
    (old / "deep/more.txt").write_text("precious")
    told = follow(old, deliver(tmp_path / "t" / "new", "new", "notes.txt"))
    assert told.kept == {"deep/more.txt": "deep/more.txt", "notes.txt": "notes.txt.kept"}
    assert (old / "notes.txt").read_text() == "new"
    assert (old / "notes.txt.kept").read_text() == "precious"
    assert (old / "deep/more.txt").read_text() == "precious"
    assert told.dropped == ("book.txt",) and "book.txt" in told.told[-1]


def test_a_file_corrected_by_hand_is_kept_beside_the_new_one(tmp_path: Path) -> None:
    """A corrected book.txt was overwritten without a word."""
    old = deliver(tmp_path / "out", "old", "book.txt", "pages/0001.txt", "pages/0002.txt")
    (old / "book.txt").write_text("corrected")
    (old / "pages/0001.txt").write_text("new")  # what the new delivery says, too
    (old / "manifest.json").write_text(
        (old / "manifest.json").read_text().replace('"old"', '"a shelf mark"')
    )
    first = follow(old, deliver(tmp_path / "b" / "new", "new", "book.txt", "pages/0001.txt"))
    assert first.kept == {"book.txt": "book.txt.kept", "manifest.json": "manifest.json.kept"}
    assert first.dropped == ("pages/0002.txt",)
    assert (old / "book.txt").read_text() == "new"
    assert (old / "book.txt.kept").read_text() == "corrected"
    assert "a shelf mark" in (old / "manifest.json.kept").read_text()
    assert any("book.txt.kept" in line for line in first.told)
    (old / "book.txt").write_text("corrected again")
    follow(old, deliver(tmp_path / "c" / "new", "newer", "book.txt"))
    assert (old / "book.txt.kept").read_text() == "corrected"
    assert (old / "book.txt.2.kept").read_text() == "corrected again"
    third = follow(old, deliver(tmp_path / "d" / "new", "newest", "book.txt"))
    assert set(third.kept) == {"book.txt.kept", "book.txt.2.kept", "manifest.json.kept"}
    assert (old / "book.txt").read_text() == "newest"


def test_what_is_no_delivery_is_refused(tmp_path: Path) -> None:
    """A folder of another origin would be replaced."""
    check_delivered(tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/.snakemake_timestamp").touch()
    check_delivered(tmp_path / "empty")
    assert keep(tmp_path / "empty", tmp_path) == Succession({}, ())
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/my_thesis.txt").write_text("precious")
    (tmp_path / "link").symlink_to("thesis")
    (tmp_path / "file").write_text("precious")
    os.mkfifo(deliver(tmp_path / "odd", "old") / "pipe")
    linked = deliver(tmp_path / "linked", "old", "book.txt") / "book.txt"
    linked.unlink()
    linked.symlink_to(tmp_path / "file")
    for name in ("thesis", "link", "file", "odd", "linked"):
        with pytest.raises(StorageError):
            check_delivered(tmp_path / name)


def test_outputs_once_made_stay_asked_for(tmp_path: Path) -> None:
    """A plain run after one with outputs=all removed the PDF, the report, ALTO, PAGE and TSV."""
    assert FILES.keys() == set(OUTPUTS)
    names = [pattern.replace("*", "0001") for name, pattern in FILES.items() if name != "tables"]
    book = deliver(tmp_path / "out", "old", *names, outputs=OUTPUTS)
    assert made_outputs(book) == list(OUTPUTS)  # also tables, of which there are none in the book
    assert settle(Config(), BookConfig(), made_outputs(book)).outputs == OUTPUTS
    assert settle(Config(outputs=("tsv",)), BookConfig(), ["hocr"]).outputs == ("hocr", "tsv")
    (book / "book.pdf").unlink()
    (book / "pages/0001.alto.xml").unlink()
    left = [name for name in OUTPUTS if name not in ("pdf", "alto")]
    assert made_outputs(book) == left
    (book / "run.json").write_text("{}")  # of an earlier version
    assert made_outputs(book) == [name for name in left if name != "tables"]
    (book / "pages/mine.csv").write_text("not Recto's")
    assert "tables" not in made_outputs(book)


def test_what_is_no_delivery_was_made_with_no_outputs(tmp_path: Path) -> None:
    """A folder of another origin would end the plan of the shelf."""
    assert made_outputs(tmp_path / "nothing") == []
    (tmp_path / "book.pdf").write_text("a scan")
    (tmp_path / "run.json").write_text("[")
    (tmp_path / "pages").write_text("no folder")
    assert made_outputs(tmp_path) == []


@pytest.mark.long
def test_a_plain_run_keeps_what_was_made_and_what_a_person_did(
    workplace: Path, snakemake: Snakemake
) -> None:
    """What lies in out/NAME would not be safe from the next command."""
    Image.fromarray(print_page()).save(workplace / "scans/a.png", dpi=(300, 300))
    assert snakemake(workplace, "out/a/", "--config", "outputs=all").returncode == 0
    book = workplace / "out/a"
    delivered = file_hashes(book)
    again = snakemake(workplace, "out/a/")
    assert again.returncode == 0 and "assemble" not in again.stderr, again.stderr
    assert file_hashes(book) == delivered and "report.html" in delivered
    (book / "notes.txt").write_text("precious")
    (book / "book.txt").write_text("corrected")
    (book / "book.pdf").unlink()
    run = snakemake(workplace, "out/a/", "--config", "running_heads=true")
    assert run.returncode == 0, run.stderr
    assert "book.txt.kept" in run.stdout and "notes.txt" in run.stdout
    assert (book / "book.txt.kept").read_text() == "corrected"
    assert (book / "notes.txt").read_text() == "precious"
    expected = {*delivered, "notes.txt", "book.txt.kept"} - {"book.pdf"}
    assert set(file_hashes(book)) == expected
    (book / "manifest.json").unlink()  # now it is no delivery any more
    run = snakemake(workplace, "out/a/", "--config", "lang=eng")
    assert run.returncode != 0
    assert "nothing in it was touched" in run.stderr
    assert (book / "notes.txt").read_text() == "precious"
