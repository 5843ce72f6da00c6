"""Pages of a book set in type: justified lines, headings, columns, a picture; with the text of each
line as printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.errors import MissingToolError
from pipeline.synthesis.fonts import installed_fonts

WIDTH, HEIGHT = 1300, 2000  # 300 dpi: 11 x 17 cm, a small octavo
MARGIN, TOP, BOTTOM = 130, 190, 1850
FACES = {  # upright, italic
    "modern": ("cmunrm.ttf", "cmunti.ttf"),
    "oldstyle": ("EBGaramond12-Regular.ttf", "EBGaramond12-Italic.ttf"),
    "transitional": ("LiberationSerif-Regular.ttf", "LiberationSerif-Italic.ttf"),
}
BODY, SMALL, HEADING = 42, 34, 58  # sizes in pixels per em
LEADING = 1.28  # from baseline to baseline, in sizes; a page may have its own
INDENT = 1.2


@lru_cache(maxsize=8)
def face_path(group: str, italic: bool = False) -> str:
    """File of the sample's face of a group. Raises MissingToolError where it is not installed."""
    name = FACES[group][int(italic)]
    for path, _, _ in installed_fonts():
        if Path(path).name == name:
            return path
    raise MissingToolError(f"the face {name} is not installed", "Run: make fonts")


