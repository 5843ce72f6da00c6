"""Plain text of a page, line by line as printed, a blank line between regions; of a table whose
cells are known a line a row, tabs between its cells."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.export.source import SourceRegion


def page_text(regions: Iterable[SourceRegion]) -> str:
    """Text of a page; empty for one without text, else it ends in a line feed."""
    blocks = ["\n".join(_list_rows(region)) for region in regions if region.lines]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _list_rows(region: SourceRegion) -> list[str]:
    """The printed lines of a region, or the rows of a table."""
    if not region.cells:
        return [line.text for line in region.lines]
    rows = ("\t".join(cell.text for cell in row) for row in region.rows)
    return [row.rstrip("\t") for row in rows if row.strip("\t")]
