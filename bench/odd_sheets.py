"""Sheets that odd pages are drawn on, with the text of each line, and the damage done to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.errors import MissingToolError
from pipeline.lexicon import read_counts
from pipeline.synthesis import typesetting
from pipeline.synthesis.degradation import smooth_field
from pipeline.synthesis.fonts import installed_fonts
from pipeline.synthesis.typesetting import break_lines

Grey = NDArray[np.uint8]
Font = ImageFont.FreeTypeFont
Rng = np.random.Generator
ROOT = Path(__file__).resolve().parent.parent
SAMPLE = Path(typesetting.__file__).with_name("sample.yaml")
FREQUENT = 3000  # words that labels and cells are made of
PLAIN = ""  # the face that Pillow brings along, for machines without fonts
SERIF = ("LiberationSerif-Regular.ttf", "cmunrm.ttf", "EBGaramond12-Regular.ttf")
SANS = ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf")
MONO = ("LiberationMono-Regular.ttf", "cmuntt.ttf", "CourierPrime-Regular.ttf")


@lru_cache(maxsize=1)
def paragraphs() -> list[str]:
    """Paragraphs of the sample's text."""
    pages = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))["pages"]
    blocks = "\n\n".join(page["text"] for page in pages if "text" in page).split("\n\n")
    return [" ".join(block.replace("'", "’").split()) for block in blocks if len(block) > 100]


@lru_cache(maxsize=1)
def frequent_words() -> list[str]:
    """Frequent words of the English lexicon, of three letters and more."""
    counts = read_counts(ROOT / "lexicons" / "eng.txt")
    return [word for word in counts if word.isalpha() and len(word) > 2][:FREQUENT]


def some_words(rng: Rng, least: int, most: int) -> str:
    """So many frequent words, the first with a capital."""
    chosen = rng.choice(frequent_words(), int(rng.integers(least, most + 1)))
    return " ".join(map(str, chosen)).capitalize()


@lru_cache(maxsize=16)
def find_face(name: str) -> str:
    """The path of an installed face, by the name of its file; empty where there is none."""
    return next((path for path, _, _ in installed_fonts() if Path(path).name == name), "")


def open_face(names: Sequence[str], size: int, rng: Rng) -> Font:
    """One of the faces that are installed, at a size in pixels per em.

    Raises:
        MissingToolError: none of them is installed.
    """
    if PLAIN in names:
        plain = ImageFont.load_default(size)
        assert isinstance(plain, ImageFont.FreeTypeFont)
        return plain
    present = [path for name in names if (path := find_face(name))]
    if not present:
        raise MissingToolError(f"none of {', '.join(names)} is installed", "Run: make fonts")
    return ImageFont.truetype(str(rng.choice(present)), size)


@dataclass
class Sheet:
    """White paper of a resolution, what is drawn on it, and its lines in reading order."""

    width: int
    height: int
    dpi: int
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.image = Image.new("L", (self.width, self.height), 255)
        self.draw = ImageDraw.Draw(self.image)

    def pixels(self, points: float) -> int:
        """Pixels of a length in points."""
        return max(1, round(points * self.dpi / 72))

    def write(self, x: float, y: float, text: str, font: Font, fill: int = 0) -> float:
        """Text from `x` on the baseline `y`; returns where it ends. The caller notes the line."""
        self.draw.text((x, y), text, font=font, fill=fill, anchor="ls")
        return x + font.getlength(text)

    def write_right(self, right: float, y: float, text: str, font: Font) -> None:
        """Text that ends at `right` on the baseline `y`. The caller notes the line."""
        self.draw.text((right, y), text, font=font, fill=0, anchor="rs")

    def paragraph(self, text: str, left: int, right: int, y: int, font: Font, fill: int = 0) -> int:
        """A paragraph of level left edge, first baseline at `y`; returns the next baseline."""
        for words in break_lines(text.split(), font, right - left, 0):
            self.lines.append(" ".join(words))
            self.write(left, y, self.lines[-1], font, fill)
            y += round(1.3 * font.size)
        return y

    def rule(self, x: float, y: float, right: float, bottom: float, points: float = 0.8) -> None:
        """A rule from one point to another."""
        self.draw.line((x, y, right, bottom), fill=0, width=self.pixels(points))

    @property
    def grey(self) -> Grey:
        """(H, W) uint8, 255 for paper."""
        return np.asarray(self.image, dtype=np.uint8).copy()


