"""Where a line's image lies on the straight page: along its baseline, at the scale of its x-height,
wide white shortened."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Line, Page
from pipeline.geometry import Affine
from pipeline.line_turns import UPWARDS, turn_line, turn_page, turns_to_lie
from pipeline.recognition.frame import LineFrame

SIDE_MARGIN = 0.5  # paper at either end, in x-heights (chosen by eye)
WIDEST_SPACE = 2.5  # in x-heights; what is wider was read as dots (docs/design.md)
CAP_HEIGHT = 1.47  # of capitals, in x-heights: the median of 105 faces (bench.faces)
LETTER_SPACE = 0.3  # in x-heights: white between letters that stand in a cell each (by eye)


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
    seen such a gap, and fills it with the leaders of a table of contents. White between letters
    that stand in a cell each is shortened to that of print.
    """
    margin = SIDE_MARGIN * line.x_height
    starts, ends = [int(np.floor(line.box.left - margin))], []
    reach = line.box.left
    for word in sorted(line.words, key=lambda word: word.box.left):
        widest = WIDEST_SPACE * line.x_height
        for box in word.cells or (word.box,):
            if box.left - reach > widest:
                ends.append(round(reach + widest / 2))
                starts.append(round(box.left - widest / 2))
            reach = max(reach, box.right)
            widest = LETTER_SPACE * line.x_height
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


def vary_line(line: Line) -> tuple[Line, ...]:
    """The line in each way in which it may be read, on the straight page; the recognizer takes the
    one that it reads best: at another x-height, and, where it stands, from its other end."""
    ways = [line]
    if line.other_x_height:
        ways.append(replace(line, x_height=line.other_x_height))
    if turns_to_lie(line):
        ways += [_read_backwards(way, head) for way in ways for head in (1.0, CAP_HEIGHT)]
    return tuple(ways)


def _read_backwards(line: Line, head: float) -> Line:
    """A line that stands as it is read from its other end: its letters stand on what were their
    heads, so many x-heights above the baseline."""
    (x, start), (_, end) = line.baseline
    x += (-head if turns_to_lie(line) == UPWARDS else head) * line.x_height
    return replace(line, baseline=((x, end), (x, start)))


def lay_line(page: Page, line: Line) -> tuple[Line, Affine]:
    """A line on the page turned so that it lies, and the transform from the straight page to that
    one."""
    turn = turn_page(page, turns_to_lie(line))
    return (line if turn == Affine() else turn_line(line, turn)), turn


def list_variants(page: Page) -> list[tuple[Line, Affine]]:
    """The lines of a page in order, each in every way in which it may be read; see `lay_line`."""
    return [lay_line(page, way) for line in page.lines for way in vary_line(line)]
