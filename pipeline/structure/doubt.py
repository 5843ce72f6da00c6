"""Which pages are blank, and which are doubtful: they hold ink, and it did not become text.

A page that is a picture is not doubtful: its ink lies in a region that was found to be one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.document import BLANK, PICTURE, Line, Page

INK_WITHOUT_TEXT, ILLEGIBLE_LINES = "ink-without-text", "illegible-lines"


@dataclass(frozen=True)
class DoubtParameters:
    """What little text and much ink are."""

    # words: below that a page holds little text; title pages of the books have 16 to 165
    little_text: int = 20
    # square inches, the ink of ten letters of ten points (0.003 each, measured on a printed page):
    # less outside of a page's regions is next to none
    least_ink: float = 0.03
    least_share: float = 0.9  # of a page's ink outside of them where some was read: chosen by eye
    # x-heights: illegible lines that are all shorter, and together shorter than that, are dust: by
    # eye, one letter and ten letters
    dust_line: float = 2.0
    dust_lines: float = 10.0


DOUBT = DoubtParameters()


def has_little_text(page: Page) -> bool:
    """Whether a page holds so few words that it matters what else is on it."""
    return sum(1 for _ in page.words) < DOUBT.little_text


def weigh_ink(page: Page, read: float, loose: float) -> Page:
    """A segmented page with little text, told to be blank or doubtful where it is.

    Blank is a page without lines and pictures and with next to no other ink; doubtful is one most
    of whose ink lies outside of its regions.

    Args:
        read: ink of its lines, in square inches.
        loose: other ink that could be text, outside of its regions, in square inches.
    """
    much = loose >= DOUBT.least_ink
    if not (much or any(page.lines) or _has_pictures(page)):
        return replace(page, status=BLANK, leaves=())
    if much and loose >= DOUBT.least_share * (loose + read):
        return replace(page, doubtful=INK_WITHOUT_TEXT)
    return page


def weigh_lines(page: Page, illegible: Sequence[Line]) -> Page:
    """A page that was read, told to be blank or doubtful where it is.

    Args:
        page: with its legible lines.
        illegible: its other lines. Beside a picture they are the hatching of it.
    """
    if page.doubtful or _has_pictures(page) or not has_little_text(page):
        return page
    unread, read = _measure_lengths(illegible), _measure_lengths(page.lines)
    dust = max(unread, default=0) < DOUBT.dust_line and sum(unread) < DOUBT.dust_lines
    if not dust and sum(unread) > sum(read):
        return replace(page, doubtful=ILLEGIBLE_LINES)
    return page if read else replace(page, status=BLANK, leaves=())


def _measure_lengths(lines: Iterable[Line]) -> list[float]:
    return [line.box.width / line.x_height for line in lines]


def _has_pictures(page: Page) -> bool:
    return any(region.kind == PICTURE for region in page.regions)
