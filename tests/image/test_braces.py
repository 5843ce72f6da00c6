"""Braces are no rules: nothing is taken from them that would be read as letters."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.image.braces import is_brace
from tests.layout.sheet import Sheet, segmented


def brace(height: int = 300, pointed: bool = True) -> Image.Image:
    """A right brace, or a bracket, 4 pixels thick, 34 wide."""
    image = Image.new("L", (34, height), 255)
    draw, middle = ImageDraw.Draw(image), height // 2
    if not pointed:
        draw.line((15, 3, 15, height - 3), fill=0, width=6)
        for y in (3, height - 3):
            draw.line((1, y, 17, y), fill=0, width=5)
        return image
    draw.arc((-15, 0, 17, 40), 270, 360, 0, 5)
    draw.arc((-15, height - 41, 17, height - 1), 0, 90, 0, 5)
    for top, bottom in ((20, middle - 14), (middle + 14, height - 20)):
        draw.line((15, top, 15, bottom), fill=0, width=4)
    draw.arc((13, middle - 28, 45, middle), 90, 180, 0, 5)
    draw.arc((13, middle, 45, middle + 28), 180, 270, 0, 5)
    return image


def ink_of(image: Image.Image) -> NDArray[np.bool_]:
    return np.asarray(image) < 128


@pytest.mark.parametrize("pointed", [True, False])
def test_a_brace_and_a_bracket_lean_at_both_ends(pointed: bool) -> None:
    ink = ink_of(brace(pointed=pointed))
    assert is_brace(ink) and is_brace(ink[:, ::-1])


@pytest.mark.parametrize("at", [(0.1,), (0.5,), (0.1, 0.5), (0.05, 0.4, 0.95), ()])
def test_a_rule_that_letters_touch_is_none(at: tuple[float, ...]) -> None:
    """Letters would be lost with it."""
    ink = np.zeros((300, 34), np.bool_)
    ink[:, 16:20] = True
    for place in at:
        row = round(270 * place)
        ink[row : row + 22, :16] = True
    assert not is_brace(ink)


@pytest.mark.parametrize("pointed", [True, False])
@pytest.mark.parametrize("left", [False, True])
def test_nothing_of_a_brace_is_read(pointed: bool, left: bool) -> None:
    """Its ends were letters behind the first and the last name of a cast, and its middle one before
    what they have in common."""
    sheet = Sheet(1600, 1000)
    for k, name in enumerate(("IRIS,", "CERES,", "JUNO,", "Nymphs,", "Reapers,")):
        sheet.text(200, 200 + 60 * k, name)
    image = brace(pointed=pointed)
    sheet.image.paste(
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if left else image, (420, 200)
    )
    sheet.text(520, 322, "presented by Spirits.")
    sheet.column(200, 560, 5, 1000)
    words = [word.box for line in segmented(sheet).lines for word in line.words]
    assert not [box for box in words if box.right > 400 and box.left < 500 and box.top < 540]
    assert len([box for box in words if box.top < 540]) == 5 + 3
