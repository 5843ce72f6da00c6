"""The resolution of a PDF's page comes from all that it draws, and nothing drawn costs more than it
may."""

from __future__ import annotations

import os
import time
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

from pipeline.errors import EncryptedScanError, PageError, RectoError
from pipeline.pdf_files import plain_pdf
from pipeline.scan.pages import list_pages
from pipeline.scan.pdf_pages import load_raster, plan_pages
from pipeline.scan.poppler import PdfPage, page_raster
from tests.conftest import print_page

PAGE = np.where(print_page() > 127, np.uint8(255), np.uint8(0))  # 1200 x 900
WIDTH, HEIGHT = 288.0, 216.0  # points: PAGE at 300 dpi


def image(pdf: pikepdf.Pdf, samples: np.ndarray, **more: object) -> pikepdf.Object:
    """An image XObject of grey samples; a stencil of what is black where it is asked for."""
    bits = 1 if "ImageMask" in more else 8
    data = np.packbits(samples > 127, axis=1) if bits == 1 else samples
    height, width = samples.shape
    kind = {} if bits == 1 else {"ColorSpace": Name.DeviceGray}
    return pdf.make_indirect(
        Stream(
            pdf, data.tobytes(), Type=Name.XObject, Subtype=Name.Image, Width=width,
            Height=height, BitsPerComponent=bits, **kind, **more,
        )
    )  # fmt: skip


def write(
    path: Path, content: bytes, build: dict[str, np.ndarray | tuple] | None = None, **page: object
) -> Path:
    """A PDF of one page that draws `content` with the named images."""
    with pikepdf.new() as pdf:
        one = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
        objects = Dictionary()
        for name, made in (build or {}).items():
            samples, more = made if isinstance(made, tuple) else (made, {})
            if "SMask" in more:
                more = {"SMask": image(pdf, more["SMask"])}
            objects[f"/{name}"] = image(pdf, samples, **more)
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Times-Roman"))
        one.obj.Resources = Dictionary(XObject=objects, Font=Dictionary(F=font))
        one.obj.Contents = Stream(pdf, content)
        for key, value in page.items():
            one.obj[f"/{key}"] = value
        pdf.save(path)
    return path


FULL = b"q 288 0 0 216 0 0 cm /%s Do Q "
COARSE = np.full((150, 200), 200, np.uint8)


@pytest.mark.parametrize(
    ("build", "content", "expected"),
    [
        ({"A": PAGE}, FULL % b"A", PdfPage(1200, 900, 300.0, True)),
        (
            {"A": COARSE, "B": (PAGE, {"ImageMask": True})},
            FULL % b"A" + b"0 g " + FULL % b"B",
            PdfPage(1200, 900, 300.0, False),
        ),
        ({"A": (COARSE, {"SMask": 255 - PAGE})}, FULL % b"A", PdfPage(1200, 900, 300.0, False)),
        ({"A": (PAGE, {"ImageMask": True})}, FULL % b"A", PdfPage(1200, 900, 300.0, True)),
        # strips of one density, together a page
        (
            {"A": PAGE[:450], "B": PAGE[450:]},
            b"q 288 0 0 108 0 108 cm /A Do Q q 288 0 0 108 0 0 cm /B Do Q",
            PdfPage(1200, 900, 300.0, False),
        ),
        # letters of a font over a coarse picture want the usual density
        ({"A": COARSE}, FULL % b"A" + b"BT /F 9 Tf (a) Tj ET", PdfPage(1200, 900, 300.0, False)),
        # what was drawn below the scan is not seen
        ({"A": COARSE}, b"BT /F 9 Tf (a) Tj ET " + FULL % b"A", PdfPage(200, 150, 50.0, True)),
        ({"A": COARSE}, FULL % b"A" + b"BT 3 Tr /F 9 Tf (a) Tj ET", PdfPage(200, 150, 50.0, True)),
        # a picture on the page of a born-digital book
        ({"A": PAGE}, b"q 20 0 0 15 0 0 cm /A Do Q", PdfPage(1200, 900, 300.0, False)),
        ({}, b"BI /W 1 /H 1 /CS /G /BPC 8 ID x EI", PdfPage(1200, 900, 300.0, False)),
        ({"A": PAGE}, b"q 0 0 0 0 0 0 cm /A Do Q " + FULL % b"A", PdfPage(1200, 900, 300.0, True)),
    ],
)  # fmt: skip
def test_the_densest_layer_that_covers_a_part_decides(
    build: dict, content: bytes, expected: PdfPage, tmp_path: Path
) -> None:
    assert plan_pages(write(tmp_path / "a.pdf", content, build), 300) == [expected]


