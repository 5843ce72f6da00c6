"""Where paragraphs begin: indents, short last lines, white between lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.document import HEADING, TEXT, Line, Region
from pipeline.structure.body import Body

# A point that ends a sentence, with the quotes and brackets that close after it.
PARAGRAPH_END = re.compile(r"[.?!:;][”’\"')\]»]*$")


@dataclass(frozen=True)
class ParagraphParameters:
    """What tells the first line of a paragraph. All chosen by eye on the pages of five books."""

    indent: tuple[float, float] = (0.7, 8.0)  # a first line is set in by so much, in x-heights
    # Share of the lines that begin further left, from which on indents are those of hanging lines.
    hanging: float = 0.2
    hanging_lines: int = 5  # fewest lines of a region that show it
    # A line that ends before this share of the width may be the last of its paragraph.
    last_line: float = 0.8
    gap: float = 1.2  # white above a first line, in usual pitches


PARAMETERS = ParagraphParameters()


def may_end_paragraph(text: str) -> bool:
    """Whether a text ends as the last line of a paragraph may: with a sentence, or before what it
    announces, as with a colon."""
    return bool(PARAGRAPH_END.search(text))


def is_short(right: float, left: float, width: float) -> bool:
    """Whether a line that ends at `right` ends well before its region, as the last line of a
    paragraph does.

    Args:
        left, width: of the region.
    """
    return right < left + PARAMETERS.last_line * width


def mark_paragraphs(regions: Sequence[Region], body: Body) -> list[Region]:
    """Mark the lines of regions that begin a paragraph."""
    result: list[Region] = []
    above: Line | None = None  # the last line of running text before, in the same column
    for region in regions:
        if region.kind != TEXT:
            marks = [k == 0 for k in range(len(region.lines))]
            above = None if region.kind == HEADING else above
        else:
            marks = _find_first_lines(
                region.lines, above, body, heads=bool(result) and result[-1].kind == HEADING
            )
            above = region.lines[-1]
        lines = tuple(
            replace(line, paragraph=mark) for line, mark in zip(region.lines, marks, strict=True)
        )
        result.append(replace(region, lines=lines))
    return result


def _find_first_lines(
    lines: Sequence[Line], above: Line | None, body: Body, heads: bool
) -> list[bool]:
    """Which lines of a region begin a paragraph: those set in, those after a short last line, those
    after wider white."""
    lefts = np.array([line.box.left for line in lines], dtype=float)
    rights = np.array([line.box.right for line in lines], dtype=float)
    margin = float(np.median(lefts)) if len(lines) > 2 else float(lefts.min())
    x = body.x_height
    hanging = (
        float(np.mean(lefts < margin - PARAMETERS.indent[0] * x)) >= PARAMETERS.hanging
        and len(lines) >= PARAMETERS.hanging_lines
    )
    marks = []
    for k, line in enumerate(lines):
        indent = (lefts[k] - margin) / x
        begins = (
            indent < -PARAMETERS.indent[0]
            if hanging
            else PARAMETERS.indent[0] < indent < PARAMETERS.indent[1]
        )
        previous = lines[k - 1] if k else above
        if k:
            ended = is_short(rights[k - 1], margin, rights.max() - margin)
            begins |= ended and may_end_paragraph(lines[k - 1].text)
        elif previous is None:
            begins |= heads
        else:
            step = line.baseline[0][1] - previous.baseline[-1][1]
            begins |= PARAMETERS.gap * body.pitch < step and may_end_paragraph(previous.text)
        marks.append(bool(begins))
    return marks
