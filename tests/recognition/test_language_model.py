"""The language model as the beam search asks it: elisions, former spellings, old letters."""

from __future__ import annotations

import pytest

from pipeline.languages import language
from pipeline.lexicon import files_of
from pipeline.recognition.language_model import PrintedLanguageModel, bare_letters, read_lexicon
from tests.conftest import ROOT


def open_model(code: str) -> PrintedLanguageModel:
    """The released model of a language, at its usual weights."""
    files = files_of(code, ROOT / "lexicons")
    words = read_lexicon(files.words)
    return PrintedLanguageModel(
        files.model, words, files.characters, 0.3, 1.0, -1.0, language(code)
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
    assert open_model("eng").known_forms("don’t") == ("don’t",)


def cost(model: PrintedLanguageModel, *tokens: str) -> float:
    """What a text costs, in natural logarithms."""
    state, total = model.get_start_state(), 0.0
    for token in tokens:
        score, state = model.score(state, token)
        total -= score
    return total


def test_a_figure_within_a_word_is_no_way_out_of_the_lexicon() -> None:
    """`Joseph` would be read as `7oseph`, `Zug` as `3ng`, a word with a point as one with a 1."""
    english, german = open_model("eng"), open_model("deu")
    assert cost(english, "7oseph") > cost(english, "Joseph") + 2
    assert cost(english, "8tep") > cost(english, "step") + 2
    assert cost(german, "Bettelſtolz1") > cost(german, "Bettelſtolz!") + 0.5
    assert cost(english, "1843.") == cost(english, "1849.") < cost(english, "l843.")


def test_a_part_of_a_figure_costs_what_a_price_does() -> None:
    """`Figure 3c` was read as 3¢, which no lexicon need know."""
    english = open_model("eng")
    assert (
        cost(english, "3c") == cost(english, "3¢") == cost(english, "2a.2") == cost(english, "35")
    )
    assert cost(english, "3l") > cost(english, "31") + 2  # a figure misread


def test_points_and_dashes_between_words_cost_what_spaces_do() -> None:
    """Spaces would be put in or left out beside dashes, or letters beside them lost."""
    english, german = open_model("eng"), open_model("deu")
    assert cost(english, "ancients—Toilet") == pytest.approx(cost(english, "ancients—", "Toilet"))
    assert cost(english, "the——") == pytest.approx(cost(english, "the", "——"), abs=1.5)
    joined = cost(german, "undzubeweiſen,wieerverſchiedene")
    assert joined > cost(german, "und", "zu", "beweiſen,", "wie", "er", "verſchiedene")


def test_a_word_that_no_lexicon_has_is_judged_by_its_letters() -> None:
    """A name would cost as much as a word that nobody can pronounce, or one divided as none."""
    german = open_model("deu")
    assert cost(german, "aufrichtiglich") < cost(german, "aufrtchttgltch") - 2
    assert cost(german, "Kraf⸗") < cost(german, "Krxf⸗") - 1


@pytest.mark.parametrize("code", ["eng", "deu", "fra", "ita", "lat", "spa"])
@pytest.mark.parametrize("name", ["Ångström", "Götz", "Ørsted", "Nuñez", "Goëthe"])
def test_an_accent_makes_a_foreign_name_no_less_likely(code: str, name: str) -> None:
    """A name would lose its accents because the language has no such letter."""
    model = open_model(code)
    assert cost(model, f"{name}x") <= cost(model, f"{bare_letters(name)}x") + 1e-6


def test_signs_beside_words_cost_nothing() -> None:
    """Lone signs would be dropped, or put to the next word without a space."""
    model = open_model("eng")
    assert cost(model, "of", "½", "pint") == pytest.approx(cost(model, "of", "pint"))
    assert cost(model, "{a}", "|", "b") == pytest.approx(cost(model, "{a}|b"))
    assert cost(model, "Mr.", "——", "said") == pytest.approx(cost(model, "Mr.", "said"))
    assert cost(model, "&neid") > cost(model, "Æneid")
    assert cost(model, "&c.") < cost(model, "c.") + 0.1


def test_greek_letters_are_signs_among_latin_words() -> None:
    """`suaeω` would lose the mark of its note, and a lone α be read as some other sign."""
    latin = open_model("lat")
    assert cost(latin, "hostes", "α", "erant") == pytest.approx(cost(latin, "hostes", "erant"))
    assert cost(latin, "suaeω") == pytest.approx(cost(latin, "suae1"))
    assert cost(latin, "suaωe") > cost(latin, "suaeω")


@pytest.mark.parametrize(
    ("code", "right", "wrong"),
    [("eng", "cwt.", "cut."), ("eng", "Novr", "Nour"), ("deu", "Thlr.", "Thür.")],
)
def test_what_papers_shorten_is_a_word(code: str, right: str, wrong: str) -> None:
    """Measures and names of accounts would be changed for words of novels, as `3 cut. of lead`."""
    model = open_model(code)
    assert cost(model, "3", right) < cost(model, "3", wrong) + 1.0  # the image decides


@pytest.mark.parametrize(("word", "short"), [("Thus", "Thos"), ("yes", "yrs"), ("red", "recd")])
def test_what_papers_shorten_is_no_likelier_than_a_common_word(word: str, short: str) -> None:
    """Prose would be full of names of clerks."""
    model = open_model("eng")
    assert cost(model, word) < cost(model, short)


def test_a_point_behind_what_is_shortened_ends_no_sentence() -> None:
    """`3 cwt. of lead` would be judged as two sentences."""
    model = open_model("eng")
    assert cost(model, "cwt.", "of") == pytest.approx(cost(model, "cwt", "of"))
