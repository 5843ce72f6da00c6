"""The text of a book for reading: paragraphs joined across lines and pages, hyphens resolved, and
where each word stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from pipeline.document import HEADER, HEADING
from pipeline.lexicon import bare_word
from pipeline.structure.flow import join_paragraphs
from pipeline.structure.hyphens import Hyphens
from pipeline.structure.printed import ReadRegion

DASH_AT_END = re.compile(r"[—–]$")
MAP_COLUMNS = ("offset", "word", "part", "page", "id", "left", "top", "right", "bottom")


@dataclass(frozen=True)
class HeadParameters:
    """Which running heads recur. All chosen by eye on the pages of five books."""

    pages: int = 4  # fewest pages of a book in which they do
    same_head: float = 80  # percent of likeness of two that are the same


PARAMETERS = HeadParameters()


def promote_lone_heads(pages: Sequence[Sequence[ReadRegion]]) -> list[list[ReadRegion]]:
    """Make headings of chapters of those running heads that occur but once and have no number."""
    texts = [
        [_text_of(region) if region.kind == HEADER else "" for region in page] for page in pages
    ]
    everything = [text for page in texts for text in page if text]

    def recurs(text: str) -> bool:
        return sum(fuzz.ratio(text, other) > PARAMETERS.same_head for other in everything) > 1

    return [
        [
            replace(region, kind=HEADING)
            if text and not any(c.isdigit() for c in text) and not recurs(text)
            else region
            for region, text in zip(page, heads, strict=True)
        ]
        for page, heads in zip(pages, texts, strict=True)
    ]


def _text_of(region: ReadRegion) -> str:
    return " ".join(piece.text for line in region.lines for piece in line.pieces).lower()


def write_reading_text(
    pages: Sequence[Sequence[ReadRegion]], counts: Mapping[str, int], running_heads: bool = False
) -> tuple[str, list[tuple[str, ...]]]:
    """Write the text of a book for reading, and a row of MAP_COLUMNS for each piece of each word.

    Args:
        pages: of the whole book, in order.
        counts: the lexicon's words with their counts.
        running_heads: keep running heads and page numbers.

    Returns:
        Paragraphs with an empty line between, verse line by line, and the rows; offsets count
        characters of the text. A word in two pieces has two rows.
    """
    own = Counter(
        bare_word(piece.text)
        for page in pages
        for region in page
        for line in region.lines
        for piece in line.pieces[:-1]
    )
    hyphens = Hyphens(own + Counter(counts))
    pages = promote_lone_heads(pages) if len(pages) >= PARAMETERS.pages else pages
    text: list[str] = []
    rows: list[tuple[str, ...]] = []
    offset = 0
    for number, paragraph in enumerate(join_paragraphs(pages, running_heads)):
        for row, words in enumerate(paragraph.words(hyphens)):
            before = "\n" if row else "\n\n" if number else ""
            for word, pieces in words:
                text += [before, word]
                offset += len(before)
                for part, piece in enumerate(pieces, start=1):
                    place = f"{part}/{len(pieces)}"
                    rows.append(
                        (str(offset), word, place, str(piece.page), piece.id, *map(str, piece.box))
                    )
                offset += len(word)
                before = "" if DASH_AT_END.search(word) else " "
    return "".join(text) + ("\n" if text else ""), rows
