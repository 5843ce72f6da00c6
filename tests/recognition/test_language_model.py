"""The language model as the beam search asks it: elisions, former spellings, old letters."""

from __future__ import annotations

import pytest

from pipeline.languages import language
from pipeline.recognition.language_model import PrintedLanguageModel, read_lexicon
from tests.conftest import ROOT


def open_model(code: str) -> PrintedLanguageModel:
    """The released model of a language, at its usual weights."""
    words = ROOT / "lexicons" / f"{code}.txt"
    return PrintedLanguageModel(
        words.with_suffix(".klm"), read_lexicon(words), 0.3, 1.0, -3.0, language(code)
    )


@pytest.fixture(scope="module")
def french() -> PrintedLanguageModel:
    return open_model("fra")


def test_an_elided_word_and_its_noun_are_two_words(french: PrintedLanguageModel) -> None:
    """`l’homme` would be as unknown as `lhornme`, and be changed for what is in the lexicon."""
    assert french.known_forms("L’homme,") == ("L’", "homme")
    assert french.known_forms("l’hornme") is None
    start = french.get_start_state()
    assert french.score(start, "l’homme")[0] > french.score(start, "l’hornme")[0] + 3


def test_the_word_after_an_elision_is_told_by_what_stands_before(
    french: PrintedLanguageModel,
) -> None:
    """The state after `l’homme` would be that before it."""
    start = french.get_start_state()
    _, after = french.score(start, "qu’il")
    assert french.score(after, "avait")[0] > french.score(start, "avait")[0]


def test_former_spellings_and_old_letters_are_known(french: PrintedLanguageModel) -> None:
    """What is spelt as it was in its time would be corrected."""
    german = open_model("deu")
    assert french.known_forms("étoit") == ("était",)
    assert german.known_forms("ſeyn,") is not None
    assert german.known_forms("muͤſſen") == ("müssen",)
    assert german.is_neutral("Vergnuͤ⸗")
    assert open_model("eng").known_forms("don’t") == ("don’t",)
