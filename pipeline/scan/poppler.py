"""PDF through poppler's tools: page sizes, embedded images and rasters, each call with limits."""

from __future__ import annotations

import math
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pdf2image.parsers import parse_buffer_to_pgm
from PIL import Image

from pipeline.errors import MissingToolError, PageError, UnreadableScanError
from pipeline.pdf_files import locked, plain_pdf
from pipeline.programs import SECONDS, Finished, ProgramError, run_program
from pipeline.scan.placement import WAYS_UP, place_as_seen, turn_up
from pipeline.scan.sizes import any_size

MOST_PAGES = 20_000  # of one scan; the largest volumes of libraries have some thousands of leaves
LARGEST_LISTING = 16 << 20  # bytes; a page takes some 100 of them
LARGEST_BOX = 1e7  # points of a side: beyond, a size is a mistake; a page of 1 km has 3e6
# means beyond which a page is nearly black, or nearly white: blank, or not decoded
LEAST_GREY, MOST_GREY = 90, 251
# how much smaller than the page the rendering is that an embedded image is compared with
GLANCE = 8
SIZE = re.compile(r"^Page +(\d+) size: +([-+.\w]+) x ([-+.\w]+) pts", re.MULTILINE)
OF_IMAGES = re.compile(r"CCITT|JBIG2|JPX|JP2|[Tt]ile|codestream|Stream too short|image|segment")
TURN = re.compile(r"^Page +(\d+) rot: +(-?\d+)", re.MULTILINE)


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
    missing = [name for name in ("pdfinfo", "pdftoppm", "pdfimages") if shutil.which(name) is None]
    if missing:
        raise MissingToolError(
            f"poppler's {' and '.join(missing)} are not installed", "Run: apt install poppler-utils"
        )


def run_poppler(
    tool: str,
    path: Path,
    password: str,
    *options: object,
    target: str = "",
    seconds: float = SECONDS,
    largest_output: int = 1 << 30,
    writes: Sequence[Path] = (),
) -> Finished:
    """Run one of poppler's tools on a PDF.

    Args:
        options: before the file's name.
        target: after it.
        writes: folders in which the tool may write.

    Raises:
        ProgramError: it took longer, or wrote more.
        MissingToolError: it is not installed.
        EncryptedScanError, UnreadableScanError: a password is wanted, and does not help.
    """
    pdf = plain_pdf(path, password)
    command = [tool, *map(str, options), pdf.name, *([target] if target else [])]
    try:
        return run_program(
            command, seconds=seconds, largest_output=largest_output, files=pdf.files, writes=writes
        )
    except FileNotFoundError:
        require_poppler()
        raise


def page_sizes(path: Path, password: str = "") -> list[tuple[float, float]]:
    """(width, height) of each page in points, as displayed; zeros where a box is none.

    Raises:
        EncryptedScanError: a password is wanted.
        UnreadableScanError: this is no PDF, has no pages, or more than a book can have.
    """
    count = count_pages(path, password)
    listing = _listing(path, password, "-f", 1, "-l", count).output.decode("utf-8", "replace")
    found = {int(number): _box(*sides) for number, *sides in SIZE.findall(listing)}
    turned = {int(number) for number, turn in TURN.findall(listing) if int(turn) % 180 == 90}
    sizes = [(number, *found.get(number, (0.0, 0.0))) for number in range(1, count + 1)]
    return [(h, w) if number in turned else (w, h) for number, w, h in sizes]


def _listing(path: Path, password: str, *options: object) -> Finished:
    """What pdfinfo says of a PDF."""
    try:
        return run_poppler("pdfinfo", path, password, *options, largest_output=LARGEST_LISTING)
    except ProgramError as error:
        raise UnreadableScanError(
            f"{path} cannot be listed: {error}", "Repair it: qpdf in.pdf out.pdf"
        ) from error


def count_pages(path: Path, password: str = "") -> int:
    """The number of pages that poppler counts.

    Raises:
        EncryptedScanError: a password is wanted.
        UnreadableScanError: this is no PDF, has no pages, or more than a book can have.
    """
    require_poppler()
    listing = _listing(path, password)
    told = re.search(rb"^Pages: +(\d+)", listing.output, re.MULTILINE)
    if told is None:
        if b"password" in listing.messages.lower():
            raise locked(path, password)
        raise UnreadableScanError(
            f"{path} is not a readable PDF",
            "Open it in a viewer; repair it (`qpdf in.pdf out.pdf`) or scan it again.",
        )
    count = int(told[1])
    if count < 1:
        raise UnreadableScanError(f"{path} has no pages", "Scan it again, or remove it.")
    if count > MOST_PAGES:
        raise UnreadableScanError(
            f"{path} says that it has {count:,} pages; at most {MOST_PAGES:,} are read",
            "Part it into volumes, or repair it: qpdf in.pdf out.pdf",
        )
    return count


