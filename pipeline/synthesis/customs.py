"""What the lines of a language have beside its prose: months, abbreviations, headings, quotes,
words of ledgers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from pipeline.errors import DataError

CUSTOMS = Path(__file__).with_name("customs.yaml")
PLAIN_QUOTES = "“”"  # what pipeline.corpus makes of typewriter quotes


@dataclass(frozen=True)
class Customs:
    """Customs of the printers of one language; `quotes` are pairs, opening and closing; `dittos`
    stand in a column for what stands above, or for nothing; in `raised`, {} is a number, and what
    follows ^ stands above the line."""

    months: tuple[str, ...]
    abbreviations: tuple[str, ...]
    chapters: tuple[str, ...]
    quotes: tuple[str, ...]
    measures: tuple[str, ...]
    ledger: tuple[str, ...]
    dittos: tuple[str, ...]
    captions: tuple[str, ...]
    raised: tuple[str, ...]

    @property
    def foreign_quotes(self) -> dict[int, str]:
        """For `str.translate`: each double quote of text in any style, as the plain pair."""
        opening, closing = PLAIN_QUOTES[0], PLAIN_QUOTES[1]
        table = {ord(pair[0]): opening for pair in reversed(self.quotes)}
        return {ord(pair[1]): closing for pair in reversed(self.quotes)} | table


@lru_cache(maxsize=16)
def customs_of(language: str) -> Customs:
    """The customs of a language, by its ISO 639-3 name.

    Raises:
        DataError: customs.yaml has none of that name.
    """
    known = yaml.safe_load(CUSTOMS.read_text(encoding="utf-8"))
    if language not in known:
        raise DataError(
            f"nothing is known of how {language} is printed",
            f"Known are {', '.join(sorted(known))}; add it to {CUSTOMS.name}.",
        )
    return Customs(**{key: tuple(values) for key, values in known[language].items()})
