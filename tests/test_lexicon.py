"""Words, elisions, old letters and former spellings."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.languages import language
from pipeline.lexicon import count_words, elided_words, model_sentences
from pipeline.spelling import modern_letters, modern_spelling


def test_elided_words_are_words_of_their_own() -> None:
    french = ["L’homme qu’elle aime, l’enfant qu’on loue, l’amour d’une mère"] * 3
    french += ["homme enfant amour elle une on mère l’elle d’enfant d’amour qu’une qu’enfant"]
    elided = elided_words(count_words(french))
    assert elided == {"l’", "d’", "qu’"}
    assert count_words(["L’homme d’hier, qu’on"], 1, elided) == {
        "L’": 1, "homme": 1, "d’": 1, "hier": 1, "qu’": 1, "on": 1
    }  # fmt: skip
    assert next(model_sentences(["L’homme."], elided)) == "L’ homme"
    english = ["It’s a man’s world, o’clock; don’t they’re " + "and so on it goes " * 30] * 9
    assert elided_words(count_words(english)) == frozenset()


def test_old_letters_are_counted_as_those_of_today() -> None:
    assert count_words(["ſo muͤſſen Schluß⸗Paragraphen ꝛc."]) == {
        "so": 1, "müssen": 1, "Schluß-Paragraphen": 1, "rc": 1
    }  # fmt: skip


@given(st.text())
def test_modern_letters_are_fixed_points(text: str) -> None:
    once = modern_letters(text)
    assert modern_letters(once) == once
    assert not set("ſ⸗ꝛﬁ") & set(once)


@given(st.text(alphabet="abcDEFäß ’"))
def test_text_of_today_stays_as_it_is(text: str) -> None:
    assert modern_letters(text) == text


def test_former_spellings() -> None:
    german, french = language("deu"), language("fra")
    assert "sein" in german.newer_spellings("seyn")
    assert "Teilung" in german.newer_spellings("Theilung")
    assert "ägyptisch" in german.newer_spellings("aegyptisch")
    assert "était" in french.newer_spellings("étoit")
    assert "savait" in french.newer_spellings("sçavoit")
    assert language("deu_frak").tag == "de"
    assert language("xyz").name == "xyz"


def test_modern_spelling_knows_signs_for_two_letters() -> None:
    """`Jch` of Fraktur would not be found under `Ich`, or an English `Jr.` be changed."""
    assert modern_spelling("Jch ſah Jhre Jugend⸗", "deu") == "Ich sah Ihre Jugend-"
    assert modern_spelling("Jr. paſt", "eng") == "Jr. past"
    assert modern_spelling("Jch ſah", "") == "Jch sah"
