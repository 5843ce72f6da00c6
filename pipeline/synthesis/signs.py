"""Texts of synthetic lines with what books of prose seldom have: letters with accents in foreign
names, signs of law, money and trade, references with slashes, the lines of receipts.

A recognizer that sees a sign once in ten thousand lines reads the letter that is most like it: O
for ©, Y for ¥, a quote for ¿; of a slash between figures and letters nothing is left.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Sequence

from pipeline.synthesis.technical import CAPITALS, DIGITS

FRACTIONS = "½½¼¾⅓⅔⅛"
# letters that are no base letter with a mark, and for what they are put here
JOINED = {"ae": "æ", "oe": "œ", "AE": "Æ", "Ae": "Æ", "OE": "Œ", "Oe": "Œ", "ss": "ß", "s": "ß"}
JOINED |= {"e": "æœ", "E": "ÆŒ", "o": "ø", "O": "Ø", "a": "å", "A": "Å", "d": "ð"}
JOINED |= {"th": "þ", "Th": "Þ"}
# letters of languages that no text is at hand for, and for what they are put here: Danish and
# Norwegian, Swedish and Finnish, Portuguese, Icelandic
NEIGHBOURS = (
    {"o": "ø", "a": "å", "e": "æ"},
    {"o": "ö", "a": "äå"},
    {"a": "ãáâà", "o": "õóô", "e": "éê", "c": "ç", "i": "í", "u": "ú"},
    {"o": "óö", "a": "á", "e": "æé", "d": "ð", "t": "þ", "i": "í", "u": "ú", "y": "ý"},
)
# Share of these letters that are exchanged, chosen by eye: of such lines one letter in eight is
# then of another language, where texts of those languages have 5 to 9 in a hundred.
EXCHANGED = 0.35
ABBREVIATING = "\u0303\u0304"  # tilde and macron above a vowel stand for letters left out
NASAL = "ñÑãÃõÕ"  # letters with a tilde that are letters of their own
ACCENTED_WORDS = 0.4  # share of the words of four letters and more that get an accent
ACCENTED_CAPITALS = 0.3  # share of the capitals that get one, where headings of French have 0.1
LABELS = (
    "Your ref.:",
    "Our ref.:",
    "Ref.",
    "No.",
    "Nos.",
    "Date:",
    "File:",
    "Tel.",
    "Order",
    "Lot",
)
GOODS = ("kg", "EA", "pc", "PK", "ML", "G")
TOTALS = ("TOTAL", "SUBTOTAL", "VAT", "TAX", "CASH", "CHANGE", "CARD", "BALANCE DUE", "Amount")


def marked_letters(characters: str) -> dict[str, str]:
    """For each base letter the letters of an alphabet that are that letter with an accent."""
    found: dict[str, str] = {}
    for character in characters:
        apart = unicodedata.normalize("NFD", character)
        base, marks = apart[0], apart[1:]
        if base.isalpha() and marks and (marks[0] not in ABBREVIATING or character in NASAL):
            found[base] = found.get(base, "") + character
    return found


class Signs:
    """Draws lines with signs and accents.

    Args:
        words: not empty.
        characters: the alphabet.
        prose: draws a line of prose.
    """

    def __init__(
        self, words: Sequence[str], characters: str, prose: Callable[[random.Random], str]
    ) -> None:
        self.words, self.prose, self.characters = words, prose, frozenset(characters)
        self.variants = marked_letters(characters)
        self.joined = {old: new for old, new in JOINED.items() if set(new) <= set(characters)}
        self.kinds = (
            self.accented,
            self.neighbouring,
            self.marked,
            self.labelled,
            self.receipt,
            self.accented_capitals,
        )

    def accented(self, rng: random.Random) -> str:
        """Prose of which many words have accents, ligatures and the letters of other languages."""
        line = re.sub(r"[^\W\d_]{3,}", lambda word: self._accent(rng, word[0]), self.prose(rng))
        opening = rng.random()
        if opening < 0.08:
            return f"¿{line.rstrip('.,;:-?!')}?"
        if opening < 0.12:
            return f"¡{line.rstrip('.,;:-?!')}!"
        return line

    def _accent(self, rng: random.Random, word: str) -> str:
        """A word, likely with an accent or two, or with a joined letter."""
        if rng.random() > ACCENTED_WORDS:
            return word
        if rng.random() < 0.35:
            there = [old for old in self.joined if old in word]
            if there:
                old = rng.choice(there)
                return word.replace(old, rng.choice(self.joined[old]), 1)
        letters = list(word.upper() if rng.random() < 0.08 else word)
        places = [k for k, letter in enumerate(letters) if letter in self.variants]
        for k in rng.sample(places, min(len(places), rng.choice((1, 1, 1, 2)))):
            letters[k] = rng.choice(self.variants[letters[k]])
        return "".join(letters)

    def accented_capitals(self, rng: random.Random) -> str:
        """Headings in capitals and names, of whose capitals many have accents."""
        words = self.prose(rng).rstrip("-").split()
        if rng.random() < 0.3:
            words = [rng.choice(self.words) for _ in range(rng.randint(1, 6))]
        words = words[: rng.randint(1, 9)]
        line = " ".join(words)
        line = line.upper() if rng.random() < 0.65 else line.title()

        def accent(found: re.Match[str]) -> str:
            with_accents = self.variants.get(found[0], "")
            marked = with_accents and rng.random() < ACCENTED_CAPITALS
            return rng.choice(with_accents) if marked else found[0]

        return re.sub(r"[A-Z]", accent, line)

    def neighbouring(self, rng: random.Random) -> str:
        """Prose spelt with the letters of one other language, about as often as it has them: only
        beside each other does å differ from à, and ø from o."""
        letters = rng.choice(NEIGHBOURS)

        def exchange(found: re.Match[str]) -> str:
            letter = found[0]
            if letter.lower() not in letters or rng.random() > EXCHANGED:
                return letter
            other = rng.choice(letters[letter.lower()])
            other = other if letter.islower() else other.upper()
            return other if other in self.characters else letter

        return re.sub(r"[A-Za-z]", exchange, self.prose(rng))

    def marked(self, rng: random.Random) -> str:
        """Prose with sums, sections, notes, degrees and signs in it, or a row of them alone."""
        if rng.random() < 0.15:
            return " ".join(self._sign(rng) for _ in range(rng.randint(3, 8)))
        words = self.prose(rng).rstrip("-").split()[: rng.randint(2, 9)]
        for _ in range(rng.randint(1, 4)):
            words.insert(rng.randint(0, len(words)), self._sign(rng))
        return " ".join(words)

    def _sign(self, rng: random.Random) -> str:
        """One sum, section, measure or sign."""
        small, large, fraction = rng.randint(1, 99), rng.randint(1, 9999), rng.choice(FRACTIONS)
        letter = rng.choice(CAPITALS)
        money = (
            f"£{large:,}",
            f"£{small} {rng.randint(0, 19)}s. {rng.randint(0, 11)}d.",
            f"£{small} {rng.randint(0, 19)}s. 0d.",
            f"€{small}",
            f"{small} €",
            f"€{large / 100:.2f}",
            f"${large / 100:.2f}",
            f"¥{large}",
            f"{small}¢",
            f"@ {small}s.",
        )
        law = (f"§ {small}.", f"§§ {small}–{small + 3}", "¶", f"¶ {small}", "†", "‡", "*", "[sic]")
        measures = (
            f"{small}{fraction}",
            f"{small % 10}{fraction}",
            fraction,
            f"{fraction} doz.",
            f"{fraction} lb.",
            f"{small}° C.",
            f"({small}° F.)",
            f"{small}° {small % 60}'",
            f"± {small % 10} %",
            f"{small % 10} × {small}",
            f"{small}%",
        )
        trade = (
            f"© {rng.randint(1850, 2020)}",
            f"©{rng.randint(1850, 2020)}",
            f"{rng.choice(self.words).capitalize()}®",
            f"{rng.choice(self.words).capitalize()}™",
            f"& {rng.choice(self.words).capitalize()}",
            "& Co.",
            "&c.",
            f"#{small}",
            f"No. {small}",
        )
        single = (f"{{{letter.lower()}}}", "|", "\\", "~", "^", "_", "#", "*", "=", "+", "<", ">")
        dashes = ("——", f"{letter}——", f"{letter}——,", f"{letter.lower()}——d", "—", "– –")
        kinds = (money, law, measures, trade, single, dashes)
        (kind,) = rng.choices(kinds, (5, 3, 5, 3, 1.5, 1.5))
        return rng.choice(kind)

    def labelled(self, rng: random.Random) -> str:
        """Labels with references, dates and numbers that have slashes."""
        pieces = []
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            word = rng.choice(self.words)
            label = rng.choice((*LABELS, f"{word.capitalize()}:", f"{word.upper()}", ""))
            pieces.append(f"{label} {self._reference(rng)}".strip())
        return " ".join(pieces)

    def _reference(self, rng: random.Random) -> str:
        """A reference with a slash."""
        letters = "".join(rng.choices(CAPITALS, k=rng.randint(1, 3)))
        number, year = rng.randint(1, 999), rng.randint(1880, 2020)
        day, month, word = rng.randint(1, 31), rng.randint(1, 12), rng.choice(self.words)
        return rng.choice(
            (
                f"{letters}/{number}",
                f"{letters}/{number}",
                f"{letters}/{number}/{rng.choice(CAPITALS)}",
                f"{number}/{letters}",
                f"{number}/{year}",
                f"{letters} {number}/{year % 100:02}",
                f"{letters}{rng.choice(DIGITS)}/{rng.choice(DIGITS)}",
                f"{day:02}/{month:02}/{year}",
                f"{day}/{month}/{year % 100:02}",
                f"{word}/{rng.choice(self.words)}",
                rng.choice(
                    ("c/o", "a/c", "A/C", "km/h", "24/7", "w/o", "P/E", "1/2", "3/4", "I/O")
                ),
            )
        )

    def receipt(self, rng: random.Random) -> str:
        """A line of a receipt or an invoice: goods and prices, sums, dates and numbers."""
        goods = " ".join(rng.choice(self.words) for _ in range(rng.randint(1, 3)))
        goods = goods.upper() if rng.random() < 0.7 else goods.capitalize()
        amount, grouping = rng.uniform(0, 10 ** rng.randint(1, 5)), rng.choice((",", ""))
        sign = rng.choice("£$€    ").strip()
        number, count = rng.randint(1, 99_999), rng.randint(1, 30)
        price, total = f"{amount:{grouping}.2f}", f"{amount * count:{grouping}.2f}"
        date = f"{rng.randint(1, 31):02}/{rng.randint(1, 12):02}/{rng.randint(1970, 2024)}"
        clock = f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}"
        return rng.choice(
            (
                f"{goods} {sign}{price}",
                f"{count} {goods} {price} {total}",
                f"{count} x {goods} {sign}{price}",
                f"{count} @ {price} {sign}{total}",
                f"{goods} {count}{rng.choice(GOODS)} {price}",
                f"{rng.choice(TOTALS)} {sign}{price}",
                f"{rng.choice(TOTALS)} {count}% {price}",
                f"{date} {clock} {number:05}",
                f"{rng.choice(('No.', 'NO.', '#', 'Invoice No.', 'REF'))} {number} {date}",
                f"{goods}, {rng.choice(self.words)}",
                goods,
            )
        )
