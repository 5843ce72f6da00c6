"""Plain text of a page, line by line as printed, a blank line between regions."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.export.source import SourceRegion


def page_text(regions: Iterable[SourceRegion]) -> str:
    """Text of a page; empty for one without text, else it ends in a line feed."""
    blocks = ["\n".join(line.text for line in region.lines) for region in regions if region.lines]
    return "\n\n".join(blocks) + "\n" if blocks else ""
