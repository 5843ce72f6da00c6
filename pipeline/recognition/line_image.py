"""Lines cut out of a page and placed in the recognizer's frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.document import Line, Page
from pipeline.geometry import Affine, Box
from pipeline.recognition.frame import INK_LEVEL, LineFrame
from pipeline.recognition.high_accents import lower_accents
from pipeline.recognition.line_place import LinePlace, baseline_at, list_variants, place_line
from pipeline.recognition.superscripts import SUPERSCRIPTS, lower_superscripts

# Ink is pale where its darkest is no darker than so; it reaches so far from that towards white. A
# line's darkest is its darkest hundredth; a word may be paler, as one in colour is, down to so much
# of its contrast: the darkest of so many columns to either side. Chosen by eye.
PALE, PALE_REACH, DARKEST = 100, 1 / 3, 1.0
LEAST_CONTRAST, BESIDE = 0.3, 6
# A baseline that strays less than this, in x-heights, is cut as it is: under a pixel of the frame.
LEVEL = 0.06


@dataclass(frozen=True)
class LineImage:
    """A line as segmented, where its image lies on the straight page, and the image: (H, W) uint8,
    255 for paper, H the height of the frame and W the width of the place."""

    line: Line
    place: LinePlace
    image: NDArray[np.uint8]


def cut_line(
    grey: NDArray[np.uint8], line: Line, frame: LineFrame, onto: Affine | None = None
) -> LineImage:
    """Cut `line` out of a page along its baseline, at the frame's size, with one resampling;
    superscripts above the frame, and accents of capitals, are lowered into it.

    Args:
        grey: (H, W) uint8, 255 for paper: the straight page, or where `onto` is given the one that
            it leads to.
        onto: from the line's coordinates to those of `grey`; see `Page.onto_upright`.
    """
    place = place_line(line, frame)
    high = _find_high_words(line, frame)
    if not high:
        return LineImage(line, place, _cut(grey, line, place, onto))
    tall, extra = frame.taller(SUPERSCRIPTS.highest)
    taller = replace(place, rows=round(place.rows * tall.height / frame.height), frame=tall)
    whole = _clear_beside(_cut(grey, line, taller, onto), place, high, extra)
    image = lower_accents(whole, extra, frame, lower_superscripts(whole, extra, frame))
    return LineImage(line, place, image)


def cut_lines(page: Page, grey: NDArray[np.uint8], frame: LineFrame) -> list[LineImage]:
    """The images of a page's lines in reading order, each line in every way in which it may be
    read; a line that stands lies in its image, and on the page turned so.

    Args:
        grey: (H, W) uint8, the upright raster of the page with its graphics cleared.
    """
    onto = page.onto_upright
    return [
        cut_line(grey, line, frame, turn.inverse().then(onto)) for line, turn in list_variants(page)
    ]


def inked(image: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(H, W) bool: the pixels of a line's image, (H, W) uint8, that hold ink, however pale, beside
    ink that is darker or not."""
    darkest = float(np.percentile(image, DARKEST))
    columns = image.min(axis=0, keepdims=True)
    near = cv2.erode(columns, np.ones((1, 2 * BESIDE + 1), np.uint8)).astype(np.float64)
    near[255 - near < LEAST_CONTRAST * (255 - darkest)] = darkest
    level = np.where(near < PALE, INK_LEVEL, near + PALE_REACH * (255 - near))
    return np.asarray(image < level)


def shrink_to(image: NDArray[np.uint8], frame: LineFrame) -> NDArray[np.uint8]:
    """(H, W) uint8: the image of a line, which lies in a larger frame of the same proportions, at
    the height of `frame`."""
    width = max(4, round(image.shape[1] * frame.height / image.shape[0]))
    small = cv2.resize(image, (width, frame.height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def stack_lines(lines: Sequence[LineImage]) -> NDArray[np.uint8]:
    """(N * H, W) uint8: the images of one line or more, one under the other, white to their
    right."""
    width = max(line.place.width for line in lines)
    return np.vstack(
        [
            np.pad(line.image, ((0, 0), (0, width - line.place.width)), constant_values=255)
            for line in lines
        ]
    )


def unstack_lines(page: Page, stack: NDArray[np.uint8], frame: LineFrame) -> list[LineImage]:
    """The images of a page's lines, as `cut_lines` gave them, out of what `stack_lines` made.

    Raises:
        ValueError: the stack is of other lines.
    """
    lines, height = [line for line, _ in list_variants(page)], frame.height
    places = [place_line(line, frame) for line in lines]
    expected = height * len(lines), max((place.width for place in places), default=0)
    if stack.shape != expected:
        raise ValueError(f"lines of {expected} pixels are expected, not {stack.shape}")
    return [
        LineImage(line, place, stack[i * height : (i + 1) * height, : place.width])
        for i, (line, place) in enumerate(zip(lines, places, strict=True))
    ]


def _find_high_words(line: Line, frame: LineFrame) -> list[Box]:
    """The boxes of the line's words that begin above the frame."""
    if not line.words:
        return []
    tops = np.array([word.box.top for word in line.words])
    middles = np.array([(word.box.left + word.box.right) / 2 for word in line.words])
    high = baseline_at(line, middles) - tops > frame.above * line.x_height
    return [word.box for word, is_high in zip(line.words, high.tolist(), strict=True) if is_high]


def _clear_beside(
    tall: NDArray[np.uint8], place: LinePlace, high: Sequence[Box], extra: int
) -> NDArray[np.uint8]:
    """(extra + H, W) uint8: a line with `extra` rows above its frame, in which these rows are white
    but over the words that begin there: a comma of the line before would be an accent."""
    xs = place.page_xs(np.arange(place.width, dtype=np.float64) + 0.5)
    over = np.zeros(place.width, np.bool_)
    for box in high:
        over |= (xs > box.left) & (xs < box.right)
    cleared = tall.copy()
    cleared[:extra, ~over] = 255
    return cleared


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
