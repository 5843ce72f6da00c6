"""How the image of a line with a known text is placed in a recognizer's frame.

Nobody says where its letters stand and how high they are. Both are measured in the ink, as they are
when a page is segmented, so that these lines look as lines do that Recto cuts itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.document import HAND, Line
from pipeline.geometry import Box
from pipeline.image.binarize import ink_mask
from pipeline.image.ink import Ink, classify_ink
from pipeline.layout.fragments import FRAGMENTS
from pipeline.layout.line_boxes import attach_marks, build_line
from pipeline.layout.lines import chain_letters, measure_line
from pipeline.layout.written_line import measure_written, steady_heights
from pipeline.recognition.canvas import paper
from pipeline.recognition.frame import PRINT_FRAME, STORED_SCALE, LineFrame
from pipeline.recognition.line_image import LineImage, cut_line, shrink_to
from pipeline.recognition.line_place import LinePlace
from pipeline.recognition.recipe import Recipe

Grey = NDArray[np.uint8]
STORED_FRAME = PRINT_FRAME.scaled(STORED_SCALE)
LINES_PER_INCH = 6  # a line image is about as high as lines of twelve points are apart
# of handwriting, in shares of the contrast between paper and the darkest hundredth: fainter is the
# paper's grain and what shows through (chosen by eye)
FAINTEST = 0.25
LEAST_CONTRAST = 30  # grey levels from the paper: a white image holds no ink


@dataclass(frozen=True)
class Framing:
    """A frame, and what finds the one line of an image, (H, W) uint8 with as much paper around the
    line as it is high, given the x-height that its page tells in pixels, or 0; None for no line.

    among: the x-heights that lines of one page or one work tell of each other, from their images,
    padded likewise, 0 where a line tells nothing; None where each line is measured by itself.
    """

    frame: LineFrame
    measure: Callable[[Grey, float], Line | None]
    among: Callable[[Sequence[Grey]], list[float]] | None = None

    def x_heights(self, images: Sequence[Grey | None]) -> list[float]:
        """The x-heights, in pixels, of the lines of one page or one work, each an image (H, W)
        uint8 cut to its line; 0 for None, and where its lines tell nothing."""
        if self.among is None:
            return [0.0] * len(images)
        told = iter(self.among([_padded(image) for image in images if image is not None]))
        return [0.0 if image is None else next(told) for image in images]

    def place(self, image: Grey, letter: float = 0.0, around: int = 0) -> Grey | None:
        """The line of an image in the frame; None where there is none.

        Args:
            image: (H, W) uint8, cut to its line.
            letter: the x-height that its page tells, in pixels, or 0.
            around: pixels of paper that are put around it at least. Half its height is, as letters
                that touch the image's edge would pass for the scanner's border.
        """
        padded = _padded(image, around)
        line = self.measure(padded, letter)
        return cut_line(padded, line, self.frame).image if line is not None else None


def _padded(image: Grey, around: int = 0) -> Grey:
    spare = max(around, image.shape[0] // 2)
    return np.pad(image, spare, constant_values=paper(image))


def framing_of(recipe: Recipe) -> Framing:
    """How the lines are placed that a recognizer of lines learns from."""
    frame = (recipe.frame or PRINT_FRAME).scaled(STORED_SCALE)
    if recipe.writing == HAND:
        return Framing(frame, measure_hand, heights_of_hand)
    return Framing(frame, measure_print)


def unframed(stored: Grey, frame: LineFrame) -> LineImage:
    """A line that was placed in a frame, as if it were a page of its own, for a recognizer to read.

    Args:
        stored: (H, W) uint8, in a larger frame of the same proportions.
    """
    image = shrink_to(stored, frame)
    width = image.shape[1]
    baseline = ((0.0, frame.baseline), (float(width), frame.baseline))
    line = Line(Box(0, 0, width, frame.height), baseline, frame.x_height)
    return LineImage(line, LinePlace(((0, width),), frame.height, width, frame), image)


def measure_print(flat: Grey, letter: float = 0.0) -> Line | None:
    """The one line of print of an image, measured in its ink: the longest chain of letters, with
    all that lies in its band. None where there are no letters.

    Args:
        flat: (H, W) uint8, paper near 255, with as much paper around the line as the line is high.
        letter: typical x-height of the page in pixels, or 0 where only the image can tell.
    """
    ink = classify_ink(ink_mask(flat), LINES_PER_INCH * flat.shape[0] / 2)
    if letter > 0:
        ink = replace(ink, letter=letter)
    letters = np.flatnonzero(ink.letters)
    if ink.letter == 0 or len(letters) == 0:
        return None
    parts = ink.components
    chains = chain_letters(parts, letters, ink.letter, FRAGMENTS.gap_in_line * ink.letter)
    longest = max(chains, key=lambda chain: int(parts.width[chain.members].sum()))
    line = measure_line(parts, np.array(longest.members), ink.letter)
    members = _in_band(ink, letters, line.baseline, line.x_height)
    line = measure_line(parts, members if len(members) else line.members, ink.letter)
    (line,) = attach_marks(ink, [line], accents=False)
    return build_line(ink, line)


def _in_band(
    ink: Ink, letters: NDArray[np.int64], baseline: NDArray[np.float64], x_height: float
) -> NDArray[np.int64]:
    """Those of `letters` whose middles lie in the band of a line."""
    parts = ink.components
    left, right = parts.left[letters], parts.right[letters]
    middles = parts.top[letters] + parts.height[letters] / 2
    rise = (np.polyval(baseline, (left + right) / 2) - middles) / x_height
    return letters[(rise > FRAGMENTS.band_below) & (rise < FRAGMENTS.band_above)]


def written_ink(grey: Grey) -> NDArray[np.float32]:
    """How much ink each pixel of a line's image holds, 0 to 1, by its contrast with the paper."""
    light = paper(grey)
    contrast = max(LEAST_CONTRAST, light - float(np.percentile(grey, 1)))
    ink = np.clip((light - grey.astype(np.float32)) / contrast, 0, 1)
    return np.asarray(np.where(ink < FAINTEST, 0, ink), np.float32)


def measure_hand(grey: Grey, letter: float = 0.0) -> Line | None:
    """The one line of handwriting of an image, measured in its ink. None where there is no ink.

    Args:
        grey: (H, W) uint8, as `Framing` has it.
        letter: its x-height, in pixels, as the other lines of its page tell it; or 0 where only the
            image can tell.
    """
    ink = written_ink(grey)
    found = measure_written(ink)
    columns = np.flatnonzero(ink.any(axis=0))
    if found is None or not len(columns):
        return None
    box = Box(int(columns[0]), 0, int(columns[-1]) + 1, len(grey))
    found = found.steadied(letter) if letter > 0 else found
    return Line(box, found.baseline, found.x_height)


def heights_of_hand(images: Sequence[Grey]) -> list[float]:
    """`Framing.among` for handwriting."""
    found = [measure_written(written_ink(image)) for image in images]
    heights = iter(steady_heights([line for line in found if line is not None]))
    return [0.0 if line is None else next(heights) for line in found]


PRINTED = Framing(STORED_FRAME, measure_print)
