"""Texts of synthetic lines as accounts, price lists and statistical tables have them: sums without
their signs, fractions, raised points, and single cells alone.

A page's cells are read one by one where white parts them. A recognizer that has seen figures in
rows alone reads a lone ½ as a bracket, and one that has seen points on the line alone leaves out
those that stand at mid height, as British print had them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from pipeline.synthesis.customs import Customs

QUARTERS, FRACTIONS = "½¼¾", "½½½½¼¼¼¾¾¾⅓⅔⅛⅜⅝⅞"  # each as often as it stands here
RAISED_POINT = "·"
LEADERS = ("...", ". . .", "..")
MARKS = ("/", "/", "M", "F", "A", "B", "C", "I", "II", "III")
DITTO_SHARE = 0.1  # of the cells of a row


class Accounts:
    """Draws rows and cells of accounts and tables of figures out of a word list.

    Args:
        words: not empty.
        characters: the alphabet: fractions outside it are not drawn.
        customs: of the language of the words.
    """

    def __init__(self, words: Sequence[str], characters: str, customs: Customs) -> None:
        self.words, self.customs = words, customs
        self.fractions = [fraction for fraction in FRACTIONS if fraction in characters]
        self.figures: tuple[Callable[[random.Random], str], ...] = (
            self._fractioned,
            self._fractioned,
            self._raised,
            self._raised,
            self._sum,
            self._shillings,
            self._number,
        )
        self.kinds = (self.account, self.cell)

    def account(self, rng: random.Random) -> str:
        """A row: what it is for, and its figures, all of one kind."""
        figure = rng.choice(self.figures)
        cells = [
            rng.choice(self.customs.dittos) if rng.random() < DITTO_SHARE else figure(rng)
            for _ in range(rng.choice((1, 1, 2, 3, 4, 6, 8)))
        ]
        return " ".join([self._label(rng), *cells])

    def cell(self, rng: random.Random) -> str:
        """What stands alone in one cell."""
        return rng.choice((*self.figures, self._mark))(rng)

    def _label(self, rng: random.Random) -> str:
        words = " ".join(rng.choice(self.words) for _ in range(rng.randint(1, 4)))
        entry = words[0].upper() + words[1:]
        return rng.choice(
            (
                "",
                entry,
                entry,
                f"{rng.choice(self.customs.ledger)} {entry}",
                f"{rng.choice(self.customs.dittos)} {words}",
                f"{entry}, {rng.choice(self.customs.measures)}",
                f"{entry} {rng.choice(LEADERS)}",
                str(rng.randint(1500, 1960)),
            )
        )

    def _fraction(self, rng: random.Random) -> str:
        return rng.choice(self.fractions or [""])

    def _fractioned(self, rng: random.Random) -> str:
        """A number with a fraction, or the fraction alone."""
        whole, fraction = rng.randint(1, 10 ** rng.randint(1, 3)), self._fraction(rng)
        return rng.choice(
            (
                f"{whole}{fraction}",
                f"{whole}{fraction}",
                f"{whole}{fraction}",
                f"{whole} {fraction}",
                fraction or str(whole),
                fraction or str(whole),
                f"{whole}{fraction} {rng.choice(self.customs.measures)}",
                f"{whole}{fraction}–{whole + 1}{self._fraction(rng)}",
                f"{whole}-{fraction}",
            )
        )

    def _raised(self, rng: random.Random) -> str:
        """A decimal whose point stands at mid height."""
        whole = rng.randint(0, 10 ** rng.randint(1, 4))
        places = rng.choice((1, 1, 2, 2, 2, 3, 4))
        decimals = f"{RAISED_POINT}{rng.randrange(10**places):0{places}}"
        sign = rng.choice(("", "", "", "", "", "–", "+", "£"))
        return sign + rng.choice((f"{whole:,}{decimals}", f"{whole:,}{decimals}", decimals))

    def _sum(self, rng: random.Random) -> str:
        """Pounds, shillings and pence in columns of their own, or some of the three."""
        pounds, shillings = rng.randint(0, 10 ** rng.randint(1, 5)), rng.randint(0, 19)
        pence = f"{rng.randint(0, 11)}{rng.choice(('', '', '', *QUARTERS))}"
        return rng.choice(
            (
                f"{pounds:,} {shillings} {pence}",
                f"{pounds} {shillings:02} {pence}",
                f"{pounds} . {shillings} . {pence}",
                f"£{pounds:,} {shillings} {pence}",
                f"£ {pounds} {shillings}s. {pence}d.",
                f"{shillings} {pence}",
                pence,
                f"0 {shillings} {pence}",
            )
        )

    def _shillings(self, rng: random.Random) -> str:
        """Prices with a slash between shillings and pence."""
        shillings, pence = rng.randint(1, 42), rng.randint(0, 11)
        return rng.choice(
            (
                f"{shillings}/{pence}",
                f"{shillings}/-",
                f"-/{pence}",
                f"{shillings}/{pence}{self._fraction(rng)}",
                f"{pence}{self._fraction(rng)}d.",
                f"{shillings}s. {pence}d.",
            )
        )

    def _number(self, rng: random.Random) -> str:
        """A whole number, small more often than not; a date or an hour."""
        number = rng.randint(0, 10 ** rng.randint(1, 6))
        return rng.choice(
            (
                str(number),
                f"{number:,}",
                str(number % 10),
                str(number % 100),
                f"{number % 24}.{number % 60:02}",
                f"{number % 31 + 1}",
            )
        )

    def _mark(self, rng: random.Random) -> str:
        customs = self.customs
        return rng.choice((*customs.dittos, *customs.dittos, *customs.measures, *LEADERS, *MARKS))
