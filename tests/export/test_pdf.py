"""The searchable PDF: text where the word stands, images untouched, PDF/A only where it holds."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, TiffImagePlugin

from pipeline.document import Line, Page, Word
from pipeline.export.image_pdf import bind_images
from pipeline.export.pdf import BoundPage, bind_pdf, text_layer
from pipeline.export.pdfa import claim
from pipeline.geometry import Box
from pipeline.scan.images import image_sizes
from tests.conftest import ROOT
from tests.export.deliveries import (
    BOOKS,
    images_of_pdf,
    leaf_of,
    misplaced_words,
    read_pages,
    words_of_pdf,
)


@pytest.mark.parametrize("book", BOOKS)
def test_words_of_the_pdf_stand_where_hocr_says(deliveries: Path, book: str) -> None:
    """A search in the PDF would mark another place than the word's."""
    pages = [page for _, page in sorted(read_pages(deliveries, book).items())]
    assert misplaced_words(deliveries / "out" / book / "book.pdf", pages) == []
    assert any(page.orientation for page in pages)  # no book here lies all upright


def test_images_are_untouched(deliveries: Path, tmp_path: Path) -> None:
    """The scan in the PDF would be worse than the one that was given."""
    for book in ("book", "odd"):
        before = images_of_pdf(deliveries / "scans" / f"{book}.pdf", tmp_path / f"{book}-before")
        assert before
        assert (
            images_of_pdf(deliveries / "out" / book / "book.pdf", tmp_path / f"{book}-after")
            == before
        )
    images_of_pdf(deliveries / "out/leaves/book.pdf", tmp_path / "leaves")
    packed = sorted((tmp_path / "leaves").iterdir())
    assert packed[0].read_bytes() == (deliveries / "scans/leaves/1.jpg").read_bytes()


@pytest.mark.parametrize("book", BOOKS)
def test_qpdf_finds_nothing_wrong(deliveries: Path, book: str) -> None:
    """Viewers would repair the PDF, or refuse it."""
    path = deliveries / "out" / book / "book.pdf"
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []
    if shutil.which("qpdf"):
        run = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr


def test_a_pdfa_claim_is_made_where_it_holds(deliveries: Path) -> None:
    """An archive would get a PDF without the PDF/A that it asked for."""
    manifest = json.loads((deliveries / "out/book/manifest.json").read_text())
    assert manifest["pdf"] == {"written": True, "pdfa": True, "objections": []}
    with pikepdf.open(deliveries / "out/book/book.pdf") as pdf:
        intent = pdf.Root.OutputIntents[0]
        assert intent.S == "/GTS_PDFA1" and intent.DestOutputProfile.N == 3
        assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
        assert "/Filter" not in pdf.Root.Metadata
        fonts = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]
        assert fonts and all("/FontFile2" in font for font in fonts)
        assert not pdf.is_encrypted and "/Encrypt" not in pdf.trailer and "/ID" in pdf.trailer


def make_forbidden(pdf: pikepdf.Pdf, what: str) -> None:
    """Put into a PDF what PDF/A does not allow."""
    page = pdf.pages[0]
    if what == "script":
        pdf.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
        )
    elif what == "font":
        descriptor = pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor, FontName=pikepdf.Name.Helvetica
        )
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.TrueType, FontDescriptor=descriptor
        )
        page.Resources.Font = pikepdf.Dictionary(F9=pdf.make_indirect(font))
        font.FontDescriptor = pdf.make_indirect(descriptor)
    elif what == "colour":
        next(iter(page.get_images().values())).ColorSpace = pikepdf.Name.DeviceCMYK
    elif what == "empty colour":
        next(iter(page.get_images().values())).ColorSpace = pikepdf.Array([])
    elif what == "painted":
        page.contents_add(pikepdf.Stream(pdf, b"q 0 0 0 1 k 9 9 9 9 re f Q"))
    elif what == "named":
        page.obj.Resources.ColorSpace = pikepdf.Dictionary(C0=pikepdf.Name.DeviceCMYK)
    elif what == "spot":
        tint = pikepdf.Array([pikepdf.Name.Separation, pikepdf.Name.Red, pikepdf.Name.DeviceCMYK])
        next(iter(page.get_images().values())).ColorSpace = tint
    elif what == "lzw":
        next(iter(page.get_images().values())).Filter = pikepdf.Name.LZWDecode
    elif what == "file":
        pdf.attachments["notes.txt"] = b"attached"


@pytest.mark.parametrize(
    "what",
    [
        *("script", "font", "colour", "empty colour", "painted", "named", "spot"),
        *("lzw", "file", "encrypted"),
    ],
)
def test_a_pdfa_claim_is_refused_where_it_cannot_hold(tmp_path: Path, what: str) -> None:
    """A PDF would claim to be PDF/A and be none."""
    target = tmp_path / "book.pdf"
    with pikepdf.open(ROOT / "scans" / "book.pdf") as pdf:
        make_forbidden(pdf, what)
        pdf.save(target)
    before = target.read_bytes()
    assert claim(target, was_encrypted=what == "encrypted")
    assert target.read_bytes() == before


