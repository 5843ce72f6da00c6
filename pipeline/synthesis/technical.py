"""Texts of synthetic lines that prose has not: references, codes, measures, addresses, signs, rows
of tables.

Recognizers that learn prose alone read what they expect: a lone 1 as I, a slash as l, the colon of
52:399 as a point.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

CAPITALS, SMALL, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789"
GREEK = "αβγδεζηθλμξπρστφχψω", "ΓΔΘΛΞΠΣΦΨΩ"
LENGTHS_AND_WEIGHTS = ("μm", "μg", "μl", "mm", "cm", "km", "kg", "mg", "g", "ml", "l", "mol")
UNITS = (*LENGTHS_AND_WEIGHTS, "kb", "bp", "Hz", "kHz", "V", "W", "s", "min", "h", "ms", "K", "dpi")
TOP_LEVELS = ("org", "com", "edu", "net", "ac.uk")
ROMAN_NUMBERS = ("I", "I", "II", "II", "III", "III", "IV", "V")
FIXED: tuple[str, ...] = (
    "(e.g.,",
    "(e.g.",
    "(i.e.,",
    "w/o",
    "and/or",
    "(%)",
    "1",
    "1",
    "I",
    "l",
    "0",
)
FIXED += ("i.e.", "et al.")


class Technical:
    """Draws references, technical words and rows of tables out of a word list.

    Args:
        words: not empty.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words

    def reference(self, rng: random.Random) -> str:
        """A piece of a list of references, in one of two styles of journals."""
        names = [rng.choice(self.words).capitalize() for _ in range(rng.randint(1, 4))]
        initials = ["".join(rng.choices(CAPITALS, k=rng.randint(1, 2))) for _ in names]
        title, journal = (
            self._some_words(rng, 3, 9).capitalize(),
            self._some_words(rng, 1, 3).capitalize(),
        )
        year, volume, pages = rng.randint(1890, 2016), rng.randint(1, 400), self._range(rng)
        if rng.random() < 0.5:
            authors = ", ".join(
                f"{name} {letters}" for name, letters in zip(names, initials, strict=True)
            )
            text = f"{authors} ({year}) {title}. {journal} {volume}:{pages}"
        else:
            dotted = (
                " ".join(f"{c}." for c in letters) + f" {name}"
                for letters, name in zip(initials, names, strict=True)
            )
            where = rng.choice(
                (
                    f"{volume}({rng.randint(1, 12)}):{pages}, {year}",
                    f"{volume}, {year}",
                    f"pp. {pages}",
                )
            )
            text = (
                f"[{rng.randint(1, 60)}] {', '.join(dotted)}. {title}. "
                f"{rng.choice(('In ', ''))}{journal}, {where}."
            )
        words = text.split()
        # the figures are at the end: most pieces hold them
        start = rng.randrange(max(1, len(words) - 4)) if rng.random() < 0.7 else 0
        return " ".join(words[start : start + rng.randint(5, 13)])

    def table_row(self, rng: random.Random) -> str:
        """A row of a table: a label or none, and figures of one kind."""
        label = rng.choice(
            (
                "",
                self._some_words(rng, 1, 3),
                self.code(rng),
                f"{self._some_words(rng, 1, 2)} [{rng.randint(1, 60)}]",
            )
        )
        places, largest, sign = (
            rng.choice((0, 1, 2, 2, 3)),
            10 ** rng.randint(1, 6),
            rng.choice(("", "", "", "%", "()")),
        )
        # rows without these would teach that no comma stands between figures
        grouping = rng.choice((",", ",", ""))
        cells = []
        for _ in range(rng.randint(1, 9)):
            cell = f"{rng.uniform(0, largest):{grouping}.{places}f}"
            cells.append(f"{cell} ({rng.uniform(0, 9):.1f})" if sign == "()" else cell + sign)
        return " ".join([label, *cells])

    def word(self, rng: random.Random) -> str:
        """A token that prose seldom has, with a mark behind it or none."""
        kinds = (
            self._coded,
            self.gene,
            self._cited,
            self._measured,
            self._signed,
            self._addressed,
            self._greek,
            self._fixed,
        )
        (kind,) = rng.choices(kinds, (4, 5, 3, 3, 3, 2, 2, 2))
        return kind(rng) + rng.choice(("", "", "", ",", ".", ";"))

    def code(self, rng: random.Random) -> str:
        """A name of letters and figures, such as those of genes, strains, stars, standards and
        shelf marks."""
        letters = rng.choice((CAPITALS, CAPITALS, SMALL, CAPITALS + SMALL))
        parts = (
            "".join(rng.choices(letters, k=rng.randint(1, 4)))
            + "".join(rng.choices(DIGITS, k=rng.randint(0, 3)))
            for _ in range(rng.choice((1, 1, 2, 2, 3)))
        )
        code = rng.choice(("", "", "-", "-", "/", ".")).join(parts)
        return code + rng.choice(("", "", "", "-1", "-1", "-2", "1", f"-{rng.choice(DIGITS)}"))

    def gene(self, rng: random.Random) -> str:
        """A name as genes, plasmids and enzymes have them: AFT10-1, pcDNA3.1, HindIII."""
        letters = "".join(rng.choices(CAPITALS, k=rng.randint(2, 4)))
        number = rng.choice(("", "1", "1", f"1{rng.choice(DIGITS)}", f"{rng.randint(0, 99)}"))
        if rng.random() < 0.2:
            return (
                letters[0]
                + "".join(rng.choices(SMALL, k=2))
                + rng.choice(("", "", "d", "R"))
                + rng.choice(ROMAN_NUMBERS)
            )
        return (
            rng.choice(("", "", "p", "pc"))
            + letters
            + number
            + rng.choice(("", "-1", "-1", "-2", f"-{rng.choice(DIGITS)}", ".1"))
        )

    def _some_words(self, rng: random.Random, least: int, most: int) -> str:
        return " ".join(rng.choice(self.words) for _ in range(rng.randint(least, most)))

    def _range(self, rng: random.Random) -> str:
        first = rng.randint(1, 4000)
        return f"{first}{rng.choice('-–')}{first + rng.randint(1, 60)}"

    def _coded(self, rng: random.Random) -> str:
        code, word, other = self.code(rng), rng.choice(self.words), rng.choice(self.words)
        pair = rng.choice(
            (f"{word}/{other}", f"{word.upper()}/{other.upper()}", f"{code}/{self.code(rng)}")
        )
        return rng.choice(
            (
                code,
                code,
                code,
                f"({code})",
                pair,
                f"T&{code}",
                f"#{rng.randint(1, 9999)}",
                f"{word}_{rng.choice(DIGITS)}",
            )
        )

    def _cited(self, rng: random.Random) -> str:
        small, name, year = (
            rng.randint(0, 40),
            rng.choice(self.words).capitalize(),
            rng.randint(1890, 2016),
        )
        brackets = (
            f"[{small}]",
            f"[{small}, {small + 3}]",
            f"[{small}])",
            f"({small})",
            f"{small})",
            f"{small}:",
        )
        return rng.choice(
            (
                *brackets,
                f"({name} {year})",
                f"({name} et al. {year})",
                f"Fig. {small}{rng.choice(SMALL)}",
            )
        )

    def _measured(self, rng: random.Random) -> str:
        small, large, unit = rng.randint(0, 40), rng.randint(1, 9999), rng.choice(UNITS)
        shares = (
            f"{large % 100}%",
            f"{large / 10:.1f}%",
            f"{small}°C",
            f"{large / 100:.2f}",
            f"0.{large}",
        )
        return rng.choice(
            (
                *shares,
                f"{small} {unit}",
                f"{large / 10:.1f} {unit}",
                f"{small}.{large % 10}.{small}",
                self._range(rng),
            )
        )

    def _signed(self, rng: random.Random) -> str:
        small, large, a, b = (
            rng.randint(0, 40),
            rng.randint(1, 9999),
            rng.choice(SMALL + CAPITALS),
            rng.choice(SMALL),
        )
        sets = (
            f"{{{small}, {large}}}",
            f"{{{a}, {b}}}",
            f"{a} = {small}",
            f"{a} < {b}",
            f"{a} > {large / 100:.1f}",
        )
        times = (
            f"{large}:{self._range(rng)}",
            f"{large % 12 + 1}:{small + 10}",
            f"1:{small}",
            f"{small}:{large}",
        )
        return rng.choice(
            (*sets, *times, f"{a} + {b}", f"+{small}-{large}-{small}", f"~{small}", f"{a}* | {b}")
        )

    def formula(self, rng: random.Random) -> str:
        """Quantities in Greek letters, their values, and words between them."""
        kinds = (
            self._greek,
            self._greek,
            self._measured,
            self._signed,
            lambda rng: self._some_words(rng, 1, 1),
        )
        return " ".join(rng.choice(kinds)(rng) for _ in range(rng.randint(1, 7)))

    def _fixed(self, rng: random.Random) -> str:
        return rng.choice(FIXED)

    def _greek(self, rng: random.Random) -> str:
        sign, other, capital, latin = (
            *rng.choices(GREEK[0], k=2),
            rng.choice(GREEK[1]),
            rng.choice(SMALL + CAPITALS),
        )
        number, value = rng.randint(0, 99), f"{rng.uniform(0, 9):.{rng.randint(1, 3)}f}"
        valued = (
            f"{sign} = {value}",
            f"{sign} < {value}",
            f"({sign} = {number})",
            f"{value} ± {number / 9:.1f}",
            f"{number} × {value}",
        )
        named = (
            f"{sign}-{rng.choice(self.words)}",
            f"{sign}{number}",
            capital + latin,
            capital + sign,
            f"{sign}({latin})",
        )
        return rng.choice(
            (sign, sign, sign, f"{sign}, {other}", capital, f"({sign})", *named, *valued)
        )

    def _addressed(self, rng: random.Random) -> str:
        word, other, end = (
            rng.choice(self.words).lower(),
            rng.choice(self.words).lower(),
            rng.choice(TOP_LEVELS),
        )
        number = rng.randint(1, 9999)
        pages = (f"http://{word}.{end}/{other}", f"www.{word}.{end}", f"{word}@{other}.{end}")
        return rng.choice(
            (*pages, f"10.{number}/{word[:1]}{number}-{number % 10}", f"arXiv:{number}.{number}")
        )
