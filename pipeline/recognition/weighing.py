"""What a character is worth when both the image and the language speak for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pipeline.lexicon import ends_sentence
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.ctc import Alignment, LogProbabilities


@dataclass(frozen=True)
class WeighingParameters:
    """Which characters are weighed."""

    # natural logarithm of the posterior below which another reading of a frame does not count
    least: float = -6.0


WEIGHING = WeighingParameters()


def weigh_characters(
    path: Alignment,
    log_probabilities: LogProbabilities,
    alphabet: Alphabet,
    certain: float,
    score: Callable[[str, bool], float],
    sentence: bool = False,
) -> Alignment:
    """The path with the posteriors of its unsure characters given the language too: what the frame
    says for each character that may stand there, or for none, times what the language model says
    for the word with it (Bayes). A letter that the language decided, as the s of a long-s text that
    the network took for f, would else be the less sure the more the language was needed.

    Args:
        path: within `log_probabilities`.
        log_probabilities: (T, C) natural logarithms.
        certain: posterior from which on a character is left as it is.
        score: natural logarithm of the language model's weighted score of a word, and of one that
            begins a sentence.
        sentence: whether the path begins one.
    """
    unsure = np.flatnonzero(path.scores < np.log(certain))
    text = alphabet.decode(path.classes.tolist())
    scores = path.scores.copy()
    for k in unsure.tolist():
        if text[k] == " ":
            continue
        first, last = text.rfind(" ", 0, k) + 1, (text + " ").index(" ", k)
        begins = ends_sentence(text[:first]) if first else sentence
        start, end = int(path.starts[k]), int(path.ends[k])
        own = int(path.classes[k])
        frame = log_probabilities[start + int(log_probabilities[start:end, own].argmax())]
        others = np.flatnonzero(frame > WEIGHING.least).tolist()
        evidence = {
            c: float(frame[c])
            + _score_words(text[first:k] + alphabet.decode([c]) + text[k + 1 : last], score, begins)
            for c in {own, *others}
        }
        scores[k] = evidence[own] - np.logaddexp.reduce(list(evidence.values()))
    return replace(path, scores=scores)


def _score_words(text: str, score: Callable[[str, bool], float], sentence: bool) -> float:
    return sum(score(word, sentence and k == 0) for k, word in enumerate(text.split()))
