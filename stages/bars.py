"""Bars of long work that is no digitizing: live where they are seen, lines where they are read.

A job of Snakemake's prints into a pipe; that there is a terminal at its end, the logger plugin says
(RECTO_BARS). Elsewhere, as in a log, a bar is a line every two minutes, without control characters.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any

from tqdm import tqdm

SEEN = "RECTO_BARS"  # environment variable, set by snakemake_logger_plugin_recto
PAUSE = 120.0  # seconds between two lines
LINE = "{desc}: {n_fmt} of {total_fmt} {unit}s, {rate_fmt}, {remaining} left"


class Lines(io.TextIOBase):
    """Takes what a bar redraws, and writes it to stderr as lines."""

    def write(self, text: str) -> int:
        if line := text.strip():
            print(line, file=sys.stderr, flush=True)
        return len(text)


def open_bar(*arguments: Any, **options: Any) -> tqdm:
    """A bar of tqdm's, with tqdm's arguments."""
    if sys.stderr.isatty() or os.environ.get(SEEN):
        return tqdm(*arguments, dynamic_ncols=True, **options)
    quiet = {"mininterval": PAUSE, "maxinterval": PAUSE, "bar_format": LINE, "file": Lines()}
    return tqdm(*arguments, **options | quiet)
