"""What a PDF brings along: text of its own in any place, unbalanced states, other pages, a lock."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String

from pipeline.document import Line, Page, Word
from pipeline.errors import UnreadableScanError
from pipeline.export.pdf import BoundPage, bind_pdf, text_layer
from pipeline.export.pdfa import claim
from pipeline.geometry import Box
from pipeline.pdf_files import LARGEST_CONTENT, save_whole
from pipeline.scan.pdf_pages import plan_pages
from pipeline.scan.poppler import count_pages
from tests.export.deliveries import leaf_of, words_of_pdf

SIDE = 300  # points and pixels
PLACE = (60.0, 100.0, 160.0, 140.0)  # where the word is read: points, y downwards
FORMER = b"BT /F1 20 Tf %d Tr 50 200 Td (%s) Tj ET"
PICTURE = b"q 300 0 0 300 0 0 cm /Im Do Q "


def layer(text: str) -> bytes:
    word = Word(Box(*map(int, PLACE)), text, 0.9)
    line = Line(word.box, ((60.0, 130.0), (160.0, 130.0)), 20.0, (word,))
    return text_layer(Page(1, SIDE, SIDE, 72.0, leaves=(leaf_of(line),)))


def source(path: Path, content: bytes, form: bytes = b"", pages: int = 1) -> Path:
    """A PDF whose pages draw a picture, each another, and a form."""
    with pikepdf.new() as pdf:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        fonts = Dictionary(F1=pdf.make_indirect(font))
        for number in range(pages):
            page = pdf.add_blank_page(page_size=(SIDE, SIDE))
            size = {"Width": 30, "Height": 30, "BitsPerComponent": 8, "ColorSpace": Name.DeviceGray}
            picture = Stream(pdf, bytes([number]) * 900, Subtype=Name.Image, **size)
            box, inner = Array([0, 0, SIDE, SIDE]), Dictionary(Font=fonts)
            drawn = Stream(pdf, form, Subtype=Name.Form, BBox=box, Resources=inner)
            page.obj.Resources = Dictionary(XObject=Dictionary(Im=picture, Fm=drawn), Font=fonts)
            page.obj.Contents = Stream(pdf, content)
        pdf.Root.PageLabels = Dictionary(
            Nums=Array([0, Dictionary(S=Name.r), 2, Dictionary(S=Name.D, St=7)])
        )
        with pdf.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(str(k), k) for k in range(pages))
        pdf.save(path)
    return path


def bound(path: Path, text: str = "Recto", pages: tuple[int, ...] = (0,)) -> Path:
    target = path.with_name("bound.pdf")
    listed = [BoundPage(path, index, SIDE, SIDE, 72.0, layer(text)) for index in pages]
    bind_pdf(path, "", listed, target)
    return target


def texts(path: Path) -> list[str]:
    return sorted(text for text, _ in words_of_pdf(path)[0])


@pytest.mark.parametrize(
    ("content", "form", "found"),
    [
        (b"q /Fm Do Q", FORMER % (3, b"former"), ["Recto"]),
        (b"q /Fm Do Q", FORMER % (0, b"former"), ["former"]),
        (b"q 3 Tr /Fm Do Q", b"BT /F1 20 Tf 50 200 Td (former) Tj ET", ["Recto"]),
        (b"q /Fm Do Q " + FORMER % (3, b"former"), b"0 g", ["Recto"]),
        (FORMER % (0, b"7"), b"0 g", ["7", "Recto"]),
    ],
    ids=["hidden in a form", "seen in a form", "hidden by its page", "hidden", "a watermark"],
)
def test_text_is_found_once(tmp_path: Path, content: bytes, form: bytes, found: list[str]) -> None:
    """A word would be found twice, or, for a stamp on a page, none of its words."""
    assert texts(bound(source(tmp_path / "a.pdf", PICTURE + content, form))) == found


def test_a_form_within_itself_has_an_end(tmp_path: Path) -> None:
    path = source(tmp_path / "a.pdf", PICTURE + b"/Fm Do", b"/Fm Do")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        form = pdf.pages[0].obj.Resources.XObject.Fm
        form.Resources = Dictionary(XObject=Dictionary(Fm=form))
        pdf.save(path)
    assert texts(bound(path)) == ["Recto"]


@pytest.mark.parametrize(
    "content",
    [b"0.5 0 0 0.5 0 0 cm q 600 0 0 600 0 0 cm /Im Do", b"Q Q 0.5 0 0 0.5 0 0 cm /Im Do"],
    ids=["saved and not restored", "restored and not saved"],
)
def test_the_layer_lies_right_whatever_state_a_page_leaves(tmp_path: Path, content: bytes) -> None:
    """The words would lie elsewhere, or nowhere."""
    ((word, place),) = words_of_pdf(bound(source(tmp_path / "a.pdf", content)))[0]
    assert word == "Recto" and place == pytest.approx(PLACE, abs=1)


def test_nothing_stays_of_pages_that_were_not_chosen(tmp_path: Path) -> None:
    """A delivery of one page would hold the images of all, under the name of another page."""
    with pikepdf.open(bound(source(tmp_path / "a.pdf", PICTURE, pages=4), pages=(1, 3))) as pdf:
        pictures = [one for one in pdf.objects if isinstance(one, Stream) and "/Width" in one]
        assert sorted(one.read_bytes()[0] for one in pictures) == [1, 3]
        assert [page.label for page in pdf.pages] == ["ii", "8"]
        assert pdf.check_pdf_syntax() == []


@pytest.mark.parametrize("text", ["a𝔄b", "🙂"])
def test_characters_beyond_two_bytes_are_found(tmp_path: Path, text: str) -> None:
    """A word that a person has corrected would be found nowhere."""
    assert texts(bound(source(tmp_path / "a.pdf", PICTURE), text)) == [text]


def test_a_lock_that_anybody_can_open_stands_against_pdfa(tmp_path: Path) -> None:
    """A PDF that its makers have locked would claim PDF/A; a password that is not wanted would
    stand against it."""
    path, locked = source(tmp_path / "a.pdf", PICTURE), tmp_path / "locked.pdf"
    with pikepdf.open(path) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="x", user=""))
    target = tmp_path / "b.pdf"
    assert bind_pdf(locked, "", [], target)[0] and not bind_pdf(path, "x", [], target)[0]
    assert claim(target, was_encrypted=True) == ["its source is encrypted"]


def test_a_full_disk_is_told_of(tmp_path: Path) -> None:
    """The process would end within pikepdf, and the scan would be blamed."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with pikepdf.new() as pdf:
        pdf.Root.Note = String("a")
        pdf.make_stream(os.urandom(100_000))
        with pytest.raises(OSError, match="No space left"):
            save_whole(pdf, Path("/dev/full"))


