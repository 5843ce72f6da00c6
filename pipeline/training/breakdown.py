"""Error rates and confusions by language, script and century.

Lines that were cut out along the outlines of their truth measure the recognizer alone; pages that
were read whole measure all of the chain. The two are never added up.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

import numpy as np
from rapidfuzz.distance import Levenshtein

from pipeline.languages import UNDETERMINED
from pipeline.recognition.origin import Origin
from pipeline.training.evaluation import Tally, reliability

LINES, PAGES = "lines", "pages"
UNKNOWN = "unknown"
COLUMNS = (
    *("read", "by", "group", "lines", "characters", "cer_printed", "cer", "wer", "ece"),
    *("cer_best_path", "wer_best_path", "cer_matched", "text_matched"),
)
CONFUSION_COLUMNS = ("read", "language", "script", "century", "truth", "reading", "count", "share")
Confused = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Reading:
    """What was read of one line or one page, beside what stands there.

    way: LINES or PAGES; source: the set or book that it is of; read and greedy: with the language
    model, and by best paths alone; printed: whether the truth keeps the letters of the print;
    words: the confidence of each that was read, and whether it is right; matched: of a page, errors
    of the lines that the text has words for, and the share of the text that these are.
    """

    way: str
    source: str
    origin: Origin
    truth: str
    read: str
    greedy: str
    lines: int = 1
    printed: bool = True
    words: tuple[tuple[float, bool], ...] = ()
    confused: Confused = field(default_factory=Counter)
    matched: Tally | None = None
    text_matched: float = 1.0


@dataclass
class Score:
    """What is counted of readings, as printed and folded as `Tally` does."""

    lines: int = 0
    errors: int = 0
    length: int = 0
    folded: Tally = field(default_factory=Tally)
    greedy: Tally = field(default_factory=Tally)
    matched: Tally = field(default_factory=Tally)
    text_matched: float = 0.0  # characters
    words: list[tuple[float, bool]] = field(default_factory=list)

    @classmethod
    def of(cls, reading: Reading) -> Score:
        """What is counted of one reading."""
        language, score = reading.origin.language, cls(reading.lines, words=list(reading.words))
        if reading.printed:
            truth, read = as_it_stands(reading.truth), as_it_stands(reading.read)
            score.errors, score.length = Levenshtein.distance(truth, read), len(truth)
        score.folded.add(reading.truth, reading.read, language)
        score.greedy.add(reading.truth, reading.greedy, language)
        if reading.matched:
            score.matched.merge(reading.matched)
            score.text_matched = reading.text_matched * score.folded.length
        return score

    def merge(self, other: Score) -> None:
        """Count the readings of another score too."""
        self.lines += other.lines
        self.errors += other.errors
        self.length += other.length
        self.folded.merge(other.folded)
        self.greedy.merge(other.greedy)
        self.matched.merge(other.matched)
        self.text_matched += other.text_matched
        self.words += other.words

    def figures(self) -> dict[str, str]:
        """The columns behind `group`: counts, and rates in percent but for the ECE."""
        right = np.array([right for _, right in self.words], dtype=np.bool_)
        found = reliability(np.array([c for c, _ in self.words], dtype=np.float64), right)
        whole = self.folded.length
        figures = (
            str(self.lines),
            str(whole),
            f"{100 * self.errors / self.length:.2f}" if self.length else "",
            f"{100 * self.folded.cer:.2f}",
            f"{100 * self.folded.wer:.2f}",
            f"{found.error:.3f}" if self.words else "",
            f"{100 * self.greedy.cer:.2f}",
            f"{100 * self.greedy.wer:.2f}",
            f"{100 * self.matched.cer:.2f}" if self.matched.length else "",
            f"{100 * self.text_matched / max(1, whole):.1f}" if self.matched.length else "",
        )
        return dict(zip(COLUMNS[3:], figures, strict=True))


def as_it_stands(text: str) -> str:
    """A text as printed, its white space folded; NFC."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _names(origin: Origin) -> tuple[str, str, str]:
    century = str(origin.century) if origin.century else UNKNOWN
    return origin.language or UNDETERMINED, origin.script or UNKNOWN, century


def _all(_: Reading) -> tuple[str, ...]:
    return ("all",)


def _source(reading: Reading) -> tuple[str, ...]:
    return (reading.source,)


def _kind(reading: Reading) -> tuple[str, ...]:
    return _names(reading.origin)


def _part(place: int) -> Callable[[Reading], tuple[str, ...]]:
    return lambda reading: (_names(reading.origin)[place],)


BY: dict[str, Callable[[Reading], tuple[str, ...]]] = {
    "all": _all,
    "set": _source,
    "language": _part(0),
    "script": _part(1),
    "century": _part(2),
    "language, script, century": _kind,
}


def breakdown(readings: Sequence[Reading]) -> list[dict[str, str]]:
    """Rows of COLUMNS: all readings of each way, then by each of BY."""
    counted = [(reading, Score.of(reading)) for reading in readings]
    rows = []
    for way in (LINES, PAGES):
        for by, name in BY.items():
            groups: dict[tuple[str, ...], Score] = {}
            for reading, score in counted:
                if reading.way == way:
                    groups.setdefault(name(reading), Score()).merge(score)
            rows += [
                {"read": way, "by": by, "group": ", ".join(group)} | score.figures()
                for group, score in sorted(groups.items(), key=itemgetter(0))
            ]
    return rows


def confused_characters(readings: Sequence[Reading]) -> list[dict[str, str]]:
    """Rows of CONFUSION_COLUMNS, by language, script and century, the worst first; shares of all
    errors of the group in percent."""
    groups: dict[tuple[str, ...], Confused] = {}
    for reading in readings:
        groups.setdefault((reading.way, *_kind(reading)), Counter()).update(reading.confused)
    return [
        dict(zip(CONFUSION_COLUMNS[:4], group, strict=True))
        | {"truth": truth, "reading": read, "count": str(count)}
        | {"share": f"{100 * count / confused.total():.1f}"}
        for group, confused in sorted(groups.items())
        for (truth, read), count in sorted(confused.items(), key=lambda item: (-item[1], item[0]))
    ]
