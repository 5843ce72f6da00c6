"""Lines of verse, which are not joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.structure.printed import ReadLine


@dataclass(frozen=True)
class VerseParameters:
    """What tells verse from prose. All chosen by eye on the pages of five books."""

    lines: int = 4  # so many lines one after the other begin with capitals …
    most: float = 0.85  # … and are this share of their region …
    short: float = 0.8  # … or end early as often as this
    paragraphs: float = 0.5  # of talk, more lines than this share begin a paragraph


PARAMETERS = VerseParameters()


def find_verse(lines: Sequence[ReadLine]) -> set[int]:
    """Indices of the lines of verse among those of a region: rows of lines that begin with
    capitals, as those of prose seldom do.

    Lines of talk begin so too, but nearly each is a paragraph.
    """
    capital = [bool(line.pieces) and _first_letter(line.pieces[0].text).isupper() for line in lines]
    found: set[int] = set()
    for is_capital, group in groupby(range(len(lines)), lambda k: capital[k]):
        run = list(group)
        if not is_capital or len(run) < PARAMETERS.lines:
            continue
        short, paragraphs = sum(lines[k].short for k in run), sum(lines[k].paragraph for k in run)
        apart = len(run) >= PARAMETERS.most * len(lines) or short >= PARAMETERS.short * len(run)
        if apart and paragraphs <= PARAMETERS.paragraphs * len(run):
            found.update(run)
    return found


def _first_letter(text: str) -> str:
    return next((character for character in text if character.isalpha()), "")
