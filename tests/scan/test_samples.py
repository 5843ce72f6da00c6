"""A page whose data are cut off or damaged is named, whatever its decoder leaves in their place."""

from __future__ import annotations

import io
import os
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import tifffile
from pikepdf import Dictionary, Name, Stream
from PIL import Image

from pipeline.errors import PageError
from pipeline.scan.images import load_grey
from pipeline.scan.pages import list_pages, load_page
from pipeline.scan.samples import PNG_PASSES, page_fault
from tests.conftest import print_page

PAGE = print_page()
HEIGHT, WIDTH = PAGE.shape
STRIP_BYTES = 279  # a tag of TIFF


def packed(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def two_colours() -> Image.Image:
    return Image.fromarray(PAGE).point(lambda grey: 255 * (grey > 127)).convert("1")


def raster(scan: Path) -> np.ndarray:
    (page,) = list_pages(scan, 300)
    return load_page(scan.parent, page)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("kept", [1.0, 0.5, 0.0])
def test_a_png_with_pixels_missing(kept: float, interlaced: bool, tmp_path: Path) -> None:
    # white, so that a whole page too has edges on which nothing is
    rows = [b"\0" + bytes([255]) * WIDTH] * HEIGHT
    if interlaced:
        passes = [
            (-(-(WIDTH - x) // across), -(-(HEIGHT - y) // down))
            for x, y, across, down in PNG_PASSES
        ]
        rows = [b"\0" + bytes([255]) * columns for columns, count in passes for _ in range(count)]
    data = b"".join(rows[: round(len(rows) * kept)])

    def chunk(kind: bytes, body: bytes) -> bytes:
        checksum = zlib.crc32(kind + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + kind + body + checksum

    head = WIDTH.to_bytes(4, "big") + HEIGHT.to_bytes(4, "big") + bytes([8, 0, 0, 0, interlaced])
    (tmp_path / "a.png").write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )  # fmt: skip
    if kept == 1:
        assert raster(tmp_path / "a.png").min() == 255
    else:
        with pytest.raises(PageError, match=r"end before|truncated"):
            raster(tmp_path / "a.png")


def test_a_jpeg_that_is_damaged_and_still_shown(tmp_path: Path) -> None:
    data = packed(Image.fromarray(PAGE), "JPEG", quality=90)
    middle = len(data) // 2
    # a marker where samples should be: libjpeg warns, and leaves the rest of the page grey
    damaged = data[:middle] + b"\xff\xd9" + data[middle:]
    (tmp_path / "a.jpg").write_bytes(damaged)
    with Image.open(tmp_path / "a.jpg") as shown:
        shown.load()  # no word of it
    with pytest.raises(PageError, match=r"JPEG|jpeg"):
        raster(tmp_path / "a.jpg")
    (tmp_path / "whole.jpg").write_bytes(data)
    assert np.abs(raster(tmp_path / "whole.jpg").astype(int) - PAGE).mean() < 4


@pytest.mark.parametrize("compression", ["group3", "group4", "jpeg"])
@pytest.mark.parametrize("white", [0, 1])
def test_strips_of_a_tiff_that_end_early(compression: str, white: int, tmp_path: Path) -> None:
    page = Image.fromarray(PAGE) if compression == "jpeg" else two_colours()
    path = tmp_path / "a.tif"
    page.save(path, compression=compression, tiffinfo={262: white} if white else {})
    whole = load_grey(path, 0)
    assert np.abs(whole.astype(int) - PAGE).mean() < 40
    with tifffile.TiffFile(path, mode="r+b") as file:
        counts = list(file.pages[0].databytecounts)
        file.pages[0].tags[STRIP_BYTES].overwrite([count // 2 for count in counts])
    with pytest.raises(PageError, match=r"end before|jpeg|JPEG"):
        load_grey(path, 0)


def test_a_fax_whose_bits_run_the_other_way(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    two_colours().save(path, compression="group4", tiffinfo={266: 2})
    assert np.abs(load_grey(path, 0).astype(int) - PAGE).mean() < 40


def write_pdf(path: Path, data: bytes, kind: str, **more: object) -> Path:
    """A PDF of one page that is one image, whose data are given."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(WIDTH * 0.24, HEIGHT * 0.24))
        more = {"BitsPerComponent": 8} | more
        image = Stream(
            pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=WIDTH, Height=HEIGHT,
            ColorSpace=Name.DeviceGray, Filter=Name("/" + kind), **more,
        )  # fmt: skip
        page.obj.Resources = Dictionary(XObject=Dictionary(A=pdf.make_indirect(image)))
        page.obj.Contents = Stream(
            pdf, b"q %f 0 0 %f 0 0 cm /A Do Q" % (WIDTH * 0.24, HEIGHT * 0.24)
        )
        pdf.save(path)
    return path


def fax() -> bytes:
    file = io.BytesIO()
    two_colours().save(file, "TIFF", compression="group4", tiffinfo={278: HEIGHT})
    file.seek(0)
    with tifffile.TiffFile(file) as tiff:
        (place,), (size,) = tiff.pages[0].dataoffsets, tiff.pages[0].databytecounts
    return file.getvalue()[place : place + size]


FAX_OPTIONS = Dictionary(K=-1, Columns=WIDTH, Rows=HEIGHT, BlackIs1=True)
FAX = {"DecodeParms": FAX_OPTIONS, "BitsPerComponent": 1}
CODED = {
    "DCTDecode": (lambda: packed(Image.fromarray(PAGE), "JPEG", quality=90), {}),
    "FlateDecode": (lambda: zlib.compress(PAGE.tobytes()), {}),
    "CCITTFaxDecode": (fax, FAX),
    "JPXDecode": (lambda: packed(Image.fromarray(PAGE), "JPEG2000"), {}),
    "RunLengthDecode": (
        lambda: b"".join(
            b"\x7f" + PAGE.tobytes()[at : at + 128] for at in range(0, PAGE.size // 128 * 128, 128)
        ),
        {},
    ),
}


@pytest.mark.parametrize("kind", CODED)
def test_a_page_of_a_pdf_whose_image_is_cut_off(kind: str, tmp_path: Path) -> None:
    code, more = CODED[kind]
    data = code()
    whole = raster(write_pdf(tmp_path / "whole.pdf", data, kind, **more))
    assert np.abs(whole.astype(int) - PAGE).mean() < 40
    for share in (0.0, 0.3, 0.6):
        cut = write_pdf(tmp_path / "cut.pdf", data[: round(len(data) * share)], kind, **more)
        with pytest.raises(PageError):
            raster(cut)


def segment(number: int, kind: int, data: bytes) -> bytes:
    """A segment of JBIG2 on the first page."""
    head = number.to_bytes(4, "big") + bytes([kind, 0, 1])
    return head + len(data).to_bytes(4, "big") + data


@pytest.mark.parametrize("kept", [1.0, 0.9, 0.5])
def test_jbig2_that_breaks_off(kept: float, tmp_path: Path) -> None:
    """Decoders go on with zeros, and the rest of the page is noise, not white."""
    data = segment(0, 48, bytes(19)) + segment(300, 38, bytes(1000))
    cut = data[: round(len(data) * kept)]
    with pikepdf.open(write_pdf(tmp_path / "a.pdf", cut, "JBIG2Decode")) as pdf:
        fault = page_fault(pdf.pages[0], flat=False)
    assert bool(fault) == (kept < 1)


def test_white_pages_stay_blank_pages(tmp_path: Path) -> None:
    white = np.full_like(PAGE, 255)
    for kind in ("png", "jpg", "tif", "jp2", "webp"):
        Image.fromarray(white).save(tmp_path / f"a.{kind}")
        assert raster(tmp_path / f"a.{kind}").min() == 255
    pdf = write_pdf(tmp_path / "a.pdf", zlib.compress(white.tobytes()), "FlateDecode")
    assert raster(pdf).min() == 255


def test_colours_without_a_palette(tmp_path: Path) -> None:
    """Pillow shows such a page black from edge to edge."""
    Image.fromarray(PAGE).convert("P").save(tmp_path / "a.png")
    raw = (tmp_path / "a.png").read_bytes()
    start = raw.index(b"PLTE") - 4
    length = int.from_bytes(raw[start : start + 4], "big") + 12
    (tmp_path / "a.png").write_bytes(raw[:start] + raw[start + length :])
    with pytest.raises(PageError, match="palette"):
        raster(tmp_path / "a.png")


@pytest.mark.parametrize("suffix", ["pdf", "png"])
def test_a_scan_that_is_exchanged_after_it_was_listed(suffix: str, tmp_path: Path) -> None:
    """A stage would wait for a pipe, read a device for ever, or end where nothing is."""
    scan = tmp_path / f"a.{suffix}"
    changes = (
        Path.unlink,
        lambda path: path.write_bytes(b""),
        lambda path: (path.unlink(), os.mkfifo(path)),
        lambda path: (path.unlink(), path.symlink_to("/dev/zero")),
        lambda path: (path.unlink(), path.mkdir()),
    )
    for change in changes:
        if scan.is_dir():
            scan.rmdir()
        scan.unlink(missing_ok=True)
        Image.fromarray(PAGE).save(scan)
        (page,) = list_pages(scan, 300)
        change(scan)
        with pytest.raises(PageError) as caught:
            load_page(tmp_path, page)
        assert caught.value.reason == "unreadable-file"
