"""Pages of a PDF stay what they were when another program writes the file anew, and no others pass
for them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream

from pipeline.scan.pages import list_pages
from pipeline.scan.pdf_identity import MOST_OBJECTS, UNKNOWN, page_hashes
from tests.conftest import ROOT

SAMPLE = ROOT / "scans" / "book.pdf"


def qpdf(*options: str) -> Callable[[Path, Path], None]:
    def write(source: Path, target: Path) -> None:
        subprocess.run(["qpdf", *options, source, target], check=True)

    return write


def with_pikepdf(change: Callable[[pikepdf.Pdf], None]) -> Callable[[Path, Path], None]:
    def write(source: Path, target: Path) -> None:
        with pikepdf.open(source) as pdf:
            change(pdf)
            pdf.save(target, compress_streams=True, recompress_flate=True)

    return write


def retitle(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = pikepdf.String("Letters, seen through")


def contents_in_parts(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        page.obj.Contents = Array([pdf.make_indirect(page.obj.Contents)])


@pytest.mark.parametrize(
    "rewrite",
    [
        qpdf("--linearize"),
        qpdf("--object-streams=generate", "--compress-streams=y"),
        qpdf("--qdf"),
        qpdf("--encrypt", "", "owner", "256", "--"),
        with_pikepdf(retitle),
        with_pikepdf(contents_in_parts),
    ],
    ids=["linearized", "object streams", "unpacked", "encrypted", "retitled", "in parts"],
)
def test_a_file_written_anew_holds_the_same_pages(
    rewrite: Callable[[Path, Path], None], tmp_path: Path
) -> None:
    """Its corrections would be lost, and all of it read again."""
    rewrite(SAMPLE, tmp_path / "anew.pdf")
    assert page_hashes(tmp_path / "anew.pdf") == page_hashes(SAMPLE)


def test_pages_keep_their_hash_at_another_place(tmp_path: Path) -> None:
    """A page put before the others would cost all corrections."""
    with pikepdf.open(SAMPLE) as pdf:
        pdf.add_blank_page()
        pdf.pages.insert(0, pdf.pages.p(13))
        del pdf.pages[13], pdf.pages[5]
        pdf.save(tmp_path / "moved.pdf")
    before = page_hashes(SAMPLE)
    assert page_hashes(tmp_path / "moved.pdf")[1:] == before[:4] + before[5:]
    assert len(set(before)) == 12
    assert [page.sha256 for page in list_pages(SAMPLE, 300)] == before


def turn(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Rotate = 90


def turn_all(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Pages.Rotate = 90


def crop(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.CropBox = Array([0, 0, 100, 100])


def draw_more(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 10 10 re f")


def note(pdf: pikepdf.Pdf) -> None:
    look = Stream(pdf, b"0 0 5 5 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 5, 5])
    stamp = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=[0, 0, 5, 5])
    stamp.AP = Dictionary(N=pdf.make_indirect(look))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(stamp)])


def hide(pdf: pikepdf.Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("scan")))
    pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(OFF=[layer]))


def invert(pdf: pikepdf.Pdf) -> None:
    (image,) = pdf.pages[0].get_images().values()
    image.Decode = Array([1, 0])


@pytest.mark.parametrize("change", [turn, turn_all, crop, draw_more, note, hide, invert])
def test_a_page_that_looks_otherwise_is_another(
    change: Callable[[pikepdf.Pdf], None], tmp_path: Path
) -> None:
    """It would not be read again, and corrections would be laid over what is no longer there."""
    with_pikepdf(change)(SAMPLE, tmp_path / "other.pdf")
    assert page_hashes(tmp_path / "other.pdf")[0] != page_hashes(SAMPLE)[0]


def test_pages_that_lead_in_circles_or_too_far_are_told_by_their_file(tmp_path: Path) -> None:
    """A file made to harm would keep the inventory busy for ever."""
    with pikepdf.open(SAMPLE) as pdf:
        circle = pdf.make_indirect(Dictionary())
        circle.Own = circle
        circle.Pages = Array([page.obj for page in pdf.pages])
        pdf.pages[0].obj.Group = circle
        pdf.pages[1].obj.Group = Dictionary(Far=Array([0] * (MOST_OBJECTS + 1)))
        pdf.save(tmp_path / "a.pdf")
    first, second, *others = page_hashes(tmp_path / "a.pdf")
    assert first != UNKNOWN and second == UNKNOWN and others == page_hashes(SAMPLE)[2:]
    assert all(page.sha256 for page in list_pages(tmp_path / "a.pdf", 300))
