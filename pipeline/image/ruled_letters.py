"""Rules taken off the letters that they touch."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.image.binarize import Mask
from pipeline.image.components import Components, find_components, put_together
from pipeline.image.frays import find_frays, is_frayed
from pipeline.image.rules import RULES, RuledInk, turn


def rules_touch_letters(components: Components, rules: RuledInk, x_height: float) -> bool:
    """Whether a rule of a page hangs together with ink enough for a letter.

    Args:
        components: of the page.
        x_height: usual x-height in pixels.
    """
    held = count_rule_ink(components, rules)
    return bool(((held > 0) & (components.area - held > RULES.letter * x_height**2)).any())


def part_rules(mask: Mask, rules: RuledInk, x_height: float) -> tuple[Components, int]:
    """The components of a page with rules and what they touch apart: first those of the ink without
    rules, letters mended where a rule crosses them, then those of the rules.

    Args:
        mask: (H, W) uint8, 255 for ink.
        rules: of the same mask.
        x_height: usual x-height in pixels.

    Returns:
        The components; and the number of those that are of no rule, which come first.
    """
    letters, lines, rest = _label_apart(mask, rules, x_height)
    every = np.ones(len(lines), np.bool_)
    return put_together((letters, ~rest), (lines, every)), int(np.count_nonzero(~rest))


def find_rule_ink(mask: Mask, rules: RuledInk, x_height: float) -> tuple[Mask, Mask]:
    """The ink of level and of standing rules that belongs to no letter."""
    ruled, level, standing = np.zeros_like(mask), np.zeros_like(mask), np.zeros_like(mask)
    for runs in (rules.level, rules.standing):
        if runs is not None:
            ruled |= runs
    if rules.level is not None:
        for box in rules.level_boxes:
            _take_off(mask, ruled, rules.level, level, box, x_height)
    if rules.standing is not None:
        turned = mask.T, ruled.T, rules.standing.T, standing.T
        for box in map(turn, rules.standing_boxes):
            _take_off(*turned, box, x_height)
    return level, standing


def _label_apart(
    mask: Mask, rules: RuledInk, x_height: float
) -> tuple[Components, Components, NDArray[np.bool_]]:
    """The components of the ink without the ink of rules, of that ink, and which of the former are
    remains of rules, and among the latter."""
    level, standing = find_rule_ink(mask, rules, x_height)
    taken = level | standing
    letters = find_components(mask & ~taken)
    rest = _find_near(letters, level) & _is_remains(letters.width, letters.height, x_height)
    rest |= _find_near(letters, standing) & _is_remains(letters.height, letters.width, x_height)
    del level, standing  # each is as large as the page, of which two labellings are held by now
    taken |= letters.draw(rest)
    return letters, find_components(taken), rest


def _find_near(parts: Components, taken: Mask) -> NDArray[np.bool_]:
    """Which components touch what was taken off."""
    near = np.zeros(len(parts) + 1, np.bool_)
    near[parts.labels[cv2.dilate(taken, np.ones((3, 3), np.uint8)) > 0]] = True
    return near[1:]


def _is_remains(
    along: NDArray[np.int32], across: NDArray[np.int32], x_height: float
) -> NDArray[np.bool_]:
    """Which components that touch rules are what is left of them, by their sides in the rule's
    direction and across it: thin, or thin and long."""
    crumb = across <= max(2.0, RULES.crumb * x_height)
    return crumb | ((across < RULES.piece * x_height) & (along > RULES.slender * across))


def count_rule_ink(components: Components, rules: RuledInk) -> NDArray[np.int64]:
    """(n,) pixels of rules with their ragged edges in each component; those where two rules cross
    are counted twice."""
    counts = np.zeros(len(components) + 1, np.int64)
    for runs, boxes in ((rules.level, rules.level_boxes), (rules.standing, rules.standing_boxes)):
        if runs is None:
            continue
        for box in boxes:
            place = (
                slice(max(0, box.top - 1), box.bottom + 1),
                slice(max(0, box.left - 1), box.right + 1),
            )
            ink = cv2.dilate(runs[place], np.ones((3, 3), np.uint8)) > 0
            found, number = np.unique(components.labels[place][ink], return_counts=True)
            counts[found] += number
    return counts[1:]


def _take_off(mask: Mask, ruled: Mask, runs: Mask, taken: Mask, box: Box, x_height: float) -> None:
    """Add to `taken` those pixels of a level rule that belong to no letter.

    A letter keeps what lies between its parts on both sides of a rule; where it stands on one it
    keeps the half of the rule that is nearer; and so does the stroke of a letter that lies along
    the rule and stands out of it, as the tail of a g does, unless the rule itself is frayed.

    Args:
        mask: of the page.
        ruled: all rules.
        runs: those that are level.
        taken: as `mask`; changed in place.
        box: of the rule.
        x_height: usual x-height in pixels.
    """
    reach = box.height + 4
    place = (
        slice(max(0, box.top - reach), box.bottom + reach),
        slice(max(0, box.left - 1), box.right + 1),
    )
    ink, own, others = (np.ascontiguousarray(whole[place]) for whole in (mask, runs, ruled))
    rule = np.asarray(cv2.dilate(own, _make_stroke(3)), np.uint8) & ink  # with its ragged edges
    if is_frayed(ink > 0, own > 0, x_height):
        rule |= find_frays(ink, own, x_height)
    else:
        rule &= ~_find_bumps(ink, rule, own, others, x_height)
    rest = ink & ~(rule | (others & ~own))
    thick = _measure_thickness(rule) + 2
    aslant = cv2.dilate(rest, np.ones((1, 3), np.uint8))
    bridge = cv2.morphologyEx(aslant, cv2.MORPH_CLOSE, _make_stroke(thick + 3))
    touching = rest & np.asarray(cv2.dilate(rule, _make_stroke(3)), np.uint8)
    foot = cv2.dilate(touching, _make_stroke(2 * (thick // 2) + 1))
    taken[place] |= np.asarray(cv2.subtract(rule, cv2.bitwise_or(bridge, foot)), np.uint8)


def _find_bumps(ink: Mask, rule: Mask, runs: Mask, ruled: Mask, x_height: float) -> Mask:
    """The strokes of letters that lie along a level rule and stand out of its straight edges: they
    are longer than its raggedness, and near to where the rest of a letter reaches it."""
    edge = np.ones((1, max(3, round(RULES.edge * x_height))), np.uint8)
    least = np.ones((1, max(3, round(RULES.bump * x_height))), np.uint8)
    straight = np.asarray(cv2.morphologyEx(runs, cv2.MORPH_OPEN, edge), np.uint8)
    bumps = np.asarray(cv2.morphologyEx(rule & ~straight, cv2.MORPH_OPEN, least), np.uint8)
    if not bumps.any():
        return bumps
    beside = np.asarray(cv2.dilate(rule, np.ones((3, 3), np.uint8)), np.uint8)
    columns = (ink & ~(rule | ruled) & beside).max(axis=0, keepdims=True)
    reach = np.ones((1, 2 * round(RULES.stem * x_height) + 1), np.uint8)
    return bumps & np.asarray(cv2.dilate(columns, reach), np.uint8)


def _make_stroke(length: int) -> NDArray[np.uint8]:
    """The element of a stroke that crosses a level rule."""
    return np.ones((length, 1), np.uint8)


def _measure_thickness(rule: Mask) -> int:
    """Mean length of the runs of ink down the columns, in pixels."""
    inked = rule > 0
    starts = np.count_nonzero(inked[1:] & ~inked[:-1]) + np.count_nonzero(inked[0])
    return max(1, round(int(np.count_nonzero(inked)) / max(1, int(starts))))
