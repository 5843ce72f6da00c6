"""The lines of a page, once they are read: which are text, in which of two readings, and what the
page then holds."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace
from itertools import islice

import numpy as np

from pipeline.document import BLANK, PICTURE, Leaf, Line, Page
from pipeline.geometry import Box
from pipeline.recognition.line_image import vary_x_height
from pipeline.structure.drop_capitals import join_drop_capitals
from pipeline.structure.kinds import label_page

# A line is text from this geometric mean of its posteriors on: the shorter, the surer it has to be.
# Measured on 144 pages.
LEAST_POSTERIOR, SHORTNESS, MOST_ASKED = 0.65, 0.8, 0.9


def list_readings(page: Page) -> list[Line]:
    """The lines of a page, each in all its readings."""
    return [reading for line in page.lines for reading in vary_x_height(line)]


def mean_posterior(line: Line) -> float:
    """Geometric mean of the posteriors of a line's characters; 0 for none."""
    posteriors = [character.confidence for word in line.words for character in word.characters]
    return float(np.exp(np.mean(np.log(np.maximum(posteriors, 1e-6))))) if posteriors else 0.0


def is_legible(line: Line) -> bool:
    """Whether a line is text: what is read into the hatching of a picture is unsure in nearly every
    character, and short."""
    length = sum(len(word.characters) for word in line.words)
    return length > 0 and mean_posterior(line) >= min(
        MOST_ASKED, LEAST_POSTERIOR + SHORTNESS / length
    )


def with_lines(page: Page, lines: Iterator[Line], known: Container[str] = ()) -> Page:
    """The page with its lines replaced in order, drop capitals joined to their words, and regions
    told by their kinds.

    Lines without legible text are dropped, and regions that are left without lines, unless they are
    pictures.
    """
    leaves, dropped = [], 0
    for leaf in page.leaves:
        regions = []
        for region in leaf.regions:
            kept = tuple(line for line in islice(lines, len(region.lines)) if is_legible(line))
            dropped += len(region.lines) - len(kept)
            if kept or region.kind == PICTURE:
                regions.append(
                    replace(
                        region,
                        lines=kept,
                        box=Box.around([region.box, *(line.box for line in kept)]),
                    )
                )
        regions = list(join_drop_capitals(regions, known))
        leaves.append(
            Leaf(Box.around([leaf.box, *(region.box for region in regions)]), tuple(regions))
        )
    read = label_page(replace(page, leaves=tuple(leaves), illegible=dropped))
    return read if any(read.lines) else replace(read, status=BLANK, leaves=())


def best_readings(page: Page, variants: Iterator[Line]) -> Iterator[Line]:
    """Of the lines that `list_readings` names, read, the better reading of each line of the
    page."""
    for line in page.lines:
        yield replace(
            max(islice(variants, len(vary_x_height(line))), key=mean_posterior), other_x_height=0.0
        )
