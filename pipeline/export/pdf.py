"""Searchable PDF: the pages as they were supplied, and on each an invisible layer with its text in
place.

A source that is a PDF keeps its page images byte for byte: only the layer is added (pikepdf).
Images are packed by img2pdf, which keeps the data of JPEG, JPEG 2000 and fax-coded TIFF, and codes
others without loss. ISO 32000-1 (PDF 1.7), section 9.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import img2pdf
import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pikepdf import Array, Dictionary, Name, Stream

from pipeline.document import Page
from pipeline.export.source import SourceLine, source_regions
from pipeline.geometry import Affine, Box

FONT = Name("/RectoInvisible")
INVISIBLE = 3  # text rendering mode, table 106
ADVANCE = 0.5  # width of the invisible glyph, in ems
POINTS = 72.0
SHOWING = frozenset({"Tj", "TJ", "'", '"'})
UNREADABLE = (
    img2pdf.ImageOpenError,
    img2pdf.AlphaChannelError,
    img2pdf.PdfTooLargeError,
    img2pdf.JpegColorspaceError,
    img2pdf.UnsupportedColorspaceError,
    img2pdf.NegativeDimensionError,
    img2pdf.ExifOrientationError,
    OSError,
    ValueError,
    TypeError,
)


@dataclass(frozen=True)
class BoundPage:
    """A page to bind: index in its file, from 0; file; raster size in pixels; resolution; its text
    layer; whether it was read."""

    file: Path
    index: int
    width: int
    height: int
    dpi: float
    layer: bytes


def text_layer(page: Page) -> bytes:
    """The operators that write a page's words into their boxes, invisible; pixels of the page as
    supplied, y downwards."""
    along = page.to_source.direction()
    shown = [
        part
        for region in source_regions(page)
        for line in region.lines
        for part in _line(line, along)
    ]
    if not shown:
        return b""
    return b"\n".join([b"BT", b"%s 1 Tf" % str(FONT).encode(), b"%d Tr" % INVISIBLE, *shown, b"ET"])


def _line(line: SourceLine, along: tuple[int, int]) -> Iterable[bytes]:
    """Each word, and the space after it as wide as the white that stands there."""
    for k, word in enumerate(line.words):
        yield _shown(word.text, word.box, along)
        if k + 1 < len(line.words) and (gap := _between(word.box, line.words[k + 1].box, along)):
            yield _shown(" ", gap, along)


def _between(first: Box, second: Box, along: tuple[int, int]) -> Box | None:
    """The white from one box to the next in the direction of reading, as high as both."""
    left, top, right, bottom = Box.around([first, second]).as_tuple()
    if along[0]:
        low, high = (first.right, second.left) if along[0] > 0 else (second.right, first.left)
        return Box(low, top, high, bottom) if low < high else None
    low, high = (first.bottom, second.top) if along[1] > 0 else (second.bottom, first.top)
    return Box(left, low, right, high) if low < high else None


def _shown(text: str, box: Box, along: tuple[int, int]) -> bytes:
    """Text that fills a box exactly: the font is one unit high, and stretched."""
    dx, dy = along
    up = (dy, -dx)
    length, size = (box.width, box.height) if dx else (box.height, box.width)
    stretch = length / (ADVANCE * len(text.encode("utf-16-be")) / 2)
    x = box.left if (dx, dy) in ((1, 0), (0, 1)) else box.right
    y = box.bottom if (dx, dy) in ((1, 0), (0, -1)) else box.top
    matrix = (dx * stretch, dy * stretch, up[0] * size, up[1] * size, x, y)
    return b"%s Tm <%s> Tj" % (
        " ".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in matrix).encode(),
        text.encode("utf-16-be").hex().encode(),
    )


@lru_cache(maxsize=1)
def blank_font() -> bytes:
    """A TrueType font of which every character is an empty glyph, half an em wide."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "blank"])
    builder.setupCharacterMap({0x20: "blank"})
    empty = TTGlyphPen(None).glyph()
    builder.setupGlyf({".notdef": empty, "blank": empty})
    builder.setupHorizontalMetrics(
        {name: (int(1000 * ADVANCE), 0) for name in (".notdef", "blank")}
    )
    builder.setupHorizontalHeader(ascent=1000, descent=-1)
    builder.setupNameTable(
        {"familyName": str(FONT)[1:], "styleName": "Regular", "psName": str(FONT)[1:]}
    )
    builder.setupOS2(sTypoAscender=1000, sTypoDescender=-1, usWinAscent=1000, usWinDescent=1)
    builder.setupPost()
    builder.setupHead(unitsPerEm=1000, created=0, modified=0)
    builder.font.recalcTimestamp = False
    data = io.BytesIO()
    builder.save(data)
    return data.getvalue()


TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
256 beginbfrange
%s
endbfrange
endcmap CMapName currentdict /CMap defineresource pop end end
""" % b"\n".join(
    b"<%02X00> <%02XFF> <%02X00>" % (high, high, high) for high in range(256)
)  # a range stays within one first byte


def _font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """The invisible font: codes are UTF-16, every one of them the same empty glyph."""
    name = Name(str(FONT))
    descriptor = pdf.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor,
            FontName=name,
            Flags=4,
            FontBBox=Array([0, -1, 500, 1000]),
            ItalicAngle=0,
            Ascent=1000,
            Descent=-1,
            CapHeight=1000,
            StemV=80,
            FontFile2=Stream(pdf, blank_font(), Length1=len(blank_font())),
        )
    )
    descendant = pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=name,
            DW=int(1000 * ADVANCE),
            FontDescriptor=descriptor,
            CIDSystemInfo=Dictionary(
                Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
            ),
            CIDToGIDMap=Stream(pdf, b"\x00\x01" * 65536),
        )
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([descendant]),
            ToUnicode=Stream(pdf, TO_UNICODE),
        )
    )


def page_matrix(page: pikepdf.Page, width: int, height: int) -> Affine:
    """From pixels of a raster of the page as displayed, y downwards, to the page's own
    coordinates."""
    left, bottom, right, top = _displayed_box(page)
    turn = int(_inherited(page, "/Rotate", 0)) % 360
    w, h = right - left, top - bottom
    if turn == 90:
        return Affine(0, _points_per_pixel(w, height), left, _points_per_pixel(h, width), 0, bottom)
    if turn == 180:
        return Affine(
            -_points_per_pixel(w, width), 0, right, 0, _points_per_pixel(h, height), bottom
        )
    if turn == 270:
        return Affine(0, -_points_per_pixel(w, height), right, -_points_per_pixel(h, width), 0, top)
    return Affine(_points_per_pixel(w, width), 0, left, 0, -_points_per_pixel(h, height), top)


def _points_per_pixel(length: float, pixels: int) -> float:
    """Points to a pixel."""
    return length / max(1, pixels)


def _displayed_box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """The crop box, as far as it lies within the media box: (left, bottom, right, top)."""
    boxes = []
    for box in (page.mediabox, page.cropbox):
        x0, y0, x1, y1 = (float(value) for value in box)
        boxes.append((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    media, crop = boxes
    common = (
        max(media[0], crop[0]),
        max(media[1], crop[1]),
        min(media[2], crop[2]),
        min(media[3], crop[3]),
    )
    return common if common[0] < common[2] and common[1] < common[3] else media


def _inherited(page: pikepdf.Page, key: str, default: Any) -> Any:
    node: Any = page.obj
    depth = 0
    while key not in node and "/Parent" in node and depth < 64:
        node, depth = node["/Parent"], depth + 1
    return node.get(key, default)


def _own_resources(page: pikepdf.Page, pdf: pikepdf.Pdf) -> pikepdf.Object:
    """A page's resources, its own where it shared them with others."""
    shared = _inherited(page, "/Resources", None)
    own = Dictionary(dict(shared.items())) if isinstance(shared, pikepdf.Object) else Dictionary()
    own["/Font"] = Dictionary(dict(own["/Font"].items())) if "/Font" in own else Dictionary()
    page.obj["/Resources"] = own
    return own


def _without_hidden_text(stream: Sequence[Any]) -> tuple[list, bool, bool]:
    """The instructions but for text shown invisibly; whether there was such text, and whether there
    is visible text."""
    kept, mode, modes, hidden, visible = [], 0, [], False, False
    for instruction in stream:
        operator = str(instruction.operator)
        if operator == "q":
            modes.append(mode)
        elif operator == "Q":
            mode = modes.pop() if modes else 0
        elif operator == "Tr" and instruction.operands:
            mode = int(instruction.operands[0])
        elif operator in SHOWING:
            if mode == INVISIBLE:
                hidden = True
                continue
            visible = True
        kept.append(instruction)
    return kept, hidden, visible


