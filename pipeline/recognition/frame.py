"""The frame: how a line of text is placed in the image that a recognizer sees.

Lines are placed by their baseline and x-height, not by the box of their ink, so that a line in
capitals or of figures has the same scale as its neighbours, and `o` differs from `O`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LineFrame:
    """Height, baseline and x-height of a line image, in pixels; the baseline is counted from the
    top edge."""

    height: int
    baseline: float
    x_height: float

    def __post_init__(self) -> None:
        if not 0 < self.x_height < self.baseline < self.height:
            raise ValueError(f"a frame needs 0 < x-height < baseline < height, not {self}")

    def scaled(self, factor: int) -> LineFrame:
        """The same frame, `factor` times as large."""
        return LineFrame(self.height * factor, self.baseline * factor, self.x_height * factor)

    def taller(self, more: float) -> tuple[LineFrame, int]:
        """The same frame with about `more` x-heights more above it, and how many rows that is."""
        extra = round(more * self.x_height)
        return LineFrame(self.height + extra, self.baseline + extra, self.x_height), extra

    @property
    def above(self) -> float:
        """What the frame holds above the baseline, in x-heights."""
        return self.baseline / self.x_height

    @property
    def below(self) -> float:
        """What the frame holds below the baseline, in x-heights."""
        return (self.height - self.baseline) / self.x_height


PRINT_FRAME = LineFrame(height=32, baseline=22.5, x_height=13.0)
# lines in LMDB sets are kept at twice the recognizer's size, so that degradation has something to
# lose
STORED_SCALE = 2
INK_LEVEL = 110  # darker than this grey level, a pixel of a line image holds ink (chosen by eye)
