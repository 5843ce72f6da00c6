"""Confidences of words: products of posteriors, brought to what they are worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Line, Word

# Posteriors and confidences are kept so far from 0 and 1, where logarithms end: below the single
# precision of the network's outputs.
SMALLEST = 1e-6


@dataclass(frozen=True)
class Calibration:
    """Platt scaling (Platt 1999; Guo et al. 2017): the log-odds of a confidence, times `slope`,
    plus `offset`.

    It keeps the order of confidences. The default changes nothing.
    """

    slope: float = 1.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        if not (np.isfinite(self.slope) and np.isfinite(self.offset) and self.slope > 0):
            raise ValueError(
                f"a calibration needs a positive slope and a finite offset, not {self}"
            )

    def __call__(self, confidence: float) -> float:
        """What a confidence in 0 to 1 is worth, in 0 to 1."""
        return float(self.of_all(np.array([confidence]))[0])

    def of_all(self, confidences: NDArray[np.float64]) -> NDArray[np.float64]:
        """What each of (N,) confidences is worth."""
        return np.asarray(1 / (1 + np.exp(-(self.slope * log_odds(confidences) + self.offset))))


def log_odds(confidences: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds of confidences, those of 0 and 1 kept finite."""
    inside = np.clip(confidences, SMALLEST, 1 - SMALLEST)
    return np.asarray(np.log(inside / (1 - inside)))


def fit_calibration(
    confidences: NDArray[np.float64], right: NDArray[np.bool_], rounds: int = 50
) -> Calibration:
    """The calibration under which `right` is most likely, by Newton's method on the logistic loss.

    Args:
        confidences: (N,) raw, 0 to 1.
        right: (N,) whether each word is right; at least one of each kind.
    """
    design = np.stack([log_odds(confidences), np.ones(len(confidences))], axis=1)
    parameters = np.array([1.0, 0.0])
    # Platt's targets, a little inside 0 and 1, keep the optimum finite where the kinds do not
    # overlap
    positives, negatives = int(right.sum()), int((~right).sum())
    targets = np.where(right, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    for _ in range(rounds):
        expected = 1 / (1 + np.exp(-design @ parameters))
        weights = np.maximum(expected * (1 - expected), 1e-9)
        hessian = design.T @ (design * weights[:, None]) + 1e-6 * np.eye(2)
        step = np.linalg.solve(hessian, design.T @ (expected - targets))
        parameters = parameters - np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-8:
            break
    return Calibration(max(0.05, float(parameters[0])), float(parameters[1]))


def raw_confidence(word: Word) -> float:
    """Product of the posteriors of a word's characters; 0 for none."""
    posteriors = [character.confidence for character in word.characters]
    return float(np.prod(posteriors)) if posteriors else 0.0


def mean_posterior(line: Line) -> float:
    """Geometric mean of the posteriors of a line's characters; 0 for none."""
    posteriors = [character.confidence for word in line.words for character in word.characters]
    return float(np.exp(np.mean(np.log(np.maximum(posteriors, SMALLEST))))) if posteriors else 0.0
