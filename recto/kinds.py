"""Kinds of values that the command line takes."""

from __future__ import annotations

import argparse
import math


def core_count(text: str) -> int:
    """An argparse type: at least one core, as with none Snakemake waits for ever."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of cores: at least 1")
    return int(text)


def seconds(text: str) -> float:
    """An argparse type: a time, as without an end a scan would never be read."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds")
    return value
