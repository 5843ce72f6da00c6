"""The text of a book for reading: paragraphs joined across lines and pages, hyphens resolved, and
where each word stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pipeline.lexicon import bare_word
from pipeline.structure.flow import join_paragraphs
from pipeline.structure.heads import promote_lone_heads
from pipeline.structure.hyphens import DIVIDED, Hyphens
from pipeline.structure.printed import ReadRegion

MAP_COLUMNS = ("offset", "word", "part", "page", "id", "left", "top", "right", "bottom")


def write_reading_text(
    pages: Sequence[Sequence[ReadRegion]], counts: Mapping[str, int], running_heads: bool = False
) -> tuple[str, list[tuple[str, ...]]]:
    """Write the text of a book for reading, and a row of MAP_COLUMNS for each piece of each word.

    Args:
        pages: of the whole book, in order.
        counts: the lexicon's words with their counts.
        running_heads: keep running heads and page numbers.

    Returns:
        Paragraphs with an empty line between, verse line by line, of a table whose cells are known
        a line a row with tabs between the cells, and the rows; offsets count characters of the
        text. A word in two pieces has two rows.
    """
    own = Counter(whole_words(pages))
    hyphens = Hyphens(own + Counter(counts))
    text: list[str] = []
    rows: list[tuple[str, ...]] = []
    offset = 0
    for number, paragraph in enumerate(join_paragraphs(promote_lone_heads(pages), running_heads)):
        between = "\n\n" if number else ""
        for row in paragraph.rows(hyphens):
            for cell in row:
                for k, (word, pieces, close) in enumerate(cell):
                    before = between if k == 0 else "" if close else " "
                    text += [before, word]
                    offset += len(before)
                    for part, piece in enumerate(pieces, start=1):
                        place = f"{part}/{len(pieces)}"
                        rows.append(
                            (
                                str(offset),
                                word,
                                place,
                                str(piece.page),
                                piece.id,
                                *map(str, piece.box),
                            )
                        )
                    offset += len(word)
                between = "\t" if cell else between + "\t"
            between = "\n"
    return "".join(text) + ("\n" if text else ""), rows


def whole_words(pages: Sequence[Sequence[ReadRegion]]) -> Iterator[str]:
    """The words of a book, in order, but those that are divided at a line's end and what may be the
    other half of one: halves are no words by which another division could be told."""
    for region in (region for page in pages for region in page):
        divided = True  # a word of the region before may end in this one
        for pieces in (line.pieces for line in region.lines):
            whole = pieces[1:] if divided else pieces
            divided = bool(pieces) and DIVIDED.match(pieces[-1].text) is not None
            yield from (bare_word(piece.text) for piece in (whole[:-1] if divided else whole))
