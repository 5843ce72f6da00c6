"""PAGE and ALTO, as Recto writes them, read back as truth: by the importer of lines, and as the
true text of a book."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.document import Page
from pipeline.export.source import source_regions
from pipeline.recognition.frame import PRINT_FRAME, STORED_SCALE
from pipeline.training.page_truth import read_page_truth, read_truth
from pipeline.training.true_lines import read_pages
from tests.export.deliveries import read_pages as pages_behind

FORMATS = ("page", "alto")


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("book", ["book", "odd", "leaves"])
def test_lines_come_back_as_they_went_out(deliveries: Path, book: str, kind: str) -> None:
    """Whoever corrects our files elsewhere would bring back other lines, or none."""
    for number, page in pages_behind(deliveries, book).items():
        path = deliveries / "out" / book / "pages" / f"{number:04d}.{kind}.xml"
        truth = read_page_truth(path)
        lines = [line for region in source_regions(page) for line in region.lines]
        assert [line.text for line in truth.lines] == [line.text for line in lines]
        assert (truth.width, truth.height) == (max(1, page.width), max(1, page.height))
        for back, line in zip(truth.lines, lines, strict=True):
            assert back.baseline == tuple((float(x), float(y)) for x, y in line.points)
            xs, ys = zip(*back.polygon, strict=True)
            assert (min(xs), min(ys)) == (line.box.left, line.box.top)
            assert max(xs) - line.box.right in (0, -1) and max(ys) - line.box.bottom in (0, -1)


@pytest.mark.parametrize("kind", FORMATS)
def test_lines_are_cut_again_from_our_files_and_their_images(
    deliveries: Path, tmp_path: Path, kind: str
) -> None:
    """A corrected delivery could not be learnt from where its scans lie in another place."""
    page = pages_behind(deliveries, "leaves")[1]
    shutil.copy(deliveries / "scans" / "leaves" / "1.jpg", tmp_path / "1.jpg")
    shutil.copy(deliveries / "out" / "leaves" / "pages" / f"0001.{kind}.xml", tmp_path)
    check_rows(page, tmp_path)
    # of a PDF's page no image has the name: it may be called as the page is
    (tmp_path / "1.jpg").rename(tmp_path / "0001.jpg")
    check_rows(page, tmp_path)


def check_rows(page: Page, folder: Path) -> None:
    rows = list(read_pages(folder))
    assert [row.reason for row in rows] == ["" for _ in page.lines]
    assert [row.text for row in rows] == [line.text for line in page.lines]
    heights = {row.image.shape[0] for row in rows if row.image is not None}
    assert heights == {PRINT_FRAME.height * STORED_SCALE}


def test_our_files_are_a_true_text_of_their_book(deliveries: Path, tmp_path: Path) -> None:
    """`align` and `eval` would take plain text only, which archives have least of."""
    out = deliveries / "out" / "leaves" / "pages"
    shutil.copy(out / "0001.page.xml", tmp_path / "0001.page.xml")
    shutil.copy(out / "0002.alto.xml", tmp_path / "0002.xml")
    found = read_truth(tmp_path).of_pages({1: "", 2: "", 3: ""})
    for number, text in found.items():
        lines = pages_behind(deliveries, "leaves")[number].lines if number < 3 else ()
        assert text.splitlines() == [line.text for line in lines]
