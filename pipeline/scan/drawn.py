"""What images a page of a PDF draws, and how densely: read from its content by pikepdf.

Images, stencils, masks and soft masks count alike, inline ones and those in forms too: archives lay
a sharp stencil of the letters over a coarse picture of the paper. ISO 32000-1, sections 8.9 and
8.10. What a page may cost is bounded: one whose content is larger, or nests or repeats more, is not
looked through, and is rendered as a page of which nothing is known.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

from pipeline.geometry import Affine
from pipeline.pdf_files import LARGEST_CONTENT, content_streams

MOST_DRAWN = 2_000  # images and forms that a page draws, repeats counted
DEEPEST = 12  # forms within forms
OPERATORS = "q Q cm Do BI ID EI Tr Tj TJ ' \""
SHOWING = frozenset({"Tj", "TJ", "'", '"'})
UNSEEN = frozenset({3, 7})  # text rendering modes that paint nothing, table 106
UNIT = Affine()


class TooMuchError(Exception):
    """A page draws more than is looked through."""


@dataclass(frozen=True)
class DrawnImage:
    """An image as a page shows it.

    Attributes:
        columns, rows: of its samples, or of its mask's where that is finer.
        matrix: from the unit square to the page's own units, y upwards.
        single: it is one layer: no mask or soft mask decides where it shows.
        opaque: it hides what was drawn before it; a stencil does not.
    """

    columns: int
    rows: int
    matrix: Affine
    single: bool
    opaque: bool

    @property
    def extent(self) -> tuple[float, float]:
        """(width, height) of the box around it, in the page's units."""
        m = self.matrix
        return abs(m.a) + abs(m.b), abs(m.d) + abs(m.e)

    @property
    def corner(self) -> tuple[float, float]:
        """The lower left corner of that box."""
        m = self.matrix
        return m.c + min(m.a, 0) + min(m.b, 0), m.f + min(m.d, 0) + min(m.e, 0)

    def way_up(self, clockwise: int) -> tuple[bool, int]:
        """How its samples lie on a page that is shown turned clockwise by so many degrees: mirrored
        left to right or not, and then so many quarter turns against the clock."""
        m = self.matrix
        turns = round(clockwise / 90) % 4
        # where its columns and its rows run to, x to the right, y down
        across, down = ((m.a, -m.d), (-m.b, m.e))
        for _ in range(turns):
            across, down = ((-y, x) for x, y in (across, down))
        quarters = 0
        while quarters < 3 and down[1] <= abs(down[0]):  # undone, quarter by quarter
            across, down = ((-y, x) for x, y in (across, down))
            quarters += 1
        return across[0] < 0, quarters

    @property
    def turned(self) -> bool:
        """Whether its columns run rather upwards than across."""
        return abs(self.matrix.d) > abs(self.matrix.a)

    @property
    def density(self) -> float:
        """Samples to a unit, the mean of both sides; 0 where it has no extent."""
        m = self.matrix
        across, up = math.hypot(m.a, m.d), math.hypot(m.b, m.e)
        return (self.columns / across + self.rows / up) / 2 if across > 0 and up > 0 else 0.0

    @property
    def area(self) -> float:
        """In square units of the page."""
        m = self.matrix
        return abs(m.a * m.e - m.b * m.d)


@dataclass(frozen=True)
class Drawn:
    """What a page draws: its images in order, and how many of them come before its last letters of
    a font that are shown; None where it shows none. On a page without images they are not looked
    for."""

    images: tuple[DrawnImage, ...]
    letters_at: int | None


def drawn_on(page: pikepdf.Page) -> Drawn | None:
    """What a page draws; None where that is more than is looked through, or its content cannot be
    parsed."""
    look = _Look()
    try:
        resources = inherited(page.obj, "/Resources")
        images = tuple(look.through(page.obj, page.obj.get("/Contents"), resources, UNIT, 0))
        return Drawn(images, look.letters_at)
    except (TooMuchError, MemoryError, RecursionError):
        return None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None  # what pikepdf raises where an object is of another kind than it should be


