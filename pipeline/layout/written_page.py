"""A straight page of joined handwriting as regions and lines: what `segment` does for print, for
pages whose letters are no components of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.document import HAND, TEXT, Leaf, Line, Page, Region
from pipeline.geometry import Box
from pipeline.image.binarize import Grey, Mask, ink_mask
from pipeline.image.components import LETTER_SIZE, find_components
from pipeline.image.ink import find_border, part_from_rules
from pipeline.image.straighten import level_raster
from pipeline.layout.written_ink import share_ink
from pipeline.layout.written_line import (
    Ink,
    WrittenLine,
    level,
    measure_written,
    steady_heights,
)
from pipeline.layout.written_paths import find_paths, measure_pitch


@dataclass(frozen=True)
class WrittenPageParameters:
    """All chosen by eye on letters of one correspondence."""

    reach: float = 0.9  # of a line's ink from its middle, in pitches
    smooth: int = 5  # points of a path of which the middle one in height counts
    above: float = 1.6  # what belongs to a line's box over its baseline, in x-heights
    below: float = 0.7
    x_heights: tuple[float, float] = (0.4, 2.5)  # of the page's usual one: others are no lines
    word_heights: float = 1.6  # from line to line, in heights of words
    overlap: float = 0.5  # of two lines' heights: they stand in one row


WRITTEN_PAGE = WrittenPageParameters()


def segment_written(page: Page, upright: Grey) -> tuple[Page, Grey]:
    """Find the lines of a handwritten page.

    Args:
        upright: (H, W) uint8, flattened, turned upright by quarter turns: what `straighten` gives.

    Returns:
        The page with one leaf and one region, its lines in reading order, and the raster as it was:
        nothing is cleared away.
    """
    grey = level_raster(page, upright)
    ink = written_mask(ink_mask(grey), page.read_dpi)
    pitch = measure_pitch(ink) or _guess_pitch(ink)
    paths = [_smooth_path(path) for path in find_paths(ink, pitch)] if pitch else []
    owners = share_ink(ink, paths, WRITTEN_PAGE.reach * pitch)
    found = [_measure(ink, owners, k, path, pitch) for k, path in enumerate(paths)]
    lines = order_lines(_build_lines([line for line in found if line is not None], ink.shape))
    whole = Box(0, 0, grey.shape[1], grey.shape[0])
    regions = (Region(Box.around(x.box for x in lines), TEXT, tuple(lines)),) if lines else ()
    read = sum(_ink_in(ink, line) for line in lines)
    stray = 1 - min(1.0, read / max(1.0, float(ink.sum())))
    leaf = Leaf(Box.around([whole, *(region.box for region in regions)]), regions)
    stray = stray if lines else 0.0
    return replace(page, leaves=(leaf,), stray_ink=stray, writing=HAND), upright


def written_mask(mask: Mask, dpi: float) -> Ink:
    """The ink of a page without rules, specks and the scanner's border.

    Args:
        mask: (H, W) uint8, 255 for ink.

    Returns:
        (H, W) float32, 1 for ink.
    """
    parts, _, _ = part_from_rules(mask, dpi)
    speck = np.maximum(parts.width, parts.height) < LETTER_SIZE.lowest_inches * dpi
    border = find_border(parts, mask.shape[1], mask.shape[0])
    return np.asarray(parts.draw(~border & ~speck) > 0, np.float32)


def order_lines(lines: list[Line]) -> list[Line]:
    """Lines from top to bottom; those that stand in one row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box.top + line.box.bottom):
        if rows and all(_in_one_row(line, other) for other in rows[-1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.left)]


def _guess_pitch(ink: Ink) -> float:
    """How far apart lines might be where there are too few to tell: by how high the ink is that
    hangs together."""
    parts = find_components(np.asarray(ink * 255, np.uint8))
    if not len(parts.height):
        return 0.0
    # a word counts as its letters do, and specks as next to nothing
    order = np.argsort(parts.height)
    half = np.searchsorted(np.cumsum(parts.width[order]), parts.width.sum() / 2)
    return WRITTEN_PAGE.word_heights * float(parts.height[order][half])


def _in_one_row(line: Line, other: Line) -> bool:
    """Whether two lines stand side by side."""
    high = max(line.box.top, other.box.top)
    low = min(line.box.bottom, other.box.bottom)
    beside = line.box.right <= other.box.left or other.box.right <= line.box.left
    least = min(line.box.height, other.box.height)
    return beside and low - high > WRITTEN_PAGE.overlap * least


@dataclass(frozen=True)
class _Strip:
    """A line's own ink along its path: its column 0 is the page's `left`, its middle row lies on
    the path, which has the heights `middles` (W,) on the page."""

    ink: Ink
    left: int
    middles: NDArray[np.float64]
    found: WrittenLine


