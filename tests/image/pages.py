"""A page to turn and to skew."""

from __future__ import annotations

import numpy as np

from pipeline.document import Page
from tests.conftest import TEXT, print_page


def page_of(grey: np.ndarray) -> Page:
    return Page(1, grey.shape[1], grey.shape[0], 300.0)


PAGE = np.where(
    print_page(TEXT + TEXT[:4]) > 127, np.uint8(255), np.uint8(0)
)  # bitonal: nothing to flatten
