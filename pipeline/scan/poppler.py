"""PDF through poppler: page sizes and embedded images by its tools, rasters by pdf2image."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pdf2image import convert_from_path, pdfinfo_from_path
from pdf2image.exceptions import (
    PDFInfoNotInstalledError,
    PDFPageCountError,
    PDFSyntaxError,
    PopplerNotInstalledError,
)
from PIL import Image

from pipeline.errors import EncryptedScanError, MissingToolError, PageError, UnreadableScanError

POINTS_PER_INCH = 72.0
COVER_TOLERANCE = 0.02  # an image whose sides are this near to the page's covers it
SECONDS_PER_PAGE = 120
LEAST_GREY, MOST_GREY = (
    90,
    251,
)  # means beyond which a page is nearly black, or nearly white: blank, or not decoded
GLANCE = (
    8  # how much smaller than the page the rendering is that an embedded image is compared with
)
GLANCE_TOLERANCE = 48  # grey levels, over 5 x 5 reduced pixels

Image.MAX_IMAGE_PIXELS = (
    None  # sizes are checked from the header, before anything is decoded: see pages.py
)


@dataclass(frozen=True)
class PdfPage:
    """A page of a PDF: the raster to make of it, in pixels, its resolution in dots per inch, and
    whether it is one image."""

    width: int
    height: int
    dpi: float
    is_image: bool = False


def require_poppler() -> None:
    """Raise MissingToolError where poppler's tools are not installed."""
    if shutil.which("pdftoppm") is None or shutil.which("pdfimages") is None:
        raise MissingToolError(
            "poppler's pdftoppm and pdfimages are not installed", "Run: apt install poppler-utils"
        )


def page_sizes(path: Path, password: str = "") -> list[tuple[float, float]]:
    """(width, height) of each page in points, as displayed.

    Raises:
        EncryptedScanError: a password is wanted.
        UnreadableScanError: this is no PDF, or has no pages.
    """
    require_poppler()
    try:
        count = int(
            pdfinfo_from_path(str(path), userpw=password or None, timeout=SECONDS_PER_PAGE)["Pages"]
        )
        if count < 1:
            raise UnreadableScanError(f"{path} has no pages", "Scan it again, or remove it.")
        info = pdfinfo_from_path(
            str(path),
            userpw=password or None,
            first_page=1,
            last_page=count,
            timeout=SECONDS_PER_PAGE,
        )
    except (PDFInfoNotInstalledError, PopplerNotInstalledError) as error:
        raise MissingToolError(
            "poppler's pdfinfo is not installed", "Run: apt install poppler-utils"
        ) from error
    except (PDFPageCountError, PDFSyntaxError, KeyError, ValueError) as error:
        if "password" in str(error).lower():
            raise EncryptedScanError(
                f"{path} is encrypted",
                f"Put its password into {path.with_suffix('.yaml')}: `password: …`",
            ) from error
        raise UnreadableScanError(
            f"{path} is not a readable PDF",
            "Open it in a viewer; repair it (`qpdf in.pdf out.pdf`) or scan it again.",
        ) from error
    sizes = []
    for number in range(1, count + 1):
        width, height = _size(info.get(f"Page {number:4d} size", ""))
        turned = int(info.get(f"Page {number:4d} rot", 0) or 0) % 180 == 90
        sizes.append((height, width) if turned else (width, height))
    return sizes


def _size(text: str) -> tuple[float, float]:
    """Width and height of poppler's "612 x 792 pts (letter)"; zeros where it gives none."""
    words = text.split()
    try:
        return float(words[0]), float(words[2])
    except (IndexError, ValueError):
        return 0.0, 0.0


def full_page_images(
    path: Path, password: str = ""
) -> dict[int, list[tuple[int, int, float, float]]]:
    """Images of each page number: (columns, rows, horizontal dpi, vertical dpi), soft masks left
    out."""
    command = ["pdfimages", "-list", *(["-upw", password] if password else []), str(path)]
    listing = subprocess.run(command, capture_output=True, text=True, errors="replace").stdout
    images: dict[int, list[tuple[int, int, float, float]]] = {}
    for row in listing.splitlines()[2:]:
        cells = row.split()
        if len(cells) >= 14 and cells[2] == "image":
            entry = (int(cells[3]), int(cells[4]), float(cells[12]), float(cells[13]))
            images.setdefault(int(cells[0]), []).append(entry)
    return images


def plan_pages(path: Path, dpi: int, password: str = "") -> list[PdfPage]:
    """The raster of each page: its one full-page image where it has one, else a rendering at
    `dpi`."""
    sizes = page_sizes(path, password)
    images = full_page_images(path, password)
    return [_plan(size, images.get(number, []), dpi) for number, size in enumerate(sizes, start=1)]


