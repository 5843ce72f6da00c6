"""Type of one width: its spaces are no gutters."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageFont

from pipeline.image.binarize import ink_mask
from pipeline.image.ink import classify_ink
from pipeline.layout.fixed_pitch import measure_pitch
from pipeline.layout.lines import chain_letters, measure_line
from tests.layout.sheet import Sheet, segmented

ROWS = (
    "Dawson James, 1850-",
    "smiles entirely",
    "miling remember",
    "spites fit. The",
    "193800 p. illus",
)
CELL = 30


def typed(sheet: Sheet, x: int, y: int, rows: tuple[str, ...]) -> None:
    """Rows in cells of one width, and around them a line that is longer."""
    font = ImageFont.load_default(40)
    for row, text in enumerate(rows):
        for k, letter in enumerate(text):
            room = CELL - sheet.draw.textlength(letter, font=font)
            sheet.draw.text((x + CELL * k + room / 2, y + 56 * row), letter, font=font, fill=0)


def test_spaces_over_each_other_are_no_gutter_in_type_of_one_width() -> None:
    """The words of a typed card would be read by columns: 1916 before the place."""
    sheet = Sheet()
    for card in range(3):  # one below the other: more spaces over each other
        typed(sheet, 200, 200 + 450 * card, ROWS)
    rows = list(segmented(sheet).lines)
    assert len(rows) == 15 and all(line.box.left < 220 for line in rows)


@pytest.mark.parametrize("one_width", [True, False])
def test_type_of_one_width_is_told_from_print(one_width: bool) -> None:
    sheet = Sheet()
    if one_width:
        typed(sheet, 200, 300, ROWS * 2)
    else:
        sheet.column(200, 300, 10, 900)
    ink = classify_ink(ink_mask(sheet.raster), 300)
    letters = np.flatnonzero(ink.letters)
    chains = chain_letters(ink.components, letters, ink.letter, 9 * ink.letter)
    lines = [measure_line(ink.components, np.array(c.members), ink.letter) for c in chains]
    pitch = measure_pitch(lines, ink)
    assert pitch == (pytest.approx(CELL, abs=1) if one_width else 0)
