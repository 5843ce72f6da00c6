"""A straight page as leaves, regions, lines and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.document import (
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
from pipeline.image.straighten import level_raster
from pipeline.image.warp import warp
from pipeline.layout.barriers import Barriers, find_barriers
from pipeline.layout.combs import take_combs
from pipeline.layout.display import find_display
from pipeline.layout.dittos import attach_dittos
from pipeline.layout.drop_capitals import find_drop_capitals
from pipeline.layout.evidence import drop_ornaments
from pipeline.layout.fine_print import find_fine_print
from pipeline.layout.fragments import FRAGMENTS, join_chains
from pipeline.layout.frame_rows import find_frame_rows
from pipeline.layout.joined_letters import take_joined_letters
from pipeline.layout.leaders import take_leaders
from pipeline.layout.leaves import build_leaves
from pipeline.layout.line_boxes import attach_marks, build_line
from pipeline.layout.lines import FoundLine, LetterChain, chain_letters, measure_line
from pipeline.layout.list_marks import attach_bullets
from pipeline.layout.long_dashes import take_long_dashes
from pipeline.layout.low_columns import part_low_columns
from pipeline.layout.meetings import join_rows
from pipeline.layout.overprint import part_overprint
from pipeline.layout.pictures import Areas, find_areas
from pipeline.layout.rectify import rectify
from pipeline.layout.standing import find_standing
from pipeline.layout.tables import build_tables, take_tables
from pipeline.layout.threaded import drop_threaded
from pipeline.layout.tick_boxes import drop_tick_boxes
from pipeline.layout.touching_lines import part_touching_lines


@dataclass(frozen=True)
class SegmentParameters:
    """Pictures that are none."""

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


def find_lines(
    page: Page, ink: Ink, areas: Areas, leaders: Sequence[Box] = ()
) -> tuple[list[FoundLine], list[Line], Ink]:
    """The lines of a page, in no order, without their marks; those that stand, whole; and the ink
    without these."""
    barriers = find_barriers(ink, areas)
    chains = _chain(ink, barriers)
    standing, rest = find_standing(page, drop_ornaments(ink, ink.components, chains), chains)
    if rest is not ink:
        ink = rest
        barriers = find_barriers(ink, areas)
        chains = _chain(ink, barriers)
    parts = ink.components
    lines = [measure_line(parts, np.array(chain.members), ink.letter) for chain in chains]
    whole = part_low_columns(join_chains(lines, ink, barriers), ink)
    return join_rows(whole, ink, barriers, leaders), standing, ink


def _chain(ink: Ink, barriers: Barriers) -> list[LetterChain]:
    letters, reach = np.flatnonzero(ink.letters), FRAGMENTS.gap_in_line * ink.letter
    return chain_letters(ink.components, letters, ink.letter, reach, barriers.between)


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
    combs, ink = take_combs(drop_tick_boxes(part_touching_lines(ink)))
    ink, over = part_overprint(drop_threaded(ink), grey)
    ink = take_joined_letters(ink)
    display, text = find_display(ink)
    tables, upright_cells, text = take_tables(page, text)
    areas, text = find_areas(text)
    leaders, text = take_leaders(text)
    ruled = [found for _, lines in tables for found in lines]
    found, standing, text = find_lines(page, text, areas, leaders)
    if page.mesh is None and (rectified := rectify(page, text, found)):
        return rectified
    found, text = take_long_dashes(text, found, areas)
    found = attach_bullets(text, attach_marks(text, found + ruled))
    found, ruled = found[: len(found) - len(ruled)], found[len(found) - len(ruled) :]
    found = attach_dittos(text, found, ruled)
    found += find_fine_print(text, found + ruled, page.read_dpi)
    found, initials = find_drop_capitals(found, text)
    headlines = [line for f in display if (line := build_line(text, f))]
    built = [(build_line(text, f, combs), initials.get(k)) for k, f in enumerate(found)]
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
    regions = build_tables(text, [cells for cells, _ in tables], ruled, upright_cells)
    leaves = build_leaves(
        [line for line, _ in lines] + headlines,
        capitals,
        pictures,
        np.concatenate([find_level_rules(ink, regions), find_frame_rows(ink)]),
        regions + [Region(line.box, TEXT, (line,)) for line in standing],
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
