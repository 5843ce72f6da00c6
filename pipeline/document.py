"""A page as Recto knows it: Page > Leaf > Region > Line > Word > Character.

Frozen dataclasses that refuse bad geometry when they are built. All geometry of a page is in its
`straight` coordinates; `home_point` and `home_box` bring it to the page as supplied. Each stage
adds its layer and leaves the others as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.geometry import Affine, Box, Point
from pipeline.mesh import Mesh

DONE, BLANK, QUARANTINED = "done", "blank", "quarantined"
STATUSES = (DONE, BLANK, QUARANTINED)

TEXT, HEADING, HEADER, PAGE_NUMBER, CAPTION = "text", "heading", "header", "page-number", "caption"
FOOTNOTE, MARGINALIA, TABLE, PICTURE, DROP_CAPITAL = (
    "footnote",
    "marginalia",
    "table",
    "picture",
    "drop-capital",
)
PRINT, HAND = "print", "hand"
KINDS = (
    TEXT,
    HEADING,
    HEADER,
    PAGE_NUMBER,
    CAPTION,
    FOOTNOTE,
    MARGINALIA,
    TABLE,
    PICTURE,
    DROP_CAPITAL,
)


def _check_confidence(value: float | None) -> None:
    if value is not None and not 0 <= value <= 1:
        raise ValueError(f"a confidence lies between 0 and 1, not {value}")


@dataclass(frozen=True)
class Character:
    """One character with its box and the posterior of its frame, 0 to 1."""

    text: str
    box: Box
    confidence: float

    def __post_init__(self) -> None:
        _check_confidence(self.confidence)


@dataclass(frozen=True)
class Word:
    """What stands between two spaces. Before recognition `text` is empty and there is no
    confidence, and where each letter stands in a cell of its own, as in the combs of forms, `cells`
    are their boxes, from left to right; `corrected`: a person wrote it."""

    box: Box
    text: str = ""
    confidence: float | None = None
    characters: tuple[Character, ...] = ()
    alternatives: tuple[str, ...] = ()
    corrected: bool = False
    cells: tuple[Box, ...] = ()

    def __post_init__(self) -> None:
        _check_confidence(self.confidence)
        if not all(self.box.contains(cell) for cell in self.cells):
            raise ValueError("a word's box holds those of its letters")
        if any(c.isspace() for c in self.text):
            raise ValueError(f"a word holds no white space: {self.text!r}")


@dataclass(frozen=True)
class Line:
    """One line of text: its polyline baseline from left to right, its x-height in pixels, its
    words.

    `text` is what the decoder wrote, `greedy` the best path without a language model. Where letters
    all of one height may as well be figures or capitals of a smaller size, `other_x_height` is what
    the x-height then is: the recognizer decides. `paragraph` marks the first line of a paragraph.
    `proofread`: a person has found its text right.
    """

    box: Box
    baseline: tuple[Point, ...]
    x_height: float
    words: tuple[Word, ...] = ()
    polygon: tuple[Point, ...] = ()
    text: str = ""
    greedy: str = ""
    confidence: float | None = None
    other_x_height: float = 0.0
    paragraph: bool = False
    proofread: bool = False

    def __post_init__(self) -> None:
        _check_confidence(self.confidence)
        if len(self.baseline) < 2 or any(
            p[0] > q[0] for p, q in zip(self.baseline, self.baseline[1:], strict=False)
        ):
            raise ValueError("a baseline has two points or more, from left to right")
        if self.x_height <= 0:
            raise ValueError("an x-height is positive")
        if not all(self.box.contains(word.box) for word in self.words):
            raise ValueError("a line's box holds the boxes of its words")


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its box, its first row and column, counted from 0, and how many of each it
    takes. What it holds are the words whose middles lie in its box."""

    box: Box
    row: int
    column: int
    rows: int = 1
    columns: int = 1

    def __post_init__(self) -> None:
        if self.row < 0 or self.column < 0 or self.rows < 1 or self.columns < 1:
            raise ValueError("a cell lies in a row and a column counted from 0, and takes one each")

    def holds(self, box: Box) -> bool:
        """Whether the middle of a box lies in the cell."""
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        own = self.box
        return own.left <= x < own.right and own.top <= y < own.bottom

    def distance(self, box: Box) -> float:
        """Pixels from the middle of a box to the cell; 0 within it."""
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        own = self.box
        return math.hypot(max(own.left - x, 0, x - own.right), max(own.top - y, 0, y - own.bottom))


def cell_of(box: Box, cells: Sequence[Cell]) -> int:
    """The index of the one cell that a box is of: the first that holds its middle, or the nearest.

    Raises:
        ValueError: there are no cells.
    """
    return min(range(len(cells)), key=lambda k: (not cells[k].holds(box), cells[k].distance(box)))


