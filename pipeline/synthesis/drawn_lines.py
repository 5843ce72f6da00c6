"""Line images drawn by trdg, each placed in a frame by its face's own baseline and x-height.

trdg 1.8 was written for an older Pillow: this module, its only user here, supplies the two names
that Pillow has dropped, and gives it fonts opened once, with the basic layout engine (four times as
fast as Raqm on Latin text).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFont

from pipeline.recognition.frame import LineFrame
from pipeline.recognition.high_accents import lower_accents
from pipeline.recognition.superscripts import SUPERSCRIPTS, lower_superscripts
from pipeline.synthesis.fonts import FETCHED_FACES, SMALL_CAPITALS, Face
from pipeline.synthesis.line_text import LineText
from pipeline.synthesis.setting import Typesetting, printed_form

# drawn somewhat larger than stored, so that the outline's hinting does not repeat at one size
SUPERSAMPLING = 1.25
# Pixels of a screen by which letters stand off their place, at hinted widths and rounded places: a
# web page at 72 dpi had 3.5 pixels within `m ore` and 4 between words. Chosen by eye beside it.
UNREST = 0.8
SIDE_MARGIN = 0.5  # white at either end, in x-heights
HEADROOM = 0.35  # above a face's ascent, in em: in the catalogue's faces ÉÀÜÎÅ reach 0.3 above it


class _OldFreeTypeFont(ImageFont.FreeTypeFont):
    """Pillow's font with the `getsize` that trdg 1.8 calls, and with room above its ascent: trdg
    draws into an image that begins there, which in two faces of five cut the accents of capitals
    off."""

    @property
    def baseline(self) -> int:
        """The row of the baseline in what trdg draws."""
        return int(self.getmetrics()[0]) + self.headroom

    @property
    def headroom(self) -> int:
        """Rows that trdg draws above the ascent."""
        return round(HEADROOM * self.size)

    def getsize(self, text: str) -> tuple[int, int]:
        _, _, right, bottom = self.getbbox(text)
        return int(right), int(bottom) + self.headroom

    def getmask2(  # type: ignore[override]
        self, *args: Any, **kwargs: Any
    ) -> tuple[Any, tuple[float, float]]:
        """Pillow's mask of a text, so much lower."""
        mask, (x, y) = super().getmask2(*args, **kwargs)
        return mask, (x, y + self.headroom)


class _FontSource:
    """Stands in for the module PIL.ImageFont inside trdg: `truetype` with a cache and the basic
    layout engine."""

    @staticmethod
    @lru_cache(maxsize=256)
    def truetype(font: str, size: int) -> _OldFreeTypeFont:
        shaped = Path(font).parent == FETCHED_FACES  # ligatures of Fraktur and of old roman type
        layout = ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC
        return _OldFreeTypeFont(font, size, layout_engine=layout)


if not hasattr(Image, "ANTIALIAS"):
    Image.ANTIALIAS = Image.Resampling.LANCZOS  # type: ignore[attr-defined]

from trdg import computer_text_generator  # noqa: E402  (needs the name above)

computer_text_generator.ImageFont = _FontSource


@lru_cache(maxsize=2048)
def _height_share(path: str, letter: str) -> float:
    """Height of a letter of a face as a share of its size in pixels per em."""
    size = 200
    _, top, _, bottom = ImageFont.truetype(
        path, size, layout_engine=ImageFont.Layout.BASIC
    ).getbbox(letter, anchor="ls")
    return (bottom - top) / size


def _x_height_share(path: str) -> float:
    return _height_share(path, "x")


def _small_capital_scale(path: str) -> float:
    """Size, as a share of the face's, at which its capitals are one x-height high."""
    return _x_height_share(path) / _height_share(path, "H")


def render_line(
    line: LineText, face: Face, setting: Typesetting, frame: LineFrame, partner: Face | None = None
) -> NDArray[np.uint8]:
    """Draw a line black on white in `frame`.

    Args:
        partner: the face of its emphasized words and raised characters; without one they are set as
            the others.

    Returns:
        (frame.height, W) uint8, 255 for paper.
    """
    size = max(8, round(frame.x_height * SUPERSAMPLING / _x_height_share(face.path)))
    scale = frame.x_height / (_x_height_share(face.path) * size)
    if line.small or line.emphasized or line.superscript or line.subscript or setting.pixel:
        ink, baseline = _draw_runs(line, face, partner or face, setting, size)
    else:
        ink = _draw(printed_form(line.text, setting, face), face, setting, size)[0]
        baseline = _Cut(face, size).ascent
    taller, extra = frame.taller(SUPERSCRIPTS.highest)
    tall = _into_frame(ink, baseline, scale, taller)
    image = lower_superscripts(tall, extra, frame) if line.superscript else tall[extra:]
    return lower_accents(tall, extra, frame, image)


def _draw(
    text: str, face: Face, setting: Typesetting, size: int
) -> tuple[NDArray[np.uint8], int, int]:
    """Draw text whose first and last letter may hang over, as an italic f does.

    trdg cuts what hangs over: a space is drawn on either side, and what is white of it cut off.

    Returns:
        (H, W) uint8, 255 for ink; its column at which the first letter stands; and the pixels from
        there to where the next would stand.
    """
    letter_space = round(setting.letter_space_em * size)
    side = (
        int(round(_FontSource.truetype(face.path, size).getlength(" ")) * setting.space_width)
        + letter_space
    )
    ink = _draw_high(f" {text} ", face.path, size, setting.space_width, letter_space)
    end = max(side + 1, ink.shape[1] - side)
    columns = np.append(np.flatnonzero(ink.any(axis=0)), (side, end - 1))
    return ink[:, columns.min() : columns.max() + 1], int(side - columns.min()), end - side


