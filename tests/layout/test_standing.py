"""Lines at a right angle to the others are found, read from the end at which they begin, and
written where they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from lxml import etree
from numpy.typing import NDArray

from pipeline.config import Decoding
from pipeline.document import Page
from pipeline.export.hocr import page_hocr
from pipeline.export.text_layer import text_layer
from pipeline.geometry import Box
from pipeline.image.binarize import ink_mask
from pipeline.image.ink import classify_ink
from pipeline.layout.standing import turn_ink
from pipeline.line_turns import DOWNWARDS, UPWARDS, turn_line, turn_page, turns_to_lie
from pipeline.reading import digitize_page, new_page
from pipeline.recognition.recognizer import open_model, open_recognizer
from tests.conftest import ROOT
from tests.layout.sheet import Sheet, segmented

LABEL = "Tons of fish landed"
LEFT, TOP = 60, 500


def labelled(label: str, turns: int) -> NDArray[np.uint8]:
    """Text, and a label in its margin after so many counter-clockwise quarter turns."""
    sheet = Sheet(1400, 1300)
    sheet.column(260, 120, 14, 1000)
    line = Sheet(600, 60)
    line.text(10, 5, label)
    standing = np.rot90(line.raster, turns)
    raster = sheet.raster.copy()
    raster[TOP : TOP + standing.shape[0], LEFT : LEFT + standing.shape[1]] = standing
    return raster


def read(raster: NDArray[np.uint8]) -> Page:
    recognizer = open_recognizer(open_model(ROOT / "models" / "print-latin"), Decoding())
    return digitize_page(new_page(raster, 300), recognizer)


@pytest.mark.parametrize("label", [LABEL, "CHAPTER SIX. TRADE"])
@pytest.mark.parametrize(("turns", "angle"), [(1, 90), (3, 270)])
def test_a_label_is_read_from_its_beginning(label: str, turns: int, angle: int) -> None:
    """Its letters would be lines of one letter each, or be joined to the lines beside them."""
    raster = labelled(label, turns)
    page = read(raster)
    (line,) = [line for line in page.lines if turns_to_lie(line)]
    assert line.text == label and len(list(page.lines)) == 15
    assert page.leaves[0].regions[0].lines == (line,)
    ys = [word.box.top if turns == 3 else -word.box.bottom for word in line.words]
    assert ys == sorted(ys)
    for word in line.words:  # each box holds ink up to its edges
        box = word.box
        ink = raster[box.top : box.bottom, box.left : box.right] < 128
        assert ink[[0, -1]].any(axis=1).all() and ink[:, [0, -1]].any(axis=0).all()
    hocr = etree.fromstring(page_hocr(page, "eng").encode())
    titles = [e.get("title") for e in hocr.iter("{*}span") if e.get("class") == "ocr_line"]
    assert sum(f"textangle {angle}" in title for title in titles) == 1
    shown = text_layer(page).split(b"\n")[3]
    across, up = (float(value) for value in shown.split()[:2])
    assert across == 0 and (up < 0) == (angle == 90)


def test_columns_of_figures_and_hyphens_lie() -> None:
    """Figures below each other would be one line that stands."""
    sheet = Sheet()
    for k in range(20):
        sheet.text(200, 200 + 60 * k, "the lamp before the school-")
        sheet.text(1200, 200 + 60 * k, str(k % 10))
    assert not any(turns_to_lie(line) for line in segmented(sheet).lines)


@pytest.mark.parametrize("turns", [UPWARDS, DOWNWARDS])
def test_a_turn_and_its_inverse_are_nothing(turns: int) -> None:
    """What was read of a line that stands would come home to another place."""
    (line, *_) = segmented(sheet_of_one()).lines
    page = Page(1, 1600, 2000, 300.0, straight_width=1600, straight_height=2000)
    turn = turn_page(page, turns)
    back = turn_line(turn_line(line, turn), turn.inverse())
    level = sum(y for _, y in line.baseline) / len(line.baseline)
    ends = tuple((x, pytest.approx(level)) for x, _ in (line.baseline[0], line.baseline[-1]))
    assert replace(back, baseline=line.baseline) == line and back.baseline == ends


def sheet_of_one() -> Sheet:
    sheet = Sheet()
    sheet.text(200, 200, "the lamp before the school")
    return sheet


def test_rules_are_turned_with_the_ink() -> None:
    """A rule somewhere else on the page would part a point from its standing line."""
    sheet = Sheet(1400, 1300)
    sheet.column(260, 120, 14, 1000)
    sheet.draw.rectangle((100, 200, 105, 1100), fill=0)
    sheet.draw.rectangle((260, 1150, 1200, 1154), fill=0)
    ink = classify_ink(ink_mask(sheet.raster), 300.0)
    turned = turn_ink(ink, ink.letters)
    (standing,), (level,) = ink.rules.standing_boxes, ink.rules.level_boxes
    height = sheet.raster.shape[0]
    assert turned.rules.level_boxes == (
        Box(height - standing.bottom, standing.left, height - standing.top, standing.right),
    )
    assert turned.rules.standing_boxes == (
        Box(height - level.bottom, level.left, height - level.top, level.right),
    )
