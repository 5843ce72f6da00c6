"""Searchable PDF of image files: packed by img2pdf, which keeps the data of JPEG, JPEG 2000 and
fax-coded TIFF, and codes others without loss; what it refuses is coded anew."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import img2pdf
import pikepdf

from pipeline.errors import PageError, UnreadableScanError
from pipeline.export.pdf import POINTS, BoundPage, add_layer, save_pdf
from pipeline.export.text_layer import invisible_font
from pipeline.pdf_files import LARGEST_SIDE, SMALLEST_SIDE
from pipeline.scan.images import is_resolution, shown_image, turn_to_show
from pipeline.scan.pages import check_file
from pipeline.scan.sizes import LARGEST_PIXELS

HELD = 256 << 20  # bytes of packed images in memory: a twentieth of what a job may use


def bind_images(pages: Sequence[BoundPage], target: Path) -> list[int]:
    """A PDF of image files with their text layers; a page that cannot be packed is an empty sheet
    of its size.

    Returns:
        Positions in `pages`, from 0, of those that could not be packed.
    """
    lost: list[int] = []
    packed: tuple[Path, _Packed | None, int] = (Path(), None, 0)
    sheets = _Sheets(target.parent)
    for position, bound in enumerate(pages):
        if packed[0] != bound.file:
            turn = turn_to_show(bound.file) if _is_file(bound.file) else None
            packed = (bound.file, None if turn is None else _packed(bound), turn or 0)
        _, source, turn = packed
        index = bound.index
        if source is None or index >= len(source.pdf.pages):
            source, index, turn = _packed_as_shown(bound), 0, 0
        if source is None:
            lost.append(position)
        sheets.add(bound, source, index, turn)
    sheets.save(target)
    return lost


@dataclass(frozen=True)
class _Packed:
    """Images as a PDF that lies in memory, and its size in bytes."""

    pdf: pikepdf.Pdf
    size: int


class _Sheets:
    """The pages of a PDF that is bound sheet by sheet: of a long book no more than HELD bytes lie
    in memory, the rest in files without a name.

    Args:
        folder: of those files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: list[pikepdf.Pdf] = []
        self._begin()

    def _begin(self) -> None:
        self._pdf, self._held = pikepdf.new(), 0
        self._font = invisible_font(self._pdf)

    def add(self, bound: BoundPage, source: _Packed | None, index: int, turn: int) -> None:
        """Add a page with its text layer: that of `source`, turned, or an empty sheet."""
        if source is None:
            sides = (side * POINTS / bound.dpi for side in (bound.width, bound.height))
            width, height = (min(max(SMALLEST_SIDE, side), LARGEST_SIDE) for side in sides)
            self._pdf.add_blank_page(page_size=(width, height))
        else:
            self._pdf.pages.append(source.pdf.pages[index])
            self._held += source.size
        page = self._pdf.pages[-1]
        if turn:
            page.Rotate = turn
        add_layer(self._pdf, page, self._font, bound)
        if self._held > HELD:
            self._put_aside()

    def _put_aside(self) -> None:
        path = self._folder / f".part-{len(self._parts)}.pdf"
        save_pdf(self._pdf, path)
        self._parts.append(pikepdf.open(path))
        path.unlink()  # open until all is saved
        self._begin()

    def save(self, target: Path) -> None:
        """Write all pages, in order."""
        if not self._parts:
            save_pdf(self._pdf, target)
            return
        with pikepdf.new() as whole:
            for part in (*self._parts, self._pdf):
                whole.pages.extend(part.pages)
            save_pdf(whole, target)


def _is_file(path: Path) -> bool:
    """Whether a file can be read to an end: the whole book would wait for a pipe."""
    try:
        check_file(path)
    except UnreadableScanError:
        return False
    return True


def _packed_as_shown(bound: BoundPage) -> _Packed | None:
    """One image as viewers show it, coded anew: what img2pdf refuses, or would not turn. Not where
    it is too large to be read."""
    if bound.width * bound.height > LARGEST_PIXELS or not _is_file(bound.file):
        return None
    data = io.BytesIO()
    try:
        shown_image(bound.file, bound.index).save(data, "PNG")
    except (PageError, OSError, ValueError):
        return None
    return _packed(bound, data.getvalue())


def _packed(bound: BoundPage, data: bytes | None = None) -> _Packed | None:
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
        return _Packed(pikepdf.open(io.BytesIO(packed)), len(packed))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  (what img2pdf raises of a PNG that is cut off, or of a profile in a JPEG 2000)
        return None
