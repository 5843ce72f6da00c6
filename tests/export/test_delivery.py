"""A delivery that can be trusted: its manifest, its check, its broken pages, the pages worth
scanning again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pikepdf
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import QUARANTINED
from pipeline.export.rescan import expected_accuracy, reasons, rescan_rows
from tests.conftest import ROOT, Stage
from tests.export.deliveries import BOOKS, read_pages


def test_a_delivery_is_verified(deliveries: Path, tmp_path: Path, stage: Stage) -> None:
    """A file that was changed, lost or added would go unseen."""
    book = Path(shutil.copytree(deliveries / "out" / "book", tmp_path / "book"))
    whole = stage("verify", book)
    assert whole.returncode == 0 and "12 pages = 11 done + 1 blank + 0 quarantined" in whole.stdout
    data = bytearray((book / "book.pdf").read_bytes())
    data[len(data) // 2] ^= 1
    (book / "book.pdf").write_bytes(data)
    (book / "pages" / "0003.hocr").unlink()
    (book / "pages" / "extra.txt").write_text("not ours")
    broken = stage("verify", book)
    assert broken.returncode == 1
    assert {line.split(": ", 1)[1] for line in broken.stdout.splitlines()} == {
        "changed: book.pdf",
        "lost: pages/0003.hocr",
        "added: pages/extra.txt",
    }
    manifest = json.loads((book / "manifest.json").read_text())
    manifest["counts"]["done"] = 12
    (book / "manifest.json").write_text(json.dumps(manifest))
    assert "12 pages are counted as done, 11 are listed so" in stage("verify", book).stdout
    (book / "manifest.json").write_text("{")
    damaged = stage("verify", book)
    assert damaged.returncode not in (0, 1) and "Traceback" not in damaged.stderr
    table = deliveries / "out" / "archive.tsv"
    shelf = stage("verify", table, book, deliveries / "out" / "book")  # as `out/*` names them
    assert shelf.returncode == damaged.returncode and "book: whole: " in shelf.stdout
    assert shelf.stderr.count("recto: ") == 2 and f"{table} is no delivery" in shelf.stderr


def test_the_manifest_follows_its_schema(deliveries: Path) -> None:
    """Programs that read the manifest by its schema would fail."""
    schema = json.loads((ROOT / "pipeline/export/manifest.schema.json").read_text())
    for book in BOOKS:
        jsonschema.Draft202012Validator(schema).validate(
            json.loads((deliveries / "out" / book / "manifest.json").read_text())
        )


def test_a_broken_page_is_a_sheet_without_text(deliveries: Path) -> None:
    """A page that cannot be opened would shift the numbers of those after it."""
    pages = read_pages(deliveries, "leaves")
    assert pages[4].status == QUARANTINED
    with pikepdf.open(deliveries / "out/leaves/book.pdf") as pdf:
        assert len(pdf.pages) == 4
    rows = (deliveries / "out/leaves/rescan.tsv").read_text().splitlines()
    assert rows[1].startswith("4\tleaves/4.png\t0.0000\tunreadable-file\t")


@given(
    st.lists(
        st.tuples(
            st.floats(0.5, 1),
            st.floats(0, 1),
            st.integers(0, 9),
            st.integers(0, 3),
            st.floats(5, 60),
            st.floats(50, 700),
        ),
        max_size=12,
    )
)
def test_the_rescan_list_is_ordered_and_says_why(
    found: list[tuple[float, float, int, int, float, float]],
) -> None:
    """The worst pages would not stand first, or stand there without a reason."""
    pages = [
        {
            "number": k,
            "image": f"{k}.png",
            "status": "done",
            "reason": "",
            "message": "",
            "words": 100,
            "lines": 10,
            "confidence": confidence,
            "stray_ink": stray,
            "illegible": illegible,
            "doubtful": "",
            "cut_off": cut,
            "x_height": height,
            "dpi": dpi,
        }
        for k, (confidence, stray, illegible, cut, height, dpi) in enumerate(found, start=1)
    ]
    rows = rescan_rows(pages)
    accuracies = [float(row[2]) for row in rows]
    assert accuracies == sorted(accuracies)
    assert {int(row[0]) for row in rows} == {page["number"] for page in pages if reasons(page)}
    assert all(0 <= expected_accuracy(page) <= 1 for page in pages)
