"""Paper on which born-digital pages are set: text, formulas and tables of a PDF of one page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.mathtext import MathTextParser
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D
from PIL import ImageFont

from bench.odd_sheets import find_face

WIDTH, HEIGHT = 595.0, 842.0  # A4, in points, as all lengths here
MARGIN = 72.0
COMMAND = re.compile(r"\\([a-zA-Z]+)")
SIGNS = {  # of formulas within lines
    "alpha": "α",
    "theta": "θ",
    "lambda": "λ",
    "mu": "μ",
    "sigma": "σ",
    "Delta": "Δ",
    "epsilon": "ε",
    "pm": "±",
    "times": "×",
    "leq": "≤",
    "to": "→",
}
WORD = re.compile(r"(?:\$[^$]*\$|\S)+")  # with the formulas in it
MEASURED = 100  # pixels per em at which words are measured


def read_formulas(text: str) -> str:
    """A text as it is read, its formulas without their markup."""
    parts = text.split("$")
    for k in range(1, len(parts), 2):
        signs = COMMAND.sub(lambda found: SIGNS[found[1]], parts[k])
        parts[k] = re.sub(r"[{}_^]", "", signs)
    return "".join(parts)


@lru_cache(maxsize=16)
def _measuring_face(face: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(find_face(face), MEASURED)


@dataclass(frozen=True)
class Style:
    """A face (the name of its file), its size, and its leading in sizes."""

    face: str
    size: float
    leading: float = 1.25

    @property
    def pitch(self) -> float:
        """From baseline to baseline."""
        return self.size * self.leading

    def width(self, text: str) -> float:
        """Width of a text or a formula."""
        if "$" not in text:
            return _measuring_face(self.face).getlength(text) * self.size / MEASURED
        return float(MathTextParser("path").parse(text, 72, self.font).width)

    @property
    def font(self) -> FontProperties:
        """The face at its size, for figures."""
        return FontProperties(fname=find_face(self.face), size=self.size, math_fontfamily="stix")


@dataclass
class Paper:
    """A page and what is read on it. Text runs from `left` to `right`; the next baseline lies `y`
    below the top."""

    left: float = MARGIN
    right: float = WIDTH - MARGIN
    y: float = MARGIN
    read: list[str] = field(default_factory=list)
    figure: Figure = field(default_factory=lambda: Figure(figsize=(WIDTH / 72, HEIGHT / 72)))

    def save(self, path: Path) -> None:
        """Write a PDF of one page."""
        with matplotlib.rc_context({"pdf.fonttype": 42}):  # faces as they are, not as drawings
            self.figure.savefig(path, format="pdf")

    def write(self, x: float, text: str, style: Style, align: str = "left") -> None:
        """Text and formulas on the next baseline, at `x` the part of them that `align` says."""
        self.read.append(read_formulas(text))
        self.show(x, text, style, align)

    def show(self, x: float, text: str, style: Style, align: str = "left") -> None:
        """The same for what has no words: a formula of several levels."""
        if "$" in text:  # as outlines: their baseline as text is rounded to whole points
            x -= {"left": 0.0, "center": 0.5, "right": 1.0}[align] * style.width(text)
            place = Affine2D().translate(x, HEIGHT - self.y).scale(1 / WIDTH, 1 / HEIGHT)
            outline = TextPath((0, 0), text, prop=style.font)
            transform = place + self.figure.transFigure
            self.figure.add_artist(PathPatch(outline, fc="black", lw=0, transform=transform))
            return
        self.figure.text(
            x / WIDTH,
            1 - self.y / HEIGHT,
            text,
            fontproperties=style.font,
            ha=align,
            va="baseline",
        )

    def line(self, text: str, style: Style, align: str = "left") -> None:
        """A line of its own."""
        places = {"left": self.left, "right": self.right, "center": (self.left + self.right) / 2}
        self.write(places[align], text, style, align)
        self.y += style.pitch

    def paragraph(self, text: str, style: Style, first: float = 0.0, others: float = 0.0) -> None:
        """A justified paragraph; indents of its first line and of the others."""
        words, indent = WORD.findall(text), first
        while words:
            count, room = 1, self.right - self.left - indent
            widths, space = [style.width(word) for word in words], style.width(" ")
            while count < len(words) and sum(widths[: count + 1]) + count * space <= room:
                count += 1
            if 1 < count < len(words):
                space = (room - sum(widths[:count])) / (count - 1)
            x = self.left + indent
            for word, width in zip(words[:count], widths, strict=False):
                self.write(x, word, style)
                x += width + space
            words, indent = words[count:], others
            self.y += style.pitch

    def rule(self, left: float, right: float, y: float, thickness: float = 0.6) -> None:
        """A level rule."""
        self._draw((left, right), (y, y), thickness)

    def upright_rule(self, x: float, top: float, bottom: float, thickness: float = 0.6) -> None:
        """A standing rule."""
        self._draw((x, x), (top, bottom), thickness)

    def _draw(self, xs: Sequence[float], ys: Sequence[float], thickness: float) -> None:
        places = [x / WIDTH for x in xs], [1 - y / HEIGHT for y in ys]
        self.figure.add_artist(Line2D(*places, color="black", linewidth=thickness))

    def shade(self, left: float, top: float, right: float, bottom: float, grey: float) -> None:
        """A tint, 0 for black to 1 for white, under what is written."""
        corner = (left / WIDTH, 1 - bottom / HEIGHT)
        size = ((right - left) / WIDTH, (bottom - top) / HEIGHT)
        self.figure.add_artist(Rectangle(corner, *size, color=str(grey), linewidth=0, zorder=0))