@dataclass
class Canvas:
    """A page being set: ink on white, and the printed lines in reading order."""

    group: str
    leading: float = LEADING
    image: Image.Image = field(default_factory=lambda: Image.new("L", (WIDTH, HEIGHT), 255))
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.draw = ImageDraw.Draw(self.image)

    def font(self, size: int, italic: bool = False) -> ImageFont.FreeTypeFont:
        """The page's face at a size."""
        return ImageFont.truetype(face_path(self.group, italic), size)

    def centred(self, text: str, y: int, size: int, italic: bool = False) -> None:
        """One centred line whose baseline lies at `y`."""
        self.draw.text((WIDTH // 2, y), text, font=self.font(size, italic), fill=0, anchor="ms")
        self.lines.append(text)

    def paragraph(self, text: str, left: int, right: int, y: int, size: int) -> int:
        """A justified paragraph with an indent, first baseline at `y`; returns the next
        baseline."""
        font, indent = self.font(size), round(INDENT * size)
        lines = break_lines(text.split(), font, right - left, indent)
        for number, words in enumerate(lines):
            x = left + (indent if number == 0 else 0)
            self._set_line(words, x, right, y, font, last=number == len(lines) - 1)
            self.lines.append(" ".join(words))
            y += round(self.leading * size)
        return y

    def _set_line(
        self,
        words: Sequence[str],
        left: int,
        right: int,
        y: int,
        font: ImageFont.FreeTypeFont,
        last: bool,
    ) -> None:
        natural = sum(font.getlength(word) for word in words)
        space = font.getlength(" ")
        if not last and len(words) > 1:
            space = (right - left - natural) / (len(words) - 1)
        x = float(left)
        for word in words:
            self.draw.text((x, y), word, font=font, fill=0, anchor="ls")
            x += font.getlength(word) + space


def break_lines(
    words: Sequence[str], font: ImageFont.FreeTypeFont, width: int, indent: int
) -> list[list[str]]:
    """Words of each line, first fit."""
    lines: list[list[str]] = [[]]
    for word in words:
        room = width - (indent if len(lines) == 1 else 0)
        if lines[-1] and font.getlength(" ".join([*lines[-1], word])) > room:
            lines.append([])
        lines[-1].append(word)
    return lines


def _paragraphs(text: str) -> list[str]:
    return [block for block in text.replace("'", "’").split("\n\n") if block.strip()]


def _running_head(canvas: Canvas, head: str, number: int) -> None:
    font = canvas.font(SMALL)
    canvas.draw.text((WIDTH // 2, TOP - 70), head, font=font, fill=0, anchor="ms")
    x, anchor = (MARGIN, "ls") if number % 2 == 0 else (WIDTH - MARGIN, "rs")
    canvas.draw.text((x, TOP - 70), str(number), font=font, fill=0, anchor=anchor)
    parts = [str(number), head] if number % 2 == 0 else [head, str(number)]
    canvas.lines.append(" ".join(parts))


def _body(canvas: Canvas, text: str, y: int) -> int:
    for paragraph in _paragraphs(text):
        y = canvas.paragraph(paragraph, MARGIN, WIDTH - MARGIN, y, BODY)
    return y


def _title(canvas: Canvas, page: Mapping[str, Any], book: Mapping[str, Any], number: int) -> None:
    for k, line in enumerate(book["title"]):
        canvas.centred(line.replace("'", "’"), 520 + 120 * k, 84)
    canvas.centred(book["subtitle"], 860, 46, italic=True)
    for k, line in enumerate(book["imprint"]):
        canvas.centred(line, 1600 + 64 * k, 40)


def _chapter(canvas: Canvas, page: Mapping[str, Any], book: Mapping[str, Any], number: int) -> None:
    canvas.centred(page["heading"], TOP + 120, HEADING)
    canvas.centred(page["subheading"], TOP + 210, BODY, italic=True)
    _body(canvas, page["text"], TOP + 340)
    canvas.centred(str(number), BOTTOM + 70, SMALL)


def _plain(canvas: Canvas, page: Mapping[str, Any], book: Mapping[str, Any], number: int) -> None:
    _running_head(canvas, book["head"], number)
    y = _body(canvas, page["text"], TOP + 40)
    if "note" in page:
        y = BOTTOM - 90
        canvas.draw.line((MARGIN, y - 50, MARGIN + 300, y - 50), fill=0, width=3)
        canvas.paragraph(page["note"].replace("'", "’"), MARGIN, WIDTH - MARGIN, y, SMALL)


def _columns(canvas: Canvas, page: Mapping[str, Any], book: Mapping[str, Any], number: int) -> None:
    _running_head(canvas, book["head"], number)
    canvas.centred(page["heading"], TOP + 60, BODY)
    gutter, paragraphs = 70, _paragraphs(page["text"])
    half = (WIDTH - 2 * MARGIN - gutter) // 2
    for column, chosen in enumerate(
        (paragraphs[: len(paragraphs) // 2 + 1], paragraphs[len(paragraphs) // 2 + 1 :])
    ):
        left, y = MARGIN + column * (half + gutter), TOP + 150
        for paragraph in chosen:
            y = canvas.paragraph(paragraph, left, left + half, y, SMALL)


def _picture(canvas: Canvas, page: Mapping[str, Any], book: Mapping[str, Any], number: int) -> None:
    _running_head(canvas, book["head"], number)
    draw_lamp(canvas.draw)
    canvas.centred(page["caption"], 1370, SMALL, italic=True)
    _body(canvas, page["text"], 1480)


def draw_lamp(draw: ImageDraw.ImageDraw) -> None:
    """An engraving of a street lamp against a hatched sky."""
    left, top, right, bottom = 300, 240, 1000, 1300
    for k in range(0, right - left + bottom - top, 9):
        x0, y0 = left + max(0, k - (bottom - top)), top + min(k, bottom - top)
        x1, y1 = left + min(k, right - left), top + max(0, k - (right - left))
        draw.line((x0, y0, x1, y1), fill=0, width=2 if (k // 9) % 5 else 3)
    draw.rectangle((left, top, right, bottom), outline=0, width=6)
    draw.ellipse((520, 330, 780, 590), fill=255)
    draw.rectangle((636, 620, 664, bottom - 60), fill=0)
    draw.polygon(((590, 400), (710, 400), (690, 620), (610, 620)), fill=255, outline=0, width=7)
    draw.polygon(((570, 400), (650, 330), (730, 400)), fill=0)
    draw.ellipse((632, 480, 668, 570), fill=255, outline=0, width=5)
    draw.rectangle((580, bottom - 70, 720, bottom - 20), fill=0)


def _index(canvas: Canvas, page: Mapping[str, Any], book: Mapping[str, Any], number: int) -> None:
    _running_head(canvas, book["head"], number)
    canvas.centred(page["heading"], TOP + 80, BODY)
    font, y = canvas.font(BODY), TOP + 200
    for name, count in page["rows"]:
        name = name.replace("'", "’")
        canvas.draw.text((MARGIN + 60, y), name, font=font, fill=0, anchor="ls")
        canvas.draw.text((WIDTH - MARGIN - 60, y), count, font=font, fill=0, anchor="rs")
        canvas.lines.append(f"{name} {count}")
        y += round(canvas.leading * BODY)
    _body(canvas, page["text"], y + 60)


LAYOUTS = {
    "title": _title,
    "chapter": _chapter,
    "plain": _plain,
    "footnote": _plain,
    "columns": _columns,
    "picture": _picture,
    "index": _index,
}


def set_page(
    page: Mapping[str, Any], book: Mapping[str, Any], number: int
) -> tuple[NDArray[np.uint8], str]:
    """One page of a book as described in sample.yaml.

    Returns:
        (HEIGHT, WIDTH) uint8, 255 for paper, and its text, line by line as printed; empty for a
        blank page.
    """
    if page["kind"] == "blank":
        return np.full((HEIGHT, WIDTH), 255, np.uint8), ""
    canvas = Canvas(page["face"], page.get("leading", LEADING))
    LAYOUTS[page["kind"]](canvas, page, book, number)
    return np.asarray(canvas.image, dtype=np.uint8), "\n".join(canvas.lines) + "\n"
