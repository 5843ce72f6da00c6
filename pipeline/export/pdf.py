"""Searchable PDF: the pages as they were supplied, and on each an invisible layer with its text in
place.

A source that is a PDF keeps its page images byte for byte: only the layer is added (pikepdf), and
what a source could do to its reader is taken out. Images are packed in image_pdf.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary, Stream

from pipeline.export.active_content import remove_active_content
from pipeline.export.text_layer import FONT, INVISIBLE, invisible_font, text_layer
from pipeline.geometry import Affine
from pipeline.pdf_files import LARGEST_CONTENT, content_bytes, limited_decoding, open_pdf

__all__ = ["BoundPage", "bind_pdf", "save_pdf", "text_layer", "text_only_pdf"]

POINTS = 72.0
SHOWING = frozenset({"Tj", "TJ", "'", '"'})
# What pikepdf raises of an object that is of another kind than it should be.
ODD = (
    pikepdf.PdfError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    OverflowError,
    RuntimeError,
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
    found twice. A page whose objects are not what they should be stays as it is.
    """
    if not bound.layer:
        return
    try:
        kept, hidden, visible = _parsed(page)
        if visible:
            return
        if hidden:
            page.obj["/Contents"] = Stream(pdf, pikepdf.unparse_content_stream(kept))
        _put(pdf, page, font, bound.layer, bound.width, bound.height)
    except ODD:
        return


def _parsed(page: pikepdf.Page) -> tuple[list, bool, bool]:
    """The content of a page as _without_hidden_text gives it. Content that is too large to be
    parsed shows text where the page has a font."""
    with limited_decoding(LARGEST_CONTENT):
        try:
            size = content_bytes(page.obj.get("/Contents"))
            if size <= LARGEST_CONTENT:
                return _without_hidden_text(pikepdf.parse_content_stream(page))
        except pikepdf.DataDecodingError:
            pass
        except ODD:
            return [], False, False
    resources = _inherited(page, "/Resources", None)
    return [], False, isinstance(resources, Dictionary) and "/Font" in resources


def text_only_pdf(layer: bytes, width: int, height: int, dpi: float, font: str) -> pikepdf.Pdf:
    """A PDF of one page, of the size of a raster, that holds nothing but a text layer; its font has
    the resource name `font`."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(width * POINTS / dpi, height * POINTS / dpi))
    _put(
        pdf,
        page,
        invisible_font(pdf),
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
    """The chosen pages of a PDF with their text layers, without scripts, actions and attachments.

    Raises:
        EncryptedScanError: it wants another password.
        pikepdf.PdfError: pikepdf cannot open the source.
    """
    with open_pdf(source, password) as pdf:
        wanted = {page.index: page for page in pages}
        for index in reversed(range(len(pdf.pages))):
            if index not in wanted:
                del pdf.pages[index]
        remove_active_content(pdf)
        font = invisible_font(pdf)
        for page, (_, bound) in zip(pdf.pages, sorted(wanted.items()), strict=False):
            add_layer(pdf, page, font, bound)
        save_pdf(pdf, target)


def save_pdf(pdf: pikepdf.Pdf, target: Path) -> None:
    """Write a PDF, the same bytes for the same content; no stream that was there is coded anew."""
    pdf.save(
        target,
        deterministic_id=True,
        compress_streams=True,
        recompress_flate=False,
        encryption=False,
    )
