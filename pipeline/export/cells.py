"""Cells of the tables that people open in a spreadsheet."""

from __future__ import annotations

import re

# What a spreadsheet takes for a formula that could do something: that calls a function, or another
# program, or looks into another file. Prices (`@ 6d.`), signs and negative numbers are no such
# thing, and stay as printed.
ACTING = re.compile(r"[=+\-@].*[(|]|[=+].*[!#]", re.DOTALL)
TEXT_MARK = "'"  # by which spreadsheets are told that a cell is text


def inert_cell(text: str) -> str:
    """A text that no spreadsheet runs: what is printed on a page or stands in the name of a file
    may be a formula that fetches or starts something."""
    return TEXT_MARK + text if ACTING.match(text) else text
