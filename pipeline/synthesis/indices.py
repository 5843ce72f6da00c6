"""Texts of synthetic lines with figures and letters below and above the line: formulas of
chemistry, powers, indexed quantities, and the signs of mathematics between them.

A recognizer that has never seen a lowered 2 reads H₂O as H,O, and a sign that no set has as the one
most like it. What is lowered or raised is written as what it is, a figure or a letter: H2O.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from pipeline.synthesis.line_text import LineText
from pipeline.synthesis.technical import CAPITALS, SMALL

ELEMENTS = ("H", "H", "C", "C", "O", "O", "N", "S", "P", "K", "Na", "Ca", "Cl", "Fe", "Mg", "Si")
UNITS = ("m", "cm", "km", "mm", "s", "kg", "ft", "in")
RELATIONS = "=≤≥≠≈<>→∈"
ALONE = "∞√∑∂∫"
# A piece of a text, and where it stands: on the line, below or above it
ON, BELOW, ABOVE = 0, 1, 2
Piece = tuple[str, int]


class Indexed:
    """Draws lines with indices and powers.

    Args:
        prose: draws a line of prose.
        characters: the alphabet: what is outside it is not drawn.
    """

    def __init__(self, prose: Callable[[random.Random], str], characters: str) -> None:
        self.prose = prose
        self.relations = [sign for sign in RELATIONS if sign in characters]
        self.alone = [sign for sign in ALONE if sign in characters]
        self.primes = [sign for sign in "′″" if sign in characters]

    def indexed(self, rng: random.Random) -> LineText:
        """Words of prose with formulas between them, or formulas alone."""
        count = rng.choice((0, 0, 1, 2, 3, 4, 5, 6))
        words: list[list[Piece]] = [
            [(word, ON)] for word in self.prose(rng).rstrip("-").split()[:count]
        ]
        for _ in range(rng.randint(1, 4) if words else rng.randint(2, 7)):
            words.insert(rng.randint(0, len(words)), self._formula(rng))
        return joined(words)

    def _formula(self, rng: random.Random) -> list[Piece]:
        kinds = (self._molecule, self._power, self._variable, self._related, self._angle)
        (kind,) = rng.choices(kinds, (4, 4, 4, 5, 2))
        return [*kind(rng), (rng.choice(("", "", "", ",", ".", ";")), ON)]

    def _molecule(self, rng: random.Random) -> list[Piece]:
        pieces: list[Piece] = []
        for _ in range(rng.randint(1, 3)):
            pieces.append((rng.choice(ELEMENTS), ON))
            if rng.random() < 0.7:
                pieces.append((str(rng.choice((2, 2, 2, 3, 3, 4, 5, 6, 8, 12))), BELOW))
        if rng.random() < 0.2:
            pieces.append((rng.choice(("+", "–", "2+", "2–", "3+")), ABOVE))
        return pieces

    def _power(self, rng: random.Random) -> list[Piece]:
        exponent = str(rng.randint(1, 12))
        if rng.random() < 0.5:
            minus = "–" if rng.random() < 0.4 else ""
            lead = rng.choice(("", f"{rng.uniform(1, 9):.1f} × ", f"{rng.randint(2, 9)} · "))
            return [(f"{lead}10", ON), (minus + exponent, ABOVE)]
        if rng.random() < 0.5:
            return [
                (f"{rng.randint(1, 999)} {rng.choice(UNITS)}", ON),
                (rng.choice("23"), ABOVE),
            ]
        letter = rng.choice(SMALL + CAPITALS)
        return [(letter, ON), (rng.choice(("2", "2", "3", "n", "k", f"–{exponent}")), ABOVE)]

    def _variable(self, rng: random.Random) -> list[Piece]:
        letter = rng.choice(SMALL + CAPITALS)
        index = rng.choice(
            (
                *"0123ijknmt",
                "ij",
                "n+1",
                "i–1",
                "max",
                "min",
                f"{rng.randint(10, 99)}",
                f"{rng.choice(SMALL)}{rng.choice('12')}",
            )
        )
        pieces: list[Piece] = [(letter, ON), (index, BELOW)]
        if rng.random() < 0.15:
            pieces.append((rng.choice("2*n"), ABOVE))
        return pieces

    def _related(self, rng: random.Random) -> list[Piece]:
        left = self._variable(rng) if rng.random() < 0.5 else [(rng.choice(SMALL), ON)]
        sign = rng.choice(self.relations)
        apart = " " if rng.random() < 0.85 else ""
        right = rng.choice(
            (
                str(rng.randint(0, 99)),
                f"{rng.uniform(0, 9):.2f}",
                rng.choice(SMALL + CAPITALS),
                rng.choice([*self.alone, "0"]),
            )
        )
        return [*left, (f"{apart}{sign}{apart}{right}", ON)]

    def _angle(self, rng: random.Random) -> list[Piece]:
        """Degrees, minutes and seconds, feet and inches, or a letter with a prime."""
        minute, second = [*self.primes, "'", '"'][:2]
        figures = rng.randint(0, 89), rng.randint(0, 59), rng.randint(0, 59)
        return [
            (
                rng.choice(
                    (
                        f"{figures[0]}° {figures[1]}{minute}",
                        f"{figures[0]}° {figures[1]}{minute} {figures[2]}{second}",
                        f"{figures[0]}°{figures[1]}{minute}",
                        f"{figures[1]}{minute} {figures[2] % 12}{second}",
                        f"{rng.choice(SMALL)}{minute}",
                    )
                ),
                ON,
            )
        ]


def joined(words: Sequence[Sequence[Piece]]) -> LineText:
    """One line of words that are made of pieces, with a space between them."""
    text, sets = "", {BELOW: set[int](), ABOVE: set[int]()}
    for word in words:
        text += " " * bool(text)
        for piece, place in word:
            if place in sets:
                sets[place] |= set(range(len(text), len(text) + len(piece)))
            text += piece
    return LineText(text, subscript=frozenset(sets[BELOW]), superscript=frozenset(sets[ABOVE]))
