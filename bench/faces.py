"""Proportions of text faces: where the layout's numbers about letters come from.

    .venv/bin/python -m bench.faces

Each row gives, over the regular faces of the catalogue that are installed, the percentiles of one
proportion: heights and depths in x-heights, widths over heights.
"""

from __future__ import annotations

import argparse

import numpy as np
from PIL import ImageFont

from pipeline.synthesis.fonts import ESSENTIAL, catalogue_faces

PIXELS = 200  # size at which faces are drawn: a pixel is half a percent
PERCENTILES = (5, 25, 50, 75, 95)
ROWS = ("capitals", "ascenders", "descenders", "figures", "word space", "width of figures",
        "width of small letters")  # fmt: skip


def measure_face(path: str) -> tuple[float, ...]:
    """The proportions of one face, in the order of ROWS.

    Raises:
        OSError: the font cannot be opened.
    """
    font = ImageFont.truetype(path, PIXELS)

    def box(text: str) -> tuple[int, int, int, int]:
        return font.getmask(text).getbbox() or (0, 0, 1, 1)

    def height(text: str) -> int:
        _, top, _, bottom = box(text)
        return bottom - top

    def aspect(text: str) -> float:
        left, top, right, bottom = box(text)
        return (right - left) / (bottom - top)

    x = height("x")
    hanging = font.getbbox("p")[3] - font.getbbox("x")[3]
    return (
        height("H") / x,
        height("d") / x,
        hanging / x,
        height("8") / x,
        font.getlength(" ") / x,
        float(np.median([aspect(c) for c in "0235689"])),
        float(np.median([aspect(c) for c in "aceo"])),
    )


def main() -> None:
    """Command line."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    faces = catalogue_faces("".join(sorted(ESSENTIAL)))
    measured = [measure_face(face.path) for face in faces if face.style == "regular"]
    print(f"{len(measured)} faces, percentiles {PERCENTILES}")
    for name, values in zip(ROWS, np.array(measured).T, strict=True):
        print(f"{name:24}", *(f"{v:5.2f}" for v in np.percentile(values, PERCENTILES)))


if __name__ == "__main__":
    main()
