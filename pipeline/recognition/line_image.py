"""Lines cut out of a straight page and placed in the recognizer's frame."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.document import Line
from pipeline.geometry import Affine
from pipeline.recognition.frame import LineFrame
from pipeline.recognition.superscripts import HIGHEST, lower_superscripts

SIDE_MARGIN = 0.5  # paper at either end, in x-heights
WIDEST_SPACE = 2.5  # in x-heights
LEVEL = 0.06  # a baseline that strays less than this, in x-heights, is cut as it is


@dataclass(frozen=True)
class LinePlace:
    """Where a line's image lies on the straight page: the page columns of its `spans`, side by
    side, `rows` rows high, scaled to `width` columns of `frame`."""

    spans: tuple[tuple[int, int], ...]
    rows: int
    width: int
    frame: LineFrame

    @property
    def columns(self) -> int:
        """Page columns in all spans together."""
        return sum(end - start for start, end in self.spans)

    def page_x(self, column: float) -> float:
        """x on the straight page of a column of the image."""
        offset = column * self.columns / self.width
        for start, end in self.spans[:-1]:
            if offset < end - start:
                return start + offset
            offset -= end - start
        return self.spans[-1][0] + offset

    def page_xs(self, columns: NDArray[np.float64]) -> NDArray[np.float64]:
        """x on the straight page of each of many columns of the image, in ascending order."""
        offsets = columns * self.columns / self.width
        widths = np.array([end - start for start, end in self.spans])
        before = np.concatenate([[0], np.cumsum(widths)[:-1]])
        span = np.maximum(np.searchsorted(before, offsets, side="right") - 1, 0)
        return np.asarray(
            np.array([start for start, _ in self.spans])[span] + offsets - before[span]
        )

    def above_baseline(self, row: float) -> float:
        """How far, in pixels of the straight page, the top edge of a row of the image lies above
        the baseline."""
        return (self.frame.baseline - row) * self.rows / self.frame.height


def place_line(line: Line, frame: LineFrame) -> LinePlace:
    """Where the image of `line` is cut: a function of the line, its words and the frame.

    White wider than WIDEST_SPACE between two words is shortened to that: the recognizer has never
    seen such a gap, and fills it with the leaders of a table of contents.
    """
    margin = SIDE_MARGIN * line.x_height
    starts, ends = [int(np.floor(line.box.left - margin))], []
    widest = WIDEST_SPACE * line.x_height
    reach = line.box.left
    for word in sorted(line.words, key=lambda word: word.box.left):
        if word.box.left - reach > widest:
            ends.append(round(reach + widest / 2))
            starts.append(round(word.box.left - widest / 2))
        reach = max(reach, word.box.right)
    ends.append(int(np.ceil(line.box.right + margin)))
    spans = tuple(zip(starts, ends, strict=True))
    rows = max(4, round((frame.above + frame.below) * line.x_height))
    width = max(4, round(sum(end - start for start, end in spans) * frame.height / rows))
    return LinePlace(spans, rows, width, frame)


def baseline_at(line: Line, columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """y of the line's baseline at each x, run on beyond its ends."""
    xs, ys = (np.array(values) for values in zip(*line.baseline, strict=True))
    slopes = (
        (ys[1] - ys[0]) / max(1e-6, xs[1] - xs[0]),
        (ys[-1] - ys[-2]) / max(1e-6, xs[-1] - xs[-2]),
    )
    before, after = np.minimum(columns - xs[0], 0), np.maximum(columns - xs[-1], 0)
    return np.asarray(np.interp(columns, xs, ys) + before * slopes[0] + after * slopes[1])


def vary_x_height(line: Line) -> tuple[Line, ...]:
    """The line at each x-height that it may have; the recognizer takes the one that it reads
    best."""
    return (line, replace(line, x_height=line.other_x_height)) if line.other_x_height else (line,)