def test_no_text_lies_over_the_picture_of_another_page(tmp_path: Path) -> None:
    """Poppler reads a page that breaks off as an empty one, where pikepdf leaves it out: the texts
    of all pages behind it lay over their neighbours' pictures."""
    path = source(tmp_path / "a.pdf", PICTURE, pages=4)
    with pikepdf.open(path) as pdf:
        save_whole(pdf, tmp_path / "b.pdf", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    data = (tmp_path / "b.pdf").read_bytes()
    pages = list(re.finditer(rb"\d+ 0 obj\n<< /Contents .*?/Type /Page >>\nendobj", data))
    assert len(pages) == 4
    begin, end = pages[1].span()
    broken = pages[1][0].partition(b"<<")[0] + b"<< /Type /Page /MediaBox [ 0 0"
    odd = broken.ljust(end - begin - 7) + b"\nendobj"
    path.write_bytes(data[:begin] + odd + data[end:])
    assert count_pages(path) == 4
    with pytest.raises(UnreadableScanError, match="4 pages are read, 3 can be bound"):
        bound(path, pages=(0, 1, 2, 3))
    assert not any(plan.is_image for plan in plan_pages(path, 300))  # of which page, none can tell


@pytest.mark.parametrize("content", [b"BT Tj ET", b"BT 3 Tr TJ ET", b"BT ' ET"])
def test_an_operator_without_its_text_costs_no_book(tmp_path: Path, content: bytes) -> None:
    """One such page would end the PDF of its book in a traceback."""
    path = source(tmp_path / "book.pdf", content)
    listed = [BoundPage(path, 0, SIDE, SIDE, 72.0, layer("Recto"))]
    assert bind_pdf(path, "", listed, tmp_path / "bound.pdf") == (False, [])


def test_content_too_large_to_be_looked_through_is_told(tmp_path: Path) -> None:
    """The text would be missing from the PDF while the manifest says that all is well."""
    large = PICTURE + b"q Q " * (LARGEST_CONTENT // 4 + 1)
    path = source(tmp_path / "book.pdf", large)
    listed = [BoundPage(path, 0, SIDE, SIDE, 72.0, layer("Recto"))]
    assert bind_pdf(path, "", listed, tmp_path / "bound.pdf") == (False, [0])