def add_layer(pdf: pikepdf.Pdf, page: pikepdf.Page, font: pikepdf.Object, bound: BoundPage) -> None:
    """Put a page's text layer over it, in place of an invisible one that it brought along.

    A page with visible text of its own is searchable as it is: a second copy of its text would be
    found twice.
    """
    try:
        kept, hidden, visible = _without_hidden_text(pikepdf.parse_content_stream(page))
    except pikepdf.PdfError:
        kept, hidden, visible = [], False, False
    if visible or not bound.layer:
        return
    if hidden:
        page.obj["/Contents"] = Stream(pdf, pikepdf.unparse_content_stream(kept))
    _put(pdf, page, font, bound.layer, bound.width, bound.height)


def text_only_pdf(layer: bytes, width: int, height: int, dpi: float, font: str) -> pikepdf.Pdf:
    """A PDF of one page, of the size of a raster, that holds nothing but a text layer; its font has
    the resource name `font`."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(width * POINTS / dpi, height * POINTS / dpi))
    _put(
        pdf,
        page,
        _font(pdf),
        layer.replace(str(FONT).encode(), font.encode(), 1),
        width,
        height,
        font,
    )
    page.contents_coalesce()
    return pdf


def _put(
    pdf: pikepdf.Pdf,
    page: pikepdf.Page,
    font: pikepdf.Object,
    layer: bytes,
    width: int,
    height: int,
    name: str = str(FONT),
) -> None:
    own = _own_resources(page, pdf)
    own["/Font"][name] = font
    matrix = page_matrix(page, width, height)
    place = (
        f"{matrix.a:.8f} {matrix.d:.8f} {matrix.b:.8f} {matrix.e:.8f} {matrix.c:.5f} "
        f"{matrix.f:.5f} cm\n"
    ).encode()
    page.contents_add(Stream(pdf, b"q\n"), prepend=True)
    page.contents_add(Stream(pdf, b"\nQ\nq\n" + place + layer + b"\nQ\n"))


def bind_pdf(source: Path, password: str, pages: Sequence[BoundPage], target: Path) -> None:
    """The chosen pages of a PDF with their text layers.

    Raises:
        pikepdf.PdfError: pikepdf cannot open the source.
    """
    with pikepdf.open(source, password=password) as pdf:
        wanted = {page.index: page for page in pages}
        for index in reversed(range(len(pdf.pages))):
            if index not in wanted:
                del pdf.pages[index]
        font = _font(pdf)
        for page, (_, bound) in zip(pdf.pages, sorted(wanted.items()), strict=False):
            add_layer(pdf, page, font, bound)
        _save(pdf, target)


def bind_images(pages: Sequence[BoundPage], target: Path) -> list[int]:
    """A PDF of image files with their text layers; a page that cannot be packed is an empty sheet
    of its size.

    Returns:
        Positions in `pages`, from 0, of those that could not be packed.
    """
    lost: list[int] = []
    packed: tuple[Path, pikepdf.Pdf | None] = (Path(), None)
    with pikepdf.new() as pdf:
        font = _font(pdf)
        for position, bound in enumerate(pages):
            if packed[0] != bound.file or packed[1] is None:
                packed = (bound.file, _packed(bound))
            source = packed[1]
            if source is not None and bound.index < len(source.pages):
                pdf.pages.append(source.pages[bound.index])
            else:
                lost.append(position)
                size = (
                    max(3.0, bound.width * POINTS / bound.dpi),
                    max(3.0, bound.height * POINTS / bound.dpi),
                )
                pdf.add_blank_page(page_size=(min(size[0], 14400), min(size[1], 14400)))
            add_layer(pdf, pdf.pages[-1], font, bound)
        _save(pdf, target)
    return lost


def _packed(bound: BoundPage) -> pikepdf.Pdf | None:
    """An image file as a PDF, one page to each image in it; None where img2pdf refuses it."""

    def layout(
        width: int, height: int, _: tuple[float, float]
    ) -> tuple[float, float, float, float]:
        size = width * POINTS / bound.dpi, height * POINTS / bound.dpi
        return (*size, *size)

    try:
        data = img2pdf.convert(
            str(bound.file),
            layout_fun=layout,
            nodate=True,
            rotation=img2pdf.Rotation.none,
            engine=img2pdf.Engine.pikepdf,
        )
        return pikepdf.open(io.BytesIO(data))
    except UNREADABLE:
        return None


def _save(pdf: pikepdf.Pdf, target: Path) -> None:
    """Write a PDF, the same bytes for the same content; no stream that was there is coded anew."""
    pdf.save(
        target,
        deterministic_id=True,
        compress_streams=True,
        recompress_flate=False,
        encryption=False,
    )
