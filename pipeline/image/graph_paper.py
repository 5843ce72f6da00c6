"""Graph paper: a grid over the whole page is faded where it is printed lighter than what is written
on it, and taken off the letters where it is as dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.geometry import Box
from pipeline.image.binarize import BINARIZE, Grey, Mask, ink_mask
from pipeline.image.quantiles import median
from pipeline.image.ruled_letters import find_rule_ink
from pipeline.image.rules import RULES, RuledInk, find_rules


@dataclass(frozen=True)
class GraphPaperParameters:
    """What graph paper is. Chosen by eye on drawn pages; no page of the scanned books and layouts
    has such a grid."""

    looked_at: int = 48  # rows and columns in which rules are counted first
    crossed: float = 0.75  # share of them that are crossed by enough rules; some lie on a rule
    light: int = 225  # grey levels of a flattened page below which rules are looked for
    least_rules: int = 10  # of either direction
    long: float = 0.5  # of the longest; shorter ones are stems of letters between two rules
    pieces: int = 2  # pixels by which pieces of one rule step
    even: float = 0.2  # share of their distance by which most rules stray from it
    evenly_spaced: float = 0.7  # that is, so many of them
    contrast: float = 45.0  # grey levels by which rules are lighter than letters
    # of the ink beside upright rules, so much goes on at their other side: 0.4 on a drawn page;
    # letters of a table end before its rules
    across: float = 0.1
    thick: int = 4  # pixels: a rule with its soft edges
    stem: int = 3  # pixels by which rules are thicker where a stem of a letter lies on them
    below: float = 25.0  # grey levels darker than the rules from which on all is paper


GRAPH_PAPER = GraphPaperParameters()
GOLDEN_RATIO = (5**0.5 - 1) / 2  # its multiples spread evenly, and no step is twice another


def fade_grid(flat: Grey, dpi: float) -> Grey:
    """The page without the grid that it is written on; the page itself where it has none.

    Args:
        flat: (H, W) uint8, flattened.
        dpi: its resolution.
    """
    if not (_is_crossed(flat) and _is_crossed(flat.T)):
        return flat
    mask = np.where(flat < GRAPH_PAPER.light, np.uint8(255), np.uint8(0))
    rules = find_rules(mask, RULES.x_height_inches * dpi)
    if rules.level is None or rules.standing is None:
        return flat
    if not (
        _are_even([(box.left, box.top, box.right, box.bottom) for box in rules.level_boxes])
        and _are_even([(box.top, box.left, box.bottom, box.right) for box in rules.standing_boxes])
    ):
        return flat
    grid = (rules.level | rules.standing) > 0
    letters = (ink_mask(flat) > 0) & ~grid
    if not letters.any():
        return flat
    dark, light = float(np.median(flat[letters])), float(np.median(flat[grid]))
    if light - dark < GRAPH_PAPER.contrast:
        written = _is_written_across(mask, rules)
        return _erase(flat, mask, rules, RULES.x_height_inches * dpi) if written else flat
    paper = light - GRAPH_PAPER.below
    levels = np.clip(
        dark + (np.arange(256) - dark) * (BINARIZE.white - dark) / (paper - dark), 0, BINARIZE.white
    )
    return np.asarray(cv2.LUT(flat, np.rint(levels).astype(np.uint8)), dtype=np.uint8)


def _is_written_across(mask: Mask, rules: RuledInk) -> bool:
    """Whether letters run on across upright rules, as they do not in a table."""
    assert rules.level is not None and rules.standing is not None
    reach = GRAPH_PAPER.thick
    thick = np.ones((2 * reach + 1, 1), np.uint8)
    level, standing = cv2.dilate(rules.level, thick), cv2.dilate(rules.standing, thick.T)
    rest = (mask > 0) & (level == 0) & (standing == 0)
    left = right = both = 0
    for box in rules.standing_boxes:
        first, last = max(0, box.left - 2 * reach), box.right + 2 * reach
        rows = slice(box.top, box.bottom)
        before = rest[rows, first : box.left].any(axis=1)
        after = rest[rows, box.right : last].any(axis=1)
        left, right = left + int(before.sum()), right + int(after.sum())
        both += int((before & after).sum())
    return both > GRAPH_PAPER.across * max(1, left + right - both)


def _erase(flat: Grey, mask: Mask, rules: RuledInk, x_height: float) -> Grey:
    """The page with the ink of rules that belongs to no letter as light as paper."""
    level, standing = find_rule_ink(mask, rules, x_height)
    taken = _without_stems(level.T, rules.level_boxes, "width").T
    taken = taken | _without_stems(standing, rules.standing_boxes, "height")
    soft = (cv2.dilate(taken, np.ones((3, 3), np.uint8)) > 0) & (mask == 0)
    return np.where((taken > 0) | soft, np.uint8(BINARIZE.white), flat)


def _without_stems(ink: Mask, boxes: Sequence[Box], side: str) -> Mask:
    """The ink of upright rules without the stems of letters that lie on them: where it is thicker
    than rules usually are.

    Args:
        boxes: of the rules; `side` is the name of their length.
    """
    long = sum(getattr(box, side) for box in boxes)
    usual = round(np.count_nonzero(ink) / max(1, long))
    thicker = np.ones((1, usual + GRAPH_PAPER.stem), np.uint8)
    stems = cv2.morphologyEx(np.ascontiguousarray(ink), cv2.MORPH_OPEN, thicker)
    return np.where(stems > 0, np.uint8(0), ink)


def _is_crossed(flat: Grey) -> bool:
    """Whether nearly every row of a page, white ones too, is crossed by as many rules as a grid
    has: cheap, and no page of prose is."""
    # not at even steps, which may be those of the grid: then all rows that are looked at lie on it
    shares = np.arange(1, GRAPH_PAPER.looked_at + 1) * GOLDEN_RATIO % 1
    rows = flat[(shares * len(flat)).astype(int)] < GRAPH_PAPER.light
    starts = (rows[:, 1:] & ~rows[:, :-1]).sum(axis=1)
    return bool(np.mean(starts >= GRAPH_PAPER.least_rules) >= GRAPH_PAPER.crossed)


def _are_even(rules: Sequence[tuple[int, int, int, int]]) -> bool:
    """Whether long rules stand one as far from the next as another; pieces of one count once.

    Args:
        rules: (first, least, last, most): pixels along and across each.
    """
    first, least, last, most = np.array(rules).T
    long = last - first >= GRAPH_PAPER.long * (last - first).max()
    steps = np.diff(np.unique(((least + most) // 2)[long]))
    steps = steps[steps > GRAPH_PAPER.pieces]
    if len(steps) + 1 < GRAPH_PAPER.least_rules:
        return False
    usual = median(steps)
    return bool(
        np.mean(np.abs(steps - usual) < GRAPH_PAPER.even * usual) >= GRAPH_PAPER.evenly_spaced
    )
