"""Recognized text against true text: error rates, confusions, what the language model changed,
confidences that hold or not.

Both sides are folded alike, as `comparable` says, so that a page is not charged for the habits of
its transcription.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein, Opcode

from pipeline.spelling import modern_spelling

FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‹›", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("—–―‐", "-"),
        "_": None,
    }
)
MISSING = "∅"  # what a character is confused with when it is left out or put in
BINS = 10


def error_rate(pairs: Iterable[tuple[list[str] | str, list[str] | str]]) -> float:
    """Summed edit distance over summed length of (truth, prediction) pairs: CER for strings, WER
    for lists of words."""
    errors = length = 0
    for truth, prediction in pairs:
        errors += Levenshtein.distance(truth, prediction)
        length += len(truth)
    return errors / max(1, length)


def character_error_rate(pairs: list[tuple[str, str]]) -> float:
    """CER of (truth, prediction) pairs."""
    return error_rate(pairs)


def word_error_rate(pairs: list[tuple[str, str]]) -> float:
    """WER of (truth, prediction) pairs; words are what stands between spaces."""
    return error_rate((truth.split(), prediction.split()) for truth, prediction in pairs)


def comparable(text: str, language: str = "") -> str:
    """A page's text as it is scored: today's letters, NFKC, quotes and dashes of one kind, words
    divided at a line's end joined, white folded.

    Args:
        language: its code, where what one sign of its print stands for is folded, too.
    """
    text = modern_spelling(text, language)
    text = unicodedata.normalize("NFKC", text.replace("\f", "\n").replace("…", "...")).translate(
        FOLDED
    )
    text = re.sub(r"-+", "-", text.replace("''", '"').replace("``", '"'))
    text = re.sub(r"(\w)-[ \t]*\n\s*(?=[a-zß-ÿ])", r"\1", text)
    return re.sub(r" ?- ?", "-", " ".join(text.split()))


@dataclass
class Tally:
    """Edits and lengths, in characters and in words, summed over pages."""

    errors: int = 0
    length: int = 0
    word_errors: int = 0
    words: int = 0

    def add(self, truth: str, read: str, language: str = "") -> None:
        """Count one page, both texts as they are, in a language as `comparable` takes it."""
        truth, read = comparable(truth, language), comparable(read, language)
        self.errors += Levenshtein.distance(truth, read)
        self.length += len(truth)
        self.word_errors += Levenshtein.distance(truth.split(), read.split())
        self.words += len(truth.split())

    def merge(self, other: Tally) -> None:
        """Count the pages of another tally too."""
        self.errors += other.errors
        self.length += other.length
        self.word_errors += other.word_errors
        self.words += other.words

    @property
    def cer(self) -> float:
        """Character error rate."""
        return self.errors / max(1, self.length)

    @property
    def wer(self) -> float:
        """Word error rate."""
        return self.word_errors / max(1, self.words)


def confusions(pairs: Iterable[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """How often each character of the truth was read as another one, left out or put in, of (truth,
    read) lines."""
    counts: Counter[tuple[str, str]] = Counter()
    for truth, read in pairs:
        for edit in Levenshtein.editops(truth, read):
            expected = truth[edit.src_pos] if edit.tag != "insert" else MISSING
            got = read[edit.dest_pos] if edit.tag != "delete" else MISSING
            counts[expected, got] += 1
    return counts


@dataclass
class Changes:
    """Words that the language model changed: (best path, with the model, truth), for better and for
    worse."""

    better: list[tuple[str, str, str]] = field(default_factory=list)
    worse: list[tuple[str, str, str]] = field(default_factory=list)
    neither: list[tuple[str, str, str]] = field(default_factory=list)


def model_changes(greedy: str, decoded: str, truth: str, into: Changes) -> None:
    """Add the words of one line in which `decoded` differs from `greedy` to `into`, judged by the
    line's `truth`."""
    before, after, right = greedy.split(), decoded.split(), truth.split()
    matched = Levenshtein.opcodes(after, right)
    for block in Levenshtein.opcodes(before, after):
        if block.tag == "equal":
            continue
        was, now = before[block.src_start : block.src_end], after[block.dest_start : block.dest_end]
        goal = _opposite(matched, right, block.dest_start, block.dest_end)
        change = (" ".join(was), " ".join(now), " ".join(goal))
        gain = Levenshtein.distance(change[0], change[2]) - Levenshtein.distance(
            change[1], change[2]
        )
        (into.better if gain > 0 else into.worse if gain < 0 else into.neither).append(change)


