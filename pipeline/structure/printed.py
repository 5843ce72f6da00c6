"""What the reading text is made of: regions, lines and words as printed, each with its place on the
page as supplied."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """A word as printed: its text, page number, id and box (left, top, right, bottom) on the page
    as supplied."""

    text: str
    page: int
    id: str
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class ReadLine:
    """A line: its words, whether it begins a paragraph, and whether it ends well before its region
    does."""

    pieces: tuple[Piece, ...]
    paragraph: bool
    short: bool


@dataclass(frozen=True)
class ReadRegion:
    """A region's kind and lines. `rows`: of a table whose cells are known, by row and cell the
    indices of the lines in it."""

    kind: str
    lines: tuple[ReadLine, ...]
    rows: tuple[tuple[tuple[int, ...], ...], ...] = ()

    @property
    def cells_of_rows(self) -> tuple[tuple[tuple[tuple[Piece, ...], ...], ...], ...]:
        """By row and cell of a table the pieces of its lines."""
        return tuple(
            tuple(tuple(self.lines[index].pieces for index in cell) for cell in row)
            for row in self.rows
        )
