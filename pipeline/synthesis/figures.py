"""Lines of dates, sums, measures, references and abbreviations."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from pipeline.synthesis.customs import Customs
from pipeline.synthesis.line_text import roman

FRACTIONS = "½¼¾⅓⅔⅛"


def draw_figures(rng: random.Random, customs: Customs, words: Sequence[str]) -> str:
    """Dates, sums, measures, references and abbreviations of a language, strung together."""
    makers: list[Callable[[], str]] = [
        lambda: f"{rng.choice(customs.months)} {rng.randint(1, 31)}, {rng.randint(1480, 1999)}",
        lambda: (
            f"{rng.randint(1, 31)}{rng.choice(['st', 'nd', 'rd', 'th'])} "
            f"{rng.choice(customs.months)}"
        ),
        lambda: f"£{rng.randint(1, 9999):,} {rng.randint(0, 19)}s. {rng.randint(0, 11)}d.",
        lambda: f"${rng.randint(1, 99999):,}.{rng.randint(0, 99):02}",
        lambda: (
            f"{rng.randint(1, 99)}{rng.choice(FRACTIONS)} "
            f"{rng.choice(['lbs.', 'ft.', 'in.', 'miles', 'oz.'])}"
        ),
        lambda: f"{rng.randint(1, 100)}.{rng.randint(0, 999)}",
        lambda: f"{rng.randint(1, 99)} per cent.",
        lambda: f"vol. {roman(rng.randint(1, 40))}. p. {rng.randint(1, 700)}",
        lambda: f"({rng.choice('abcdefghix123456789')})",
        lambda: f"{rng.randint(1, 90)}° {rng.randint(0, 59)}'",
        lambda: f"{rng.randint(1500, 1950)}–{rng.randint(10, 99)}",
        lambda: rng.choice(customs.abbreviations),
        lambda: rng.choice(words),
        lambda: f"{rng.randint(1, 10 ** rng.randint(1, 6))}",
        lambda: " ".join(f"{letter}." for letter in rng.choice(words)[:12]),
    ]
    return " ".join(rng.choice(makers)() for _ in range(rng.randint(1, 6)))