def _opposite(
    blocks: Iterable[Opcode], target: Sequence[str], start: int, end: int
) -> Sequence[str]:
    """The words of `target` that stand opposite words `start` to `end` of the other side."""
    touched = [
        b
        for b in blocks
        if (b.src_start < end and b.src_end > start) or (start == end == b.src_start)
    ]
    if not touched:
        return []
    first, last = touched[0], touched[-1]
    low = first.dest_start + (start - first.src_start if first.tag == "equal" else 0)
    high = last.dest_end - (last.src_end - end if last.tag == "equal" else 0)
    return target[low:high]


@dataclass(frozen=True)
class Reliability:
    """Confidences against what became of them.

    centres, shares, counts: per bin of confidence, the mean confidence, the share of right words
    and their number;
    error: expected calibration error, the mean gap of the two weighted by number (Naeini et al.
    2015, Guo et al. 2017);
    caught: share of the wrong words among the 5% of words with the lowest confidence.
    """

    centres: NDArray[np.float64]
    shares: NDArray[np.float64]
    counts: NDArray[np.int64]
    error: float
    caught: float


def reliability(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> Reliability:
    """How far confidences hold, over BINS bins of equal width."""
    bins = np.minimum((confidences * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    filled = np.maximum(counts, 1)
    centres = np.bincount(bins, confidences, BINS) / filled
    shares = np.bincount(bins, right.astype(float), BINS) / filled
    error = float((np.abs(centres - shares) * counts).sum() / max(1, len(right)))
    lowest = np.argsort(confidences, kind="stable")[: round(0.05 * len(right))]
    caught = float((~right[lowest]).sum() / max(1, (~right).sum()))
    return Reliability(centres, shares, counts.astype(np.int64), error, caught)


@dataclass(frozen=True)
class Accuracy:
    """Accuracy of (truth, reading) pairs.

    characters: 1 - edits / length, summed over all (micro); characters_macro: the mean of that of
    each text, none below 0;
    texts: share of the texts that are wholly right; count: how many there are.
    """

    characters: float
    characters_macro: float
    texts: float
    count: int

    def as_dict(self) -> dict[str, float]:
        """For JSON."""
        return {
            "characters": round(self.characters, 6),
            "characters_macro": round(self.characters_macro, 6),
            "texts": round(self.texts, 6),
            "count": self.count,
        }


def accuracy(pairs: Sequence[tuple[str, str]]) -> Accuracy:
    """How right readings are; of no pairs, nothing is."""
    edits = [Levenshtein.distance(truth, read) for truth, read in pairs]
    lengths = [max(1, len(truth)) for truth, _ in pairs]
    count = max(1, len(pairs))
    macro = sum(max(0.0, 1 - e / n) for e, n in zip(edits, lengths, strict=True)) / count
    micro = max(0.0, 1 - sum(edits) / max(1, sum(lengths))) if pairs else 0.0
    return Accuracy(micro, macro, sum(e == 0 for e in edits) / count, len(pairs))


def class_accuracy(pairs: Sequence[tuple[str, str]]) -> float:
    """The mean over all truths of the share of each that is read right (balanced accuracy): in sets
    where one character is fifty times as frequent as another, the rare ones count as much."""
    readings: dict[str, list[bool]] = {}
    for truth, read in pairs:
        readings.setdefault(truth, []).append(truth == read)
    return sum(sum(right) / len(right) for right in readings.values()) / max(1, len(readings))
