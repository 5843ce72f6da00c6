"""Searchable PDF: the pages as they were supplied, and on each an invisible layer with its text in
place.

A source that is a PDF keeps its page images byte for byte: only the layer is added (pikepdf), and
what a source could do to its reader is taken out. Images are packed in image_pdf.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Stream

from pipeline.errors import UnreadableScanError
from pipeline.export.active_content import remove_active_content
from pipeline.export.chosen_pages import keep_pages
from pipeline.export.own_text import OwnText, own_text
from pipeline.export.text_layer import FONT, invisible_font, text_layer
from pipeline.geometry import Affine
from pipeline.pdf_files import ODD, open_pdf, save_whole
from pipeline.scan.drawn import inherited
from pipeline.scan.poppler import count_pages

__all__ = ["BoundPage", "bind_pdf", "save_pdf", "text_layer", "text_only_pdf"]

POINTS = 72.0
# Of the letters of a page's layer, how many it has to show by itself to be searchable as it is: a
# watermark, a page number or the name of a library are fewer, a text that was typeset is not.
OWN_SHARE = 0.5
HEX_DIGITS = 4  # of a letter in a layer


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
    turn = int(inherited(page.obj, "/Rotate", 0)) % 360
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


def _own_resources(page: pikepdf.Page, pdf: pikepdf.Pdf) -> pikepdf.Object:
    """A page's resources, its own where it shared them with others."""
    shared = inherited(page.obj, "/Resources")
    own = Dictionary(dict(shared.items())) if isinstance(shared, pikepdf.Object) else Dictionary()
    own["/Font"] = Dictionary(dict(own["/Font"].items())) if "/Font" in own else Dictionary()
    page.obj["/Resources"] = own
    return own


def add_layer(pdf: pikepdf.Pdf, page: pikepdf.Page, font: pikepdf.Object, bound: BoundPage) -> bool:
    """Put a page's text layer over it, in place of an invisible one that it brought along.

    A page that shows its text by itself is searchable as it is: a second copy would be found twice.
    A page whose objects are not what they should be, or are too large to be looked through, stays
    as it is.

    Returns:
        Whether the page's text can be found in it for certain.
    """
    if not bound.layer:
        return True
    try:
        own = own_text(page)
        if not own.known:
            return False
        if own.letters and own.letters >= OWN_SHARE * _letters(bound.layer):
            return True
        for form, content in own.without_hidden:
            form.write(content)
        if own.content is not None:
            page.obj["/Contents"] = Stream(pdf, own.content)
        _put(pdf, page, font, bound, own)
    except ODD:
        return False
    return True


def _letters(layer: bytes) -> float:
    """How many letters a text layer has, spaces aside."""
    words = re.findall(rb"<([0-9a-f]+)> Tj", layer)
    return sum(len(word) / HEX_DIGITS for word in words if word != b"0020")


def text_only_pdf(layer: bytes, width: int, height: int, dpi: float, font: str) -> pikepdf.Pdf:
    """A PDF of one page, of the size of a raster, that holds nothing but a text layer; its font has
    the resource name `font`."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(width * POINTS / dpi, height * POINTS / dpi))
    named = layer.replace(str(FONT).encode(), font.encode(), 1)
    bound = BoundPage(Path(), 0, width, height, dpi, named)
    _put(pdf, page, invisible_font(pdf), bound, OwnText(), font)
    page.contents_coalesce()
    return pdf


def _put(
    pdf: pikepdf.Pdf,
    page: pikepdf.Page,
    font: pikepdf.Object,
    bound: BoundPage,
    own: OwnText,
    name: str = str(FONT),
) -> None:
    """Add a layer behind all that a page draws, in the state of graphics that the page begins
    with, whatever its content leaves."""
    _own_resources(page, pdf)["/Font"][name] = font
    matrix = page_matrix(page, bound.width, bound.height)
    place = (
        f"{matrix.a:.8f} {matrix.d:.8f} {matrix.b:.8f} {matrix.e:.8f} {matrix.c:.5f} "
        f"{matrix.f:.5f} cm\n"
    ).encode()
    page.contents_add(Stream(pdf, b"q\n" * (1 + own.closed)), prepend=True)
    restored = b"\nQ" * (1 + own.open)
    page.contents_add(Stream(pdf, restored + b"\nq\n" + place + bound.layer + b"\nQ\n"))


def bind_pdf(
    source: Path, password: str, pages: Sequence[BoundPage], target: Path
) -> tuple[bool, list[int]]:
    """The chosen pages of a PDF with their text layers, without scripts, actions and attachments.

    Returns:
        Whether the source is encrypted, though it be so that anybody can open it; and the indices
        of the pages whose text could not be added, as their objects are damaged or too large.

    Raises:
        EncryptedScanError: it wants another password.
        UnreadableScanError: the pages that were read are not those that pikepdf finds: a text would
            lie over the picture of another page.
        pikepdf.PdfError: pikepdf cannot open the source.
    """
    with open_pdf(source, password) as pdf:
        if len(pdf.pages) != (read := count_pages(source, password)):
            raise UnreadableScanError(
                f"{source} is damaged: {read} pages are read, {len(pdf.pages)} can be bound",
                "Repair it: qpdf in.pdf out.pdf",
            )
        wanted = {page.index: page for page in pages}
        keep_pages(pdf, wanted.keys())
        remove_active_content(pdf)
        font = invisible_font(pdf)
        textless = [
            index
            for page, (index, bound) in zip(pdf.pages, sorted(wanted.items()), strict=False)
            if not add_layer(pdf, page, font, bound)
        ]
        save_pdf(pdf, target)
        return pdf.is_encrypted, textless


def save_pdf(pdf: pikepdf.Pdf, target: Path) -> None:
    """Write a PDF, the same bytes for the same content; no stream that was there is coded anew."""
    save_whole(pdf, target, compress_streams=True)
