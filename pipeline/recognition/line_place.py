"""Where a line's image lies on the straight page: along its baseline, at the scale of its x-height,
wide white shortened."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Line, Page
from pipeline.recognition.frame import LineFrame

SIDE_MARGIN = 0.5  # paper at either end, in x-heights (chosen by eye)
WIDEST_SPACE = 2.5  # in x-heights; what is wider was read as dots (docs/design.md)


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


def list_variants(page: Page) -> list[Line]:
    """The lines of a page in order, each at every x-height that it may have."""
    return [variant for line in page.lines for variant in vary_x_height(line)]
