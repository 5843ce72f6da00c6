"""Filled shapes that a rule runs through."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from pipeline.geometry import Box
from pipeline.image.ink import classify_ink
from pipeline.image.rules import RuledInk
from pipeline.layout.threaded import drop_threaded
from tests.layout.sheet import Sheet


@pytest.mark.parametrize("level", [False, True])
def test_halves_of_a_disc_are_no_letters(level: bool) -> None:
    """A node of a diagram would be read as a letter of the labels beside it, two lines in one."""
    sheet = Sheet()
    sheet.column(100, 1000, 12, 1300)
    sheet.draw.ellipse((800, 300, 840, 340), fill=0)
    sheet.draw.rectangle((816, 300, 824, 340), fill=255)  # the rule is taken off
    raster, rule = sheet.raster, Box(810, 300, 830, 600)
    if level:
        raster, rule = np.ascontiguousarray(raster.T), Box(300, 810, 600, 830)
    ink = replace(
        classify_ink(cv2.bitwise_not(raster), 300),
        rules=RuledInk(level_boxes=(rule,)) if level else RuledInk(standing_boxes=(rule,)),
    )
    parts = ink.components
    middle = (parts.top if not level else parts.left) < 400
    halves = middle & (parts.area > 200)
    assert ink.letters[halves].sum() == 2
    dropped = drop_threaded(ink)
    assert not dropped.letters[halves].any() and dropped.graphics[halves].all()
    assert (dropped.letters == ink.letters)[~halves].all()
