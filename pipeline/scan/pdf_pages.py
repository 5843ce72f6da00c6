"""The raster that is made of each page of a PDF: its one image as it is, or a rendering as dense as
the densest layer that covers a part of it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pikepdf
from numpy.typing import NDArray

from pipeline.errors import PageError, RectoError
from pipeline.pdf_files import LARGEST_CONTENT, limited_decoding, open_pdf
from pipeline.scan.drawn import Drawn, DrawnImage, drawn_on, inherited
from pipeline.scan.placement import WAYS_UP
from pipeline.scan.poppler import PdfPage, image_complaint, page_raster, page_sizes
from pipeline.scan.samples import ends_flat, page_fault
from pipeline.scan.sizes import LARGEST_PIXELS
from pipeline.scan.sole_image import is_sole_image

POINTS_PER_INCH = 72.0
COVER_TOLERANCE = 0.02  # an image whose sides are this near to the page's covers it
LAYER_SHARE = 0.1  # of the page that images of one density cover where text may be; chosen by eye
CLOSE = 0.98  # an image that is this near to the wanted density is taken as it is
FULL_SHARE = 0.8  # of the page that images cover where there is nothing else to see
LEAST_DPI, MOST_DPI = 50.0, 1200.0  # as of `dpi` in config.yaml: beyond, a rendering helps nobody
UNREADABLE = (pikepdf.PdfError, RectoError, ValueError, TypeError, RuntimeError, MemoryError)
MOST_OF_IT = 0.5  # of a page that images cover whose data have to be whole
LARGEST_SAMPLES = 4 * LARGEST_PIXELS  # bytes of an image in four colours
LARGEST_UNIT = 10_000.0  # /UserUnit: points to a unit of a page's own


def plan_pages(path: Path, dpi: int, password: str = "") -> list[PdfPage]:
    """The raster of each page of a PDF.

    Raises:
        EncryptedScanError, UnreadableScanError, MissingToolError: as page_sizes does.
    """
    sizes = page_sizes(path, password)
    looks = _look_through(path, password, len(sizes))
    return [_plan(size, look, dpi) for size, look in zip(sizes, looks, strict=True)]


@dataclass(frozen=True)
class _Look:
    """What a page draws, None where that is not known; its unit in points; by how many degrees it
    is shown turned clockwise; the lower left corner of what is shown, None where it has none."""

    drawn: Drawn | None = None
    unit: float = 1.0
    turn: int = 0
    corner: tuple[float, float] | None = None

    @property
    def on_its_side(self) -> bool:
        """Whether it is shown lying."""
        return self.turn % 180 == 90


def _look_through(path: Path, password: str, count: int) -> list[_Look]:
    """A look at each page. Poppler reads more damaged files than qpdf does: of the pages of these
    nothing is known, nor where both count them differently, as one may leave out a damaged page."""
    found: list[_Look] = []
    try:
        with open_pdf(path, password) as pdf, limited_decoding(LARGEST_CONTENT):
            if len(pdf.pages) == count:
                found.extend(map(_look_at, pdf.pages))
    except UNREADABLE:
        pass
    return found + [_Look()] * (count - len(found))


def _look_at(page: pikepdf.Page) -> _Look:
    turn = round(_number(page, "/Rotate", 0))
    unit = _number(page, "/UserUnit", 1)
    usual = unit if 1 / LARGEST_UNIT < unit < LARGEST_UNIT else 1.0
    return _Look(drawn_on(page), usual, turn, _corner(page))


def _corner(page: pikepdf.Page) -> tuple[float, float] | None:
    """The lower left corner of the part of a page that is shown: of its crop box within its
    media box."""
    corners = []
    for key in ("/MediaBox", "/CropBox"):
        try:
            left, bottom, right, top = (float(side) for side in inherited(page.obj, key, ()))
        except (TypeError, ValueError, OverflowError):
            continue
        corners.append((min(left, right), min(bottom, top)))
    return (max(x for x, _ in corners), max(y for _, y in corners)) if corners else None


def load_raster(path: Path, index: int, plan: PdfPage, password: str = "") -> NDArray[np.uint8]:
    """(height, width) uint8 grey raster of a page, counted from 0, as planned.

    Raises:
        PageError: as page_raster does, and where the data of its images are not all there.
    """
    if plan.is_image:
        way_up, alone = _how_it_lies(path, index, password)
        ways = WAYS_UP if way_up is None else (way_up,)
        grey = page_raster(path, index + 1, plan, password, ways, alone)
    else:
        grey = page_raster(path, index + 1, plan, password)
    flat = ends_flat(grey)
    if (flat or plan.is_image) and (fault := _image_fault(path, index, password, flat)):
        raise PageError("damaged-page", f"page {index + 1} of {path.name} is damaged: {fault}")
    return grey


def _how_it_lies(path: Path, index: int, password: str) -> tuple[tuple[bool, int] | None, bool]:
    """How the one image of a page lies on it, None where that is not known; and whether there is
    surely nothing else on the page."""
    try:
        page, look = _looked_at(path, index, password)
        with limited_decoding(LARGEST_CONTENT):
            alone = is_sole_image(page)
    except (*UNREADABLE, OSError, IndexError):
        return None, False
    if look.drawn is None or len(look.drawn.images) != 1:
        return None, False
    return look.drawn.images[0].way_up(look.turn), alone


def _image_fault(path: Path, index: int, password: str, flat: bool) -> str:
    """What is wrong with the data of the images of which most of a page consists; empty where
    nothing is, where it is of other things, and where nothing is known of it.

    Args:
        flat: its raster has an edge on which nothing is; else only what is told without decoding.
    """
    try:
        page, look = _looked_at(path, index, password)
        drawn, box = look.drawn, [float(side) for side in page.cropbox]
        shown = abs((box[2] - box[0]) * (box[3] - box[1]))
        if drawn is None or sum(one.area for one in drawn.images) < MOST_OF_IT * shown:
            return ""
        with limited_decoding(LARGEST_SAMPLES):
            fault = page_fault(page, flat)
    except (*UNREADABLE, OSError, IndexError):
        return ""
    return image_complaint(path, index + 1, password) if fault is None else fault


def _looked_at(path: Path, index: int, password: str) -> tuple[pikepdf.Page, _Look]:
    """A page, counted from 0, and a look at it."""
    status = path.stat()
    return _kept_look(path, index, password, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)  # how its image lies, and whether that is whole, is asked in turn
def _kept_look(path: Path, index: int, password: str, *stamp: int) -> tuple[pikepdf.Page, _Look]:
    page = _kept_open(path, password, *stamp).pages[index]
    with limited_decoding(LARGEST_CONTENT):
        return page, _look_at(page)


@lru_cache(maxsize=1)  # the pages of a book come one after the other
def _kept_open(path: Path, password: str, *_: int) -> pikepdf.Pdf:
    return open_pdf(path, password)


def _number(page: pikepdf.Page, key: str, default: float) -> float:
    """A number of a page, its own or its parents'; the default where it is none."""
    try:
        number = float(inherited(page.obj, key, default))
    except (TypeError, ValueError, OverflowError):
        return default
    return number if math.isfinite(number) else default


