"""The tables of a page as comma-separated values (RFC 4180, but for the ends of lines, which are
those of the other files): one text for each table whose cells are known."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from pipeline.export.cells import inert_cell
from pipeline.export.source import SourceRegion


def page_tables(regions: Iterable[SourceRegion]) -> list[str]:
    """The tables of a page in reading order, a line for each row.

    A cell that takes several rows or columns stands in the first of them; the others are empty.
    """
    return [_write_table(region) for region in regions if region.cells]


def _write_table(region: SourceRegion) -> str:
    width = max(cell.column + cell.columns for cell in region.cells)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in region.rows:
        fields = [""] * width
        for cell in row:
            fields[cell.column] = inert_cell(cell.text)
        writer.writerow(fields)
    return text.getvalue()
