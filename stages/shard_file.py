"""The file of a shard, which names its pages."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.document import Page
from pipeline.errors import DataError, printable
from pipeline.scan.pages import ScanPage


def read_shard(path: Path) -> list[ScanPage]:
    """The pages of a shard's file. Raises DataError where it is none."""
    try:
        return [ScanPage(**page) for page in json.loads(path.read_text(encoding="utf-8"))["pages"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is no shard: {error}", "Remove it and run the same command again."
        ) from error


def bare_page(scan_page: ScanPage) -> Page:
    """A page of which nothing is known but where it comes from."""
    suffix = (
        f"#{scan_page.index + 1}"
        if scan_page.index or scan_page.file.lower().endswith(".pdf")
        else ""
    )
    return Page(
        scan_page.number,
        scan_page.width,
        scan_page.height,
        scan_page.dpi,
        printable(scan_page.file) + suffix,
    )
