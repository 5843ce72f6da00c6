"""A page as a person has corrected it: lines with the right words, regions of the right kind and in
the right order.

What a correction is about is told by its place on the page as supplied. Where the layout has moved
under it, the line that lies nearly there takes it, and that is said; where there is none, it is
said that it was lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby

from pipeline.corrections import LineCorrection, PageCorrections, RegionCorrection
from pipeline.document import DONE, TABLE, Line, Page, Region
from pipeline.geometry import Affine, Box
from pipeline.structure.rewriting import rewrite_line

STILL = 0.9  # intersection over union from which a place passes for the same: chosen by eye
NEAR = 0.5  # and for a place that has moved: more of either lies in both than outside


@dataclass(frozen=True)
class Outcome:
    """What became of the corrections of a page: `lines` that were found, of them `accepted` as a
    whole and `moved` since; `words` that are a person's; `lost`: lines of which there is no trace.
    `regions`: whether their kinds and order were taken, "" where none were given, else "taken" or
    "lost"."""

    lines: int = 0
    words: int = 0
    accepted: int = 0
    moved: int = 0
    lost: int = 0
    regions: str = ""


def correct_page(page: Page, corrections: PageCorrections) -> tuple[Page, Outcome]:
    """The page with its corrections, and what became of them."""
    if page.status != DONE:
        return page, Outcome(
            lost=len(corrections.lines), regions="lost" if corrections.regions else ""
        )
    found = match_lines(page, corrections)
    corrected = _map_lines(page, {index: one for index, (one, _) in found.items()})
    outcome = Outcome(
        lines=len(found),
        words=sum(word.corrected for word in corrected.words),
        accepted=sum(one.accepted for one, _ in found.values()),
        moved=sum(share < STILL for _, share in found.values()),
        lost=len(corrections.lines) - len(found),
    )
    if not corrections.regions:
        return corrected, outcome
    arranged = _arrange(corrected, corrections.regions, _scaled(page, corrections))
    taken = "lost" if arranged is None else "taken"
    return arranged or corrected, replace(outcome, regions=taken)


def match_lines(
    page: Page, corrections: PageCorrections
) -> dict[int, tuple[LineCorrection, float]]:
    """By the index of a line of the page its correction, and how much of its place is still the
    same: intersection over union."""
    onto = _scaled(page, corrections)
    places = [placed(page, line.box) for line in page.lines]
    found = find_places(places, [onto.box(Box(*one.box)) for one in corrections.lines])
    return {
        match.index: (one, match.overlap)
        for one, match in zip(corrections.lines, found, strict=True)
        if match is not None
    }


def proofread_texts(page: Page, corrections: PageCorrections) -> dict[int, str]:
    """By the index of a line of the page its text, of the lines that a person has found right as a
    whole and that lie where they lay then."""
    if page.status != DONE:
        return {}
    return {
        index: one.text
        for index, (one, share) in match_lines(page, corrections).items()
        if one.accepted and one.text and share >= STILL
    }


def _scaled(page: Page, corrections: PageCorrections) -> Affine:
    """From the page as it was when it was corrected to the page as it is supplied now."""
    return Affine(a=page.width / corrections.width, e=page.height / corrections.height)


def placed(page: Page, box: Box) -> Box:
    """A box of the straight page where it lies on the page as supplied."""
    whole = Box(0, 0, max(1, page.width), max(1, page.height))
    source = page.home_box(box)
    return source.clipped(whole) or source


@dataclass(frozen=True)
class Match:
    """The index of a place, and how much of it is wanted: intersection over union."""

    index: int
    overlap: float


def find_places(places: Sequence[Box], wanted: Iterable[Box]) -> list[Match | None]:
    """For each wanted box the place that it overlaps most, no place twice; None where none is
    near."""
    taken: set[int] = set()
    found: list[Match | None] = []
    for box in wanted:
        free = (k for k in range(len(places)) if k not in taken)
        share, index = max(((overlap(places[k], box), k) for k in free), default=(0.0, -1))
        found.append(Match(index, share) if share >= NEAR else None)
        taken |= {index} if share >= NEAR else set()
    return found


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes."""
    common = one.clipped(other)
    if common is None:
        return 0.0
    shared = common.width * common.height
    return shared / (one.width * one.height + other.width * other.height - shared)


def _map_lines(page: Page, changes: dict[int, LineCorrection]) -> Page:
    numbers = count()

    def corrected(line: Line) -> Line:
        one = changes.get(next(numbers))
        return line if one is None else rewrite_line(line, one.old, one.new, one.accepted)

    leaves = tuple(
        replace(
            leaf,
            regions=tuple(
                replace(region, lines=tuple(map(corrected, region.lines)))
                for region in leaf.regions
            ),
        )
        for leaf in page.leaves
    )
    return replace(page, leaves=leaves)


def _arrange(page: Page, wanted: Sequence[RegionCorrection], onto: Affine) -> Page | None:
    """The page with its regions as wanted, those that are not named behind them; None where some
    are no regions of this page. Each stays on its leaf: where the order goes back to a leaf that
    was left, that leaf is there once more."""
    regions = list(page.regions)
    homes = [leaf for leaf, one in enumerate(page.leaves) for _ in one.regions]
    places = [placed(page, region.box) for region in regions]
    found = find_places(places, (onto.box(Box(*one.box)) for one in wanted))
    order = [match.index for match in found if match is not None]
    if len(order) != len(wanted):
        return None
    kinds = {index: one.kind for index, one in zip(order, wanted, strict=True)}
    named = [_name(region, kinds.get(k, region.kind)) for k, region in enumerate(regions)]
    order += [k for k in range(len(regions)) if k not in kinds]
    empty = (leaf for leaf in page.leaves if not leaf.regions)
    runs = (
        replace(page.leaves[leaf], regions=tuple(named[k] for k in run))
        for leaf, run in groupby(order, key=lambda k: homes[k])
    )
    return replace(page, leaves=(*runs, *empty))


def _name(region: Region, kind: str) -> Region:
    """The region as one of another kind; only tables have cells."""
    return replace(region, kind=kind, cells=region.cells if kind == TABLE else ())