def test_what_a_claim_cannot_keep_is_made_to_fit(tmp_path: Path) -> None:
    """A link that is not to be printed, or metadata of a maker's own, would break the claim."""
    target = tmp_path / "book.pdf"
    with pikepdf.open(ROOT / "scans" / "book.pdf") as pdf:
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=pikepdf.Array([0, 0, 9, 9])
        )
        pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(link)])
        with pdf.open_metadata() as metadata:
            metadata["dc:title"] = "A book"
            metadata["pdfx:SourceModified"] = "D:2001"
        pdf.save(target)
    assert claim(target, was_encrypted=False) == []
    with pikepdf.open(target) as pdf:
        assert int(pdf.pages[0].obj.Annots[0].F) & 4
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "A book" and metadata["pdfaid:part"] == "2"
            assert "pdfx:SourceModified" not in metadata


def test_a_hidden_text_layer_is_replaced_and_visible_text_is_left(tmp_path: Path) -> None:
    """A word would be found twice: in the old text layer and in ours."""
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    source, target = tmp_path / "in.pdf", tmp_path / "out.pdf"
    with pikepdf.new() as pdf:
        for mode in (3, 0):
            page = pdf.add_blank_page(page_size=(300, 300))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            page.Contents = pdf.make_stream(b"BT /F1 20 Tf %d Tr 50 200 Td (former) Tj ET" % mode)
        pdf.save(source)
    word = Word(Box(100, 400, 300, 440), "Recto", 0.9)
    line = Line(word.box, ((100.0, 430.0), (300.0, 430.0)), 20.0, (word,))
    page_read = Page(1, 1250, 1250, 300.0, leaves=(leaf_of(line),))
    pages = [
        BoundPage(source, index, 1250, 1250, 300.0, text_layer(page_read)) for index in range(2)
    ]
    bind_pdf(source, "", pages, target)
    assert [[text for text, _ in words] for words in words_of_pdf(target)] == [
        ["Recto"],
        ["former"],
    ]


def test_each_image_of_a_file_has_its_own_size_on_paper(tmp_path: Path) -> None:
    """Faxes, whose pixels are half as many an inch down, would be shown squashed, and a page
    scanned at 600 dpi behind one at 300 twice as large as it is."""
    path, target = tmp_path / "faxes.tif", tmp_path / "faxes.pdf"
    sheets = [((1728, 1078), (204, 98)), ((1728, 2156), (204, 196)), ((5100, 6600), (600, 600))]
    first, *others = (Image.new("1", size, 1) for size, _ in sheets)
    with TiffImagePlugin.AppendingTiffWriter(str(path), True) as file:
        for image, (_, resolution) in zip([first, *others], sheets, strict=True):
            image.save(file, "TIFF", compression="group4", dpi=resolution)
            file.newFrame()
    listed = image_sizes(path, 300)
    bounds = [BoundPage(path, p.index, p.width, p.height, p.dpi, b"") for p in listed]
    assert bind_images(bounds, target) == []
    with pikepdf.open(target) as pdf:
        sizes = [[round(float(v) / 72, 1) for v in page.mediabox[2:]] for page in pdf.pages]
    assert sizes == [[8.5, 11.0]] * 3


def test_a_long_book_of_images_is_not_held_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages beyond the memory of a job would be empty sheets; the PDF is the same either way."""
    bounds = []
    for number in range(5):
        path = tmp_path / f"{number}.png"
        Image.new("L", (90, 120 + number), 40 * number).save(path)
        bounds.append(BoundPage(path, 0, 90, 120 + number, 72.0, b""))
    for held, name in ((1 << 30, "whole.pdf"), (1, "parts.pdf")):
        monkeypatch.setattr("pipeline.export.image_pdf.HELD", held)
        assert bind_images(bounds, tmp_path / name) == []
    pages = []
    for name in ("whole.pdf", "parts.pdf"):
        with pikepdf.open(tmp_path / name) as pdf:
            images = [next(iter(page.get_images().values())) for page in pdf.pages]
            pages.append([(int(image.Height), image.read_raw_bytes()) for image in images])
    assert pages[0] == pages[1] and [height for height, _ in pages[0]] == [*range(120, 125)]
    assert not list(tmp_path.glob("tmp*"))


@pytest.mark.parametrize("left", [132, 130, 127, 50])
def test_words_whose_boxes_touch_have_a_space_between(left: int) -> None:
    """Viewers would copy and search one word: letters of a skewed line, and what a proofreader has
    parted, may have boxes that touch or overlap."""
    boxes = (Box(50, 60, 130, 90), Box(left, 60, left + 90, 90))
    words = tuple(Word(box, text) for box, text in zip(boxes, ("early", "chemists"), strict=True))
    line = Line(Box.around(boxes), ((50.0, 85.0), (220.0, 85.0)), 20.0, words)
    layer = text_layer(Page(1, 400, 300, 72.0, leaves=(leaf_of(line),)))
    assert layer.count(b"<0020> Tj") == 1