def _box(width: str, height: str) -> tuple[float, float]:
    """The sides of a page; zeros where they are no sizes."""
    try:
        sides = float(width), float(height)
    except ValueError:
        return 0.0, 0.0
    return sides if all(math.isfinite(s) and 0 < s < LARGEST_BOX for s in sides) else (0.0, 0.0)


def page_raster(
    path: Path,
    number: int,
    plan: PdfPage,
    password: str = "",
    ways: Sequence[tuple[bool, int]] = WAYS_UP,
    alone: bool = False,
) -> NDArray[np.uint8]:
    """(height, width) uint8 grey raster of one page, counted from 1: its own image pixel for pixel,
    or a rendering.

    Args:
        ways: how the image may lie on the page: mirrored left to right or not, and then so many
            quarter turns against the clock.
        alone: whether there is surely nothing on the page but its image.

    Raises:
        PageError: the page cannot be rendered, or is damaged and all but empty.
    """
    grey = _image_or_rendering(path, number, plan, password, ways, alone)
    suspicious = not LEAST_GREY < grey.mean() < MOST_GREY
    if suspicious and (complaint := _complaint(path, number, password)):
        raise PageError("damaged-page", f"page {number} of {path.name} is damaged: {complaint}")
    return grey


def _image_or_rendering(
    path: Path,
    number: int,
    plan: PdfPage,
    password: str,
    ways: Sequence[tuple[bool, int]],
    alone: bool,
) -> NDArray[np.uint8]:
    """The embedded image, if it looks like the page, else a rendering.

    Where it is not known to be alone, a rendering of the page, much reduced, decides whether
    anything else is drawn over the image, and, where the page itself could not tell, how that is
    turned or mirrored.
    """
    image = _embedded_image(path, number, password) if plan.is_image else None
    shape = (plan.height, plan.width)
    if image is not None and alone and len(ways) == 1:
        ((mirrored, turns),) = ways
        if (turned := turn_up(image, turns, mirrored)).shape == shape:
            return np.ascontiguousarray(turned)
    if image is not None:
        glance = render_page(path, number, plan.width // GLANCE, plan.height // GLANCE, password)
        placed = place_as_seen(image, shape, glance, ways)
        if placed is not None:
            return placed
    return render_page(path, number, plan.width, plan.height, password)


def _embedded_image(path: Path, number: int, password: str) -> NDArray[np.uint8] | None:
    """The one image of a page, grey, in its own pixels; None where poppler cannot take it out."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            run_poppler(
                "pdfimages", path, password, "-f", number, "-l", number,
                target=f"{folder}/i", writes=[Path(folder)],
            )  # fmt: skip
        except ProgramError:
            return None
        files = list(Path(folder).glob("i-*"))
        image = cv2.imread(str(files[0]), cv2.IMREAD_GRAYSCALE) if len(files) == 1 else None
    return None if image is None else np.asarray(image, dtype=np.uint8)


def render_page(
    path: Path, number: int, width: int, height: int, password: str = ""
) -> NDArray[np.uint8]:
    """(height, width) uint8 grey raster of one page, counted from 1.

    Raises:
        PageError: poppler gives no image.
    """
    width, height = max(1, width), max(1, height)
    image = _rendering(path, number, (width, height), password)
    if image.size == (height, width) != (width, height):
        # poppler scales a page before it turns it by its /Rotate: the sides that it was given were
        # those of the page lying
        image = _rendering(path, number, (height, width), password)
    return np.asarray(image.convert("L"), dtype=np.uint8)


def _rendering(path: Path, number: int, size: tuple[int, int], password: str) -> Image.Image:
    page = ("-f", number, "-l", number, "-gray", "-cropbox")  # the crop box is what viewers show
    scale = ("-scale-to-x", size[0], "-scale-to-y", size[1])
    try:
        done = run_poppler("pdftoppm", path, password, *page, *scale)
        if not done.output:
            raise ValueError(done.complaint or "poppler gives no image")
        with any_size():
            (image,) = parse_buffer_to_pgm(done.output)
            image.load()
        return image
    except (ProgramError, OSError, ValueError, SyntaxError) as error:
        raise PageError(
            "damaged-page", f"page {number} of {path.name} cannot be rendered: {error}"
        ) from error


def _complaint(path: Path, number: int, password: str) -> str:
    """What poppler says is wrong with a page, on one line; empty where nothing is."""
    try:
        return _glance(path, number, password).complaint
    except ProgramError as error:
        return str(error)


def image_complaint(path: Path, number: int, password: str = "") -> str:
    """What poppler's decoders say is wrong with the data of a page's images; empty where nothing
    is. What they say of fonts and the like leaves an image as it is."""
    try:
        lines = _glance(path, number, password).messages.decode("utf-8", "replace").splitlines()
    except ProgramError as error:
        return str(error)
    return next((line.strip() for line in lines if OF_IMAGES.search(line)), "")


def _glance(path: Path, number: int, password: str) -> Finished:
    """A page rendered in the size of a stamp."""
    return run_poppler("pdftoppm", path, password, "-f", number, "-l", number, "-r", 8, "-gray")
