"""A word n-gram model for pages as they are printed: points, figures, names and divided words do it
no harm.

The model knows bare words. A token of the page is scored by the words in it, without the quotes,
points and dashes around and between them, so that it costs the same with a space between as
without: about points and spaces the image decides. A word outside the lexicon (a name, a compound)
is scored by a model of letters, as is the first half of a word that is divided at the line's end.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import kenlm
from pyctcdecode.language_model import AbstractLanguageModel

from pipeline.errors import ModelError
from pipeline.languages import Language
from pipeline.lexicon import APOSTROPHE, bare_word, build_remedy, ends_sentence, parts_of
from pipeline.spelling import modern_letters

LOG10 = math.log(10)
HYPHENS = ("-", "⸗", "¬")  # what divides a word at a line's end
WORD = re.compile(r"\w+(?:[’']\w+)*’?")  # within a token, with its apostrophes
FIGURES = "0123456789"
# what stands alone between words and is no point: beside it a space or none costs the same
SIGNS = frozenset("—–―§¶†‡*&@#%/\\|~^_{}<>=+±×°•·©®™£€¢¥$½¼¾⅓⅔⅛⅜⅝⅞≤≥≠≈→∞∈√∑∂∫′″")
# a part of a figure, a house, a price in pence; other letters are figures misread more often
NUMBERED = re.compile(r"\d{1,4}[a-f]")
GREEK = "αβγδεζηθλμξπρςστφχψωΓΔΘΛΞΠΣΦΨΩ"  # among Latin words signs, and marks of notes behind them
GLUED = re.compile(r"&(?=[^\W\d_]{2})")  # an Æ or a G, misread: `&c.` and `T&X` have one letter
JOINED = str.maketrans({"æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "ð": "d", "þ": "th"})


@dataclass(frozen=True)
class WordParameters:
    """What words cost that the n-gram model does not know, in natural logarithms unless it is said
    otherwise. Tuned on lines that training kept for validation and on books that were learnt
    from."""

    # log10 probability of a token without letters: about the mean of a word of running text under
    # a 3-gram model
    neutral_log10: float = -3.2
    # on top of that, for what papers shorten: `Thos` is no likelier than `Thus`, `cwt` hardly less
    # so than `cut`
    abbreviated: float = -1.3
    # on top of its letters, for a word that has a figure within, as `7oseph` …
    figure: float = -3.0
    # … and for one that has them behind, as the figure of a note
    note: float = -1.0


WORDS = WordParameters()


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
        characters: path of a KenLM model of the letters of words.
        alpha: weight of the models' log-probabilities.
        beta: reward for each word.
        unknown: penalty (natural logarithm) for a word outside the lexicon, beside its letters.
        language: of the texts that it learnt from; its former spellings are looked up in the new.

    Raises:
        ModelError: KenLM cannot read a model.
    """

    def __init__(
        self,
        model: Path,
        words: frozenset[str],
        characters: Path,
        alpha: float,
        beta: float,
        unknown: float,
        language: Language | None = None,
    ) -> None:
        self._model, self._letters = _open_kenlm(model), _open_kenlm(characters)
        self._words, self._language = words, language
        self._elided = frozenset(word.lower() for word in words if word.endswith(APOSTROPHE))
        self.alpha, self.beta, self.unknown = alpha, beta, unknown
        self._neutral = alpha * WORDS.neutral_log10 * LOG10 + beta
        self.known_forms = lru_cache(maxsize=65536)(self._known_forms)
        self._parts = lru_cache(maxsize=65536)(self._list_parts)
        self._beginning = lru_cache(maxsize=65536)(self._score_beginning)

    @property
    def order(self) -> int:
        """Order of the n-gram model."""
        return int(self._model.order)

    def get_start_state(self, sentence: bool = False) -> Any:
        """State in the middle of a text, as a printed line rarely begins a sentence; or before a
        sentence."""
        state = kenlm.State()
        if sentence:
            self._model.BeginSentenceWrite(state)
        else:
            self._model.NullContextWrite(state)
        return state

    def score_partial_token(self, partial_token: str) -> float:
        """Weighted natural-log score of the beginning of a word, by its letters: what the search
        keeps a beginning for, until the word is whole and judged as such."""
        return self._beginning(partial_token)

    def _score_beginning(self, token: str) -> float:
        letters = [c for c in bare_letters(token.lower()) if c.isalpha()]
        if not letters:
            return 0.0
        return float(
            self.alpha * self._letters.score(" ".join(letters), bos=True, eos=False) * LOG10
        )

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
        score, state = 0.0, prev_state
        for part in self._parts(word):
            after = kenlm.State()
            if isinstance(part, str):
                log10 = self._model.BaseScore(state, part, after)
                score += self.alpha * log10 * LOG10 + self.beta
            else:
                self._model.NullContextWrite(after)
                score += part
            state = after
        ends = ends_sentence(word) and not self._is_abbreviated(bare_word(word))
        return score, self.get_start_state(sentence=True) if ends else state

    def _list_parts(self, token: str) -> tuple[str | float, ...]:
        """What a token is scored by: words of the lexicon, and the scores of what is none."""
        if SIGNS.issuperset(token) or bare_word(token).strip(GREEK) == "" != bare_word(token):
            return ()
        if GLUED.search(token):
            return (WORDS.figure, *self._list_parts(token.replace("&", "")))
        divided = token.endswith(HYPHENS)
        known = None if divided else self.known_forms(token)
        if known is not None:
            return known
        words = WORD.findall(modern_letters(token).replace("'", APOSTROPHE))
        if not any(c.isalpha() for word in words if not NUMBERED.fullmatch(word) for c in word):
            return (self._neutral,)
        parts: list[str | float] = []
        for k, word in enumerate(words):
            first_half = divided and k == len(words) - 1
            for piece in parts_of(word, self._elided):
                parts += self._score_piece(piece, first_half)
        return tuple(parts)

    def _score_piece(self, word: str, first_half: bool) -> list[str | float]:
        """A word of a token, as in `_list_parts`; nothing for figures alone."""
        if word.isdecimal():
            return []
        if not first_half and (form := self._known_form(word)) is not None:
            return [form]
        if not first_half and self._is_abbreviated(word):
            return [self._neutral + WORDS.abbreviated]
        stem = word.rstrip(FIGURES).strip(GREEK)
        if stem != word and len(stem) > 1:
            return [WORDS.note, *self._score_piece(stem, False)]
        letters = "".join(c for c in word if not c.isdigit())
        figure = WORDS.figure if letters != word else 0.0
        return [figure + self._score_letters(letters, first_half)]

    def _is_abbreviated(self, word: str) -> bool:
        """Whether papers of the language shorten a word to this; what is listed in small letters
        may have a capital."""
        short = self._language.abbreviated if self._language else frozenset()
        return word in short or word[:1].lower() + word[1:] in short

    def _score_letters(self, word: str, first_half: bool) -> float:
        """Score of a word that the lexicon does not know, by its letters: an accent makes it no
        less likely, as about the accents of foreign names the image decides."""
        lowered = word.lower()
        log10 = max(
            self._letters.score(" ".join(letters), bos=True, eos=not first_half)
            for letters in {lowered, bare_letters(lowered)}
        )
        rest = 0.0 if first_half else self.unknown
        return float(self.alpha * log10 * LOG10 + self.beta + rest)


def bare_letters(word: str) -> str:
    """A word in small letters without their accents, joined letters apart."""
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFD", word).translate(JOINED)
    return "".join(c for c in apart if not unicodedata.combining(c))


def _open_kenlm(path: Path) -> Any:
    try:
        return kenlm.Model(str(path))
    except (OSError, RuntimeError) as error:
        raise ModelError(f"{path} is no KenLM model", build_remedy(path)) from error