@dataclass(frozen=True)
class Region:
    """A block of lines that belong together, and what kind of block it is, one of KINDS; a picture
    has no lines, and only a table has cells. `language` is its code (ISO 639-3), empty before its
    text is read, with the probability of that language."""

    box: Box
    kind: str = "text"
    lines: tuple[Line, ...] = ()
    polygon: tuple[Point, ...] = ()
    cells: tuple[Cell, ...] = ()
    language: str = ""
    language_confidence: float | None = None

    def __post_init__(self) -> None:
        _check_confidence(self.language_confidence)
        if self.cells and self.kind != TABLE:
            raise ValueError("only a table has cells")
        if self.kind not in KINDS:
            raise ValueError(f"a region's kind is one of {', '.join(KINDS)}, not {self.kind!r}")
        if not all(self.box.contains(line.box) for line in self.lines):
            raise ValueError("a region's box holds the boxes of its lines")


@dataclass(frozen=True)
class Leaf:
    """One page of a book on the scan; a scan of an opening has two. Regions are in reading
    order."""

    box: Box
    regions: tuple[Region, ...] = ()

    def __post_init__(self) -> None:
        if not all(self.box.contains(region.box) for region in self.regions):
            raise ValueError("a leaf's box holds the boxes of its regions")


@dataclass(frozen=True)
class Page:
    """One scan. Sizes in pixels: `width`, `height` as supplied, `straight_*` upright and level;
    angles in degrees.

    `skew` is the angle found and `skew_confidence`, 0 to 1, how sure it is; the page is turned by
    it only where that is worth it, which `to_source` shows. `stray_ink` is the share of the ink of
    letters that lies outside every line, `illegible` the number of lines in which nothing could be
    read, `doubtful` a code for why a page with ink has little text or none, empty on other pages.
    `writing` is "hand" where lines were found as those of joined handwriting are. `read_*` are the
    sizes to which the page was resampled to be read, 0 where it was not. A curved page has a
    `mesh` from straight coordinates to the raster turned upright by quarter turns, from which
    `to_source` then leads on.
    """

    number: int
    width: int
    height: int
    dpi: float
    image: str = ""
    image_md5: str = ""
    status: str = DONE
    reason: str = ""
    message: str = ""
    orientation: int = 0
    skew: float = 0.0
    skew_confidence: float = 0.0
    straight_width: int = 0
    straight_height: int = 0
    read_width: int = 0
    read_height: int = 0
    to_source: Affine = field(default_factory=Affine)
    leaves: tuple[Leaf, ...] = ()
    stray_ink: float = 0.0
    illegible: int = 0
    doubtful: str = ""
    writing: str = PRINT
    mesh: Mesh | None = None

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(
                f"a page's status is one of {', '.join(STATUSES)}, not {self.status!r}"
            )
        if self.status == QUARANTINED and not self.reason:
            raise ValueError("a quarantined page has a reason")
        if self.number < 1 or self.width < 0 or self.height < 0:
            raise ValueError("pages are counted from 1, and sizes are not negative")

    def home_point(self, point: Point) -> Point:
        """Where a point in straight coordinates lies on the page as supplied."""
        return self.to_source.apply(self.mesh.apply(point) if self.mesh else point)

    def home_path(self, path: tuple[Point, ...]) -> tuple[Point, ...]:
        """A polyline in straight coordinates as it runs on the page as supplied."""
        return tuple(map(self.to_source.apply, self.mesh.path(path) if self.mesh else path))

    def home_box(self, box: Box) -> Box:
        """The smallest box, on the page as supplied, around a box in straight coordinates."""
        if self.mesh is None:
            return self.to_source.box(box)
        return Box.of_points(map(self.to_source.apply, self.mesh.outline(box)))

    @property
    def onto_read(self) -> Affine:
        """From the page as supplied to the size at which it is read: the identity on most pages."""
        if not self.read_width:
            return Affine()
        return Affine(a=self.read_width / self.width, e=self.read_height / self.height)

    @property
    def read_dpi(self) -> float:
        """Resolution at the size at which the page is read."""
        return self.dpi * self.onto_read.a

    @property
    def onto_upright(self) -> Affine:
        """From straight coordinates to the raster turned upright by quarter turns alone: the
        identity on a level page."""
        turns = (4 - self.orientation // 90) % 4
        width, height = self.read_width or self.width, self.read_height or self.height
        onto = self.to_source.then(self.onto_read)
        onto = onto.then(Affine.quarter_turns(turns, width, height))
        return onto if max(abs(onto.b), abs(onto.d)) > 1e-9 else Affine()

    @property
    def regions(self) -> Iterator[Region]:
        """Every region in reading order."""
        return (region for leaf in self.leaves for region in leaf.regions)

    @property
    def lines(self) -> Iterator[Line]:
        """Every line in reading order."""
        return (line for region in self.regions for line in region.lines)

    @property
    def words(self) -> Iterator[Word]:
        """Every word in reading order."""
        return (word for line in self.lines for word in line.words)

    @property
    def mean_confidence(self) -> float | None:
        """Mean of the words' confidences, or None where there are none."""
        values = [word.confidence for word in self.words if word.confidence is not None]
        return sum(values) / len(values) if values else None
