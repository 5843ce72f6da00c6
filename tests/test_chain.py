"""The chain of reading: what a page keeps from step to step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.document import BLANK, QUARANTINED
from pipeline.reading import PageLines, PageRaster, ReadPage, cut, new_page, segment, straighten
from pipeline.reading import understand as understand_page
from pipeline.recognition.frame import PRINT_FRAME
from tests.conftest import print_page

WHITE = np.full((600, 400), 255, np.uint8)


def test_a_page_without_lines_is_blank_and_keeps_how_it_lay() -> None:
    """The manifest would say of a blank page that it lay upright and level."""
    page = replace(new_page(WHITE, 300).page, orientation=180, skew=1.5, skew_confidence=0.8)
    blank = segment(PageRaster(page, WHITE)).page
    assert blank.status == BLANK
    assert (blank.orientation, blank.skew, blank.skew_confidence) == (180, 1.5, 0.8)
    assert cut(PageRaster(blank, WHITE), PRINT_FRAME) == PageLines(blank, [])


def test_a_page_that_is_set_aside_goes_through_every_step_as_it_is() -> None:
    """A quarantined page would be worked on again, and fail again."""
    raster = new_page(print_page(), 300)
    page = replace(raster.page, status=QUARANTINED, reason="timeout")
    aside = PageRaster(page, raster.grey)
    assert straighten(aside) is aside and segment(aside) is aside
    assert understand_page(ReadPage(page, [])) is page