def inherited(node: Any, key: str, default: Any = None) -> Any:
    """What a page has of a key, its own or its parents'."""
    for _ in range(64):  # levels; a tree that leads back to itself has no end
        if key in node:
            return node[key]
        if "/Parent" not in node or not isinstance(node["/Parent"], pikepdf.Dictionary):
            break
        node = node["/Parent"]
    return default


class _Look:
    """One look through a page, and what it may still cost."""

    def __init__(self) -> None:
        self.letters_at: int | None = None
        self._images = 0
        self._content = LARGEST_CONTENT
        self._drawn = MOST_DRAWN

    def through(
        self, owner: Any, contents: Any, resources: Any, outer: Affine, depth: int
    ) -> Iterator[DrawnImage]:
        """The images of a content stream, those in its forms included."""
        data = [part.read_bytes() for part in content_streams(contents)]
        self._spend(content=sum(map(len, data)))
        if depth > DEEPEST:
            raise TooMuchError
        if not any(b"Do" in part or b"BI" in part for part in data):
            return
        matrix: Affine | None = outer  # None where all is flattened to a line or a point
        mode, kept = 0, list[tuple[Affine | None, int]]()
        for instruction in pikepdf.parse_content_stream(owner, OPERATORS):
            operands: Any = instruction.operands
            operator = str(instruction.operator)
            if operator == "q":
                kept.append((matrix, mode))
            elif operator == "Q" and kept:
                matrix, mode = kept.pop()
            elif operator == "cm" and matrix is not None:
                matrix = _within(operands, matrix)
            elif operator == "Tr" and operands:
                mode = int(operands[0])
            elif operator in SHOWING:
                self.letters_at = self._images if mode not in UNSEEN else self.letters_at
            elif operator == "INLINE IMAGE" and matrix is not None:
                self._spend(drawn=1)
                self._images += 1
                image, stencil = operands[0], bool(operands[0].image_mask)
                yield DrawnImage(image.width, image.height, matrix, True, not stencil)
            elif operator == "Do" and operands and matrix is not None:
                self._spend(drawn=1)
                yield from self._shown(operands[0], resources, matrix, depth)

    def _spend(self, content: int = 0, drawn: int = 0) -> None:
        self._content -= content
        self._drawn -= drawn
        if self._content < 0 or self._drawn < 0:
            raise TooMuchError

    def _shown(self, name: Any, resources: Any, matrix: Affine, depth: int) -> Iterator[DrawnImage]:
        """The images of an external object: itself, or those that a form draws."""
        objects = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
        shown = objects.get(str(name)) if isinstance(objects, pikepdf.Dictionary) else None
        if not isinstance(shown, pikepdf.Stream):
            return
        kind = shown.get("/Subtype")
        if kind == pikepdf.Name.Form:
            own = shown.get("/Matrix")
            inner = _within(own, matrix) if isinstance(own, pikepdf.Array) else matrix
            if inner is not None:
                own_resources = shown.get("/Resources", resources)
                yield from self.through(shown, shown, own_resources, inner, depth + 1)
        elif kind == pikepdf.Name.Image:
            layers = [shown.get(key) for key in ("/SMask", "/Mask")]
            masks = [layer for layer in layers if isinstance(layer, pikepdf.Stream)]
            sizes = [(int(one["/Width"]), int(one["/Height"])) for one in (shown, *masks)]
            self._images += 1
            stencil = bool(shown.get("/ImageMask", False))
            yield DrawnImage(*max(sizes), matrix, not masks, not masks and not stencil)


def _within(values: Any, outer: Affine) -> Affine | None:
    """A matrix of six numbers as PDF writes it, within another; None where the two flatten all.

    Raises:
        TypeError, ValueError, OverflowError: they are not six finite numbers.
    """
    a, b, c, d, e, f = (float(value) for value in values)
    if not all(map(math.isfinite, (a, b, c, d, e, f))):
        raise ValueError("a matrix that is not finite")
    try:
        return Affine(a, c, e, b, d, f).then(outer)
    except ValueError:
        return None
