"""A recognized page in the coordinates of the page as supplied, boxes nested and clipped: what
every format writes."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace

from pipeline.config import Spelling
from pipeline.document import PICTURE, Line, Page, Region, Word, cell_of
from pipeline.export.xml_text import one_line
from pipeline.geometry import Box
from pipeline.line_turns import turns_to_lie
from pipeline.spelling import modern_spelling


@dataclass(frozen=True)
class SourceWord:
    """A word, its box in the page as supplied, its confidence in percent, other readings of it, and
    whether a person wrote it."""

    box: Box
    text: str
    percent: int
    alternatives: tuple[str, ...] = ()
    corrected: bool = False


@dataclass(frozen=True)
class SourceLine:
    """A line with hOCR's baseline: slope, and offset from the bottom left corner of the box; None
    where its text is turned.

    `points` is the baseline as a polyline in pixels of the page as supplied. `place` is the box
    that the line was segmented with, which stays whatever its words become, and `straight` the same
    on the upright and level page. `proofread`: a person has found its text right. `angle` is by
    how many degrees its text is turned counter-clockwise: 0, 90, 180 or 270.
    """

    box: Box
    words: tuple[SourceWord, ...]
    baseline: tuple[float, float] | None
    x_height: float
    place: Box
    straight: Box
    paragraph: bool = False
    points: tuple[tuple[int, int], ...] = ()
    proofread: bool = False
    angle: int = 0

    @property
    def along(self) -> tuple[int, int]:
        """The direction of reading: (1, 0), (0, -1), (-1, 0) or (0, 1)."""
        return {0: (1, 0), 90: (0, -1), 180: (-1, 0), 270: (0, 1)}[self.angle]

    @property
    def text(self) -> str:
        """Words with single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True)
class SourceCell:
    """A cell of a table: its first row and column, counted from 0, how many of each it takes, and
    its lines with their numbers in the region, counted from 1."""

    box: Box
    row: int
    column: int
    rows: int
    columns: int
    lines: tuple[tuple[int, SourceLine], ...]

    @property
    def text(self) -> str:
        """The lines with single spaces between."""
        return " ".join(line.text for _, line in self.lines)


@dataclass(frozen=True)
class SourceRegion:
    """A region, its lines, and the code of its language, empty where that was not told; a picture
    has no lines. A table whose cells are known has these too, row by row: its lines are those of
    the cells. `place` is the box that the region was segmented with."""

    box: Box
    kind: str
    lines: tuple[SourceLine, ...]
    place: Box
    cells: tuple[SourceCell, ...] = ()
    language: str = ""

    @property
    def angle(self) -> int:
        """By how many degrees most of its lines are turned counter-clockwise."""
        ((angle, _),) = Counter(line.angle for line in self.lines).most_common(1) or [(0, 0)]
        return angle

    @property
    def rows(self) -> list[list[SourceCell]]:
        """The cells that begin in each row of a table, from left to right."""
        count = max((cell.row + cell.rows for cell in self.cells), default=0)
        return [[cell for cell in self.cells if cell.row == row] for row in range(count)]

    @property
    def paragraphs(self) -> list[tuple[SourceLine, ...]]:
        """The lines of each paragraph, the first of which may go on from elsewhere."""
        starts = [k for k, line in enumerate(self.lines) if k == 0 or line.paragraph]
        return [
            self.lines[a:b] for a, b in zip(starts, [*starts[1:], len(self.lines)], strict=True)
        ]


def block_id(page: int, region: int) -> str:
    """The id of a region, all counted from 1."""
    return f"block_{page}_{region}"


def line_id(page: int, region: int, line: int) -> str:
    """The id of a line in every format, all counted from 1."""
    return f"line_{page}_{region}_{line}"


def word_id(page: int, region: int, line: int, word: int) -> str:
    """The id of a word in every format, all counted from 1."""
    return f"word_{page}_{region}_{line}_{word}"


def source_regions(page: Page) -> tuple[SourceRegion, ...]:
    """Regions of a page in reading order, every box within its parent's and within the page."""
    whole = Box(0, 0, max(1, page.width), max(1, page.height))
    regions = (_region(page, region, whole) for region in page.regions)
    return tuple(region for region in regions if region.lines or region.kind == PICTURE)


