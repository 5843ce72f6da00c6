"""Running heads, told from what stands but once at the top of a page: the head of a chapter, the
title of a form, the place and date of a letter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from rapidfuzz import fuzz

from pipeline.document import HEADER, HEADING, PAGE_NUMBER
from pipeline.structure.printed import ReadRegion

NUMBER_AT_START, NUMBER_AT_END = re.compile(r"^\W*(\d{1,4})\b"), re.compile(r"\b(\d{1,4})\W*$")
# A number that may be a year; few books have as many pages.
YEARS = range(1400, 2100)


@dataclass(frozen=True)
class HeadParameters:
    """Which running heads recur. All chosen by eye on the pages of five books."""

    pages: int = 4  # fewest pages of a book in which they do
    same_head: float = 80  # percent of likeness of two that are the same
    numbered: int = 2  # fewest pages that show how a book counts its pages


PARAMETERS = HeadParameters()


def promote_lone_heads(pages: Sequence[Sequence[ReadRegion]]) -> list[list[ReadRegion]]:
    """Make headings of those running heads that are none, as these would be left out of the text.

    A running head recurs or has a page number. Where one ends in a year, this may be that of a
    letter: it counts as a page number where other pages are numbered likewise. In a book of few
    pages nothing recurs: there a page number beside a head tells that it is one.
    """
    heads = Counter(_text_of(one) for page in pages for one in page if one.kind == HEADER)
    numbering = _find_numbering(pages)

    def is_running(text: str, index: int, beside_number: bool) -> bool:
        numbers = _numbers_at_ends(text)
        if any(number - index in numbering for number in numbers):
            return True
        if any(number in YEARS for number in numbers):
            return _recurs(text, Counter({t: n for t, n in heads.items() if _same_digits(t, text)}))
        if any(c.isdigit() for c in text) or _recurs(text, heads):
            return True
        return beside_number and len(pages) < PARAMETERS.pages

    return [
        [
            replace(one, kind=HEADING)
            if one.kind == HEADER and not is_running(_text_of(one), index, _has_number_above(page))
            else one
            for one in page
        ]
        for index, page in enumerate(pages)
    ]


def _text_of(region: ReadRegion) -> str:
    return " ".join(piece.text for line in region.lines for piece in line.pieces).lower()


def _recurs(text: str, heads: Counter[str]) -> bool:
    return heads[text] > 1 or any(
        other != text and fuzz.ratio(text, other) > PARAMETERS.same_head for other in heads
    )


def _same_digits(one: str, other: str) -> bool:
    return re.findall(r"\d", one) == re.findall(r"\d", other)


def _numbers_at_ends(text: str) -> set[int]:
    found = (NUMBER_AT_START.search(text), NUMBER_AT_END.search(text))
    return {int(match[1]) for match in found if match}


def _find_numbering(pages: Sequence[Sequence[ReadRegion]]) -> set[int]:
    """By how much the numbers on the pages are ahead of their places in the book, counted from 0;
    more than one where the counting begins anew."""
    ahead = Counter(
        number - index
        for index, page in enumerate(pages)
        for number in {
            number
            for one in page
            if one.kind in (HEADER, PAGE_NUMBER)
            for number in _numbers_at_ends(_text_of(one))
        }
    )
    return {offset for offset, count in ahead.items() if count >= PARAMETERS.numbered}


def _has_number_above(page: Sequence[ReadRegion]) -> bool:
    """Whether a page number stands above the text."""
    above = takewhile(lambda one: one.kind in (HEADER, PAGE_NUMBER), page)
    return any(one.kind == PAGE_NUMBER for one in above)
