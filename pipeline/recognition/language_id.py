"""Which language a text is in, from its words: which lexicon explains them, and for words in none
of them, which model of letters.

A word has the probability `(1 - unlisted) count / total + unlisted p(letters)` in each language;
the probabilities of languages after all words of a text are those of Bayes' rule, flattened, as
words of one text are not independent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import kenlm

from pipeline.errors import ModelError
from pipeline.lexicon import bare_word, build_remedy, read_counts

LOG10 = math.log(10)


@dataclass(frozen=True)
class LanguageParameters:
    """What words say of their language."""

    # share of running words that are outside a list: by eye (7 to 17% of those of old books are)
    unlisted: float = 0.1
    # Evidence counts by so much: words of one text are not independent, and with 1 confidences
    # would be too high. Measured on 10,300 lines in four languages: ECE 0.032 with 1, 0.024 with
    # 0.5, 0.017 so.
    flattened: float = 0.3
    # words of each language that are expected of a book before it is read: chosen by eye
    expected_words: float = 1.0
    # letters of a word that tell of its language: longer ones are no words (chosen by eye)
    longest_word: int = 40


LANGUAGE = LanguageParameters()


class WordProbabilities:
    """How probable words are in one language.

    Args:
        words: LANG.txt, words with their counts.
        characters: LANG.chars.klm, the KenLM model of their letters.

    Raises:
        ModelError, DataError: one of them is missing or damaged.
    """

    def __init__(self, words: Path, characters: Path) -> None:
        self._counts = read_counts(words)
        self._total = sum(self._counts.values())
        try:
            self._characters = kenlm.Model(str(characters))
        except (OSError, RuntimeError) as error:
            raise ModelError(
                f"{characters} is no KenLM model",
                build_remedy(characters),
            ) from error
        self.log_probability = lru_cache(maxsize=65536)(self._log_probability)

    def letters(self, word: str) -> float:
        """Natural logarithm of the probability of a word by its letters."""
        return float(self._characters.score(" ".join(word.lower()))) * LOG10

    def _log_probability(self, word: str) -> float:
        """Natural logarithm of the probability of a bare word."""
        forms = {word, word.lower(), word.capitalize() if word.isupper() else word}
        listed = sum(self._counts.get(form, 0) for form in forms) / self._total
        return math.log(
            (1 - LANGUAGE.unlisted) * listed + LANGUAGE.unlisted * math.exp(self.letters(word))
        )


@dataclass(frozen=True)
class Told:
    """A language by its code, and how probable it is, 0 to 1; no code where there is no word to
    tell it by, no confidence where only one language was asked for."""

    language: str
    confidence: float | None


NO_LANGUAGE = Told("", None)


def language_words(texts: Iterable[str]) -> list[str]:
    """The words of lines that tell of their language: those of letters alone, whole, not single
    letters, nor numerals."""
    found = []
    for text in texts:
        tokens = text.split()
        for k, token in enumerate(tokens):
            divided = k == len(tokens) - 1 and token[-1:] in "-⸗¬"
            word = bare_word(token)
            letters = word.replace("’", "").replace("'", "")
            if 1 < len(letters) <= LANGUAGE.longest_word and letters.isalpha() and not divided:
                found.append(word)
    return found


def language_evidence(
    words: Sequence[str], languages: Mapping[str, WordProbabilities]
) -> dict[str, float]:
    """Log-probability of the words in each language."""
    return {
        code: sum(probabilities.log_probability(word) for word in words)
        for code, probabilities in languages.items()
    }


def tell_language(evidence: Mapping[str, float], prior: Mapping[str, float]) -> Told:
    """The most probable language.

    Args:
        evidence: log-probability of a text in each language.
        prior: log-probability of each language before the text is seen, up to a constant.
    """
    scores = {code: LANGUAGE.flattened * evidence[code] + prior.get(code, 0.0) for code in evidence}
    highest = max(scores.values())
    weights = {code: math.exp(score - highest) for code, score in scores.items()}
    best = max(weights, key=lambda code: weights[code])
    return Told(best, weights[best] / sum(weights.values()))


def tell_blocks(
    texts: Mapping[int, Sequence[str]], languages: Mapping[str, WordProbabilities]
) -> dict[int, Told]:
    """The language of each of many blocks of lines that stand in one book: what is told of the long
    ones is what is expected of the short ones, as headings and page numbers tell little.

    Args:
        texts: the lines of each block, by its number.
    """
    words = {block: language_words(lines) for block, lines in texts.items()}
    evidence = {block: language_evidence(found, languages) for block, found in words.items()}
    counts = dict.fromkeys(languages, 0)
    for block, found in words.items():
        if found:
            counts[tell_language(evidence[block], {}).language] += len(found)
    total = sum(counts.values())
    if not total:
        return dict.fromkeys(texts, Told("", 0.0))
    prior = {
        code: math.log(
            (count + LANGUAGE.expected_words) / (total + LANGUAGE.expected_words * len(counts))
        )
        for code, count in counts.items()
    }
    return {block: tell_language(evidence[block], prior) for block in texts}