def _plan(
    size: tuple[float, float], images: list[tuple[int, int, float, float]], dpi: int
) -> PdfPage:
    width, height = size
    if len(images) == 1:
        columns, rows, x_dpi, y_dpi = images[0]
        turned = (columns > rows) != (width > height)
        if turned:
            columns, rows, x_dpi, y_dpi = rows, columns, y_dpi, x_dpi
        if x_dpi > 0 and y_dpi > 0:
            covers_x = abs(columns / x_dpi * POINTS_PER_INCH - width) <= COVER_TOLERANCE * width
            covers_y = abs(rows / y_dpi * POINTS_PER_INCH - height) <= COVER_TOLERANCE * height
            if covers_x and covers_y:
                return PdfPage(columns, rows, round((x_dpi + y_dpi) / 2, 1), True)
    return PdfPage(
        round(width / POINTS_PER_INCH * dpi), round(height / POINTS_PER_INCH * dpi), float(dpi)
    )


def page_raster(path: Path, number: int, plan: PdfPage, password: str = "") -> NDArray[np.uint8]:
    """(height, width) uint8 grey raster of one page, counted from 1: its own image pixel for pixel,
    or a rendering.

    Raises:
        PageError: the page cannot be rendered, or is damaged and all but empty.
    """
    grey = _image_or_rendering(path, number, plan, password)
    suspicious = not LEAST_GREY < grey.mean() < MOST_GREY
    if suspicious and (complaint := _complaint(path, number, password)):
        raise PageError("damaged-page", f"page {number} of {path.name} is damaged: {complaint}")
    return grey


def _image_or_rendering(path: Path, number: int, plan: PdfPage, password: str) -> NDArray[np.uint8]:
    """The embedded image, if it looks like the page, else a rendering.

    A rendering of the page, much reduced, decides how the image is turned, and whether anything
    else is drawn over it.
    """
    image = _embedded_image(path, number, password) if plan.is_image else None
    if image is not None:
        glance = render_page(path, number, plan.width // GLANCE, plan.height // GLANCE, password)
        for turns in range(4):
            turned = np.ascontiguousarray(np.rot90(image, turns))
            if turned.shape == (plan.height, plan.width) and _looks_like(turned, glance):
                return turned
    return render_page(path, number, plan.width, plan.height, password)


def _embedded_image(path: Path, number: int, password: str) -> NDArray[np.uint8] | None:
    """The one image of a page, grey, in its own pixels; None where poppler cannot take it out."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "pdfimages",
            "-f",
            str(number),
            "-l",
            str(number),
            *(["-upw", password] if password else []),
        ]
        subprocess.run(
            [*command, str(path), f"{folder}/i"], capture_output=True, timeout=SECONDS_PER_PAGE
        )
        files = list(Path(folder).glob("i-*"))
        image = cv2.imread(str(files[0]), cv2.IMREAD_GRAYSCALE) if len(files) == 1 else None
    return None if image is None else np.asarray(image, dtype=np.uint8)


def _looks_like(image: NDArray[np.uint8], glance: NDArray[np.uint8]) -> bool:
    """Whether two pictures agree everywhere but in fine detail."""
    small = cv2.resize(image, (glance.shape[1], glance.shape[0]), interpolation=cv2.INTER_AREA)
    difference = cv2.blur(small, (5, 5)).astype(int) - cv2.blur(glance, (5, 5))
    return bool(np.abs(difference).max(initial=0) <= GLANCE_TOLERANCE)


def render_page(
    path: Path, number: int, width: int, height: int, password: str = ""
) -> NDArray[np.uint8]:
    """(height, width) uint8 grey raster of one page, counted from 1.

    Raises:
        PageError: poppler gives no image.
    """
    image = _rendering(path, number, (width, height), password)
    if image.size == (height, width) != (width, height):
        # poppler scales a page before it turns it by its /Rotate: the sides that it was given were
        # those of the page lying
        image = _rendering(path, number, (height, width), password)
    return np.asarray(image.convert("L"), dtype=np.uint8)


def _rendering(path: Path, number: int, size: tuple[int, int], password: str) -> Image.Image:
    try:
        (image,) = convert_from_path(
            str(path), first_page=number, last_page=number, size=size, grayscale=True,
            userpw=password or None, timeout=SECONDS_PER_PAGE, use_pdftocairo=False, strict=False,
            use_cropbox=True,  # what a viewer shows, and what pdfinfo gives the size of
        )  # fmt: skip
    except Exception as error:  # pdf2image passes on whatever poppler's output made of Pillow
        raise PageError(
            "damaged-page", f"page {number} of {path.name} cannot be rendered: {error}"
        ) from error
    return image


def _complaint(path: Path, number: int, password: str) -> str:
    """What poppler says is wrong with a page, on one line; empty where nothing is."""
    command = ["pdftoppm", "-f", str(number), "-l", str(number), "-r", "8", "-gray"]
    command += ["-upw", password] if password else []
    messages = subprocess.run(
        [*command, str(path)], capture_output=True, timeout=SECONDS_PER_PAGE
    ).stderr
    lines = [line for line in messages.decode("utf-8", "replace").splitlines() if "Error" in line]
    return lines[0].strip() if lines else ""
