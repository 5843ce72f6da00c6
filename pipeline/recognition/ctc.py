"""CTC paths: the best path of a line, and the alignment of a given text to its frames (Graves et
al. 2006)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.recognition.alphabet import BLANK

LogProbabilities = NDArray[np.float32]  # (T, C) natural logarithms, class 0 the blank


@dataclass(frozen=True)
class Alignment:
    """Characters of a line with the frames that each spans: classes, starts, ends (exclusive) and
    log-posteriors, all (L,)."""

    classes: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    scores: NDArray[np.float32]


def decode_greedily(log_probabilities: LogProbabilities) -> Alignment:
    """The most probable class of each frame, repeats collapsed, blanks dropped; a character scores
    its best frame."""
    classes = log_probabilities.argmax(axis=1)
    scores = log_probabilities[np.arange(len(classes)), classes]
    return _runs(classes, scores)


def _runs(classes: NDArray[np.int64], scores: NDArray[np.float32]) -> Alignment:
    starts = np.flatnonzero(np.concatenate([[True], classes[1:] != classes[:-1]]))
    ends = np.append(starts[1:], len(classes))
    kept = classes[starts] != BLANK
    best = np.maximum.reduceat(scores, starts)
    return Alignment(classes[starts][kept], starts[kept], ends[kept], best[kept])


def align(log_probabilities: LogProbabilities, classes: NDArray[np.int64]) -> Alignment | None:
    """The most probable path that writes `classes`; None where the frames are too few for it.

    Viterbi over the 2 L + 1 states of CTC, one vector operation a frame.
    """
    if len(classes) == 0:
        none = np.empty(0, np.int64)
        return Alignment(none, none, none, np.empty(0, np.float32))
    states = np.full(2 * len(classes) + 1, BLANK, np.int64)
    states[1::2] = classes
    skips = np.zeros(len(states), bool)  # from the character before, where it is another
    skips[3::2] = classes[1:] != classes[:-1]
    emissions = log_probabilities[:, states]
    score = np.full(len(states), -np.inf, np.float32)
    score[:2] = emissions[0, :2]
    steps = np.zeros((len(emissions), len(states)), np.int8)
    for t in range(1, len(emissions)):
        one = np.concatenate([[-np.inf], score[:-1]])
        two = np.where(skips, np.concatenate([[-np.inf, -np.inf], score[:-2]]), -np.inf)
        choices = np.stack([score, one, two])
        steps[t] = choices.argmax(axis=0)
        score = choices.max(axis=0) + emissions[t]
    state = len(states) - 1 - int(score[-2] > score[-1])
    if not np.isfinite(score[state]):
        return None
    path = np.empty(len(emissions), np.int64)
    for t in range(len(emissions) - 1, -1, -1):
        path[t] = state
        state -= int(steps[t, state])
    return _of_states(path, states, log_probabilities)


def _of_states(
    path: NDArray[np.int64], states: NDArray[np.int64], log_probabilities: LogProbabilities
) -> Alignment:
    """Characters of a path over CTC states, where equal neighbours stay apart."""
    starts = np.flatnonzero(np.concatenate([[True], path[1:] != path[:-1]]))
    ends = np.append(starts[1:], len(path))
    scores = np.maximum.reduceat(log_probabilities[np.arange(len(path)), states[path]], starts)
    kept = states[path[starts]] != BLANK
    return Alignment(
        states[path[starts]][kept], starts[kept], ends[kept], scores[kept].astype(np.float32)
    )
