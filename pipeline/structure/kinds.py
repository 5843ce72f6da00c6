"""What the regions of a page are, told from their place, their size and their text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from pipeline.document import (
    CAPTION,
    FOOTNOTE,
    HEADER,
    HEADING,
    MARGINALIA,
    PAGE_NUMBER,
    PICTURE,
    PRINT,
    TABLE,
    TEXT,
    Leaf,
    Line,
    Page,
    Region,
)  # fmt: skip
from pipeline.geometry import Box
from pipeline.structure.body import Body, measure_body
from pipeline.structure.captions import find_picture, put_captions_after
from pipeline.structure.line_counts import find_line_counts
from pipeline.structure.paragraphs import mark_paragraphs

NUMBER = re.compile(r"[\[(—–.-]*\s*(?:\d{1,4}|[ivxlc]{1,7}|[IVXLC]{1,7})\s*[\])—–.-]*")
NUMBER_AT_END = re.compile(r"^\W*(?:\d{1,4}|[ivxlc]{2,7})\b|\b(?:\d{1,4}|[ivxlc]{2,7})\W*$")
NOTE_MARK = re.compile(r"^(?:[*†‡§¶]|\(?[0-9a-z]\)|\d{1,2}\b|\[\d+\])")


@dataclass(frozen=True)
class KindParameters:
    """What tells the kinds of regions from each other: sizes and distances in x-heights of the
    running text, unless another unit is named. All chosen by eye on the pages of five books."""

    same_row: float = 0.8  # baselines of one row differ by less
    header_gap: float = 1.2  # the line below a running head is further away, in usual pitches
    header_size: float = 1.25  # letters of a running head, of captions and side notes are no larger
    header_words: int = 12  # most words of a running head
    capitals: float = 0.7  # share of capitals from which on a line is set in capitals
    large: float = 1.2  # letters of a heading are larger
    small: float = 0.9  # letters of notes are smaller
    caption_size: float = 0.93  # letters of captions of more lines than a short one are smaller
    heading_lines: int = 4  # most lines of a heading
    caption_lines: int = 8  # most lines of a caption
    short_caption: int = 2  # lines of a caption that may be as large as a running head
    note_zone: float = 0.55  # notes begin below this share of the leaf's text
    narrow: float = 0.9  # a heading in capitals is narrower than this share of the text
    margin_width: float = 0.3  # marginal notes are narrower than this share of the text
    cell_gap: float = 2.5  # a table has white as wide, in x-heights of the line …
    cell_rows: float = 0.5  # … in this share of its lines


PARAMETERS = KindParameters()
SPECKS = frozenset(".,:;'’‘\"“”„`´·•°-–—_=|¦/\\~^*<>‹›«»()[]{}!′″")


def label_page(page: Page) -> Page:
    """Give each region of a recognized page its kind, and mark the lines that begin a paragraph."""
    return replace(page, leaves=tuple(_label_leaf(leaf, page.writing) for leaf in page.leaves))


def _label_leaf(leaf: Leaf, writing: str) -> Leaf:
    lines = [line for region in leaf.regions for line in region.lines]
    if not lines:
        return leaf
    body = measure_body(leaf.regions)
    rows = _find_outer_rows(lines, body)
    regions = [
        part
        for region in leaf.regions
        if not _is_dirt(region)
        for part in _split_outer_lines(region, rows)
    ]
    pictures = [region.box for region in regions if region.kind == PICTURE]
    counts = find_line_counts(regions, body)
    kinds = [
        MARGINALIA if id(region) in counts else _tell_kind(region, rows, body, pictures, writing)
        for region in regions
    ]
    told = [replace(region, kind=kind) for region, kind in zip(regions, kinds, strict=True)]
    told.sort(key=lambda region: _rank_in_leaf(region, rows))  # stable: all else keeps its order
    told = put_captions_after(told, pictures, body)
    return replace(leaf, regions=tuple(mark_paragraphs(told, body)))


@dataclass(frozen=True)
class OuterRows:
    """The first and the last row of a leaf, by the identity of their lines, and whether each stands
    apart from the text."""

    first: frozenset[int]
    last: frozenset[int]
    first_text: str
    first_apart: bool


def _find_outer_rows(lines: Sequence[Line], body: Body) -> OuterRows:
    floors = np.array([line.baseline[0][1] for line in lines])
    near_top = [
        line
        for line, floor in zip(lines, floors, strict=True)
        if floor - floors.min() < PARAMETERS.same_row * body.x_height
    ]
    near_bottom = [
        line
        for line, floor in zip(lines, floors, strict=True)
        if floors.max() - floor < PARAMETERS.same_row * body.x_height
    ]
    below = floors[floors - floors.min() >= PARAMETERS.same_row * body.x_height]
    apart = not len(below) or below.min() - floors.min() > PARAMETERS.header_gap * body.pitch
    text = " ".join(line.text for line in sorted(near_top, key=lambda line: line.box.left))
    return OuterRows(
        frozenset(map(id, near_top)), frozenset(map(id, near_bottom)), text, bool(apart)
    )


def _is_dirt(region: Region) -> bool:
    """Whether a region is a lone point or stroke, or two: what specks are read as."""
    text = "".join(line.text for line in region.lines).replace(" ", "")
    return not region.cells and 0 < len(text) < 3 and set(text) <= SPECKS


def _split_outer_lines(region: Region, rows: OuterRows) -> list[Region]:
    """Split the first or last line of a region off where that may be a running head or a page
    number."""
    if len(region.lines) < 2 or region.cells:
        return [region]
    parts = [list(region.lines)]
    if id(region.lines[0]) in rows.first and (
        NUMBER.fullmatch(region.lines[0].text) or rows.first_apart
    ):
        parts = [parts[0][:1], parts[0][1:]]
    if (
        id(region.lines[-1]) in rows.last
        and NUMBER.fullmatch(region.lines[-1].text)
        and len(parts[-1]) > 1
    ):
        parts = [*parts[:-1], parts[-1][:-1], parts[-1][-1:]]
    if len(parts) == 1:
        return [region]
    return [
        replace(region, lines=tuple(part), box=Box.around(line.box for line in part))
        for part in parts
    ]


def _rank_in_leaf(region: Region, rows: OuterRows) -> int:
    """-1 for what is read before all else, 1 for what is read after it, 0 for the rest."""
    if region.kind in (HEADER, PAGE_NUMBER) and region.lines:
        return -1 if id(region.lines[0]) in rows.first else 1
    return 0


def _tell_kind(
    region: Region, rows: OuterRows, body: Body, pictures: Sequence[Box], writing: str
) -> str:
    lines = region.lines
    if not lines or region.cells:
        return region.kind
    text = " ".join(line.text for line in lines)
    size = float(np.median([line.x_height for line in lines])) / body.x_height
    outer = [id(line) in rows.first or id(line) in rows.last for line in lines]
    if all(outer) and NUMBER.fullmatch(text):
        return PAGE_NUMBER
    if all(id(line) in rows.first for line in lines) and _is_header(rows, size):
        return HEADER
    if (
        find_picture(region.box, pictures, body)
        and len(lines) <= PARAMETERS.caption_lines
        and (
            size < PARAMETERS.caption_size
            or (len(lines) <= PARAMETERS.short_caption and size < PARAMETERS.header_size)
        )
    ):
        return CAPTION
    outside = (
        region.box.right < body.left + body.x_height or region.box.left > body.right - body.x_height
    )
    if (
        outside
        and region.box.width < PARAMETERS.margin_width * body.width
        and size < PARAMETERS.header_size
    ):
        return MARGINALIA
    if writing == PRINT and _is_table(lines):  # hands leave white as wide anywhere
        return TABLE
    low = region.box.top > body.top + PARAMETERS.note_zone * (body.bottom - body.top)
    if low and size < PARAMETERS.small and NOTE_MARK.match(text):
        return FOOTNOTE
    narrow = region.box.width < PARAMETERS.narrow * body.width
    if len(lines) <= PARAMETERS.heading_lines and (
        size > PARAMETERS.large or (narrow and _share_of_capitals(text) > PARAMETERS.capitals)
    ):
        return HEADING
    return TEXT


def _is_header(rows: OuterRows, size: float) -> bool:
    """Whether the first row is a running head: apart from the text, short, with a page number or in
    capitals."""
    words = rows.first_text.split()
    if (
        not rows.first_apart
        or len(words) > PARAMETERS.header_words
        or size > PARAMETERS.header_size
    ):
        return False
    return (
        bool(NUMBER_AT_END.search(rows.first_text))
        or _share_of_capitals(rows.first_text) > PARAMETERS.capitals
    )


def _share_of_capitals(text: str) -> float:
    letters = [c for c in text if c.isalpha()]
    return sum(c.isupper() for c in letters) / len(letters) if len(letters) > 2 else 0.0


def _is_table(lines: Sequence[Line]) -> bool:
    """Whether most of several lines have white as wide as between cells."""
    if len(lines) < 2:
        return False
    gapped = 0
    for line in lines:
        words = sorted(line.words, key=lambda word: word.box.left)
        gaps = [right.box.left - left.box.right for left, right in pairwise(words)]
        gapped += max(gaps, default=0) > PARAMETERS.cell_gap * line.x_height
    return gapped >= max(2, PARAMETERS.cell_rows * len(lines))
