"""What tests of outputs ask of a delivery: the pages behind it, the words and images of its PDF."""

from __future__ import annotations

import hashlib
import html
import re
import subprocess
from pathlib import Path

from pipeline.document import Line, Page, Region
from pipeline.export.source import source_regions
from pipeline.geometry import Box
from pipeline.page_json import read_page
from pipeline.scan.poppler import page_sizes

BOOKS = ("book", "odd", "leaves")


TOLERANCE = 3.0  # points


CORNER = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)


def read_pages(place: Path, book: str) -> dict[int, Page]:
    paths = (place / "work" / book / "text").glob("*/[0-9]*.json")
    return {int(path.stem): read_page(path) for path in paths}


def words_of_pdf(path: Path) -> list[list[tuple[str, tuple[float, ...]]]]:
    """(text, box in points) of each word of each page, as poppler finds them."""
    command = ["pdftotext", "-bbox", "-cropbox", str(path), "-"]
    listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pages = re.findall(r"<page [^>]*>(.*?)</page>", listing, re.DOTALL)
    return [
        [(html.unescape(m[4]), tuple(map(float, m[:4]))) for m in CORNER.findall(body)]
        for body in pages
    ]


def misplaced_words(path: Path, pages: list[Page]) -> list[str]:
    """Words of hOCR that stand nowhere in the PDF within TOLERANCE of their box."""
    missing = []
    for page, found, (width, height) in zip(
        pages, words_of_pdf(path), page_sizes(path), strict=True
    ):
        across, down = width / max(1, page.width), height / max(1, page.height)
        for region in source_regions(page):
            for word in (word for line in region.lines for word in line.words):
                b = word.box
                wanted = (b.left * across, b.top * down, b.right * across, b.bottom * down)
                near = (
                    max(abs(p - q) for p, q in zip(box, wanted, strict=True))
                    for text, box in found
                    if text == word.text
                )
                if min(near, default=99.0) > TOLERANCE:
                    missing.append(f"page {page.number}: {word.text}")
    return missing


def images_of_pdf(path: Path, folder: Path) -> list[str]:
    """SHA-256 of the data of each image, as it lies in the PDF."""
    folder.mkdir()
    subprocess.run(["pdfimages", "-all", str(path), f"{folder}/i"], check=True)
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())]


def leaf_of(line: Line, language: str = ""):  # type: ignore[no-untyped-def]
    from pipeline.document import Leaf

    region = Region(line.box, "text", (line,), language=language)
    return Leaf(Box(0, 0, 1250, 1250), (region,))
