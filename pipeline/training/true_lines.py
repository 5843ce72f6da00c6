"""Lines with their true text, cut into the recognizer's frame: from pairs of images and
texts, and from pages in PAGE XML or ALTO.

Neither tells where a line's letters stand and how high they are: line_framing.py measures both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import DataError
from pipeline.geometry import Point
from pipeline.image.binarize import flatten, ink_mask, is_bitonal
from pipeline.image.components import estimate_x_height, find_components
from pipeline.recognition.canvas import paper
from pipeline.recognition.frame import STORED_SCALE
from pipeline.training.datasets import IMAGE_SUFFIXES
from pipeline.training.line_framing import LINES_PER_INCH, PRINTED, Framing
from pipeline.training.outlines import outlined
from pipeline.training.page_truth import TruePage, read_page_truth
from pipeline.training.rows import (
    DAMAGED_IMAGE,
    LARGEST_IMAGE,
    NO_IMAGE,
    NO_TEXT,
    Row,
    decode_image,
)

Grey = NDArray[np.uint8]
TEXT_SUFFIX, PAGE_SUFFIX = ".gt.txt", ".xml"
NO_LETTERS, NO_OUTLINE = "no letters in its image", "no outline"
# a line up the margin that was brought to the height of the others: less than a column of the
# recognizer's frame is left for each of its characters
TOO_NARROW = "narrower than its text"
FLAT_PAPER = 245.0  # what `flatten` makes paper


def works_in(folder: Path, suffix: str, group_parts: int) -> list[str]:
    """The work of each file in a folder and its sub-folders that ends so, by its name."""
    names = (path.name.removesuffix(suffix) for path in sorted(folder.rglob(f"*{suffix}")))
    return [group_of(name, group_parts) for name in names]


def read_pairs(
    folder: Path,
    group_parts: int = 1,
    framing: Framing = PRINTED,
    works: Container[str] | None = None,
) -> Iterator[Row]:
    """Pairs of NAME.png (or another image) and NAME.gt.txt, the convention of ocropus, tesstrain,
    Calamari and kraken, in order of name, each line placed as `framing` says.

    Args:
        folder: with sub-folders.
        group_parts: how many parts at the end of a name, parted by `_`, are the line's own; what
            stands before them is the work that it is taken from.
        works: only lines of these.

    Raises:
        DataError: there is no such pair.
    """
    texts = sorted(folder.rglob(f"*{TEXT_SUFFIX}"))
    if not texts:
        raise DataError(f"no NAME{TEXT_SUFFIX} in {folder}", "Give a folder of such pairs.")

    def work_of(path: Path) -> str:
        return group_of(path.name.removesuffix(TEXT_SUFFIX), group_parts)

    for work, paths in groupby(texts, work_of):
        if works is None or work in works:
            yield from _framed([_read_pair(path, work) for path in paths], framing)


def _read_pair(path: Path, work: str) -> Row:
    name = path.name.removesuffix(TEXT_SUFFIX)
    row = Row(name, _read_text(path), group=work)
    image = _image_beside(path.with_name(name))
    if image is None or not row.text:
        return replace(row, reason=NO_IMAGE if row.text else NO_TEXT)
    grey = _open_image(image)
    if grey is None:
        return replace(row, reason=DAMAGED_IMAGE)
    return replace(row, image=even_paper(grey))


def _framed(rows: list[Row], framing: Framing) -> Iterator[Row]:
    """Lines of one work, each placed as `framing` says."""
    heights = framing.x_heights([row.image for row in rows])
    for row, height in zip(rows, heights, strict=True):
        yield row if row.image is None else _cut(row, row.image, framing, height)


@dataclass(frozen=True)
class TrueFile:
    """A page in PAGE XML or ALTO and the image beside it; or why it cannot be used. `work`: what
    it is taken from."""

    path: Path
    work: str
    page: TruePage | None = None
    image: Path | None = None
    reason: str = ""


def true_files(
    folder: Path, group_parts: int = 0, works: Container[str] | None = None
) -> Iterator[TrueFile]:
    """The pages in PAGE XML or ALTO in a folder and its sub-folders, in order of name.

    Args:
        group_parts: as in `read_pairs`, of the file's name.
        works: only pages of these.

    Raises:
        DataError: there is no XML file.
    """
    paths = sorted(folder.rglob(f"*{PAGE_SUFFIX}"))
    if not paths:
        raise DataError(f"no .xml in {folder}", "Give a folder of PAGE XML or ALTO with images.")
    for path in paths:
        work = group_of(path.stem, group_parts)
        if works is not None and work not in works:
            continue
        try:
            page = read_page_truth(path)
        except DataError as error:
            yield TrueFile(path, work, reason=error.message.replace(f"{path} ", ""))
            continue
        named = path.with_name(page.image) if page.image else path
        image = named if named.suffix.lower() in IMAGE_SUFFIXES and named.is_file() else None
        image = image or _image_beside(path.with_suffix("")) or _image_beside(numbered(path))
        yield TrueFile(path, work, page, image, "" if image else NO_IMAGE)


def read_pages(
    folder: Path,
    group_parts: int = 0,
    without: str = "",
    framing: Framing = PRINTED,
    works: Container[str] | None = None,
) -> Iterator[Row]:
    """The lines of pages in PAGE XML or ALTO with their images beside them, in order of name, each
    placed as `framing` says. A page that cannot be read is one row with the reason.

    Args:
        folder: with sub-folders.
        group_parts: as in `read_pairs`, of the file's name.
        without: regular expression of the kinds of lines that are left out, such as Handwritten.
        works: only pages of these.

    Raises:
        DataError: there is no XML file.
    """
    for file in true_files(folder, group_parts, works):
        name, group = file.path.stem, file.work
        grey = _open_image(file.image) if file.image else None
        if file.page is None or grey is None:
            yield Row(name, reason=file.reason or DAMAGED_IMAGE, group=group)
            continue
        for row in cut_page(grey, file.page, name, without, framing):
            yield replace(row, group=group)


def numbered(path: Path) -> Path:
    """The name of a page without any suffix: 0001 of 0001.page.xml, as Recto's own outputs are
    called."""
    return path.with_name(path.name.partition(".")[0])


def cut_page(
    grey: Grey, page: TruePage, name: str, without: str = "", framing: Framing = PRINTED
) -> Iterator[Row]:
    """The lines of one page, called NAME_1, NAME_2 …, each placed as `framing` says.

    Args:
        grey: (H, W) uint8, of any size: the coordinates of `page` are scaled to it.
    """
    height, width = grey.shape
    scales = width / (page.width or width), height / (page.height or height)
    flat = flatten(grey)
    outlines = [outlined(flat, line, scales) if line.text else None for line in page.lines]
    heights = framing.x_heights(outlines)
    letter = 0.0 if any(heights) else page_letter(flat, page, scales[1])
    told = zip(page.lines, outlines, heights, strict=True)
    for number, (line, image, height) in enumerate(told, start=1):
        row = Row(f"{name}_{number}", line.text, origin=line.origin)
        if not line.text:
            yield replace(row, reason=NO_TEXT)
        elif without and re.search(without, line.kind):
            yield replace(row, reason=f"left out: {line.kind}")
        elif image is None:
            yield replace(row, reason=NO_OUTLINE)
        else:
            yield _cut(row, image, framing, height or letter)


def page_letter(flat: Grey, page: TruePage, scale: float) -> float:
    """Typical x-height of a page in pixels; 0 where its lines have no outlines."""
    heights = [_height(line.polygon) * scale for line in page.lines if line.polygon]
    if not heights:
        return 0.0
    return estimate_x_height(
        find_components(ink_mask(flat)), LINES_PER_INCH * float(np.median(heights))
    )


def group_of(name: str, parts: int) -> str:
    """A name without so many of its last parts."""
    return name.rsplit("_", parts)[0] if parts else name


def even_paper(image: Grey) -> Grey:
    """A line's image with its paper as light as that of a flattened page: a line is too low for
    its background to be told from its strokes, place by place."""
    if is_bitonal(image):
        return image
    return np.asarray(
        cv2.convertScaleAbs(image, alpha=FLAT_PAPER / max(40, paper(image))), np.uint8
    )


def _cut(row: Row, image: Grey, framing: Framing, letter: float) -> Row:
    placed = framing.place(image, letter)
    if placed is not None and placed.shape[1] < STORED_SCALE * len(row.text):
        return replace(row, image=None, reason=TOO_NARROW)
    return replace(row, image=placed, reason="" if placed is not None else NO_LETTERS)


def _read_text(path: Path) -> str:
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    return " ".join(unicodedata.normalize("NFC", text).split())


def _image_beside(stem: Path) -> Path | None:
    """The image of that name, `.png` or another; those that were binarized or made grey for
    ocropus (`.bin.png`, `.nrm.png`) count as well."""
    suffixes = (*sorted(IMAGE_SUFFIXES), ".bin.png", ".nrm.png")
    return next((p for s in suffixes if (p := stem.with_name(stem.name + s)).is_file()), None)


def _open_image(path: Path) -> Grey | None:
    return decode_image(path.read_bytes()) if path.stat().st_size <= LARGEST_IMAGE else None


def _height(polygon: tuple[Point, ...]) -> float:
    ys = [y for _, y in polygon]
    return max(ys) - min(ys)
