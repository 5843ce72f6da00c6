"""The words of a page as printed, in JSON: what `stages.export` leaves of a page for the reading
text of its book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.config import Spelling
from pipeline.document import Page
from pipeline.export.source import reading_regions, word_id
from pipeline.structure.paragraphs import is_short
from pipeline.structure.printed import Piece, ReadLine, ReadRegion


def page_reading(page: Page, spelling: Spelling = "printed") -> list[dict[str, Any]]:
    """What the reading text needs of a page, as JSON; the ids are those of every other format."""
    regions = []
    for r, region in enumerate(reading_regions(page, spelling), start=1):
        lines = []
        for n, line in enumerate(region.lines, start=1):
            words = [
                [word.text, word_id(page.number, r, n, k), *word.box.as_tuple()]
                for k, word in enumerate(line.words, start=1)
            ]
            short = is_short(line.box.right, region.box.left, region.box.width)
            lines.append({"paragraph": line.paragraph, "short": short, "words": words})
        if lines:
            rows = [[[k - 1 for k, _ in cell.lines] for cell in row] for row in region.rows]
            regions.append({"kind": region.kind, "lines": lines, "rows": rows})
    return regions


def read_reading(number: int, raw: Iterable[Mapping[str, Any]]) -> list[ReadRegion]:
    """The regions of a page from `page_reading`."""
    return [
        ReadRegion(
            region["kind"],
            tuple(
                ReadLine(
                    tuple(
                        Piece(text, number, identity, tuple(box))
                        for text, identity, *box in line["words"]
                    ),
                    line["paragraph"],
                    line["short"],
                )
                for line in region["lines"]
            ),
            tuple(tuple(map(tuple, row)) for row in region.get("rows", ())),
        )
        for region in raw
    ]
