"""Text of a line from its frames: the best path where it is certain, a beam search with the
language model elsewhere."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.config import Decoding
from pipeline.languages import language
from pipeline.lexicon import LanguageFiles
from pipeline.recognition.alphabet import BLANK, Alphabet
from pipeline.recognition.ctc import Alignment, LogProbabilities, align, decode_greedily
from pipeline.recognition.path_mends import mend_path
from pipeline.recognition.weighing import weigh_characters

PATH_ARRAYS = ("classes", "starts", "ends", "scores")


@dataclass(frozen=True)
class SearchParameters:
    """Where the beam search of pyctcdecode looks, in natural logarithms of probabilities, and what
    of a line it is spared."""

    # hypotheses so much less likely than the best are dropped: with this, a beam of 16 and a
    # `least` of -4.5 a line of 160 frames takes 3 to 5 ms, where the defaults of pyctcdecode take
    # 15 to 45 (measured on an older network, on one core)
    prune_logp: float = -8.0
    # frames this sure of the blank tell nothing that their neighbour does not; a space this sure
    # parts a line into stretches that are searched apart: both chosen by eye
    blank_run_logp: float = -0.002
    sure_space_logp: float = -0.05
    # posterior of its best frame below which a character may as well not be there: by eye
    weak_character: float = 0.5
    # frames to either side of a blank in which a letter and its double are looked for: by eye
    doubling_reach: int = 2
    context: int = 2  # words before an unsure one: what a 3-gram model looks at
    alternatives: int = 3  # readings of a line that are kept: chosen by eye


SEARCH = SearchParameters()


@dataclass(frozen=True)
class DecodedLine:
    """`text` with the frames of each of its characters, the text of the best path, and other
    readings of the whole line."""

    text: str
    path: Alignment
    greedy: str
    alternatives: tuple[str, ...] = ()


class Decoder:
    """Decodes line after line.

    Args:
        alphabet: of the network.
        decoding: its parameters; certain: how much of a frame's probability has to lie on the best
            path; only words with other frames go to the beam search.
        files: of the language model; None for best paths only.

    Raises:
        ModelError: the model or the lexicon cannot be read.
    """

    def __init__(
        self,
        alphabet: Alphabet,
        decoding: Decoding,
        files: LanguageFiles | None = None,
    ) -> None:
        self.alphabet, self.decoding = alphabet, decoding
        self._search, self._score = None, None
        self.known: frozenset[str] = frozenset()
        if files is not None:
            # pyctcdecode warns of alphabets that it was not made for
            logging.getLogger("pyctcdecode").setLevel(logging.ERROR)
            from pyctcdecode.alphabet import Alphabet as Labels
            from pyctcdecode.decoder import BeamSearchDecoderCTC

            from pipeline.recognition.language_model import PrintedLanguageModel, read_lexicon

            self.known = read_lexicon(files.words)
            language_model = PrintedLanguageModel(
                files.model,
                self.known,
                files.characters,
                decoding.alpha,
                decoding.beta,
                decoding.unknown,
                language(files.code),
            )
            self._starts = [language_model.get_start_state(sentence) for sentence in (False, True)]
            self._score = lru_cache(maxsize=65536)(
                lambda word, sentence: language_model.score(self._starts[sentence], word)[0]
            )
            self._search = BeamSearchDecoderCTC(
                Labels(["", *alphabet.characters], False), language_model
            )

    def decode_best_path(self, log_probabilities: LogProbabilities) -> DecodedLine:
        """The best path of one line, (T, C) log-probabilities, without a language model."""
        path = mend_path(decode_greedily(log_probabilities), self.alphabet)
        greedy = self.alphabet.decode(path.classes.tolist())
        return DecodedLine(greedy, path, greedy)

    def is_sure(self, log_probabilities: LogProbabilities, best: DecodedLine) -> bool:
        """Whether no language model could change the best path of a line."""
        if self._search is None or len(best.path.classes) == 0:
            return True
        return len(unsure_frames(log_probabilities, best.path, self.decoding.certain)) == 0

    def decode(self, log_probabilities: LogProbabilities, sentence: bool = False) -> DecodedLine:
        """Decode the (T, C) log-probabilities of one line; `sentence`: one begins with it."""
        best = self.decode_best_path(log_probabilities)
        path, greedy = best.path, best.text
        if self._search is None or len(path.classes) == 0:
            return best
        unsure = unsure_frames(log_probabilities, path, self.decoding.certain)
        if len(unsure) == 0:
            return best
        space = self.alphabet.space
        pieces: list[Alignment] = []
        others: list[tuple[int, str]] = []  # (piece, another reading of it)
        reached = 0
        for first, last in unsure_stretches(path, unsure, space):
            pieces.append(_cut(path, reached, first))
            start = int(path.ends[first - 1]) if first else 0
            end = int(path.starts[last]) if last < len(path.classes) else len(log_probabilities)
            piece, readings = self._read_again(
                log_probabilities[start:end],
                _cut(path, first, last),
                start,
                sentence and first == 0,
            )
            others += [(len(pieces), reading) for reading in readings]
            pieces.append(piece)
            reached = last
        pieces.append(_cut(path, reached, len(path.classes)))
        texts = [self.alphabet.decode(piece.classes.tolist()) for piece in pieces]
        text = "".join(texts)
        alternatives = ("".join([*texts[:k], reading, *texts[k + 1 :]]) for k, reading in others)
        whole = Alignment(
            *(np.concatenate([getattr(piece, name) for piece in pieces]) for name in PATH_ARRAYS)
        )
        return DecodedLine(
            text, whole, greedy, tuple(dict.fromkeys(a for a in alternatives if a != text))
        )

    def _read_again(
        self, log_probabilities: LogProbabilities, greedy: Alignment, offset: int, sentence: bool
    ) -> tuple[Alignment, list[str]]:
        """The best reading of a stretch of a line, its frames counted from the line's start, and
        the next best readings."""
        before = self.alphabet.decode(greedy.classes.tolist())
        texts = self._beams(log_probabilities, sentence)
        best, others = _shift(greedy, -offset), texts[1:]
        if texts and texts[0] and texts[0] != before:
            classes = np.array(self.alphabet.encode(texts[0]), dtype=np.int64)
            if (aligned := align(log_probabilities, classes)) is None:
                return greedy, []
            best, others = aligned, [before, *(text for text in others if text != before)]
        assert self._score is not None
        weighed = weigh_characters(
            best, log_probabilities, self.alphabet, self.decoding.certain, self._score, sentence
        )
        return mend_path(_shift(weighed, offset), self.alphabet), others

    def _beams(self, log_probabilities: LogProbabilities, sentence: bool) -> list[str]:
        """Best readings of a stretch, the best first."""
        assert self._search is not None
        sure = log_probabilities[:, BLANK] > SEARCH.blank_run_logp
        repeated = np.concatenate([[False], sure[1:] & sure[:-1]])
        beams = self._search.decode_beams(
            log_probabilities[~repeated],
            beam_width=self.decoding.beam,
            beam_prune_logp=SEARCH.prune_logp,
            token_min_logp=self.decoding.least,
            prune_history=True,
            lm_start_state=self._starts[sentence],
        )
        return [beam[0] for beam in beams[: SEARCH.alternatives + 1]]


def unsure_frames(
    log_probabilities: LogProbabilities, path: Alignment, certain: float
) -> NDArray[np.int64]:
    """Frames in which something else than the best path may stand.

    Between two characters CTC moves from one to the other over the blank, and no single class is
    sure there. What counts is how much of the probability lies on the blank and on the path's
    characters to either side; that each character is sure in some frame; and that it is not twice
    there, with a blank between that the best path passes over.
    """
    frames = np.arange(len(log_probabilities))
    after = np.searchsorted(path.starts, frames, side="right")
    before, coming = (
        path.classes[np.maximum(after - 1, 0)],
        path.classes[np.minimum(after, len(path.classes) - 1)],
    )
    # of three classes a frame only: there are hundreds
    blank, own, following = (
        np.exp(log_probabilities[frames, of]) for of in (BLANK, before, coming)
    )
    expected = blank + own + np.where(before == coming, 0, following)
    weak = path.starts[np.exp(path.scores) < SEARCH.weak_character]
    again = _doubling(blank, own, after) > 1 - certain
    return np.union1d(np.flatnonzero((expected < certain) | again), weak)


def _doubling(
    blank: NDArray[np.float32], character: NDArray[np.float32], owners: NDArray[np.int64]
) -> NDArray[np.float32]:
    """How probable it is that a blank in a frame parts a character from the same one again.

    Args:
        blank: (T,) probability of the blank.
        character: (T,) probability of the character whose frames these are.
        owners: (T,) whose they are.
    """
    left, right = np.zeros_like(character), np.zeros_like(character)
    for step in range(1, SEARCH.doubling_reach + 1):
        near = owners[step:] == owners[:-step]
        left[step:] = np.maximum(left[step:], near * character[:-step])
        right[:-step] = np.maximum(right[:-step], near * character[step:])
    return left * blank * right


def unsure_stretches(
    path: Alignment, unsure: NDArray[np.int64], space: int
) -> list[tuple[int, int]]:
    """Stretches of whole words around unsure frames, as (first, last) indices into the path's
    characters.

    Each holds the unsure words with SEARCH.context words before them and one after, and lies
    between sure spaces, so that the rest of the line can stay as it is.

    Args:
        path: best path of a line, without spaces at its ends.
        unsure: frames that are not certain.
        space: class of the space.
    """
    if len(unsure) == 0:
        return []
    borders = np.flatnonzero((path.classes == space) & (path.scores > SEARCH.sure_space_logp))
    # words between sure spaces, by the frames at which they begin
    begins = np.concatenate([[0], path.starts[borders]])
    stretches: list[tuple[int, int]] = []
    for word in np.unique(np.searchsorted(begins, unsure, side="right") - 1):
        low, high = max(0, int(word) - SEARCH.context), min(len(borders), int(word) + 1)
        if stretches and low <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], high)
        else:
            stretches.append((low, high))
    edges = [-1, *borders.tolist(), len(path.classes)]
    return [(edges[low] + 1, edges[high + 1]) for low, high in stretches]


def _shift(path: Alignment, frames: int) -> Alignment:
    """A path so many frames later."""
    return replace(path, starts=path.starts + frames, ends=path.ends + frames)


def _cut(path: Alignment, first: int, last: int) -> Alignment:
    """Characters `first` to `last` of a path, exclusive."""
    return Alignment(*(getattr(path, name)[first:last] for name in PATH_ARRAYS))