def reading_regions(page: Page, spelling: Spelling) -> tuple[SourceRegion, ...]:
    """Regions of a page, their words spelt as they are to be read and searched; see
    `source_regions`."""
    regions = source_regions(page)
    if spelling == "printed":
        return regions
    return tuple(_modern_region(region) for region in regions)


def _modern_region(region: SourceRegion) -> SourceRegion:
    lines = tuple(_modern_line(line, region.language) for line in region.lines)
    cells = tuple(
        replace(
            cell, lines=tuple((k, _modern_line(line, region.language)) for k, line in cell.lines)
        )
        for cell in region.cells
    )
    return replace(region, lines=lines, cells=cells)


def _modern_line(line: SourceLine, language: str) -> SourceLine:
    words = tuple(replace(word, text=modern_spelling(word.text, language)) for word in line.words)
    return replace(line, words=words)


def _clip(box: Box, whole: Box) -> Box:
    """The part of a box on the page; one pixel at its edge for a box beyond it."""
    inside = box.clipped(whole)
    if inside is not None:
        return inside
    left = min(max(box.left, 0), whole.right - 1)
    top = min(max(box.top, 0), whole.bottom - 1)
    return Box(left, top, left + 1, top + 1)


def _region(page: Page, region: Region, whole: Box) -> SourceRegion:
    lines = tuple(_line(page, line, whole) for line in region.lines if line.words)
    place = _clip(page.home_box(region.box), whole)
    box = Box.around(line.box for line in lines) if lines else place
    if not region.cells or not lines:
        return SourceRegion(box, region.kind, lines, place, language=region.language)
    own = [cell_of(line.box, region.cells) for line in region.lines if line.words]
    cells = tuple(
        SourceCell(
            _clip(page.home_box(cell.box), whole),
            cell.row,
            cell.column,
            cell.rows,
            cell.columns,
            tuple(
                (number, line)
                for number, (index, line) in enumerate(zip(own, lines, strict=True), start=1)
                if index == k
            ),
        )
        for k, cell in enumerate(region.cells)
    )
    held = [Box.around([cell.box, *(line.box for _, line in cell.lines)]) for cell in cells]
    cells = tuple(replace(cell, box=box) for cell, box in zip(cells, held, strict=True))
    return SourceRegion(Box.around([box, *held]), region.kind, lines, place, cells, region.language)


def _line(page: Page, line: Line, whole: Box) -> SourceLine:
    words = tuple(_word(page, word, whole) for word in line.words)
    box = Box.around(word.box for word in words)
    angle = (page.orientation - 90 * turns_to_lie(line)) % 360
    return SourceLine(
        box,
        words,
        None if angle else _baseline(page, line, box),
        line.x_height / page.onto_read.e,
        _clip(page.home_box(line.box), whole),
        line.box,
        line.paragraph,
        _points(page, line, whole),
        line.proofread,
        angle,
    )


def _points(page: Page, line: Line, whole: Box) -> tuple[tuple[int, int], ...]:
    """The baseline in whole pixels on the page."""
    points = page.home_path(line.baseline)
    return tuple(
        (min(max(round(x), 0), whole.right - 1), min(max(round(y), 0), whole.bottom - 1))
        for x, y in points
    )


def _word(page: Page, word: Word, whole: Box) -> SourceWord:
    percent = round(100 * (word.confidence or 0.0))
    return SourceWord(
        _clip(page.home_box(word.box), whole),
        one_line(word.text),
        percent,
        tuple(map(one_line, word.alternatives)),
        word.corrected,
    )


def _baseline(page: Page, line: Line, box: Box) -> tuple[float, float]:
    """Slope and offset of the line through the ends of the baseline, relative to the box's bottom
    left corner."""
    (x0, y0), (x1, y1) = (
        page.home_point(line.baseline[0]),
        page.home_point(line.baseline[-1]),
    )
    slope = (y1 - y0) / (x1 - x0) if not math.isclose(x0, x1) else 0.0
    return slope, y0 + slope * (box.left - x0) - box.bottom
