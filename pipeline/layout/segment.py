"""A straight page as leaves, regions, lines and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.document import (
    DROP_CAPITAL,
    PICTURE,
    TEXT,
    Leaf,
    Line,
    Page,
    Region,
)
from pipeline.geometry import Affine, Box
from pipeline.image.binarize import Grey, ink_mask
from pipeline.image.ink import INK, Ink, classify_ink
from pipeline.image.rules import RULES
from pipeline.image.runs import find_widest_run
from pipeline.image.straighten import level_raster
from pipeline.image.warp import warp
from pipeline.layout.barriers import find_barriers
from pipeline.layout.display import find_display
from pipeline.layout.drop_capitals import find_drop_capitals
from pipeline.layout.fragments import FRAGMENTS, join_chains, join_rows
from pipeline.layout.leaders import take_leaders
from pipeline.layout.line_boxes import attach_marks, build_line
from pipeline.layout.lines import FoundLine, chain_letters, measure_line
from pipeline.layout.list_marks import attach_bullets
from pipeline.layout.order import (
    find_caption_ends,
    find_spanning_rules,
    link_lines,
    order_blocks,
    widen_headings,
)
from pipeline.layout.overprint import part_overprint
from pipeline.layout.pictures import Areas, find_areas
from pipeline.layout.rectify import rectify
from pipeline.layout.tables import build_tables, take_tables
from pipeline.layout.tick_boxes import drop_tick_boxes


@dataclass(frozen=True)
class SegmentParameters:
    """The two pages of an opening, and pictures that are none."""

    opening_aspect: float = 1.15  # two facing pages are so much wider than high: chosen by eye
    # where the gutter between them lies, as shares of the width: chosen by eye
    opening_middle: tuple[float, float] = (0.35, 0.65)
    opening_lines: int = 4  # least lines of text on either page: chosen by eye
    same_box: float = 0.5  # of a picture that is a drop capital, the letter fills more: by eye


SEGMENT = SegmentParameters()


def clear_graphics(
    page: Page, upright: Grey, ink: Ink, kept: list[int], over: NDArray[np.bool_]
) -> Grey:
    """The page with its graphics painted over in white, so that a frame beside a line is not read
    as a letter.

    Args:
        kept: components that are to be read all the same.
        over: (n,) bool, components that lie over text.
    """
    erase = ink.graphics | over
    if not erase.any():
        return upright
    erase[kept] = False
    drawn = ink.components.draw(erase)
    grown = np.asarray(cv2.dilate(drawn, np.ones((3, 3), np.uint8)), np.uint8)
    if ink.rules.level_boxes or ink.rules.standing_boxes or over.any():  # letters may touch those
        grown &= ~ink.components.draw(~erase)
    onto = page.onto_upright
    if onto != Affine():
        size = (upright.shape[1], upright.shape[0])
        grown = warp(
            np.asarray(grown, np.uint8), onto, size, interpolation=cv2.INTER_NEAREST, border=0
        )
    return np.asarray(cv2.max(upright, grown), dtype=np.uint8)


def find_lines(ink: Ink, areas: Areas, leaders: Sequence[Box] = ()) -> list[FoundLine]:
    """The lines of a page, in no order, without their marks."""
    parts, barriers = ink.components, find_barriers(ink, areas)
    letters = np.flatnonzero(ink.letters)
    chains = chain_letters(
        parts, letters, ink.letter, FRAGMENTS.gap_in_line * ink.letter, barriers.between
    )
    lines = [measure_line(parts, np.array(chain.members), ink.letter) for chain in chains]
    return join_rows(join_chains(lines, ink, barriers), ink, barriers, leaders)


def find_level_rules(ink: Ink, tables: list[Region]) -> NDArray[np.float64]:
    """(n, 4) left, top, right, bottom of the rules that lie level, those of `tables` aside."""
    parts = ink.components
    lying = (
        ink.graphics
        & ~ink.border
        & (parts.width > INK.rule_aspect * parts.height)
        & (parts.width > INK.graphic_width * ink.letter)
    )
    x, y = parts.left + parts.width / 2, parts.top + parts.height / 2
    for box in (table.box for table in tables):
        lying &= (x < box.left) | (x > box.right) | (y < box.top) | (y > box.bottom)
    return np.stack([parts.left, parts.top, parts.right, parts.bottom], axis=1)[lying].astype(
        np.float64
    )


def order_regions(
    lines: list[Line],
    initials: dict[int, Line],
    rules: NDArray[np.float64],
    tables: list[Region],
) -> list[Region]:
    """Lines in regions, as they are read; a drop capital is a region of its own before the one that
    its line begins.

    Args:
        initials: the drop capitals of lines, by the line's index.
        rules: (n, 4) of the level rules, none of which is read over where it parts blocks.
        tables: regions that are whole already.
    """
    boxes = np.array([line.box.as_tuple() for line in lines], dtype=float).reshape(-1, 4)
    floors = np.array([(line.baseline[0][1] + line.baseline[-1][1]) / 2 for line in lines])
    first = np.isin(np.arange(len(lines)), list(initials))
    blocks = link_lines(boxes, floors, np.array([line.x_height for line in lines]), first)
    around = np.array(
        [Box.around(lines[k].box for k in block).as_tuple() for block in blocks]
        + [table.box.as_tuple() for table in tables],
        dtype=float,
    ).reshape(-1, 4)
    sizes = np.array(
        [np.median([lines[k].x_height for k in block]) for block in blocks]
        + [np.median([line.x_height for line in table.lines]) for table in tables]
    )
    body = float(np.median([line.x_height for line in lines])) if lines else 0.0
    single = np.array([len(block) == 1 for block in blocks] + [False] * len(tables))
    parting = np.concatenate(
        [find_spanning_rules(around, rules), find_caption_ends(around, sizes, body)]
    )
    boxes = np.concatenate([widen_headings(around, single), parting])
    regions = []
    for b in order_blocks(boxes):
        if len(blocks) <= b < len(around):
            regions.append(tables[b - len(blocks)])
        if b >= len(blocks):
            continue
        block = blocks[b]
        if block[0] in initials:
            initial = initials[block[0]]
            regions.append(Region(initial.box, DROP_CAPITAL, (initial,)))
        regions.append(
            Region(Box.around(lines[k].box for k in block), TEXT, tuple(lines[k] for k in block))
        )
    return regions


def find_gutter(lines: list[Line], width: int, height: int) -> int | None:
    """x of the white between the two pages of an opening, or None for a single page."""
    if width < SEGMENT.opening_aspect * height or not lines:
        return None
    edges = np.array([(line.box.left, line.box.right) for line in lines])
    covered = np.zeros(width + 1, np.int64)
    for left, right in edges.clip(0, width).tolist():
        covered[left:right] += 1
    middle = slice(int(SEGMENT.opening_middle[0] * width), int(SEGMENT.opening_middle[1] * width))
    gutter = find_widest_run(covered[middle] == 0)
    if gutter is None:
        return None
    x = middle.start + sum(gutter) // 2
    sides = (edges[:, 1] <= x).sum(), (edges[:, 0] >= x).sum()
    return x if min(sides) >= SEGMENT.opening_lines else None


def build_leaves(
    lines: list[Line],
    initials: dict[int, Line],
    pictures: tuple[Box, ...],
    rules: NDArray[np.float64],
    tables: list[Region],
    whole: Box,
) -> tuple[Leaf, ...]:
    """The page's leaves: one, or the left and the right one of an opening."""
    gutter = find_gutter(lines, whole.right, whole.bottom)
    opening = gutter and [
        Box(0, 0, gutter, whole.bottom),
        Box(gutter, 0, whole.right, whole.bottom),
    ]
    boxes = opening or [whole]
    leaves = []
    for box in boxes:
        own = [
            k
            for k, line in enumerate(lines)
            if box.left <= (line.box.left + line.box.right) / 2 < box.right
        ]
        regions = order_regions(
            [lines[k] for k in own],
            {n: initials[k] for n, k in enumerate(own) if k in initials},
            rules,
            [t for t in tables if box.left <= (t.box.left + t.box.right) / 2 < box.right],
        )
        regions += [
            Region(p, PICTURE) for p in pictures if box.left <= (p.left + p.right) / 2 < box.right
        ]
        leaves.append(Leaf(Box.around([box, *(region.box for region in regions)]), tuple(regions)))
    return tuple(leaves)


