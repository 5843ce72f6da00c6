"""Nothing of a deposit breaks an output, and nothing of it acts in one."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from pipeline.document import Leaf, Line, Page, Region, Word
from pipeline.export.alto import page_alto
from pipeline.export.hocr import page_hocr
from pipeline.export.image_pdf import bind_images
from pipeline.export.page_xml import page_xml
from pipeline.export.pdf import BoundPage, bind_pdf
from pipeline.export.text_layer import text_layer
from pipeline.export.tsv import page_tsv
from pipeline.export.xml_text import NO_CHARACTER, xml_text
from pipeline.geometry import Box
from pipeline.pdf_files import content_streams
from pipeline.scan.poppler import render_page
from tests.conftest import print_page

Stage = Callable[..., subprocess.CompletedProcess[str]]
ANY_TEXT = st.text(st.characters(), min_size=1, max_size=8)  # control characters, surrogates too


def page_of(word: str, image: str = "a.png", reason: str = "") -> Page:
    box = Box(10, 10, 60, 30)
    words = (Word(box, word, 0.9, (), (word,)),)
    line = Line(box, ((10.0, 28.0), (60.0, 28.0)), 9.0, words, text=word, confidence=0.9)
    leaf = Leaf(box, (Region(box, "text", (line,)),))
    return Page(1, 100, 100, 300.0, image, leaves=(leaf,), message=reason)


@settings(max_examples=60, deadline=None)
@given(word=ANY_TEXT.filter(lambda text: not any(map(str.isspace, text))), image=ANY_TEXT)
def test_any_text_is_well_formed_in_every_format(word: str, image: str) -> None:
    page = page_of(word, image)
    for write in (page_hocr, page_alto, page_xml):
        etree.fromstring(write(page, "eng").encode("utf-8"))
    assert len(page_tsv(page).split("\n")) == 7
    assert all(row.count("\t") == 11 for row in page_tsv(page).split("\n")[:-1])
    text_layer(page)


@given(st.text(st.characters()))
def test_what_xml_can_hold_stays(text: str) -> None:
    assert len(xml_text(text)) == len(text)
    assert all(a == b or NO_CHARACTER.match(a) for a, b in zip(text, xml_text(text), strict=True))


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def attached(pdf: pikepdf.Pdf) -> Dictionary:
    file = pdf.make_indirect(Stream(pdf, b"MZ evil", Type=Name.EmbeddedFile))
    return Dictionary(Type=Name.Filespec, F=String("evil.exe"), EF=Dictionary(F=file))


def place(kind: str, pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Put one thing that acts into a PDF."""
    launch = Dictionary(S=Name.Launch, F=String("evil.exe"))
    box = Array([0, 0, 9, 9])
    match kind:
        case "open":
            pdf.Root.OpenAction = script()
        case "print":
            pdf.Root.OpenAction = Dictionary(S=Name.Named, N=Name("/Print.evil"))
        case "thread":
            pdf.Root.OpenAction = Dictionary(S=Name.Thread, D=0, F=String("evil.exe"))
        case "indirect open":
            pdf.Root.OpenAction = pdf.make_indirect(script())
        case "names":
            pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script()])))
        case "attachment":
            names = Dictionary(Names=Array([String("evil.exe"), attached(pdf)]))
            pdf.Root.Names = Dictionary(EmbeddedFiles=names)
        case "associated":
            pdf.Root.AF = Array([pdf.make_indirect(attached(pdf))])
        case "page":
            page.obj.AA = Dictionary(O=launch)
        case "annotation":
            link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, A=launch)
            page.obj.Annots = Array([pdf.make_indirect(link)])
        case "chain":
            go = Dictionary(S=Name.URI, URI=String("https://example.org"), Next=Array([launch]))
            page.obj.Annots = Array([Dictionary(Subtype=Name.Link, Rect=box, A=go)])
        case "pinned file":
            pin = Dictionary(Subtype=Name.FileAttachment, Rect=box, FS=attached(pdf))
            page.obj.Annots = Array([pdf.make_indirect(pin)])
        case "form":
            field = Dictionary(FT=Name.Tx, T=String("a"), AA=Dictionary(K=script()))
            pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]))
        case "xfa":
            program = pdf.make_indirect(Stream(pdf, b"<xdp>evil.exe</xdp>"))
            pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=program)
        case "outline":
            item = pdf.make_indirect(Dictionary(Title=String("a"), A=launch))
            pdf.Root.Outlines = Dictionary(First=item, Last=item, Count=1)
        case "submit":
            send = Dictionary(S=Name.SubmitForm, F=String("https://evil.exe"))
            page.obj.Annots = Array([Dictionary(Subtype=Name.Widget, Rect=box, A=send)])
        case "script as an address" | "file as an address" | "host as an address":
            address = {"s": "javascript:alert(1)", "f": "file:///evil", "h": "\\\\evil\\a"}[kind[0]]
            go = Dictionary(S=Name.URI, URI=String(address))
            page.obj.Annots = Array([Dictionary(Subtype=Name.Link, Rect=box, A=go)])
        case "stream elsewhere":
            page.obj.Contents = Stream(pdf, b"", F=String("https://evil.exe"))
        case "page elsewhere":
            other = Dictionary(F=String("https://evil.exe"), Page=0)
            form = Stream(pdf, b"", Subtype=Name.Form, BBox=box, Ref=other)
            page.obj.Resources = Dictionary(XObject=Dictionary(X=pdf.make_indirect(form)))


