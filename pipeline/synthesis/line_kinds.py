"""Texts of synthetic lines, as the pages of books have them: prose cut into lines, and everything
around the prose."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.errors import DataError
from pipeline.recognition.alphabet import Alphabet
from pipeline.synthesis.accounts import Accounts
from pipeline.synthesis.customs import PLAIN_QUOTES, customs_of
from pipeline.synthesis.display_lines import DisplayLines
from pipeline.synthesis.figures import draw_figures
from pipeline.synthesis.indices import Indexed
from pipeline.synthesis.line_text import (
    LineText,
    coded_words,
    roman,
    shrink_heading,
    shrink_words,
    some_words,
)
from pipeline.synthesis.old_letters import set_long_s
from pipeline.synthesis.ordinals import Ordinals
from pipeline.synthesis.signs import Signs
from pipeline.synthesis.technical import GREEK, Technical

FOOTNOTE_MARKS = ("*", "†", "‡", "§", "**", "1", "2", "3")
BULLETS = "•••·–*"
TECHNICAL_SHARE = 0.2
HEADING_SMALL_CAPITALS = 0.25  # share of headings, running heads and contents in small capitals
PROSE_SMALL_CAPITALS = 0.08  # share of the lines of prose with some words in small capitals
PROSE_EMPHASIS = 0.12  # share of the lines of prose with some words in italics
TECHNICAL_EMPHASIS = 0.6  # share of the lines of references and codes with some in italics

Kind = Callable[[random.Random], str | LineText]


class LineTexts:
    """Draws the text of one line after another, from paragraphs and a word list, by one random
    generator.

    Args:
        paragraphs: prose, one paragraph a string, in printed typography.
        words: a word list, for lines of words out of context.
        alphabet: characters outside it are dropped from every line.
        technical: share of the lines that are references, rows of tables, or prose with codes and
            signs in it.
        language: ISO 639-3 name of the language that `paragraphs` are in.
        long_s: share of the lines with the long s of before 1800.
        only: names of kinds, such as prose or signed; where there are any, others are left out.

    Raises:
        DataError: there is no such kind.
    """

    def __init__(
        self,
        paragraphs: Sequence[str],
        words: Sequence[str],
        alphabet: Alphabet,
        technical: float = TECHNICAL_SHARE,
        only: Sequence[str] = (),
        language: str = "eng",
        long_s: float = 0.0,
    ) -> None:
        self.customs, self.long_s = customs_of(language), long_s
        # Greek words are never whole in the alphabet, nor their capitals
        allowed = set(alphabet.characters) - set("".join(GREEK))
        table = {ord(c): " " for p in paragraphs for c in set(p) - allowed}
        table |= self.customs.foreign_quotes
        self.paragraphs = [p.translate(table) for p in paragraphs if len(p) > 20]
        self.long_paragraphs = [p for p in self.paragraphs if len(p) > 200] or self.paragraphs
        self.words = [w for w in words if set(w) <= allowed] or ["and"]
        self.characters = alphabet.characters
        self.rare = Technical(self.words)
        usual: tuple[tuple[Kind, float], ...] = (
            (self.prose, 0.58),
            (self.last_line, 0.07),
            (self.heading, 0.09),
            (self.running_head, 0.05),
            (self.page_number, 0.02),
            (self.contents, 0.04),
            (self.figures, 0.05),
            (self.footnote, 0.03),
            (self.word_salad, 0.05),
            (self.character_salad, 0.02),
        )
        rare: tuple[tuple[Kind, float], ...] = (
            (self.rare.reference, 0.22),
            (self.technical, 0.32),
            (self.rare.table_row, 0.1),
            (self.item, 0.1),
            (self.rare.formula, 0.06),
            (self.signed, 0.2),
        )
        self.kinds = [(kind, share * (1 - technical)) for kind, share in usual]
        self.kinds += [(kind, share * technical) for kind, share in rare]
        asked: tuple[Kind, ...] = (
            *Signs(self.words, alphabet.characters, self.prose).kinds,
            *Accounts(self.words, alphabet.characters, self.customs).kinds,
            *DisplayLines(self.words, self.prose, self.customs).kinds,
            *Ordinals(self.prose, self.customs).kinds,
            Indexed(self.prose, alphabet.characters).indexed,
        )
        # what no set has unless it asks for it: as often as prose is among the usual kinds
        self.kinds += [(kind, 0.58) for kind in asked if kind.__name__ in only]
        names = {kind.__name__ for kind in asked} | {kind.__name__ for kind, _ in self.kinds}
        if not set(only) <= names:
            raise DataError(
                f"there are no lines of the kind {min(set(only) - names)}",
                f"Kinds are: {', '.join(sorted(names))}.",
            )
        self.kinds = [entry for entry in self.kinds if not only or entry[0].__name__ in only]

    def draw(self, rng: random.Random) -> LineText:
        """One line: never empty, single spaces, no space at either end."""
        line = self._draw_modern(rng)
        if len(self.customs.quotes) > 1:
            quotes = str.maketrans(PLAIN_QUOTES, rng.choice(self.customs.quotes))
            line = replace(line, text=line.text.translate(quotes))
        if self.long_s and rng.random() < self.long_s:
            line = replace(line, text=set_long_s(line.text))
        return line

    def _draw_modern(self, rng: random.Random) -> LineText:
        """A line in modern letters, with plain quotes."""
        (kind,) = rng.choices([k for k, _ in self.kinds], [w for _, w in self.kinds])
        made = kind(rng)
        if isinstance(made, LineText):
            return made
        text = " ".join(made.split()) or "a"
        if (
            kind in (self.heading, self.running_head, self.contents)
            and rng.random() < HEADING_SMALL_CAPITALS
        ):
            return shrink_heading(rng, text)
        if kind == self.prose and rng.random() < PROSE_SMALL_CAPITALS:
            return shrink_words(rng, text)
        if kind in (self.prose, self.last_line) and rng.random() < PROSE_EMPHASIS:
            return LineText(text, emphasized=some_words(rng, text))
        if kind in (self.rare.reference, self.technical) and rng.random() < TECHNICAL_EMPHASIS:
            return LineText(text, emphasized=coded_words(rng, text))
        return LineText(text)

    def prose(self, rng: random.Random) -> str:
        """A line cut out of a paragraph, sometimes ending in a divided word."""
        words = rng.choice(self.long_paragraphs if rng.random() < 0.8 else self.paragraphs).split()
        length = rng.triangular(8, 78, 58)
        start = rng.randrange(max(1, len(words) - int(length / 5)))
        line = words[start]
        for word in words[start + 1 :]:
            room = length - len(line) - 1
            if len(word) > room:
                return self._divided(rng, line, word, room)
            line += " " + word
        return line

    def _divided(self, rng: random.Random, line: str, word: str, room: float) -> str:
        """`line`, with the first part of `word` and a hyphen where the word is long enough to
        divide."""
        if re.fullmatch(r"[^\W\d_]{6,}[,.;]?", word) and room > 3 and rng.random() < 0.6:
            return f"{line} {word[: min(int(room), len(word) - 3)]}-"
        return line

    def last_line(self, rng: random.Random) -> str:
        """The short end of a paragraph."""
        words = rng.choice(self.paragraphs).split()
        return " ".join(words[-rng.randint(1, 5) :])

    def heading(self, rng: random.Random) -> str:
        """A heading, or prose that begins in capitals or is all capitals."""
        line = self.prose(rng).rstrip("-")
        words = line.split()
        kind = rng.random()
        if kind < 0.3:
            return " ".join(words[: rng.randint(1, 6)]).upper()
        if kind < 0.5:
            number = (
                roman(rng.randint(1, 60)).upper() if rng.random() < 0.7 else str(rng.randint(1, 60))
            )
            return rng.choice(self.customs.chapters).format(number)
        if kind < 0.8:
            lead = rng.randint(1, min(4, len(words)))
            return " ".join(words[:lead]).upper() + " " + " ".join(words[lead:])
        return " ".join(words[: rng.randint(1, 7)]).title()

    def running_head(self, rng: random.Random) -> str:
        """A running head with its page number before or after it."""
        title = " ".join(rng.choice(self.paragraphs).split()[: rng.randint(2, 6)])
        title = title.upper() if rng.random() < 0.7 else title.title()
        number = self.page_number(rng)
        return f"{title} {number}" if rng.random() < 0.5 else f"{number} {title}"

    def page_number(self, rng: random.Random) -> str:
        """A page number: figures, brackets, dashes or a roman numeral."""
        number = str(rng.randint(1, 999)) if rng.random() < 0.8 else roman(rng.randint(1, 90))
        return rng.choice(["{}", "{}", "{}", "[{}]", "({})", "—{}—", "- {} -", "{}."]).format(
            number
        )

    def contents(self, rng: random.Random) -> str:
        """A line of a table of contents, with leaders or without."""
        title = " ".join(rng.choice(self.paragraphs).split()[: rng.randint(2, 7)]).rstrip(",.;:")
        leader = rng.choice(
            [" " + ". " * rng.randint(2, 12), " " + "." * rng.randint(3, 14) + " ", ", ", " "]
        )
        return f"{title}{leader}{rng.randint(1, 600)}"

    def figures(self, rng: random.Random) -> str:
        """Dates, sums, measures, references and abbreviations, strung together."""
        return draw_figures(rng, self.customs, self.words)

    def footnote(self, rng: random.Random) -> LineText:
        """The first line of a footnote, or prose with a footnote's mark in it; figures are raised,
        or not."""
        mark, line = rng.choice(FOOTNOTE_MARKS), self.prose(rng)
        raised = mark.isdigit() and rng.random() < 0.6
        if rng.random() < 0.5:
            return LineText(
                f"{mark} {line}", superscript=frozenset(range(len(mark)) if raised else ())
            )
        words = line.split()
        marked = rng.randrange(len(words))
        before = len(" ".join(words[: marked + 1]))
        words[marked] += mark
        return LineText(
            " ".join(words),
            superscript=frozenset(range(before, before + len(mark)) if raised else ()),
        )

    def signed(self, rng: random.Random) -> LineText:
        """Names or prose with raised figures and letters behind some words or before the first:
        authors and where they work."""
        names = rng.random() < 0.5
        words = (
            [rng.choice(self.words).capitalize() for _ in range(rng.randint(2, 8))]
            if names
            else self.prose(rng).split()
        )
        text, raised = "", set()
        places = {rng.randrange(-1, len(words)) for _ in range(rng.randint(1, 3))}
        apart = " " * (rng.random() < 0.4)
        for k in range(-1, len(words)):
            text += " " * (k > 0) + (words[k] if k >= 0 else "")
            if k in places:
                figure, letter = str(rng.randint(1, 99)), rng.choice("abcdefgmn")
                mark = rng.choice(
                    (figure, figure, "1,2", letter, *rng.choices(GREEK[0], k=6), rng.choice("†‡§"))
                )
                text += apart * (k >= 0)
                raised |= set(range(len(text), len(text) + len(mark)))
                text += mark
        return LineText(text, superscript=frozenset(raised))

    def technical(self, rng: random.Random) -> str:
        """Prose with codes, measures, citations, addresses and signs in it."""
        words = self.prose(rng).rstrip("-").split()[: rng.randint(2, 10)]
        for _ in range(rng.randint(1, 4)):
            words.insert(rng.randint(0, len(words)), self.rare.word(rng))
        return " ".join(words)

    def item(self, rng: random.Random) -> str:
        """The first line of an item of a list, behind its bullet, number or letter."""
        small = rng.randint(1, 20)
        numbered = (
            f"{small}.",
            f"{small})",
            f"({small})",
            f"({roman(small)})",
            f"{chr(96 + small)})",
            f"({chr(96 + small)})",
        )
        mark = rng.choice(BULLETS) if rng.random() < 0.7 else rng.choice(numbered)
        line = self.prose(rng) if rng.random() < 0.7 else self.technical(rng)
        return f"{mark} {line if line[0] in GREEK[0] else line[0].upper() + line[1:]}"

    def word_salad(self, rng: random.Random) -> str:
        """Words of the word list without context, some capitalized, some with punctuation."""
        words = []
        for _ in range(rng.randint(1, 9)):
            word = rng.choice(self.words)
            word = rng.choice([word, word, word.capitalize(), word.upper()])
            words.append(
                rng.choice(
                    ["{}", "{}", "{},", "{}.", "“{}”", "({})", "{};", "{}:", "{}!", "{}?", "‘{}’"]
                ).format(word)
            )
        return " ".join(words)

    def character_salad(self, rng: random.Random) -> str:
        """Characters without any order, so that each of the alphabet is learnt from its shape."""
        groups = [
            "".join(rng.choices(self.characters, k=rng.randint(1, 8)))
            for _ in range(rng.randint(1, 6))
        ]
        return " ".join(groups)
