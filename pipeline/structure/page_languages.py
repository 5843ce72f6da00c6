"""The languages of pages, by their words: what outputs and the manifest say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.document import Page, Region
from pipeline.languages import UNDETERMINED
from pipeline.lexicon import AUTO

LEAST_SHARE = 0.05  # of a book's words: a language with fewer is that of quotations


def main_language(pages: Iterable[Page], lang: str) -> str:
    """The code for what has no language of its own, such as a blank page: the language that was
    asked for, where it is one alone, else that of most words."""
    if lang != AUTO and "+" not in lang:
        return lang
    words: Counter[str] = Counter()
    for page in pages:
        for region in page.regions:
            if region.language:
                words[region.language] += count_words(region)
    return max(words, key=lambda code: (words[code], code), default=UNDETERMINED)


def page_languages(page: Page) -> dict[str, dict[str, Any]]:
    """How many words of a page are in each language, and how sure that is: the mean over them, or
    None where only one language was asked for."""
    found: dict[str, list[Region]] = {}
    for region in page.regions:
        if region.language and count_words(region):
            found.setdefault(region.language, []).append(region)
    return {code: _sum_up(regions) for code, regions in sorted(found.items())}


def book_languages(pages: Iterable[Mapping[str, Any]]) -> list[str]:
    """The codes of the languages of a book that has the given entries in its manifest."""
    words: Counter[str] = Counter()
    for page in pages:
        for code, told in page["languages"].items():
            words[code] += told["words"]
    return sorted(code for code in words if words[code] >= LEAST_SHARE * words.total())


def count_words(region: Region) -> int:
    """The words of a region."""
    return sum(len(line.words) for line in region.lines)


def _sum_up(regions: list[Region]) -> dict[str, Any]:
    words = sum(map(count_words, regions))
    if any(region.language_confidence is None for region in regions):
        return {"words": words, "confidence": None}
    sure = sum(count_words(region) * (region.language_confidence or 0.0) for region in regions)
    return {"words": words, "confidence": round(sure / words, 4)}
