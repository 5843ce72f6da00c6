"""The regions of a page in reading order, on the one or two leaves that it shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.document import DROP_CAPITAL, PICTURE, TABLE, TEXT, Leaf, Line, Region
from pipeline.geometry import Box
from pipeline.image.runs import find_widest_run
from pipeline.layout.blocks import Floats, are_scattered, link_lines
from pipeline.layout.order import (
    find_caption_ends,
    find_spanning_rules,
    order_blocks,
    widen_first,
    widen_headings,
)
from pipeline.layout.side_labels import widen_labels
from pipeline.line_turns import turns_to_lie


@dataclass(frozen=True)
class LeafParameters:
    """The two pages of an opening."""

    opening_aspect: float = 1.15  # two facing pages are so much wider than high: chosen by eye
    # where the gutter between them lies, as shares of the width: chosen by eye
    opening_middle: tuple[float, float] = (0.35, 0.65)
    opening_lines: int = 4  # least lines of text on either page: chosen by eye
    # level rules to lines of text from which on the paper itself is ruled: chosen by eye
    ruled_paper: float = 0.7
    title_lines: int = 4  # lines of one size of a title, at most: by eye, on minutes and hymnals


LEAF = LeafParameters()


def order_regions(
    lines: list[Line],
    initials: dict[int, Line],
    rules: Floats,
    tables: list[Region],
) -> list[Region]:
    """Lines in regions, as they are read; a drop capital is a region of its own before the one that
    its line begins.

    Args:
        initials: the drop capitals of lines, by the line's index.
        rules: (n, 4) of the level rules, none of which is read over where it parts blocks.
        tables: regions that are whole already: tables, and lines that stand.
    """
    boxes, heights = _measure(lines)
    floors = np.array([(line.baseline[0][1] + line.baseline[-1][1]) / 2 for line in lines])
    first = np.isin(np.arange(len(lines)), list(initials))
    ruled = any(table.kind == TABLE for table in tables)
    scattered = not ruled and are_scattered(boxes, heights)
    whole = np.array([table.box.as_tuple() for table in tables], dtype=float).reshape(-1, 4)
    ruled_off = whole[[table.kind == TABLE for table in tables]]
    few = _drop_ruled_paper(rules, boxes)
    blocks = link_lines(boxes, floors, heights, first | scattered, ruled_off, few)
    own = [Box.around(lines[k].box for k in block).as_tuple() for block in blocks]
    around = np.concatenate([np.array(own, dtype=float).reshape(-1, 4), whole])
    sizes = np.array(
        [np.median([lines[k].x_height for k in block]) for block in blocks]
        + [np.median([line.x_height for line in table.lines]) for table in tables]
    )
    body = float(np.median([line.x_height for line in lines])) if lines else 0.0
    single = np.array([len(block) == 1 for block in blocks] + [False] * len(tables))
    parting = np.concatenate(
        [find_spanning_rules(around, rules), find_caption_ends(around, sizes, body)]
    )
    titles = np.array([len(block) <= LEAF.title_lines for block in blocks] + [False] * len(tables))
    wide = widen_labels(widen_headings(around, single), sizes, titles)
    boxes = np.concatenate([widen_first(wide, titles), parting])
    regions = [tables[k] for k in _find_beside(tables, lines)]
    for b in np.argsort(boxes[:, 1] + boxes[:, 3]) if scattered else order_blocks(boxes):
        if len(blocks) <= b < len(around) and tables[b - len(blocks)] not in regions:
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


def _drop_ruled_paper(rules: Floats, boxes: Floats) -> Floats:
    """Those of (n, 4) level rules that run between lines, (m, 4); none on paper that is ruled."""
    if not len(boxes):
        return rules[:0]
    (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    own = (
        (rules[:, 0] < right) & (rules[:, 2] > left) & (rules[:, 1] > top) & (rules[:, 3] < bottom)
    )
    return rules[own] if own.sum() < LEAF.ruled_paper * len(boxes) else rules[:0]


def _measure(lines: list[Line]) -> tuple[Floats, Floats]:
    """(n, 4) left, top, right, bottom and (n,) x-heights of lines."""
    boxes = np.array([line.box.as_tuple() for line in lines], dtype=np.float64)
    return boxes.reshape(-1, 4), np.array([line.x_height for line in lines], dtype=np.float64)


def _find_beside(regions: list[Region], lines: list[Line]) -> list[int]:
    """Which regions are a line that stands to the left or right of all lines that lie: the running
    head of a plate that is bound sideways, or what a diagram is labelled with. They come first."""
    standing = [k for k, r in enumerate(regions) if any(map(turns_to_lie, r.lines))]
    lying = [line.box for line in lines]
    lying += [r.box for k, r in enumerate(regions) if k not in standing]
    if not standing or not lying:
        return []
    whole = Box.around(lying)
    beside = [
        k
        for k in standing
        if regions[k].box.right <= whole.left or regions[k].box.left >= whole.right
    ]
    return sorted(beside, key=lambda k: regions[k].box.left)


def find_gutter(lines: list[Line], width: int, height: int) -> int | None:
    """x of the white between the two pages of an opening, or None for a single page."""
    if width < LEAF.opening_aspect * height or not lines:
        return None
    if are_scattered(*_measure(lines)):
        return None
    edges = np.array([(line.box.left, line.box.right) for line in lines])
    covered = np.zeros(width + 1, np.int64)
    for left, right in edges.clip(0, width).tolist():
        covered[left:right] += 1
    middle = slice(int(LEAF.opening_middle[0] * width), int(LEAF.opening_middle[1] * width))
    gutter = find_widest_run(covered[middle] == 0)
    if gutter is None:
        return None
    x = middle.start + sum(gutter) // 2
    sides = (edges[:, 1] <= x).sum(), (edges[:, 0] >= x).sum()
    return x if min(sides) >= LEAF.opening_lines else None


def build_leaves(
    lines: list[Line],
    initials: dict[int, Line],
    pictures: tuple[Box, ...],
    rules: Floats,
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
