"""The real command, end to end: the sample book, a folder of images, what is done again and what is
not."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest
from PIL import Image
from rapidfuzz.distance import Levenshtein

from bench.workplace import lay_out
from tests.conftest import (
    BENCH_TRUTH,
    NUMBERS,
    ROOT,
    TEXT,
    Snakemake,
    print_page,
    run_snakemake,
)
from tests.hocr import check_hocr, validators_accept

NOTHING = "Nothing to be done"


def jobs_of(run: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """How many jobs of each rule a run did."""
    rules: dict[str, int] = {}
    for rule in re.findall(r"Finished jobid: \d+ \(Rule: (\w+)\)", run.stdout + run.stderr):
        rules[rule] = rules.get(rule, 0) + 1
    return rules


def tree_hashes(folder: Path) -> dict[str, str]:
    """Hash of every file of a delivery but its times."""
    files = (
        p
        for p in folder.rglob("*")
        if p.is_file() and p.name not in ("run.json", ".snakemake_timestamp")
    )
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workplace in which the sample was digitized."""
    place = lay_out(tmp_path_factory.mktemp("book"))
    shutil.copy(ROOT / "scans" / "book.pdf", place / "scans" / "book.pdf")
    run = run_snakemake(place, "out/book/")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "12 pages: 11 done, 1 blank, 0 quarantined" in run.stdout + run.stderr
    return place


def test_every_page_is_there_and_accounted_for(book: Path) -> None:
    """A page would be missing from a delivery without a word."""
    manifest = json.loads((book / "out/book/manifest.json").read_text())
    schema = json.loads((ROOT / "pipeline/export/manifest.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(manifest)
    counts = manifest["counts"]
    assert counts["pages"] == 12 == counts["done"] + counts["blank"] + counts["quarantined"]
    for page in manifest["pages"]:
        for suffix in ("hocr", "txt"):
            assert (book / f"out/book/pages/{page['number']:04d}.{suffix}").is_file()
    by_number = {page["number"]: page for page in manifest["pages"]}
    assert by_number[8]["status"] == "blank"
    assert by_number[10]["orientation"] == 180
    assert abs(by_number[9]["skew"] - 2.5) < 0.1


def test_the_text_is_right(book: Path) -> None:
    """The sample would be read worse than it was."""
    errors = length = 0
    for truth in sorted(BENCH_TRUTH.glob("*.txt")):
        expected = " ".join(truth.read_text().split())
        read = " ".join((book / "out/book/pages" / truth.name).read_text().split())
        errors += Levenshtein.distance(expected, read)
        length += len(expected)
    assert errors / length <= 0.01


def test_hocr_is_valid(book: Path) -> None:
    """Programs that take hOCR would refuse ours."""
    words = {
        path.stem: check_hocr(path) for path in sorted((book / "out/book/pages").glob("*.hocr"))
    }
    assert sum(words.values()) > 1700
    assert words["0008"] == 0
    for path in sorted((book / "out/book/pages").glob("*.hocr")):
        validators_accept(path)


def test_again_does_nothing_and_other_decoding_redoes_recognition_alone(
    book: Path, snakemake: Snakemake
) -> None:
    """A second run would do days of work again."""
    before = tree_hashes(book / "out/book")
    again = snakemake(book, "out/book/")
    assert NOTHING in again.stdout + again.stderr
    changed = snakemake(book, "out/book/", "--verbose", "--config", "decoder={alpha: 0.31}")
    assert changed.returncode == 0, changed.stderr
    assert jobs_of(changed) == {"recognize": 3, "export": 3, "assemble": 1}
    back = snakemake(book, "out/book/", "--verbose")
    assert jobs_of(back) == {"recognize": 3, "export": 3, "assemble": 1}
    assert tree_hashes(book / "out/book") == before


def test_one_page_overwritten_redoes_its_shard_alone(
    workplace: Path, folder_of_images: Path, snakemake: Snakemake
) -> None:
    """One new image would cost the whole book again, or not be seen."""
    first = snakemake(workplace, "out/leaves", "--verbose", "--config", "shard=4")
    assert first.returncode == 0, first.stderr
    assert jobs_of(first)["recognize"] == 3
    text = (workplace / "out/leaves/pages/0006.txt").read_text()
    Image.fromarray(print_page(("An altogether other page", *TEXT))).save(
        folder_of_images / "leaf6.png", dpi=(300, 300)
    )
    second = snakemake(workplace, "out/leaves", "--verbose", "--config", "shard=4")
    assert second.returncode == 0, second.stderr
    stages = ("rasterize", "deskew", "segment", "recognize", "export")
    assert jobs_of(second) == {"inventory": 1, "assemble": 1} | dict.fromkeys(stages, 1)
    assert "other page" in (workplace / "out/leaves/pages/0006.txt").read_text() != text
    pages = sorted((workplace / "out/leaves/pages").glob("*.txt"))
    assert [f"leaf {NUMBERS[n]} of" in pages[n - 1].read_text() for n in (1, 5, 9)] == [True] * 3


def test_a_real_page_reads_well(shared: Path, workplace: Path, snakemake: Snakemake) -> None:
    """Two pages of a real scan, chosen by the book's own YAML."""
    (workplace / "scans/boy.pdf").symlink_to(shared / "scans/books/boy-apprenticed.pdf")
    (workplace / "scans/boy.yaml").write_text("pages: 5-6\n")
    run = snakemake(workplace, "out/boy")
    assert run.returncode == 0, run.stderr
    for number, source in ((1, "0005"), (2, "0006")):
        truth = " ".join(
            (shared / f"scans/books/boy-apprenticed.gt/{source}.txt").read_text().split()
        )
        read = (workplace / f"out/boy/pages/{number:04d}.txt").read_text()
        read = " ".join(re.sub(r"(\w)-\n+(?=[a-z])", r"\1", read).split())
        assert Levenshtein.normalized_distance(truth, read) < 0.03


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "betrayed-armenia",
        "boy-apprenticed",
        "child-of-the-moat",
        "corset-and-crinoline",
        "engraving-of-lions",
    ],
)
def test_every_real_book_is_whole_and_valid(
    name: str, shared: Path, workplace: Path, snakemake: Snakemake
) -> None:
    """What holds for the sample would not hold for real books."""
    (workplace / f"scans/{name}.pdf").symlink_to(shared / f"scans/books/{name}.pdf")
    run = snakemake(workplace, f"out/{name}/")
    assert run.returncode == 0, run.stderr
    truths = sorted((shared / f"scans/books/{name}.gt").glob("*.txt"))
    for truth in truths:
        check_hocr(workplace / f"out/{name}/pages/{truth.stem}.hocr")
        validators_accept(workplace / f"out/{name}/pages/{truth.stem}.hocr")
    counts = json.loads((workplace / f"out/{name}/manifest.json").read_text())["counts"]
    assert counts["pages"] == len(truths)
    assert counts["quarantined"] == 0