@pytest.mark.parametrize(
    "matrix", [b"-288 0 0 216 288 0", b"288 0 0 -216 0 216", b"-288 0 0 -216 288 216"]
)
def test_flips_by_the_matrix_are_seen(matrix: bytes, tmp_path: Path) -> None:
    stored = PAGE[:, ::-1] if matrix.startswith(b"-") else PAGE
    stored = stored[::-1] if b" -216 " in matrix else stored
    path = write(tmp_path / "a.pdf", b"q " + matrix + b" cm /A Do Q", {"A": stored})
    (plan,) = plan_pages(path, 300)
    assert plan.is_image
    assert np.array_equal(page_raster(path, 1, plan), PAGE)


# lines of one kind at one distance: upside down they look alike from afar
LINES = np.asarray(
    Image.fromarray(print_page(("The lamp before the school",) * 8, 28, 800, 400)).convert("L")
)
WAYS = {
    "192 0 0 96 0 0": LINES,
    "-192 0 0 96 192 0": LINES[:, ::-1],
    "192 0 0 -96 0 96": LINES[::-1],
    "-192 0 0 -96 192 96": LINES[::-1, ::-1],
    "0 96 -192 0 192 0": np.rot90(LINES, 3),
    "0 -96 192 0 0 96": np.rot90(LINES),
    "0 96 192 0 0 0": np.rot90(LINES)[:, ::-1],
    "0 -96 -192 0 192 96": np.rot90(LINES)[::-1],
}


@pytest.mark.parametrize("matrix", WAYS)
def test_the_matrix_says_how_an_image_lies(matrix: str, tmp_path: Path) -> None:
    stored = np.ascontiguousarray(WAYS[matrix])
    content = f"q {matrix} cm /A Do Q".encode()
    path = write(tmp_path / "a.pdf", content, {"A": stored}, MediaBox=Array([0, 0, 192, 96]))
    (plan,) = plan_pages(path, 300)
    assert plan.is_image
    assert np.array_equal(load_raster(path, 0, plan), LINES)


@pytest.mark.parametrize("quarters", range(4))
def test_the_page_s_own_turn_says_it_too(quarters: int, tmp_path: Path) -> None:
    stored = np.ascontiguousarray(np.rot90(LINES, quarters))
    width, height = stored.shape[1] * 72 / 300, stored.shape[0] * 72 / 300
    path = write(
        tmp_path / "a.pdf", f"q {width} 0 0 {height} 0 0 cm /A Do Q".encode(), {"A": stored},
        MediaBox=Array([0, 0, width, height]), Rotate=90 * quarters,
    )  # fmt: skip
    (plan,) = plan_pages(path, 300)
    assert plan.is_image
    assert np.array_equal(load_raster(path, 0, plan), LINES)


@pytest.mark.parametrize("corner", [(-100, -50), (96, 0), (0, 48)])
def test_an_image_that_lies_beside_the_page_is_not_the_page(
    corner: tuple[int, int], tmp_path: Path
) -> None:
    x, y = corner
    path = write(
        tmp_path / "a.pdf", b"q 192 0 0 96 0 0 cm /A Do Q", {"A": LINES},
        MediaBox=Array([x, y, x + 192, y + 96]),
    )  # fmt: skip
    (plan,) = plan_pages(path, 300)
    assert not plan.is_image