def draw_text(
    text: str, face: str, size: int, space_width: float = 1.0, letter_space: int = 0
) -> NDArray[np.uint8]:
    """Text drawn by trdg, as wide and high as the face says.

    Args:
        face: path of a font file.
        size: pixels per em.
        space_width: of a word space, as a share of the face's own.
        letter_space: pixels between letters.

    Returns:
        (H, W) uint8, 255 for ink, cut at the face's ascent.
    """
    high = _draw_high(text, face, size, space_width, letter_space)
    return high[_FontSource.truetype(face, size).headroom :]


def _draw_high(
    text: str, face: str, size: int, space_width: float, letter_space: int
) -> NDArray[np.uint8]:
    """(H, W) uint8, 255 for ink: what `draw_text` draws, and the rows above the ascent."""
    image, _ = computer_text_generator.generate(
        text, face, "#000000", size, 0, space_width, letter_space, False, letter_space == 0
    )
    return np.asarray(image)[:, :, 3]


@dataclass(frozen=True)
class _Cut:
    """The face and size of a run of characters, whether they are small capitals, and the pixels by
    which they are raised, less than none where they are lowered."""

    face: Face
    size: int
    small: bool = False
    lift: int = 0

    @property
    def ascent(self) -> int:
        """Pixels from the top of a drawn run to the line's baseline."""
        return _FontSource.truetype(self.face.path, self.size).baseline + self.lift

    def printed(self, text: str, setting: Typesetting) -> str:
        """The characters that the compositor would set."""
        if self.small:
            return text.lower() if self.face.style == SMALL_CAPITALS else text.upper()
        return printed_form(text, setting, self.face)


def _draw_runs(
    line: LineText, face: Face, partner: Face, setting: Typesetting, size: int
) -> tuple[NDArray[np.uint8], int]:
    """Draw a line run by run: small capitals are the face's own, or capitals of a smaller size;
    emphasized words, raised and lowered characters are the partner's.

    Returns:
        (H, W) uint8, 255 for ink, and the row of its baseline.
    """
    shrunk = (
        size
        if face.style == SMALL_CAPITALS
        else round(size * setting.small_capital_size * _small_capital_scale(face.path))
    )
    usual, small, emphasized = _Cut(face, size), _Cut(face, shrunk, small=True), _Cut(partner, size)
    lift = round(setting.superscript_lift * size * _x_height_share(face.path))
    raised = _Cut(partner, round(size * setting.superscript_size), lift=lift)
    drop = round(setting.subscript_drop * size * _x_height_share(face.path))
    lowered = _Cut(partner, round(size * setting.superscript_size), lift=-drop)
    sets = (
        (line.small, small),
        (line.emphasized, emphasized),
        (line.superscript, raised),
        (line.subscript, lowered),
    )
    cuts = [
        next((cut for indices, cut in sets if i in indices), usual) for i in range(len(line.text))
    ]
    letter_space = round(setting.letter_space_em * size)
    space = round(setting.space_width * _FontSource.truetype(face.path, size).getlength(" "))
    highest = max(cut.ascent for cut in (usual, *cuts))
    pixel, unrest = setting.pixel * size * _x_height_share(face.path), random.Random(line.text)
    pieces, x, height = [], 0, 0
    # on a screen each letter is a run of its own
    for (cut, _), run in groupby(
        enumerate(line.text),
        lambda item: (None, 0) if item[1] == " " else (cuts[item[0]], item[0] if pixel else 0),
    ):
        text = "".join(character for _, character in run)
        if cut is None:
            x += _whole_pixels(space, pixel, unrest)
            continue
        drawn, origin, advance = _draw(cut.printed(text, setting), cut.face, setting, cut.size)
        top = highest - cut.ascent
        pieces.append((x - origin, top, drawn))
        x += _whole_pixels(advance + letter_space, pixel, unrest)
        height = max(height, top + drawn.shape[0])
    start = min(left for left, _, _ in pieces)
    ink = np.zeros(
        (height, max(left + drawn.shape[1] for left, _, drawn in pieces) - start), np.uint8
    )
    for left, top, drawn in pieces:
        place = ink[top : top + drawn.shape[0], left - start : left - start + drawn.shape[1]]
        np.maximum(place, drawn[: place.shape[0], : place.shape[1]], out=place)
    return ink, highest


def _whole_pixels(advance: int, pixel: float, rng: random.Random) -> int:
    """An advance as a screen sets it, where a pixel of the screen is so many pixels wide: at least
    one of them; as it is where there is no screen."""
    if not pixel:
        return advance
    return round(max(1, round(advance / pixel + rng.gauss(0, UNREST))) * pixel)


def _into_frame(
    ink: NDArray[np.uint8], baseline: float, scale: float, frame: LineFrame
) -> NDArray[np.uint8]:
    """Scale and shift `ink` (uint8, 255 for ink) so that its baseline row lies on the frame's;
    white margins at the ends."""
    margin = SIDE_MARGIN * frame.x_height
    width = int(np.ceil(ink.shape[1] * scale + 2 * margin))
    placing = np.array([[scale, 0, margin], [0, scale, frame.baseline - baseline * scale]])
    framed = cv2.warpAffine(
        ink, placing, (width, frame.height), flags=cv2.INTER_LINEAR, borderValue=0
    )
    return np.asarray(255 - framed, dtype=np.uint8)
