"""A ruled page as CSV: every cell of it, from the scan on."""

from __future__ import annotations

import csv

import pytest

from bench.odd_pages import draw_page
from bench.odd_sheets import PLAIN
from pipeline.config import Decoding
from pipeline.export.source import source_regions
from pipeline.export.table_csv import page_tables
from pipeline.lexicon import list_languages
from pipeline.reading import digitize_page, new_page
from pipeline.recognition.recognizer import open_model, open_recognizer
from tests.conftest import ROOT


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_ruled_page_is_right_in_every_cell(seed: int) -> None:
    """A cell in the wrong row or column is a wrong figure in a statistic."""
    drawn = draw_page("table", seed, serif=(PLAIN,), sans=(PLAIN,), mono=(PLAIN,))
    recognizer = open_recognizer(
        open_model(ROOT / "models" / "print-latin"), Decoding(), list_languages("eng")
    )
    page = digitize_page(new_page(drawn.grey, drawn.dpi[0]), recognizer)
    (table,) = page_tables(source_regions(page))
    truth = [line.split(" ") for line in drawn.text.splitlines()]
    assert list(csv.reader(table.splitlines())) == truth
