"""A scan as a list of pages: where each lies, its size, its hash, and whether it can be opened at
all."""

from __future__ import annotations

import hashlib
import re
import stat
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PageError, RectoError, UnreadableScanError
from pipeline.files import file_hash, is_hollow
from pipeline.scan import images, poppler
from pipeline.scan.pdf_identity import UNKNOWN, page_hashes
from pipeline.scan.pdf_pages import UNREADABLE, load_raster, plan_pages
from pipeline.scan.scan_names import PDF_SUFFIX
from pipeline.scan.sizes import LARGEST_PIXELS, SMALLEST_SIDE

KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)
# Poppler's of a page that it cannot make, and of all behind it where that ends its list of pages.
NO_SIZE = (
    "the PDF gives no size of it: it is damaged, or a page before it is; "
    "repair the file, or print it anew as a PDF"
)


@dataclass(frozen=True)
class ScanPage:
    """One page to come: file and index of the image in it (from 0), raster size in pixels,
    resolution, content hash."""

    number: int
    file: str
    index: int
    width: int
    height: int
    dpi: float
    sha256: str
    is_image: bool = False
    reason: str = ""
    message: str = ""

    def as_dict(self) -> dict[str, str | int | float | bool]:
        """For JSON."""
        return asdict(self)


def leaf_order(path: Path) -> tuple[list[tuple[int, int, str]], str]:
    """Sort key of the images of a folder: the suffix is no part of the name, or what scanners call
    the second, `Scan (2).jpg`, would come before `Scan.jpg`."""
    return natural_key(path.stem), path.name


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Sort key by which page2 comes before page10."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part.lower())
        for part in re.split(r"(\d+)", name)
        if part
    ]


def list_pages(scan: Path, dpi: int, password: str = "") -> list[ScanPage]:
    """Every page of a scan, in order. A page that cannot be opened has a `reason`.

    Raises:
        UnreadableScanError, EncryptedScanError, MissingToolError: the scan as a whole cannot be
        opened.
    """
    if scan.is_dir():
        pages = [page for file in image_files(scan) for page in _folder_pages(file, scan, dpi)]
    elif scan.suffix.lower() == PDF_SUFFIX:
        pages = _pdf_pages(scan, dpi, password)
    else:
        pages = _image_pages(scan, scan.name, dpi)
    return [_check_size(replace(page, number=number)) for number, page in enumerate(pages, start=1)]


def image_files(folder: Path) -> list[Path]:
    """What has the name of an image in a folder, in natural order, whatever it is.

    Raises:
        UnreadableScanError: there is nothing, or the folder cannot be read.
    """
    try:
        names = [
            path
            for path in folder.iterdir()
            if path.suffix.lower() in images.IMAGE_SUFFIXES and not path.name.startswith(".")
        ]
    except OSError as error:
        raise UnreadableScanError(
            f"{folder} cannot be read: {error.strerror}", "Make it readable for this user."
        ) from error
    if not names:
        raise UnreadableScanError(
            f"{folder} holds no images", f"Put images there: {', '.join(images.IMAGE_SUFFIXES)}"
        )
    return sorted(names, key=leaf_order)


def check_file(path: Path) -> None:
    """Make sure that a file can be read to an end: no device, no pipe, no folder.

    Raises:
        UnreadableScanError: it cannot, or is empty.
    """
    try:
        status = path.stat()
        kind = next((word for test, word in KINDS if test(status.st_mode)), "")
        if kind:
            raise UnreadableScanError(
                f"{path} is {kind}, not a file", "Put the file itself there, or take it away."
            )
        path.open("rb").close()
    except OSError as error:
        raise UnreadableScanError(
            f"{path} cannot be read: {error.strerror}",
            "Mend the link, or make the file readable for this user.",
        ) from error
    if is_hollow(status):
        raise UnreadableScanError(
            f"{path} is {status.st_size:,} bytes long and all but empty",
            "Copy it again from where it came, or remove it.",
        )
    if status.st_size == 0:
        raise UnreadableScanError(
            f"{path} is empty (0 bytes)", "Copy it again from where it came, or remove it."
        )