def set_prose(
    sheet: Sheet, font: Font, rng: Rng, top: int, bottom: int, fill: int = 0, indent: int = 0
) -> int:
    """Whole paragraphs between two heights, at least one; returns the next baseline."""
    margin = sheet.width // 9 + indent
    y, first = top + font.size, True
    for k in rng.permutation(len(paragraphs())).tolist():
        text = paragraphs()[k]
        lines = break_lines(text.split(), font, sheet.width - 2 * margin, 0)
        if not first and y + len(lines) * 1.3 * font.size > bottom:
            continue
        first = False
        y = sheet.paragraph(text, margin, sheet.width - margin, round(y), font, fill)
        y += round(0.6 * font.size)
    return round(y)


def add_noise(grey: Grey, rng: Rng, deviation: float) -> Grey:
    """Grain of a sensor: independent noise of each pixel."""
    return _clipped(grey + rng.normal(0, deviation, grey.shape))


def light_unevenly(grey: Grey, rng: Rng, darkest: float) -> Grey:
    """Light that falls off over the page, down to a share of its brightness, with soft stains."""
    height, width = grey.shape
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    angle = rng.uniform(0, 2 * np.pi)
    slope = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
    light = 1 - (1 - darkest) * (slope - slope.min()) / max(1e-6, float(np.ptp(slope)))
    stains = np.clip(smooth_field(grey.shape, min(grey.shape) / 4, rng), 0, 2) * 0.12
    return _clipped(grey * (light - stains))


def make_grainy(grey: Grey, rng: Rng, dpi: int) -> Grey:
    """Worn type on rough paper, bitonal: edges frayed, holes in the letters, specks around them."""
    ink = (255.0 - grey) / 255
    soft = cv2.GaussianBlur(ink, (0, 0), dpi / 300)
    rough = 0.16 * smooth_field(grey.shape, dpi / 150, rng) + 0.1 * rng.normal(0, 1, grey.shape)
    return np.where(soft + rough > 0.5, np.uint8(0), np.uint8(255))


def press_through(grey: Grey, other: Grey, share: float) -> Grey:
    """The other side of the leaf, mirrored, blurred and faint."""
    back = cv2.GaussianBlur(other[:, ::-1], (0, 0), max(1.0, grey.shape[1] / 900))
    return np.minimum(grey, _clipped(255 - share * (255.0 - back)))


def curl(grey: Grey, rng: Rng, reach: float, drop: float) -> Grey:
    """Lines that fall and narrow towards a gutter at the left, which lies in shadow.

    Args:
        reach, drop: how far the curl reaches in, and how deep lines fall, as shares of the width.
    """
    height, width = grey.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    near = np.clip(1 - x / (reach * width), 0, 1)
    squeezed = x - 0.25 * reach * width * near**3
    shifted = y - drop * width * near**2
    bent = cv2.remap(
        grey, squeezed, shifted, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255
    )
    return _clipped(bent * (1 - 0.55 * np.clip(near - 0.4, 0, 1)))


def photograph(grey: Grey, rng: Rng, tilt: float) -> Grey:
    """A page seen at an angle, on a darker table."""
    height, width = grey.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    margin = 0.04 * width
    inner = corners + np.sign(np.array([width, height]) / 2 - corners) * margin
    moved = inner + rng.uniform(0, tilt, (4, 2)) * np.sign(
        np.array([width, height]) / 2 - corners
    ) * np.array([width, height])
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    seen = cv2.warpPerspective(grey, matrix, (width, height), borderValue=90)
    return add_noise(light_unevenly(np.asarray(seen, np.uint8), rng, 0.75), rng, 3)


def _clipped(values: NDArray[np.floating]) -> Grey:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
