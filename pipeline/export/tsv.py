"""Tab-separated values in the columns of Tesseract's TSV: a row for the page, each block,
paragraph, line and word."""

from __future__ import annotations

from pipeline.document import Page
from pipeline.export.source import SourceLine, source_regions
from pipeline.geometry import Box

COLUMNS = (
    "level",
    "page_num",
    "block_num",
    "par_num",
    "line_num",
    "word_num",
    "left",
    "top",
    "width",
    "height",
    "conf",
    "text",
)
PAGE, BLOCK, PARAGRAPH, LINE, WORD = 1, 2, 3, 4, 5
NO_CONFIDENCE = "-1"


def page_tsv(page: Page) -> str:
    """The rows of one page under a row of COLUMNS. Numbers start anew within what is above them, as
    Tesseract's do."""
    rows = [
        "\t".join(COLUMNS),
        _row((PAGE, page.number, 0, 0, 0, 0), Box(0, 0, max(1, page.width), max(1, page.height))),
    ]
    for block, region in enumerate(source_regions(page), start=1):
        rows.append(_row((BLOCK, page.number, block, 0, 0, 0), region.box))
        for paragraph, lines in enumerate(region.paragraphs if region.lines else [], start=1):
            numbers = (page.number, block, paragraph)
            rows.append(_row((PARAGRAPH, *numbers, 0, 0), Box.around(line.box for line in lines)))
            for number, line in enumerate(lines, start=1):
                rows += _line(line, (*numbers, number))
    return "\n".join(rows) + "\n"


def _line(line: SourceLine, numbers: tuple[int, int, int, int]) -> list[str]:
    words = (
        _row((WORD, *numbers, index), word.box, str(word.percent), word.text)
        for index, word in enumerate(line.words, start=1)
    )
    return [_row((LINE, *numbers, 0), line.box), *words]


def _row(
    numbers: tuple[int, ...], box: Box, confidence: str = NO_CONFIDENCE, text: str = ""
) -> str:
    return "\t".join(
        [*map(str, (*numbers, box.left, box.top, box.width, box.height)), confidence, text]
    )