def _pdf_pages(scan: Path, dpi: int, password: str) -> list[ScanPage]:
    check_file(scan)
    plans = plan_pages(scan, dpi, password)
    hashes = _pdf_hashes(scan, len(plans), password)
    pages = [
        ScanPage(
            0, scan.name, index, plan.width, plan.height, plan.dpi, hashes[index], plan.is_image
        )
        for index, plan in enumerate(plans)
    ]
    return [
        page
        if page.width and page.height
        else replace(page, reason="damaged-page", message=NO_SIZE)
        for page in pages
    ]


def _pdf_hashes(scan: Path, count: int, password: str) -> list[str]:
    """The hash of each page of a PDF: of what it draws, or, where that is not known, of the file
    and the page's place in it."""
    digest = file_hash(scan)
    try:
        found = page_hashes(scan, password)
    except UNREADABLE:  # Poppler reads more damaged files than qpdf does
        found = []
    if len(found) != count:
        found = [UNKNOWN] * count
    return [own or _page_hash(digest, index) for index, own in enumerate(found)]


def _page_hash(digest: str, index: int) -> str:
    return hashlib.sha256(f"{digest}/{index}".encode()).hexdigest()


def _image_pages(path: Path, name: str, dpi: int) -> list[ScanPage]:
    check_file(path)
    digest = file_hash(path)
    return [
        ScanPage(
            0,
            name,
            page.index,
            page.width,
            page.height,
            page.dpi,
            _page_hash(digest, page.index),
            reason="damaged-page" if page.fault else "",
            message=page.fault,
        )
        for page in images.image_sizes(path, dpi)
    ]


def _folder_pages(file: Path, folder: Path, dpi: int) -> list[ScanPage]:
    """Pages of one file in a folder; a file that cannot be opened is one page with a reason: it
    costs no other."""
    name = f"{folder.name}/{file.name}"
    try:
        return _image_pages(file, name, dpi)
    except RectoError as error:
        return [
            ScanPage(
                0,
                name,
                0,
                0,
                0,
                float(dpi),
                _hash_of_unreadable(file),
                False,
                "unreadable-file",
                error.message,
            )
        ]


def _hash_of_unreadable(path: Path) -> str:
    """Hash of a file that is no image, of no bytes where it is no file."""
    try:
        check_file(path)
        return file_hash(path)
    except (RectoError, OSError):
        return hashlib.sha256().hexdigest()


def _check_size(page: ScanPage) -> ScanPage:
    """Mark a page that is too large or too small, before anything of it is decoded."""
    if page.reason:
        return page
    if page.width * page.height > LARGEST_PIXELS:
        message = f"{page.width} x {page.height} pixels are more than {LARGEST_PIXELS:,}"
        return replace(page, reason="too-large", message=message)
    if min(page.width, page.height) < SMALLEST_SIDE:
        return replace(
            page, reason="too-small", message=f"{page.width} x {page.height} pixels hold no text"
        )
    return page


def load_page(scans: Path, page: ScanPage, password: str = "") -> NDArray[np.uint8]:
    """(H, W) uint8 grey raster of a page.

    Args:
        scans: the folder that `page.file` is relative to.

    Raises:
        PageError: it was marked as unreadable, or turns out to be.
    """
    if page.reason:
        raise PageError(page.reason, page.message)
    path = scans / page.file
    try:
        check_file(path)  # it may be another than was listed
    except UnreadableScanError as error:
        raise PageError("unreadable-file", error.message) from error
    if path.suffix.lower() == PDF_SUFFIX:
        plan = poppler.PdfPage(page.width, page.height, page.dpi, page.is_image)
        return load_raster(path, page.index, plan, password)
    return images.load_grey(path, page.index)