def _measure(
    ink: Ink, owners: NDArray[np.int16], number: int, path: NDArray[np.float64], pitch: float
) -> _Strip | None:
    """The line of a path through its middle; None where there is next to no ink that it owns."""
    reach = round(WRITTEN_PAGE.reach * pitch)
    left = max(0, round(path[0, 0] - pitch / 2))
    right = min(ink.shape[1], round(path[-1, 0] + pitch / 2))
    middles = np.interp(np.arange(left, right), path[:, 0], path[:, 1])
    top = max(0, int(middles.min()) - reach - 1)
    place = slice(top, int(middles.max()) + reach + 2), slice(left, right)
    own_ink = np.where(owners[place] == number, ink[place], np.float32(0))
    strip = _strip(own_ink, top, middles, reach)
    found = measure_written(strip, slope=0.0)
    return _Strip(strip, left, middles, found) if found is not None else None


def _build_lines(strips: list[_Strip], shape: tuple[int, ...]) -> list[Line]:
    """The lines of a page, without those whose letters are much lower or higher than the page's
    others.

    Args:
        shape: (H, W) of the page.
    """
    if not strips:
        return []
    usual = float(np.median([strip.found.x_height for strip in strips]))
    low, high = WRITTEN_PAGE.x_heights
    alike = [one for one in strips if low * usual < one.found.x_height < high * usual]
    heights = steady_heights([one.found for one in alike])
    steady = [
        replace(one, found=one.found.steadied(h)) for one, h in zip(alike, heights, strict=True)
    ]
    lines = [_build_line(strip, shape) for strip in steady]
    return [line for line in lines if line is not None]


def _build_line(strip: _Strip, shape: tuple[int, ...]) -> Line | None:
    """A line where it stands on the page; None where no ink is in the band of its small letters."""
    columns, found = len(strip.middles), strip.found
    xs, ys = (np.array(values) for values in zip(*found.baseline, strict=True))
    at = np.clip(np.rint(xs).astype(int), 0, columns - 1)
    tops = strip.middles[at] - len(strip.ink) // 2
    own = _inked_columns(strip.ink, np.interp(np.arange(columns), xs, ys), found.x_height)
    if not len(own):
        return None
    start, end = strip.left + int(own[0]), strip.left + int(own[-1]) + 1
    points = [(float(strip.left + x), float(y)) for x, y in zip(xs, ys + tops, strict=True)]
    baseline = _between(points, start, end)
    over = WRITTEN_PAGE.above * found.x_height
    under = WRITTEN_PAGE.below * found.x_height
    heights = [y for _, y in baseline]
    box = Box(start, int(min(heights) - over), end, int(max(heights) + under) + 1)
    clipped = box.clipped(Box(0, 0, shape[1], shape[0]))
    return Line(clipped, baseline, found.x_height) if clipped else None


def _strip(ink: Ink, top: int, middles: NDArray[np.float64], reach: int) -> Ink:
    """The ink within `reach` rows of a path, with the path, which has a height on the page in each
    column, level in its middle; `top`: where on the page the ink begins."""
    rows = np.arange(2 * reach, dtype=np.float32)[:, None] - reach + middles[None, :]
    xs = np.broadcast_to(np.arange(len(middles), dtype=np.float32), rows.shape)
    down = rows.astype(np.float32) - np.float32(top)
    strip = cv2.remap(ink, np.ascontiguousarray(xs), down, cv2.INTER_LINEAR, borderValue=0)
    return np.asarray(strip, np.float32)


def _smooth_path(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """A path without single peaks: a running median of its heights."""
    ys = path[:, 1]
    half = WRITTEN_PAGE.smooth // 2
    padded = np.pad(ys, half, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, WRITTEN_PAGE.smooth)
    return np.column_stack([path[:, 0], np.median(windows, axis=1)])


def _inked_columns(
    strip: Ink, baseline: NDArray[np.float64], x_height: float
) -> NDArray[np.integer]:
    """The columns with ink in the band of the small letters."""
    levelled = level(strip, baseline - len(strip) / 2)
    middle = len(strip) // 2
    band = levelled[max(0, middle - round(1.3 * x_height)) : middle + round(0.3 * x_height)]
    return np.flatnonzero(band.sum(axis=0) > 0.5)


def _between(
    points: list[tuple[float, float]], start: int, end: int
) -> tuple[tuple[float, float], ...]:
    """A baseline between two columns."""
    xs, ys = (np.array(values) for values in zip(*points, strict=True))
    inner = [(x, y) for x, y in points if start < x < end]
    first, last = (float(np.interp(x, xs, ys)) for x in (start, end))
    return ((float(start), first), *inner, (float(end), last))


def _ink_in(ink: Ink, line: Line) -> float:
    """Ink in the box of a line, which leans with its baseline, not beyond."""
    box = line.box
    return float(ink[box.top : box.bottom, box.left : box.right].sum())
