"""What every kind of odd page is drawn with, and a sheet of prose to begin from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from bench.odd_sheets import MONO, SANS, SERIF, Font, Grey, Rng, Sheet, open_face, set_prose

Faces = tuple[str, ...]
Layer = Callable[[Grey, int, Path], None]


@dataclass(frozen=True)
class OddPage:
    """A page as scanned, its resolution and its true text; `layer` writes it as a PDF of layers."""

    grey: Grey
    dpi: tuple[int, int]
    text: str
    layer: Layer | None = None

    def save(self, folder: Path, name: str) -> None:
        """Write the page and its text."""
        (folder / f"{name}.txt").write_text(self.text + "\n", encoding="utf-8")
        if self.layer:
            self.layer(self.grey, self.dpi[0], folder / f"{name}.pdf")
        else:
            Image.fromarray(self.grey).save(folder / f"{name}.png", dpi=self.dpi)


@dataclass(frozen=True)
class Drawing:
    """What a kind is drawn with: a random generator, and the faces for its text."""

    rng: Rng
    serif: Faces = SERIF
    sans: Faces = SANS
    mono: Faces = MONO

    def sheet(self, wide: float = 6.0, high: float = 4.5, dpi: int = 0) -> Sheet:
        """Paper of so many inches; 200, 240 or 300 dpi where none is given."""
        dpi = dpi or int(self.rng.choice([200, 240, 300]))
        return Sheet(round(wide * dpi), round(high * dpi), dpi)

    def font(self, sheet: Sheet, faces: Faces, least: float = 9.5, most: float = 13) -> Font:
        """A face at a size in points."""
        return open_face(faces, sheet.pixels(self.rng.uniform(least, most)), self.rng)


def finish(sheet: Sheet, grey: Grey | None = None, layer: Layer | None = None) -> OddPage:
    """The page of a sheet, damaged or not."""
    grey = sheet.grey if grey is None else grey
    return OddPage(grey, (sheet.dpi, sheet.dpi), "\n".join(sheet.lines), layer)


def prose(d: Drawing, dpi: int = 0, faces: Faces = ()) -> Sheet:
    """A sheet of prose."""
    sheet = d.sheet(dpi=dpi)
    set_prose(
        sheet, d.font(sheet, faces or d.serif), d.rng, sheet.height // 10, sheet.height * 9 // 10
    )
    return sheet