def crop_line(
    grey: NDArray[np.uint8], line: Line, frame: LineFrame, onto: Affine | None = None
) -> NDArray[np.uint8]:
    """Cut `line` out of a page along its baseline, at the frame's size, with one resampling; marks
    raised above the frame lowered.

    Args:
        grey: (H, W) uint8, 255 for paper: the straight page, or where `onto` is given the one that
            it leads to.
        onto: from the line's coordinates to those of `grey`; see `Page.onto_upright`.

    Returns:
        (frame.height, W') uint8, W' the width of `place_line`.
    """
    place = place_line(line, frame)
    if not _sticks_out(line, frame):
        return _cut(grey, line, place, onto)
    tall, extra = frame.taller(HIGHEST)
    taller = replace(place, rows=round(place.rows * tall.height / frame.height), frame=tall)
    return lower_superscripts(_cut(grey, line, taller, onto), extra, frame)


def _sticks_out(line: Line, frame: LineFrame) -> bool:
    """Whether one of the line's words begins above the frame."""
    if not line.words:
        return False
    tops = np.array([word.box.top for word in line.words])
    middles = np.array([(word.box.left + word.box.right) / 2 for word in line.words])
    return bool((baseline_at(line, middles) - tops > frame.above * line.x_height).any())


def _cut(
    grey: NDArray[np.uint8], line: Line, place: LinePlace, onto: Affine | None
) -> NDArray[np.uint8]:
    """What lies in `place` of a page."""
    if onto is not None and onto != Affine():
        return _sampled(grey, line, place, onto)
    columns = np.concatenate([np.arange(start, end) for start, end in place.spans])
    tops = baseline_at(line, columns.astype(np.float64)) - place.above_baseline(0)
    if np.ptp(tops) < max(1.0, LEVEL * line.x_height):
        top = round(float(tops.mean()))
        cut = np.hstack([_slice(grey, start, end, top, place.rows) for start, end in place.spans])
    else:
        cut = _sheared(grey, columns, np.rint(tops).astype(np.int64), place.rows)
    interpolation = cv2.INTER_AREA if place.rows > place.frame.height else cv2.INTER_LINEAR
    return np.asarray(
        cv2.resize(cut, (place.width, place.frame.height), interpolation=interpolation),
        dtype=np.uint8,
    )


def _sampled(
    grey: NDArray[np.uint8], line: Line, place: LinePlace, onto: Affine
) -> NDArray[np.uint8]:
    """The image of a line on a page that lies askew: each pixel the mean of samples within it,
    taken through the transform."""
    height = place.frame.height
    dense = max(1, -(-place.rows // height))
    columns, rows = (np.arange(n * dense) + 0.5 for n in (place.width, height))
    xs = place.page_xs(columns / dense)
    ys = (
        baseline_at(line, xs)[None, :]
        - place.above_baseline(0)
        + rows[:, None] / dense * place.rows / height
    )
    u, v = onto.a * xs + onto.b * ys + onto.c - 0.5, onto.d * xs + onto.e * ys + onto.f - 0.5
    samples = cv2.remap(
        grey, u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR, borderValue=255
    )
    means = samples.reshape(height, dense, place.width, dense).mean(axis=(1, 3))
    return np.asarray(np.rint(means), dtype=np.uint8)


def _slice(
    grey: NDArray[np.uint8], left: int, right: int, top: int, rows: int
) -> NDArray[np.uint8]:
    """Rows and columns of a page, white where they lie outside it."""
    height, width = grey.shape
    inside = grey[max(0, top) : max(0, min(height, top + rows)), max(0, left) : min(width, right)]
    cut = np.full((rows, right - left), 255, np.uint8)
    y, x = max(0, -top), max(0, -left)
    cut[y : y + inside.shape[0], x : x + inside.shape[1]] = inside
    return cut


def _sheared(
    grey: NDArray[np.uint8], columns: NDArray[np.int64], tops: NDArray[np.int64], rows: int
) -> NDArray[np.uint8]:
    """Each column of the line shifted by whole pixels so that the baseline lies level: no second
    resampling."""
    ys = tops[None, :] + np.arange(rows)[:, None]
    xs = np.broadcast_to(columns[None, :], ys.shape)
    inside = (ys >= 0) & (ys < grey.shape[0]) & (xs >= 0) & (xs < grey.shape[1])
    picked = grey[np.clip(ys, 0, grey.shape[0] - 1), np.clip(xs, 0, grey.shape[1] - 1)]
    return np.where(inside, picked, np.uint8(255)).astype(np.uint8)