KINDS = (
    *("open", "indirect open", "names", "attachment", "associated", "page", "annotation", "chain"),
    *("pinned file", "form", "xfa", "outline", "submit", "script as an address"),
    *("file as an address", "host as an address", "stream elsewhere", "page elsewhere"),
    *("print", "thread"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_acts_is_delivered(kind: str, tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(100, 100))
        place(kind, pdf, page)
        pdf.save(tmp_path / "a.pdf")
    bind_pdf(
        tmp_path / "a.pdf",
        "",
        [BoundPage(tmp_path / "a.pdf", 0, 100, 100, 72.0, b"BT ET")],
        tmp_path / "b.pdf",
    )
    with pikepdf.open(tmp_path / "b.pdf") as pdf:
        plain = pdf.make_stream(b"")  # an object, so that the file can be written plainly
        assert plain is not None
        pdf.save(
            tmp_path / "c.pdf",
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    written = (tmp_path / "c.pdf").read_bytes()
    for word in (b"evil", b"/JavaScript", b"alert", b"/Launch", b"/AA", b"/EF"):
        assert word not in written, word


def test_links_stay(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(100, 100))
        go = Dictionary(S=Name.URI, URI=String("https://example.org"))
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=go)
        page.obj.Annots = Array([pdf.make_indirect(link)])
        pdf.save(tmp_path / "a.pdf")
    bound = BoundPage(tmp_path / "a.pdf", 0, 100, 100, 72.0, b"BT ET")
    bind_pdf(tmp_path / "a.pdf", "", [bound], tmp_path / "b.pdf")
    with pikepdf.open(tmp_path / "b.pdf") as pdf:
        assert str(pdf.pages[0].obj.Annots[0].A.URI) == "https://example.org"


@pytest.mark.parametrize("odd", ["content bomb", "font", "resources", "box", "contents", "turn"])
def test_an_odd_page_is_bound_as_it_is(odd: str, tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(100, 100))
        match odd:
            case "content bomb":
                packed = zlib.compress(b"q Q " * 5_000_000, 9)
                page.obj.Contents = Stream(pdf, packed, Filter=Name.FlateDecode)
            case "font":
                page.obj.Resources = Dictionary(Font=Array([1, 2]))
            case "resources":
                page.obj.Resources = String("none")
            case "box":
                page.obj.MediaBox = Array([Name.A, String("b"), 0, 0])
            case "contents":
                page.obj.Contents = Dictionary(A=1)
            case "turn":
                page.obj.Rotate = Name.Odd
        pdf.save(tmp_path / "a.pdf")
    bound = BoundPage(tmp_path / "a.pdf", 0, 100, 100, 72.0, b"BT ET")
    _, textless = bind_pdf(tmp_path / "a.pdf", "", [bound], tmp_path / "b.pdf")
    with pikepdf.open(tmp_path / "b.pdf") as pdf:
        assert len(pdf.pages) == 1
        content = content_streams(pdf.pages[0].obj.get("/Contents"))
        has_text = any(b"BT ET" in part.read_bytes() for part in content)
    assert has_text == (not textless)  # that a page cannot be searched was told to nobody


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif"])
def test_the_page_of_a_turned_image_is_shown_upright(
    turn: int, suffix: str, tmp_path: Path
) -> None:
    grey = print_page()[:300, :800]
    back = {
        1: lambda a: a, 2: np.fliplr, 3: lambda a: np.rot90(a, 2), 4: np.flipud,
        5: np.transpose, 6: np.rot90, 7: lambda a: np.rot90(a, 2).T, 8: lambda a: np.rot90(a, 3),
    }  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = turn
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(np.ascontiguousarray(back[turn](grey))).save(path, exif=exif)
    check_shown(path, grey)


def check_shown(path: Path, grey: np.ndarray) -> None:
    """The page of an image in a PDF is that grey page."""
    (height, width), target = grey.shape, path.with_name("b.pdf")
    assert not bind_images([BoundPage(path, 0, width, height, 72.0, b"")], target)
    assert np.abs(render_page(target, 1, width, height).astype(int) - grey).mean() < 8


def test_the_page_of_a_signed_image_is_no_negative(tmp_path: Path) -> None:
    grey = print_page()[:300, :800]
    tifffile.imwrite(tmp_path / "a.tif", (grey.astype(int) - 128).astype(np.int8))
    check_shown(tmp_path / "a.tif", grey)


def test_what_img2pdf_refuses_is_bound_as_it_is_shown(tmp_path: Path) -> None:
    alpha = Image.fromarray(print_page()).convert("RGBA")
    alpha.putalpha(128)
    alpha.save(tmp_path / "a.png")
    bound = BoundPage(tmp_path / "a.png", 0, 1200, 900, 300.0, b"")
    assert bind_images([bound], tmp_path / "b.pdf") == []


def put_odd_image(path: Path) -> None:
    """What img2pdf ends with an error of its own, or reads for ever, called as it is in tests."""
    data = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 255, (300, 400), np.uint8)
    Image.fromarray(noise).save(data, "JPEG2000" if path.suffix == ".jp2" else "PNG")
    image = data.getvalue()
    match path.stem:
        case "pipe":
            os.mkfifo(path)
        case "cut":
            path.write_bytes(image[: len(image) // 2])
        case "more":
            path.write_bytes(image + b"more" * 9)
        case "profile":
            method = image.index(b"colr") + 4
            path.write_bytes(image[:method] + b"\2" + image[method + 1 :])
        case "large":
            Image.new("1", (20_000, 10_000), 1).save(path)


@pytest.fixture
def a_minute() -> Iterator[None]:
    """What waits for ever ends the tests."""
    signal.alarm(60)
    yield
    signal.alarm(0)


@pytest.mark.usefixtures("a_minute")
@pytest.mark.parametrize(
    ("name", "lost"),
    [("pipe.png", True), ("cut.png", True), ("more.png", False), ("profile.jp2", False),
     ("large.png", True)],
)  # fmt: skip
def test_an_image_that_cannot_be_packed_costs_no_other(
    name: str, lost: bool, tmp_path: Path
) -> None:
    """The whole book was given up, one with a pipe in it after minutes of waiting."""
    grey = print_page()[:300, :800]
    Image.fromarray(grey).save(tmp_path / "good.png")
    put_odd_image(tmp_path / name)
    width, height = (20_000, 10_000) if name == "large.png" else (400, 300)
    odd = BoundPage(tmp_path / name, 0, width, height, 300.0, b"")
    good = BoundPage(tmp_path / "good.png", 0, 800, 300, 72.0, b"")
    target = tmp_path / "b.pdf"
    assert bind_images([odd, good], target) == ([0] if lost else [])
    assert np.abs(render_page(target, 2, 800, 300).astype(int) - grey).mean() < 8


def test_odd_deliveries_are_named(stage: Stage, tmp_path: Path) -> None:
    counts = {"pages": 0, "done": 0, "blank": 0, "quarantined": 0}
    for name in ("dangling", "loop", "pipe"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(
            json.dumps({"files": {}, "pages": [], "counts": counts})
        )
    (tmp_path / "dangling/x").symlink_to("/nowhere")
    (tmp_path / "loop/x").symlink_to("x")
    os.mkfifo(tmp_path / "pipe/x")
    for name, manifest in (
        ("wrong", json.dumps({"files": {}, "pages": [1], "counts": []})),
        ("deep", "[" * 100_000),
        ("empty", ""),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(manifest)
    (tmp_path / "device").mkdir()
    os.mkfifo(tmp_path / "device/manifest.json")
    for name, word, code in (
        ("dangling", "added: x", 1), ("loop", "added: x", 1), ("pipe", "added: x", 1),
        ("wrong", "no manifest", 9), ("deep", "no manifest", 9), ("empty", "no manifest", 9),
        ("device", "no manifest", 9),
    ):  # fmt: skip
        run = stage("verify", tmp_path / name)
        assert run.returncode == code, run.stderr
        assert word in run.stdout + run.stderr
        assert "Traceback" not in run.stderr
