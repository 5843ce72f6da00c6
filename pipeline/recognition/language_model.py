"""A word n-gram model for pages as they are printed: points, figures, names and divided words do it
no harm.

The model knows bare words. Before a token of the page is scored, its quotes and points are taken
off; a token without letters, or one that ends in a line's hyphen, is scored as an average word, so
that only the image decides about it.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import kenlm
from pyctcdecode.language_model import AbstractLanguageModel

from pipeline.errors import ModelError
from pipeline.languages import Language
from pipeline.lexicon import APOSTROPHE, bare_word, build_remedy, parts_of

LOG10 = math.log(10)
HYPHENS = ("-", "⸗", "¬")  # what divides a word at a line's end
NEUTRAL_LOG10 = (
    -3.2
)  # about the mean log10 probability of a word of running text under a 3-gram model


def read_lexicon(path: Path) -> frozenset[str]:
    """The words of a list with one word, a tab and a count a line.

    Raises:
        ModelError: the file is missing or holds none.
    """
    try:
        words = frozenset(
            line.split("\t", 1)[0] for line in path.read_text(encoding="utf-8").splitlines()
        )
    except OSError as error:
        raise ModelError(
            f"there is no lexicon at {path}",
            build_remedy(path),
        ) from error
    if not any(words):
        raise ModelError(
            f"the lexicon {path} holds no words",
            build_remedy(path),
        )
    return words


class PrintedLanguageModel(AbstractLanguageModel):
    """KenLM and a lexicon, behind the interface that pyctcdecode's beam search asks.

    Args:
        model: path of a KenLM model of bare words.
        words: the lexicon.
        alpha: weight of the model's log-probability.
        beta: reward for each word.
        unknown: penalty (natural logarithm) for a word outside the lexicon.
        language: of the texts that it learnt from; its former spellings are looked up in the new.

    Raises:
        ModelError: KenLM cannot read the model.
    """

    def __init__(
        self,
        model: Path,
        words: frozenset[str],
        alpha: float,
        beta: float,
        unknown: float,
        language: Language | None = None,
    ) -> None:
        try:
            self._model = kenlm.Model(str(model))
        except (OSError, RuntimeError) as error:
            raise ModelError(
                f"{model} is no KenLM model",
                build_remedy(model),
            ) from error
        self._words, self._language = words, language
        self._elided = frozenset(word.lower() for word in words if word.endswith(APOSTROPHE))
        self.alpha, self.beta, self.unknown = alpha, beta, unknown
        self.known_forms = lru_cache(maxsize=65536)(self._known_forms)

    @property
    def order(self) -> int:
        """Order of the n-gram model."""
        return int(self._model.order)

    def get_start_state(self) -> Any:
        """State in the middle of a text: a printed line rarely begins a sentence."""
        state = kenlm.State()
        self._model.NullContextWrite(state)
        return state

    def score_partial_token(self, partial_token: str) -> float:
        """Nothing yet: a word is judged when it is whole, as any beginning can become a name."""
        return 0.0

    def _known_forms(self, token: str) -> tuple[str, ...] | None:
        """The words under which the lexicon knows a token, one or, of `l’homme`, two; None where it
        does not."""
        forms = [self._known_form(word) for word in parts_of(bare_word(token), self._elided)]
        known = tuple(form for form in forms if form is not None)
        return known if len(known) == len(forms) else None

    def _known_form(self, word: str) -> str | None:
        """The form under which the lexicon knows a bare word: as it is, uncapitalized, lower case,
        capitalized, in its newer spelling."""
        spellings = self._language.newer_spellings(word) if self._language else ()
        for spelling in chain((word,), spellings):
            lowered = spelling[:1].lower() + spelling[1:]
            for form in (spelling, lowered, spelling.lower(), spelling.capitalize()):
                if form in self._words:
                    return form
        return None

    def score(self, prev_state: Any, word: str, is_last_word: bool = False) -> tuple[float, Any]:
        """Weighted natural-log score of a token after `prev_state`, and the state after it."""
        if not word:
            return 0.0, prev_state
        forms = self.known_forms(word)
        if forms is not None:
            score, state = 0.0, prev_state
            for form in forms:
                after = kenlm.State()
                log10 = self._model.BaseScore(state, form, after)
                score, state = score + (self.alpha * log10 * LOG10 + self.beta), after
            return score, state
        state = kenlm.State()
        self._model.NullContextWrite(state)
        neutral = self.alpha * NEUTRAL_LOG10 * LOG10 + self.beta
        return (neutral if self.is_neutral(word) else neutral + self.unknown), state

    @staticmethod
    def is_neutral(token: str) -> bool:
        """Whether a token is none that a lexicon could know: figures, points, a word divided at the
        line's end."""
        bare = bare_word(token)
        figures, letters = any(c.isdigit() for c in bare), any(c.isalpha() for c in bare)
        return token.endswith(HYPHENS) or figures or not letters
