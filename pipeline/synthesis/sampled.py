"""Texts for those who have no corpus: sentences drawn from a language model and its word list.

They make no sense, but their words, and the neighbours of these, are as frequent as in print, which
is what a recognizer of lines learns from texts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import kenlm
import numpy as np

from pipeline.lexicon import read_counts

CANDIDATES = 32  # words drawn by their frequency, of which the language model chooses the next
SENTENCE = (4, 28)  # words, evenly
PARAGRAPH = (2, 6)  # sentences
COMMA, STOP = 0.09, ".....;:?!"  # share of the words with a comma behind them; how sentences end


def sample_paragraphs(words: Path, model: Path, count: int, seed: int) -> Iterator[str]:
    """Yield so many paragraphs, the same for the same seed.

    Sampling importance resampling (Rubin 1987): candidates are drawn by their frequency, and one of
    them is chosen by the ratio of the model's probability to it.

    Args:
        words: word list with counts.
        model: KenLM model of the same language.

    Raises:
        DataError: the word list is none.
    """
    counts = read_counts(words)
    rng, language = random.Random(seed), kenlm.Model(str(model))
    known = [word for word in counts if word in language]
    weights = np.array([counts[word] for word in known], dtype=float)
    steps = np.cumsum(weights / weights.sum())
    for _ in range(count):
        sentences = [_sentence(rng, language, known, steps) for _ in range(rng.randint(*PARAGRAPH))]
        yield " ".join(sentences)


def _sentence(
    rng: random.Random, language: kenlm.Model, known: list[str], steps: np.ndarray
) -> str:
    state, text = kenlm.State(), []
    language.NullContextWrite(state)
    for _ in range(rng.randint(*SENTENCE)):
        drawn = np.searchsorted(steps, [rng.random() for _ in range(CANDIDATES)])
        words = [known[min(int(k), len(known) - 1)] for k in drawn]
        states = [kenlm.State() for _ in words]
        scores = [
            language.BaseScore(state, word, after)
            for word, after in zip(words, states, strict=True)
        ]
        null = kenlm.State()
        language.NullContextWrite(null)
        alone = [language.BaseScore(null, word, kenlm.State()) for word in words]
        ratios = [10.0 ** (score - single) for score, single in zip(scores, alone, strict=True)]
        (chosen,) = rng.choices(range(CANDIDATES), ratios)
        text.append(words[chosen] + ("," if rng.random() < COMMA else ""))
        state = states[chosen]
    line = " ".join(text).rstrip(",") + rng.choice(STOP)
    return line[0].upper() + line[1:]
