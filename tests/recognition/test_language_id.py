"""Telling languages from words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recognition.language_id import (
    WordProbabilities,
    language_evidence,
    language_words,
    tell_language,
)
from tests.conftest import ROOT

LINES = {
    "eng": "It was the best of times, it was the worst of times, and nobody could say which.",
    "deu": "Es war einmal ein König, der hatte eine Tochter, und niemand wußte ihren Namen.",
    "fra": "Il y avait une fois un roi qui avait une fille, et personne ne savait son nom.",
    "spa": "En un lugar de la Mancha, de cuyo nombre no quiero acordarme, vivía un hidalgo.",
    "ita": "Nel mezzo del cammino di nostra vita mi ritrovai per una selva oscura.",
    "lat": "Gallia est omnis divisa in partes tres, quarum unam incolunt Belgae.",
}


@pytest.fixture(scope="module")
def languages() -> dict[str, WordProbabilities]:
    folder = ROOT / "lexicons"
    return {
        code: WordProbabilities(folder / f"{code}.txt", folder / f"{code}.chars.klm")
        for code in LINES
    }


def test_a_line_of_prose_tells_its_language(languages: dict[str, WordProbabilities]) -> None:
    """A page would be decoded with the words of another language."""
    for code, line in LINES.items():
        told = tell_language(language_evidence(language_words([line]), languages), {})
        assert told.language == code
        assert told.confidence > 0.9


def test_old_type_and_misread_letters_do_no_harm(languages: dict[str, WordProbabilities]) -> None:
    """Long s, umlauts with an e above and single errors are what a network reads."""
    line = "Es iſt niclit zu verwundern, daß die Menſchen ihren Vortheil ſuchen muͤſſen⸗"
    told = tell_language(language_evidence(language_words([line]), languages), {})
    assert told.language == "deu"


def test_without_words_the_prior_decides(languages: dict[str, WordProbabilities]) -> None:
    """A page number has no language of its own."""
    evidence = language_evidence(language_words(["— 117 —", "XIV."]), languages)
    assert tell_language(evidence, {"fra": 2.0, "eng": 0.0}).language == "fra"


def test_what_tells_of_a_language() -> None:
    """Numbers, single letters and halves of words tell nothing."""
    assert language_words(["A man, in 1830: ſo! l’homme a4b com-", "pelled"]) == [
        "man", "in", "so", "l’homme", "pelled"
    ]  # fmt: skip


@given(st.dictionaries(st.sampled_from(list(LINES)), st.floats(-9999, 0), min_size=1))
def test_a_confidence_is_a_probability(evidence: dict[str, float]) -> None:
    told = tell_language(evidence, {})
    assert evidence[told.language] == pytest.approx(max(evidence.values()))
    assert 1 / len(evidence) - 1e-9 <= told.confidence <= 1