def test_a_large_unit_is_a_large_page(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", b"BT /F 9 Tf (a) Tj ET", UserUnit=2)
    assert plan_pages(path, 300) == [PdfPage(2400, 1800, 300.0, False)]


@pytest.mark.parametrize("digits", [9, 60, 400])
def test_boxes_of_any_number_are_pages(digits: int, tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", b"q Q")
    data = path.read_bytes()
    for box in (b"[ 0 0 288 216 ]", b"[0 0 288 216]"):
        data = data.replace(box, b"[0 0 " + b"9" * digits + b" 216]")
    path.write_bytes(data)
    try:
        (plan,) = plan_pages(path, 300)
    except RectoError:
        return  # refused by name
    assert plan.width >= 0


def test_bombs_are_not_looked_through(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
        drawn = image(pdf, COARSE)
        for _ in range(12):  # each draws the one before it ten times
            drawn = pdf.make_indirect(
                Stream(
                    pdf, b"/X Do " * 10, Type=Name.XObject, Subtype=Name.Form,
                    BBox=Array([0, 0, 288, 216]), Resources=Dictionary(XObject=Dictionary(X=drawn)),
                )
            )  # fmt: skip
        page.obj.Resources = Dictionary(XObject=Dictionary(X=drawn))
        page.obj.Contents = Stream(pdf, b"/X Do")
        packed = zlib.compress(b"q Q " * 10_000_000, 9)
        second = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
        second.obj.Contents = Stream(pdf, packed, Filter=Name.FlateDecode)
        pdf.save(path)
    before = time.process_time()
    assert plan_pages(path, 300) == [PdfPage(1200, 900, 300.0, False)] * 2
    assert time.process_time() - before < 5


def test_no_program_is_told_the_password(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    plain = write(tmp_path / "plain.pdf", FULL % b"A", {"A": PAGE})
    with pikepdf.open(plain) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(user="0123", owner="owner"))
    with pytest.raises(EncryptedScanError, match="encrypted"):
        plan_pages(path, 300)
    # to whoever has written one it would be no help to be told to write one
    with pytest.raises(EncryptedScanError, match="does not open with the password") as refused:
        plan_pages(path, 300, "wrong")
    assert refused.value.remedy.startswith("Correct")
    (plan,) = plan_pages(path, 300, "0123")
    assert np.array_equal(page_raster(path, 1, plan, "0123"), PAGE)
    opened = plain_pdf(path, "0123")
    assert opened.name.startswith("/dev/fd/")
    assert os.fstat(opened.files[0]).st_nlink == 0  # it has no name that anybody could open
    # one password for all: a PDF that wants none is read as it is
    assert plain_pdf(plain, "0123").name == str(plain)
    assert plan_pages(plain, 300, "0123") == [plan]


def test_a_page_that_is_never_done_is_a_named_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.pdf", b"0 0 288 216 re f")
    monkeypatch.setattr("pipeline.scan.poppler.run_program", _too_long)
    with pytest.raises(PageError, match="longer than"):
        page_raster(path, 1, PdfPage(1200, 900, 300.0))


def _too_long(*_: object, **__: object) -> None:
    from pipeline.programs import ProgramError

    raise ProgramError("pdftoppm took longer than 120 seconds")


def test_a_page_without_a_size_is_told_of_as_damaged(tmp_path: Path) -> None:
    """Where poppler ends its list of pages at one that it cannot make, it and all behind it were
    said to be too small for text: nobody would look for what is wrong with the file."""
    path = write(tmp_path / "a.pdf", b"0 0 9 9 re f")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for _ in range(2):
            pdf.pages.append(pdf.pages[0])
        pdf.pages[1].obj.Annots = Name.Wrong
        pdf.save(path)
    pages = list_pages(path, 300)
    assert [page.reason for page in pages] == ["", "damaged-page", "damaged-page"]
    assert "repair the file" in pages[1].message
