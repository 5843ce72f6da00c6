"""Error rates of recognized text."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import Levenshtein


def error_rate(pairs: Iterable[tuple[list[str] | str, list[str] | str]]) -> float:
    """Summed edit distance over summed length of (truth, prediction) pairs: CER for strings, WER for lists of words."""
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
