"""Bootstrapping: books are read, aligned, learnt from and read again."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from pipeline.config import parse_config
from pipeline.errors import DataError
from pipeline.training.line_sets import LineSet
from stages.make.rounds import COLUMNS
from stages.plan import shelf
from stages.plan.rounds import Rounds
from tests.conftest import BENCH_TRUTH, Snakemake


def test_a_round_learns_from_what_the_round_before_aligned(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model would learn from its own reading, or from a book without a text."""
    monkeypatch.chdir(workplace)
    shelf.current_shelf.cache_clear()
    (workplace / "texts").mkdir()
    for name in ("one", "two", "three"):
        (workplace / "scans" / f"{name}.pdf").write_bytes(b"%PDF-1.4")
    for name in ("one", "two"):
        (workplace / "texts" / f"{name}.txt").write_text("text", encoding="utf-8")
    rounds = Rounds(parse_config({"transcriptions": "texts", "rounds": 1}))
    assert rounds.books == ["one", "two"]
    assert rounds.reading("mine", 0, "one") == "out/one"
    assert rounds.reading("mine", 1, "one") == "work/train/rounds/mine/1/read/one"
    assert rounds.sets("mine", 1) == [
        f"work/train/rounds/mine/0/aligned/{name}.lmdb" for name in rounds.books
    ]
    assert len(rounds.reports("mine")) == 4  # of the first reading, and of that of the one round
    assert "--base=models/print-latin/weights.safetensors" in rounds.training_options("mine")
    with pytest.raises(DataError, match="no text of three"):
        _ = Rounds(parse_config({"transcriptions": "texts", "books": "one three"})).books
    shelf.current_shelf.cache_clear()


@pytest.mark.long
def test_a_book_is_read_aligned_learnt_and_read_again(
    workplace: Path, sample_pdf: Path, snakemake: Snakemake
) -> None:
    """Three pages and 64 lines of learning: the table, and nothing learnt from the page aside."""
    shutil.copytree(BENCH_TRUTH, workplace / "transcriptions" / "book")
    (workplace / "scans" / "book.yaml").write_text("pages: 1-3", encoding="utf-8")
    run = snakemake(
        workplace, "eval/mine.rounds.tsv", "--config", "rounds=1", "training={lines: 64}"
    )
    assert run.returncode == 0, run.stderr
    with (workplace / "eval/mine.rounds.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["round"], row["book"]) for row in rows] == [
        *(("0", "book"), ("0", "all")),
        *(("1", "book"), ("1", "all")),
    ]
    assert all(float(row["share"]) > 75 and float(row["cer_aside"]) < 5 for row in rows)
    assert rows[1]["minutes"] == "" and float(rows[3]["minutes"]) >= 0
    folder = workplace / "work/train/rounds/mine"
    counts = json.loads((folder / "0/aligned/book.json").read_text(encoding="utf-8"))
    assert 0 < LineSet(folder / "0/aligned/book.lmdb").count < counts["aligned"]
    assert (folder / "1/model/model.onnx").is_file()
    assert (folder / "1/read/book/text").is_dir()