def segment(page: Page, upright: Grey) -> tuple[Page, Grey]:
    """Find what is to be read on a page.

    Args:
        upright: (H, W) uint8, flattened, turned upright by quarter turns: what `straighten` gives.

    Returns:
        The page with its leaves, and the upright raster with graphics cleared, for the recognizer:
        of a curved page, which gets a mesh, the straight one.
    """
    found = _segment_as_it_lies(page, upright)
    if isinstance(found, Page):  # by now what was found on the curved page is let go
        found = _segment_as_it_lies(found, upright)
    assert not isinstance(found, Page)  # it has its mesh
    return found


def _segment_as_it_lies(page: Page, upright: Grey) -> tuple[Page, Grey] | Page:
    """What `segment` gives; of a curved page without a mesh, only the page with one."""
    grey = level_raster(page, upright)
    upright = grey if page.mesh else upright
    ink = classify_ink(ink_mask(grey), page.read_dpi)
    whole = Box(0, 0, grey.shape[1], grey.shape[0])
    if ink.letter == 0:
        return replace(page, leaves=(_build_plate(ink, page.read_dpi, whole),)), upright
    ink, over = part_overprint(drop_tick_boxes(ink), grey)
    display, text = find_display(ink)
    tables, text = take_tables(text)
    areas, text = find_areas(text)
    leaders, text = take_leaders(text)
    ruled = [found for _, lines in tables for found in lines]
    found = find_lines(text, areas, leaders)
    if page.mesh is None and (rectified := rectify(page, text, found)):
        return rectified
    found = attach_bullets(text, attach_marks(text, found + ruled))
    found, ruled = found[: len(found) - len(ruled)], found[len(found) - len(ruled) :]
    found, initials = find_drop_capitals(found, text)
    headlines = [line for f in display if (line := build_line(text, f))]
    built = [(build_line(text, f), initials.get(k)) for k, f in enumerate(found)]
    lines = [(line, initial) for line, initial in built if line is not None]
    marked = (
        (k, build_line(text, initial))
        for k, (_, initial) in enumerate(lines)
        if initial is not None
    )
    capitals = {k: initial for k, initial in marked if initial is not None}
    pictures = tuple(
        box for box in areas.pictures if not any(_is_in(c.box, box) for c in capitals.values())
    )
    regions = build_tables(text, [cells for cells, _ in tables], ruled)
    leaves = build_leaves(
        [line for line, _ in lines] + headlines,
        capitals,
        pictures,
        find_level_rules(ink, regions),
        regions,
        whole,
    )
    cleared = clear_graphics(
        page, upright, text, [int(i) for f in initials.values() for i in f.members], over
    )
    read = [f.members for f, (line, _) in zip(found, built, strict=True) if line is not None]
    read += [f.members for f in (*display, *initials.values(), *ruled)]
    return replace(page, leaves=leaves, stray_ink=measure_stray_ink(text, read)), cleared


def _build_plate(ink: Ink, dpi: float, whole: Box) -> Leaf:
    """A page without letters: with its pictures, if there are any."""
    areas, _ = find_areas(replace(ink, letter=RULES.x_height_inches * dpi))
    return Leaf(
        Box.around([whole, *areas.pictures]), tuple(Region(p, PICTURE) for p in areas.pictures)
    )


def measure_stray_ink(ink: Ink, read: list[NDArray[np.int64]]) -> float:
    """The share of the ink of letters that belongs to no line."""
    area = ink.components.area
    outside = ink.letters.copy()
    for members in read:
        outside[members] = False
    return float(area[outside].sum() / max(1, area[ink.letters].sum()))


def _is_in(inner: Box, outer: Box) -> bool:
    """Whether a picture is nothing but a drop capital."""
    common = inner.clipped(outer)
    return (
        common is not None
        and common.width * common.height > SEGMENT.same_box * outer.width * outer.height
    )
