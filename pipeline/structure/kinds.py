"""What the regions of a page are, told from their place, their size and their text; and where
paragraphs begin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
    TABLE,
    TEXT,
    Leaf,
    Line,
    Page,
    Region,
)  # fmt: skip
from pipeline.geometry import Box

NUMBER = re.compile(r"[\[(—–.-]*\s*(?:\d{1,4}|[ivxlc]{1,7}|[IVXLC]{1,7})\s*[\])—–.-]*")
NUMBER_AT_END = re.compile(r"^\W*(?:\d{1,4}|[ivxlc]{2,7})\b|\b(?:\d{1,4}|[ivxlc]{2,7})\W*$")
NOTE_MARK = re.compile(r"^(?:[*†‡§¶]|\(?[0-9a-z]\)|\d{1,2}\b|\[\d+\])")
SAME_ROW = 0.8  # baselines of one row differ by less, in x-heights of the text
HEADER_GAP = 1.2  # the line below a running head lies further away than this, in usual pitches
HEADER_SIZE = 1.25  # letters of a running head are no larger, in x-heights of the text
HEADER_WORDS = 12
CAPITALS = 0.7  # share of capitals from which on a line is set in capitals
LARGE, SMALL = 1.2, 0.9  # x-heights of headings and of notes, in those of the text
CAPTION_SIZE = 0.93  # captions of more than two lines are smaller, in x-heights of the text
HEADING_LINES, CAPTION_LINES, NOTE_ZONE = (
    4,
    8,
    0.55,
)  # notes begin below this share of the leaf's text
SHORT = 0.9  # a heading is narrower than this share of the text
CAPTION_GAP = 6.0  # white between a picture and its caption, in x-heights
MARGIN_WIDTH = 0.3  # marginal notes are narrower than this share of the text
CELL_GAP, CELL_ROWS = 2.5, 0.5  # a table has white as wide in so many of its lines
INDENT = (0.7, 8.0)  # first lines are set in by so much, in x-heights
HANGING = (
    0.2  # share of lines that begin further left from which on indents are those of hanging lines
)
LAST_LINE = 0.8  # a line that ends before this share of the width may be the last of its paragraph
SENTENCE_END = re.compile(r"[.?!:;][”’\"')\]»]*$")


@dataclass(frozen=True)
class Body:
    """The running text of a leaf: x-height, pitch, left and right edge, top and bottom, in
    pixels."""

    x_height: float
    pitch: float
    left: float
    right: float
    top: float
    bottom: float

    @property
    def width(self) -> float:
        """Columns from the left edge to the right one."""
        return max(1.0, self.right - self.left)


def label_page(page: Page) -> Page:
    """The recognized page with the kind of each region, and with the lines that begin a paragraph
    marked."""
    return replace(page, leaves=tuple(_labelled(leaf) for leaf in page.leaves))


def _labelled(leaf: Leaf) -> Leaf:
    lines = [line for region in leaf.regions for line in region.lines]
    if not lines:
        return leaf
    body = measure_body(leaf.regions)
    rows = _outer_rows(lines, body)
    regions = [
        part for region in leaf.regions if not _is_dirt(region) for part in _parted(region, rows)
    ]
    pictures = [region.box for region in regions if region.kind == PICTURE]
    kinds = [_kind(region, rows, body, pictures) for region in regions]
    labelled = [replace(region, kind=kind) for region, kind in zip(regions, kinds, strict=True)]
    labelled.sort(key=lambda region: _end_of_leaf(region, rows))  # stable: all else keeps its order
    return replace(leaf, regions=tuple(with_paragraphs(labelled, body)))


def measure_body(regions: Iterable[Region]) -> Body:
    """The running text of a leaf: what most of its words are."""
    lines = [line for region in regions for line in region.lines]
    weights = np.array([len(line.text) + 1 for line in lines], dtype=float)
    x_height = _weighted_median(np.array([line.x_height for line in lines]), weights)
    usual = [line for line in lines if abs(line.x_height / x_height - 1) < 0.15] or lines
    steps = [
        below.baseline[0][1] - above.baseline[0][1]
        for region in regions
        for above, below in pairwise(region.lines)
    ]
    edges = np.array(
        [(line.box.left, line.box.right, line.box.top, line.box.bottom) for line in usual],
        dtype=float,
    )
    return Body(
        x_height,
        float(np.median(steps)) if steps else 2.6 * x_height,
        float(np.percentile(edges[:, 0], 10)),
        float(np.percentile(edges[:, 1], 90)),
        float(edges[:, 2].min()),
        float(edges[:, 3].max()),
    )


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values)
    return float(values[order][np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)])


@dataclass(frozen=True)
class OuterRows:
    """The first and the last row of a leaf, by the identity of their lines, and whether each stands
    apart from the text."""

    first: frozenset[int]
    last: frozenset[int]
    first_text: str
    first_apart: bool


def _outer_rows(lines: Sequence[Line], body: Body) -> OuterRows:
    floors = np.array([line.baseline[0][1] for line in lines])
    near_top = [
        line
        for line, floor in zip(lines, floors, strict=True)
        if floor - floors.min() < SAME_ROW * body.x_height
    ]
    near_bottom = [
        line
        for line, floor in zip(lines, floors, strict=True)
        if floors.max() - floor < SAME_ROW * body.x_height
    ]
    below = floors[floors - floors.min() >= SAME_ROW * body.x_height]
    apart = not len(below) or below.min() - floors.min() > HEADER_GAP * body.pitch
    text = " ".join(line.text for line in sorted(near_top, key=lambda line: line.box.left))
    return OuterRows(
        frozenset(map(id, near_top)), frozenset(map(id, near_bottom)), text, bool(apart)
    )


def _is_dirt(region: Region) -> bool:
    """Whether a region is a lone point or stroke: what specks are read as."""
    text = "".join(line.text for line in region.lines).replace(" ", "")
    return 0 < len(text) < 3 and not any(c.isalnum() for c in text)


def _parted(region: Region, rows: OuterRows) -> list[Region]:
    """The region, its first or last line split off where that may be a running head or a page
    number."""
    if len(region.lines) < 2:
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


def _end_of_leaf(region: Region, rows: OuterRows) -> int:
    """-1 for what is read before all else, 1 for what is read after it, 0 for the rest."""
    if region.kind in (HEADER, PAGE_NUMBER) and region.lines:
        return -1 if id(region.lines[0]) in rows.first else 1
    return 0


def _kind(region: Region, rows: OuterRows, body: Body, pictures: Sequence[Box]) -> str:
    lines = region.lines
    if not lines:
        return region.kind
    text = " ".join(line.text for line in lines)
    size = float(np.median([line.x_height for line in lines])) / body.x_height
    outer = [id(line) in rows.first or id(line) in rows.last for line in lines]
    if all(outer) and NUMBER.fullmatch(text):
        return PAGE_NUMBER
    if all(id(line) in rows.first for line in lines) and _is_header(rows, size):
        return HEADER
    captioned = any(_is_under(region.box, picture, body) for picture in pictures)
    if (
        captioned
        and len(lines) <= CAPTION_LINES
        and (size < CAPTION_SIZE or (len(lines) <= 2 and size < HEADER_SIZE))
    ):
        return CAPTION
    outside = (
        region.box.right < body.left + body.x_height or region.box.left > body.right - body.x_height
    )
    if outside and region.box.width < MARGIN_WIDTH * body.width and size < HEADER_SIZE:
        return MARGINALIA
    if _is_table(lines):
        return TABLE
    low = region.box.top > body.top + NOTE_ZONE * (body.bottom - body.top)
    if low and size < SMALL and NOTE_MARK.match(text):
        return FOOTNOTE
    narrow = region.box.width < SHORT * body.width
    if len(lines) <= HEADING_LINES and (size > LARGE or (narrow and _capitals(text) > CAPITALS)):
        return HEADING
    return TEXT


def _is_header(rows: OuterRows, size: float) -> bool:
    """Whether the first row is a running head: apart from the text, short, with a page number or in
    capitals."""
    words = rows.first_text.split()
    if not rows.first_apart or len(words) > HEADER_WORDS or size > HEADER_SIZE:
        return False
    return bool(NUMBER_AT_END.search(rows.first_text)) or _capitals(rows.first_text) > CAPITALS


def _capitals(text: str) -> float:
    letters = [c for c in text if c.isalpha()]
    return sum(c.isupper() for c in letters) / len(letters) if len(letters) > 2 else 0.0


def _is_under(box: Box, picture: Box, body: Body) -> bool:
    """Whether a region stands under a picture, and is no wider than it by much."""
    common = min(box.right, picture.right) - max(box.left, picture.left)
    near = -body.x_height < box.top - picture.bottom < CAPTION_GAP * body.x_height
    return near and common > 0.6 * box.width and box.width < 1.3 * picture.width


def _is_table(lines: Sequence[Line]) -> bool:
    """Whether most of several lines have white as wide as between cells."""
    if len(lines) < 2:
        return False
    gapped = 0
    for line in lines:
        words = sorted(line.words, key=lambda word: word.box.left)
        gaps = [right.box.left - left.box.right for left, right in pairwise(words)]
        gapped += max(gaps, default=0) > CELL_GAP * line.x_height
    return gapped >= max(2, CELL_ROWS * len(lines))


def with_paragraphs(regions: Sequence[Region], body: Body) -> list[Region]:
    """The regions with the lines marked that begin a paragraph."""
    result: list[Region] = []
    above: Line | None = None  # the last line of running text before, in the same column
    for region in regions:
        if region.kind != TEXT:
            marks = [k == 0 for k in range(len(region.lines))]
            above = None if region.kind == HEADING else above
        else:
            marks = _first_lines(
                region.lines, above, body, heads=bool(result) and result[-1].kind == HEADING
            )
            above = region.lines[-1]
        lines = tuple(
            replace(line, paragraph=mark) for line, mark in zip(region.lines, marks, strict=True)
        )
        result.append(replace(region, lines=lines))
    return result


def _first_lines(lines: Sequence[Line], above: Line | None, body: Body, heads: bool) -> list[bool]:
    """Which lines of a region begin a paragraph: those set in, those after a short last line, those
    after wider white."""
    lefts = np.array([line.box.left for line in lines], dtype=float)
    rights = np.array([line.box.right for line in lines], dtype=float)
    margin = float(np.median(lefts)) if len(lines) > 2 else float(lefts.min())
    x = body.x_height
    hanging = float(np.mean(lefts < margin - INDENT[0] * x)) >= HANGING and len(lines) > 4
    marks = []
    for k, line in enumerate(lines):
        indent = (lefts[k] - margin) / x
        begins = indent < -INDENT[0] if hanging else INDENT[0] < indent < INDENT[1]
        previous = lines[k - 1] if k else above
        if k:
            ended = rights[k - 1] < margin + LAST_LINE * (rights.max() - margin)
            begins |= bool(ended and SENTENCE_END.search(lines[k - 1].text))
        elif previous is None:
            begins |= heads
        else:
            step = line.baseline[0][1] - previous.baseline[-1][1]
            begins |= bool(HEADER_GAP * body.pitch < step and SENTENCE_END.search(previous.text))
        marks.append(bool(begins))
    return marks