def _plan(size: tuple[float, float], look: _Look, dpi: int) -> PdfPage:
    """The raster of a page of that size, in its own units, as displayed."""
    drawn = look.drawn or Drawn((), 0)
    covering = [(k, _covering(image, size, look)) for k, image in enumerate(drawn.images)]
    hiding = max((k for k, plan in covering if plan and drawn.images[k].opaque), default=-1)
    letters = drawn.letters_at is not None and drawn.letters_at > hiding
    wanted = _wanted_dpi(drawn.images, letters, size, look.unit, dpi)
    best = max((plan for _, plan in covering if plan), key=lambda plan: plan.dpi, default=None)
    if best is not None and best.dpi >= CLOSE * wanted:
        is_image = len(drawn.images) == 1 and drawn.images[0].single
        return PdfPage(best.width, best.height, best.dpi, is_image)
    width, height = (round(side * look.unit / POINTS_PER_INCH * wanted) for side in size)
    return PdfPage(width, height, wanted)


def _wanted_dpi(
    images: Sequence[DrawnImage], letters: bool, size: tuple[float, float], unit: float, dpi: int
) -> float:
    """The density at which all that is drawn can be read.

    Images that cover all of the page are a scan in layers, as dense as the densest of them. Letters
    of a font, and what else is drawn, can be read at `dpi`.
    """
    shares: defaultdict[float, float] = defaultdict(float)
    page = size[0] * size[1]
    for image in images:
        density = round(image.density * POINTS_PER_INCH / unit)
        if page > 0 and density > 0:
            shares[density] += image.area / page
    full = sum(shares.values()) >= FULL_SHARE
    densest = max((one for one, share in shares.items() if share >= LAYER_SHARE), default=0.0)
    if not densest or (letters and not full):
        return float(dpi)
    wanted = densest if full and not letters else max(densest, dpi)
    return float(min(max(wanted, LEAST_DPI), MOST_DPI))


def _covering(image: DrawnImage, size: tuple[float, float], look: _Look) -> PdfPage | None:
    """The raster of an image that covers a page of that size, in its own pixels; None where it does
    not."""
    across, up = image.extent
    columns, rows = (image.rows, image.columns) if image.turned else (image.columns, image.rows)
    if look.on_its_side:
        across, up, columns, rows = up, across, rows, columns
    if not across or not up or not _near(across, size[0]) or not _near(up, size[1]):
        return None
    if look.corner is not None and any(
        abs(here - there) > COVER_TOLERANCE * max(size)
        for here, there in zip(image.corner, look.corner, strict=True)
    ):
        return None
    # whole dots, as scanners set them: a box is mostly rounded to points
    x_dpi = round(columns / across * POINTS_PER_INCH / look.unit)
    y_dpi = round(rows / up * POINTS_PER_INCH / look.unit)
    return PdfPage(columns, rows, round((x_dpi + y_dpi) / 2, 1))


def _near(length: float, wanted: float) -> bool:
    return abs(length - wanted) <= COVER_TOLERANCE * wanted
