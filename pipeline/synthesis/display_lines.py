"""Texts of synthetic lines that are set apart from prose by their letters: captions in italics,
lines of capitals, names, whose capitals stand in the middle of a line, words in small capitals,
questions and answers behind a letter each, and entries of dictionaries, whose abbreviations end in
points under the arm of an italic letter."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from pipeline.synthesis.customs import Customs
from pipeline.synthesis.line_text import LineText, letters_to_shrink
from pipeline.synthesis.technical import CAPITALS, SMALL

MARKS = (":", ":", ".", ".", ".—", "")  # behind the number of a picture
BARE = 0.15  # share of captions that are a number alone
# Capitals that differ from their small letters by size alone: half of the names begin with one.
ALIKE = "COSVWXZ"
OVERHANGING = "fvrywFPTVYWR"  # letters under whose arm or beside whose leg a point is small


QUESTIONS, ANSWERS = "QQQF", "AAAR"  # question and answer; Frage, réponse, risposta


class DisplayLines:
    """Draws captions, words in capitals or small capitals, names of people, questions and answers,
    and entries of dictionaries.

    Args:
        words: not empty.
        prose: draws a line of prose.
        customs: of the language of both.
    """

    def __init__(
        self, words: Sequence[str], prose: Callable[[random.Random], str], customs: Customs
    ) -> None:
        self.words, self.prose, self.customs = words, prose, customs
        self.alike = [word for word in words if word[0].upper() in ALIKE] or words
        self.kinds = (
            self.caption,
            self.capitals,
            self.names,
            self.entry,
            self.small_capitals,
            self.question,
        )

    def caption(self, rng: random.Random) -> LineText:
        """A caption of which all, its number, or what follows the number is set apart: in italics,
        or upright where the line's face is an italic one."""
        number = str(rng.randint(1, 60)) + rng.choice(("", "", "", "a", "b", ".1"))
        lead = f"{rng.choice(self.customs.captions)} {number}{rng.choice(MARKS)}"
        words = self.prose(rng).split()[: rng.randint(2, 9)] if rng.random() >= BARE else []
        rest = " ".join(words)
        text = f"{lead} {rest[:1].upper()}{rest[1:]}".rstrip("- ")
        whole, name = range(len(text)), range(min(len(lead), len(text)))
        chosen = rng.choice((whole, whole, name, range(len(name), len(text))))
        return LineText(text, emphasized=frozenset(chosen))

    def capitals(self, rng: random.Random) -> str:
        """Capitals alone: prose, words out of context, or letters that make no word."""
        kind = rng.random()
        if kind < 0.4:
            words = self.prose(rng).split()[: rng.randint(1, 7)]
        elif kind < 0.8:
            words = [rng.choice(self.words) for _ in range(rng.randint(1, 6))]
        else:
            words = [
                "".join(rng.choices(CAPITALS, k=rng.randint(2, 6))) + rng.choice(",:.1   ")
                for _ in range(rng.randint(1, 6))
            ]
        return " ".join(words).upper().rstrip("-")

    def names(self, rng: random.Random) -> str:
        """Names with initials, in a list or amid prose."""
        named = [self._name(rng) for _ in range(rng.choice((1, 1, 2, 3)))]
        if rng.random() < 0.5:
            return rng.choice((", ", " ", " & ")).join(named)
        words = self.prose(rng).rstrip("-").split()[: rng.randint(2, 8)]
        for name in named[:2]:
            words.insert(rng.randint(0, len(words)), name)
        return " ".join(words)

    def _name(self, rng: random.Random) -> str:
        """A surname behind initials, a title, both or neither."""
        surname = rng.choice(self.alike if rng.random() < 0.5 else self.words)
        initials = "".join(
            f"{rng.choice(rng.choice((ALIKE, CAPITALS)))}." + rng.choice(("", " ", " "))
            for _ in range(rng.choice((0, 1, 1, 2, 3)))
        )
        title = rng.choice(("", "", rng.choice(self.customs.abbreviations)))
        return (
            f"{title} {initials} {surname[0].upper()}{surname[1:]}{rng.choice(',.;    ')}".strip()
        )

    def entry(self, rng: random.Random) -> LineText:
        """Words, and abbreviations of one to three letters that are set apart in italics, each with
        its point: entries of dictionaries, names of species, notes on readings."""
        pieces: list[tuple[str, bool]] = [(rng.choice(self.words), rng.random() < 0.2)]
        for _ in range(rng.randint(1, 5)):
            if rng.random() < 0.6:
                points = "".join(self._abbreviation(rng) for _ in range(rng.choice((1, 1, 1, 2))))
                pieces.append((points.strip() + rng.choice(("", "", ",", ";", ":")), True))
            else:
                words = " ".join(rng.choice(self.words) for _ in range(rng.randint(1, 4)))
                pieces.append((words + rng.choice(("", ",", ",", ".", ";")), rng.random() < 0.3))
        text, emphasized = "", set()
        for piece, slanted in pieces:
            text += " " * bool(text)
            emphasized |= set(range(len(text), len(text) + len(piece))) if slanted else set()
            text += piece
        return LineText(text, emphasized=frozenset(emphasized))

    def _abbreviation(self, rng: random.Random) -> str:
        """One to three letters and a point, with a space behind it as often as not."""
        letters = rng.choices((OVERHANGING, SMALL, CAPITALS), (3, 2, 1), k=rng.choice((1, 1, 2, 3)))
        if rng.random() < 0.25:
            return rng.choice(self.customs.abbreviations) + " "
        return "".join(rng.choice(some) for some in letters) + "." + rng.choice((" ", ""))

    def small_capitals(self, rng: random.Random) -> LineText:
        """Words out of context in small capitals behind their larger initials, alone, before prose
        or amid it: speakers, sections, signatures and headwords, which no language model knows."""
        words = [rng.choice(self.words) for _ in range(rng.choice((1, 1, 2, 2, 3)))]
        head = " ".join(word[0].upper() + word[1:] for word in words)
        head = rng.choice((head, head, f"{rng.choice(self.customs.abbreviations)} {head}"))
        marked = head + rng.choice(("", "", ".", ":", ",", ".—", "’s"))
        rest = self.prose(rng) if rng.random() < 0.7 else ""
        before = rest.find(" ") + 1 if rng.random() < 0.4 else 0
        text = f"{rest[:before]}{marked} {rest[before:]}".strip()
        small = letters_to_shrink(text, range(before, before + len(head)), False)
        return LineText(text, small=small)

    def question(self, rng: random.Random) -> str:
        """A question or an answer behind the letter that says which, as in minutes of evidence and
        catechisms; the letter alone now and then."""
        letters, ending = rng.choice(((QUESTIONS, "?"), (ANSWERS, ".")))
        mark = rng.choice(letters) + rng.choice((".", ".", ".", ":", ")", ".—", ""))
        said = self.prose(rng).rstrip("-").split()[: rng.randint(1, 12)]
        text = " ".join(said).rstrip(",;:.?") + ending
        number = rng.choice(("", "", f"{rng.randint(1, 9999)}. "))
        return mark if rng.random() < 0.1 else f"{number}{mark} {text[0].upper()}{text[1:]}"
