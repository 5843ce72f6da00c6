"""Searchable PDF of image files: packed by img2pdf, which keeps the data of JPEG, JPEG 2000 and
fax-coded TIFF, and codes others without loss; what it refuses is coded anew."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import img2pdf
import pikepdf

from pipeline.errors import PageError, UnreadableScanError
from pipeline.export.pdf import POINTS, BoundPage, add_layer, save_pdf
from pipeline.export.text_layer import invisible_font
from pipeline.scan.images import is_resolution, shown_image, turn_to_show
from pipeline.scan.pages import check_file
from pipeline.scan.sizes import LARGEST_PIXELS


def bind_images(pages: Sequence[BoundPage], target: Path) -> list[int]:
    """A PDF of image files with their text layers; a page that cannot be packed is an empty sheet
    of its size.

    Returns:
        Positions in `pages`, from 0, of those that could not be packed.
    """
    lost: list[int] = []
    packed: tuple[Path, pikepdf.Pdf | None, int] = (Path(), None, 0)
    with pikepdf.new() as pdf:
        font = invisible_font(pdf)
        for position, bound in enumerate(pages):
            if packed[0] != bound.file:
                turn = turn_to_show(bound.file) if _is_file(bound.file) else None
                packed = (bound.file, None if turn is None else _packed(bound), turn or 0)
            _, source, turn = packed
            index = bound.index
            if source is None or index >= len(source.pages):
                source, index, turn = _packed_as_shown(bound), 0, 0
            if source is not None:
                pdf.pages.append(source.pages[index])
                if turn:
                    pdf.pages[-1].Rotate = turn
            else:
                lost.append(position)
                size = (
                    max(3.0, bound.width * POINTS / bound.dpi),
                    max(3.0, bound.height * POINTS / bound.dpi),
                )
                pdf.add_blank_page(page_size=(min(size[0], 14400), min(size[1], 14400)))
            add_layer(pdf, pdf.pages[-1], font, bound)
        save_pdf(pdf, target)
    return lost


def _is_file(path: Path) -> bool:
    """Whether a file can be read to an end: the whole book would wait for a pipe."""
    try:
        check_file(path)
    except UnreadableScanError:
        return False
    return True


def _packed_as_shown(bound: BoundPage) -> pikepdf.Pdf | None:
    """One image as viewers show it, coded anew: what img2pdf refuses, or would not turn. Not where
    it is too large to be read."""
    if bound.width * bound.height > LARGEST_PIXELS or not _is_file(bound.file):
        return None
    data = io.BytesIO()
    try:
        shown_image(bound.file, bound.index).save(data, "PNG")
    except (PageError, OSError, ValueError, MemoryError):
        return None
    return _packed(bound, data.getvalue())


def _packed(bound: BoundPage, data: bytes | None = None) -> pikepdf.Pdf | None:
    """An image file, or its data, as a PDF, one page to each image in it, in its own resolution;
    None where img2pdf refuses it."""

    def layout(
        width: int, height: int, own: tuple[float, float]
    ) -> tuple[float, float, float, float]:
        across, down = own if is_resolution(*own) else (bound.dpi, bound.dpi)
        size = width * POINTS / across, height * POINTS / down
        return (*size, *size)

    try:
        packed = img2pdf.convert(
            data or str(bound.file),
            layout_fun=layout,
            nodate=True,
            rotation=img2pdf.Rotation.none,
            engine=img2pdf.Engine.pikepdf,
        )
        return pikepdf.open(io.BytesIO(packed))
    except Exception:  # noqa: BLE001  (what img2pdf raises of a PNG that is cut off, or of a profile in a JPEG 2000)
        return None
