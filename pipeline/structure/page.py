"""A page understood: of its lines, once they are read, which are text, and what its regions are."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.document import DROP_CAPITAL, PICTURE, Leaf, Line, Page, Region
from pipeline.geometry import Box
from pipeline.structure.capitals import join_drop_capitals, keep_letters
from pipeline.structure.doubt import weigh_lines
from pipeline.structure.figure_columns import read_figures
from pipeline.structure.kinds import label_page
from pipeline.structure.legibility import legible_lines
from pipeline.structure.letter_case import even_case
from pipeline.structure.numbered_columns import part_numbered
from pipeline.structure.spaced_words import join_spaced

if TYPE_CHECKING:
    from pipeline.recognition.language_id import Told


def structure_page(
    page: Page, lines: Sequence[Line], known: Container[str] = (), languages: Sequence[Told] = ()
) -> Page:
    """The page with its lines read, drop capitals joined to their words, and regions told by their
    kinds.

    Lines without legible text are dropped and counted, and regions that are left without lines,
    unless they are pictures. A page that is left with few lines may be doubtful.

    Args:
        page: as segmented.
        lines: its lines, in order, with their words.
        known: words of the lexicon; see `join_drop_capitals` and `legible_lines`.
        languages: of its regions, in order; none where they were not told.
    """
    kinds = (region.kind for region in page.regions for _ in region.lines)
    lines = [
        keep_letters(line) if kind == DROP_CAPITAL else even_case(join_spaced(line, known), known)
        for kind, line in zip(kinds, lines, strict=True)
    ]
    judged = list(_judge(page, lines, known))
    rest, told = iter(judged), iter(languages)
    leaves = tuple(_fill_leaf(leaf, rest, known, told) for leaf in page.leaves)
    dropped = [line for line, legible in judged if not legible]
    read = label_page(replace(page, leaves=leaves, illegible=len(dropped)))
    leaves = tuple(
        replace(leaf, regions=tuple(map(read_figures, leaf.regions))) for leaf in read.leaves
    )
    return weigh_lines(replace(read, leaves=leaves), dropped)


def _judge(page: Page, lines: Sequence[Line], known: Container[str]) -> Iterator[tuple[Line, bool]]:
    """Each line of a page with whether it is text."""
    rest = iter(lines)
    for region in page.regions:
        own = list(islice(rest, len(region.lines)))
        yield from zip(own, legible_lines(region, own, page.writing, known), strict=True)


def _fill_leaf(
    leaf: Leaf,
    judged: Iterator[tuple[Line, bool]],
    known: Container[str],
    languages: Iterator[Told],
) -> Leaf:
    """A leaf with its lines, the next that were judged, in place of those that were segmented."""
    filled = [_fill_region(region, judged, next(languages, None)) for region in leaf.regions]
    kept = [region for region in filled if region.lines or region.kind == PICTURE]
    regions = join_drop_capitals(part_numbered(kept), known)
    return Leaf(Box.around([leaf.box, *(region.box for region in regions)]), regions)


def _fill_region(region: Region, judged: Iterator[tuple[Line, bool]], told: Told | None) -> Region:
    kept = tuple(line for line, legible in islice(judged, len(region.lines)) if legible)
    box = Box.around([region.box, *(line.box for line in kept)])
    filled = replace(region, lines=kept, box=box)
    if told is None or not kept:
        return filled
    return replace(
        filled,
        language=told.language,
        language_confidence=told.confidence,
    )
