"""Paragraphs that go on over regions and pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.document import HEADER, HEADING, PAGE_NUMBER, TABLE, TEXT
from pipeline.structure.hyphens import Hyphens, Joined, join_words
from pipeline.structure.paragraphs import may_end_paragraph
from pipeline.structure.printed import Piece, ReadRegion
from pipeline.structure.verse import find_verse

LEFT_OUT = (HEADER, PAGE_NUMBER)


@dataclass(frozen=True)
class Paragraph:
    """Lines that are joined, or in verse stand below each other; a table has the lines of each cell
    of each of its rows in `table`."""

    lines: tuple[tuple[Piece, ...], ...]
    verse: bool = False
    table: tuple[tuple[tuple[tuple[Piece, ...], ...], ...], ...] = ()

    def rows(self, hyphens: Hyphens) -> list[list[list[Joined]]]:
        """Its words, in the rows in which they are to be read: each row has one cell but those of a
        table, and words."""
        if self.table:
            rows = ([join_words(cell, hyphens) for cell in row] for row in self.table)
            return [row for row in rows if any(row)]
        if self.verse:
            return [[join_words([line], hyphens)] for line in self.lines]
        return [[join_words(self.lines, hyphens)]]


def join_paragraphs(pages: Iterable[Sequence[ReadRegion]], running_heads: bool) -> list[Paragraph]:
    """Join the lines of a book to paragraphs, in reading order.

    A paragraph goes on over regions and pages until a line begins another, or verse begins or ends.
    Captions, notes and tables that stand in the midst of one follow after it. Running heads and
    page numbers are left out unless they are asked for.
    """
    done: list[Paragraph] = []
    current: list[tuple[Piece, ...]] = []
    floats: list[Paragraph] = []
    ended = in_verse = False

    def flush() -> None:
        nonlocal current
        done.extend([Paragraph(tuple(current), in_verse)] if current else [])
        done.extend(floats)
        current = []
        floats.clear()

    for page in pages:
        for region in page:
            lines = tuple(line.pieces for line in region.lines if line.pieces)
            if not lines or (region.kind in LEFT_OUT and not running_heads):
                continue
            if region.kind == HEADING:
                flush()
                done.append(Paragraph(lines))
            elif region.rows:
                floats.append(Paragraph(lines, table=region.cells_of_rows))
            elif region.kind == TABLE:
                floats.extend(Paragraph((line,)) for line in lines)
            elif region.kind != TEXT:
                floats.append(Paragraph(lines))
            else:
                verse = find_verse(region.lines)
                for k, line in enumerate(region.lines):
                    if (
                        (k in verse) != in_verse
                        or (k == 0 and (in_verse or ended))
                        or (line.paragraph and k not in verse)
                    ):
                        flush()
                    in_verse = k in verse
                    current.append(line.pieces)
                last = region.lines[-1]
                ended = last.short and bool(last.pieces) and may_end_paragraph(last.pieces[-1].text)
    flush()
    return done
