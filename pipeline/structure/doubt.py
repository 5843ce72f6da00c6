"""Which pages are blank, and which are doubtful, now that their lines were read: what was found did
not become text. (Ink that was not found is weighed in layout.)

A page that is a picture is not doubtful: its ink lies in a region that was found to be one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.document import BLANK, Line, Page
from pipeline.doubtful import ILLEGIBLE_LINES, has_little_text, has_pictures


@dataclass(frozen=True)
class DoubtParameters:
    """Which illegible lines are dust."""

    # x-heights: illegible lines that are all shorter, and together shorter than that, are dust: by
    # eye, one letter and ten letters
    dust_line: float = 2.0
    dust_lines: float = 10.0


DOUBT = DoubtParameters()


def weigh_lines(page: Page, illegible: Sequence[Line]) -> Page:
    """A page that was read, told to be blank or doubtful where it is.

    Args:
        page: with its legible lines.
        illegible: its other lines. Beside a picture they are the hatching of it.
    """
    if page.doubtful or has_pictures(page) or not has_little_text(page):
        return page
    unread, read = _measure_lengths(illegible), _measure_lengths(page.lines)
    dust = max(unread, default=0) < DOUBT.dust_line and sum(unread) < DOUBT.dust_lines
    if not dust and sum(unread) > sum(read):
        return replace(page, doubtful=ILLEGIBLE_LINES)
    return page if read else replace(page, status=BLANK, leaves=())


def _measure_lengths(lines: Iterable[Line]) -> list[float]:
    return [line.box.width / line.x_height for line in lines]
