"""Texts of synthetic lines: typography, kinds of lines, old letters."""

from __future__ import annotations

import dataclasses
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpus import paragraphs, typographic
from pipeline.errors import DataError
from pipeline.lexicon import bare_word, count_words, model_sentences, read_counts
from pipeline.recognition.alphabet import LATIN, PRINT
from pipeline.recognition.recipe import TrueSet
from pipeline.synthesis import generate
from pipeline.synthesis.customs import customs_of
from pipeline.synthesis.fonts import FRAKTUR
from pipeline.synthesis.line_kinds import LineTexts
from pipeline.synthesis.line_text import coded_words, some_words
from pipeline.synthesis.old_letters import set_long_s
from pipeline.synthesis.sampled import sample_paragraphs
from pipeline.synthesis.setting import Typesetting, printed_form
from pipeline.training.rows import Row
from pipeline.training.true_sets import relabel
from tests.conftest import ROOT
from tests.synthesis.material import PROSE, bundled_face


def test_typography() -> None:
    """Synthetic lines would have the quotes and dashes of a typewriter."""
    assert typographic('"Hark!" -- \'tis _he_') == "“Hark!” — ’tis he"
    assert list(paragraphs("one\ntwo\n\n\nthree")) == ["one two", "three"]


def test_lexicon_counts_bare_words() -> None:
    """`said,` and `said` would be two words of the lexicon."""
    counts = count_words(["“To-day,” said he—“to-day!” and 12 more"])
    assert counts == {"To-day": 1, "said": 1, "he": 1, "to-day": 1, "and": 1, "more": 1}
    assert bare_word("(o’clock?)”") == "o’clock"
    assert list(model_sentences(["He came. She saw it; he went."])) == [
        "He came",
        "She saw it he went",
    ]


@given(st.integers())
def test_line_texts_can_be_written(seed: int) -> None:
    """Lines would hold characters that the recognizer cannot write."""
    texts = LineTexts(list(paragraphs(PROSE)), ["lamp", "naïve"], PRINT)
    line = texts.draw(random.Random(seed))
    assert line.text == " ".join(line.text.split()) != ""
    assert PRINT.covers(line.text)
    assert all(line.text[i].isalpha() for i in line.small)
    assert line.emphasized <= frozenset(range(len(line.text)))


@pytest.mark.parametrize(
    ("kind", "signs"),
    [
        ("accented", "éèüöñçåøæœß¿"),
        ("accented_capitals", "ÉÈÊÀÂÎÜÖÄ"),
        ("neighbouring", "åøæäöãõðþçáíý"),
        ("marked", "£€¥¢§¶†©½⅓°"),
        ("labelled", "/"),
        ("receipt", "."),
        ("account", "½¼⅜⅝⅞·/£—"),
        ("cell", "½¼⅜⅝⅞·/"),
        ("indexed", "0123≤≥≠≈→∈∞√∑∂∫′″°"),
    ],
)
def test_kinds_that_are_asked_for_hold_their_signs(kind: str, signs: str) -> None:
    """A set that is to teach a sign would hold it as seldom as prose does."""
    texts = LineTexts(list(paragraphs(PROSE)), ["lamp", "oeil"], LATIN, only=(kind,))
    lines = [texts.draw(random.Random(seed)).text for seed in range(400)]
    assert all(LATIN.covers(line) and line == " ".join(line.split()) != "" for line in lines)
    assert set(signs) <= set("".join(lines))
    assert sum(bool(set(line) & set(signs)) for line in lines) > len(lines) / 3


def test_kinds_that_are_asked_for_change_no_other_set() -> None:
    """A set that was drawn before could not be drawn again."""
    usual = LineTexts(list(paragraphs(PROSE)), ["lamp"], LATIN)
    names = {kind.__name__ for kind, _ in usual.kinds}
    assert not names & {"accented", "neighbouring", "marked", "labelled", "receipt", "indexed"}
    assert not names & {"account", "cell", "caption", "capitals", "names", "entry", "ordinal"}
    assert not names & {"small_capitals", "question", "accented_capitals"}


@given(st.integers())
def test_captions_and_capitals_are_set_apart(seed: int) -> None:
    """Sets that are to teach italics and capitals would hold prose."""
    prose, rng = list(paragraphs(PROSE)), random.Random(seed)
    caption = LineTexts(prose, ["lamp"], LATIN, only=("caption",)).draw(rng)
    assert caption.text.split()[0] in customs_of("eng").captions
    set_apart = {caption.text[i] for i in caption.emphasized}
    assert set_apart or caption.text[-1] in ".:—1234567890ab"
    assert caption.emphasized <= frozenset(range(len(caption.text)))
    capitals = LineTexts(prose, ["lamp"], LATIN, only=("capitals",)).draw(rng).text
    assert capitals == capitals.upper() != ""


@given(st.integers())
def test_names_stand_in_capitals_amid_small_letters(seed: int) -> None:
    """A capital C in the middle of a line would be learnt at its beginning alone."""
    texts = LineTexts(list(paragraphs(PROSE)), ["lamp", "cost"], LATIN, only=("names",))
    words = texts.draw(random.Random(seed)).text.split()
    assert any(
        word[0].isupper() and word.lower().strip(",.;") in ("lamp", "cost") for word in words
    )


@given(st.integers())
def test_entries_have_points_behind_what_is_set_apart(seed: int) -> None:
    """The point of an italic f. would never be seen."""
    texts = LineTexts(list(paragraphs(PROSE)), ["lamp"], LATIN, only=("entry",))
    rng = random.Random(seed)
    lines = [texts.draw(rng) for _ in range(40)]
    apart = "".join(line.text[i] for line in lines for i in line.emphasized)
    assert apart.count(".") > 20
    assert all(" " not in (line.text[0], line.text[-1]) for line in lines)


@given(st.integers())
def test_small_capitals_stand_behind_larger_initials(seed: int) -> None:
    """A speaker in small capitals would be drawn like the prose behind it, or all of one size."""
    texts = LineTexts(list(paragraphs(PROSE)), ["lamp"], LATIN, only=("small_capitals",))
    line = texts.draw(random.Random(seed))
    assert "Lamp" in line.text
    shrunk = "".join(line.text[k] for k in sorted(line.small))
    assert "amp" in shrunk and shrunk.islower()


@given(st.integers())
def test_questions_and_answers_stand_behind_their_letters(seed: int) -> None:
    """A lone Q. before a question would be learnt from no line."""
    texts = LineTexts(list(paragraphs(PROSE)), ["lamp"], LATIN, only=("question",))
    line = texts.draw(random.Random(seed)).text
    assert re.match(r"(\d+\. )?[QFAR]([.:)]|\.—| |$)", line)
    assert line.endswith("?") <= (line.lstrip("0123456789. ")[0] in "QF")


@given(st.integers(), st.sampled_from(["eng", "deu", "fra", "ita", "spa", "lat"]))
def test_the_last_letters_of_ordinals_are_raised(seed: int, language: str) -> None:
    """The th of 14th would be drawn on the line, or its point above it."""
    texts = LineTexts(["A lamp stood by the door."], ["lamp"], LATIN, 0, ("ordinal",), language)
    line = texts.draw(random.Random(seed))
    assert line.superscript and "^" not in line.text and "{" not in line.text
    raised = [line.text[k] for k in sorted(line.superscript)]
    assert all(c.isalpha() and c.islower() for c in raised)
    for k in line.superscript:
        assert k > 0 and line.text[k - 1] != " "


@given(st.integers())
def test_indices_stand_on_one_side_of_the_line(seed: int) -> None:
    """The figure of a power would be drawn below the line, or the letter that it belongs to."""
    texts = LineTexts(list(paragraphs(PROSE)), ["lamp"], LATIN, only=("indexed",))
    line = texts.draw(random.Random(seed))
    assert not line.subscript & line.superscript
    moved = line.subscript | line.superscript
    assert moved <= set(range(len(line.text)))
    assert not any(line.text[i].isspace() for i in moved)
    assert all(i - 1 in moved or (i > 0 and line.text[i - 1] != " ") for i in moved)


@given(st.integers())
def test_whole_words_stand_out(seed: int) -> None:
    """Italics would begin in the middle of a word."""
    text, rng = "He (AFT10-1) came, and she saw it.", random.Random(seed)
    bounds = {i for i, c in enumerate(text) if not c.isalnum()}
    for chosen in (some_words(rng, text), coded_words(rng, text)):
        # where words that stand out begin or end there is a space, a bracket or a mark
        edges = {i for i in chosen if i - 1 not in chosen} | {
            i + 1 for i in chosen if i + 1 not in chosen
        }
        assert all(i in bounds | {0, len(text)} or i - 1 in bounds for i in edges)


@given(st.integers())
def test_what_prose_has_not_can_be_written(seed: int) -> None:
    """References, tables or codes would hold characters outside the alphabet."""
    texts, rng = LineTexts(list(paragraphs(PROSE)), ["lamp", "naïve"], PRINT), random.Random(seed)
    kinds = (
        texts.rare.reference,
        texts.rare.table_row,
        texts.rare.word,
        texts.rare.formula,
        texts.technical,
        texts.item,
    )
    for line in (kind(rng) for kind in kinds):
        assert line.strip() and PRINT.covers(line)


@given(st.integers())
def test_raised_marks_are_behind_words_or_before_the_first(seed: int) -> None:
    """Marks of notes would be drawn where no book has them."""
    texts, rng = LineTexts(list(paragraphs(PROSE)), ["lamp", "naïve"], PRINT), random.Random(seed)
    line = texts.signed(rng)
    assert line.text == " ".join(line.text.split()) and PRINT.covers(line.text)
    ends = {i + 1 for i in line.superscript if i + 1 not in line.superscript}
    assert all(
        end == len(line.text) or line.text[end] == " " or set(range(end)) <= line.superscript
        for end in ends
    )
    note = texts.footnote(rng)
    assert all(note.text[i].isdigit() for i in note.superscript)


def test_only_lines_of_some_kinds() -> None:
    """A set of chosen kinds would hold others."""
    texts = LineTexts(list(paragraphs(PROSE)), ["lamp"], PRINT, only=("signed",))
    assert all(texts.draw(random.Random(seed)).superscript for seed in range(20))
    with pytest.raises(DataError, match="sonnet"):
        LineTexts(list(paragraphs(PROSE)), ["lamp"], PRINT, only=("sonnet",))


def test_long_s_stands_before_letters() -> None:
    """A wrong s would teach the recognizer to read ſ where the print has s."""
    assert set_long_s("His sisters’ losses, was-s") == "His ſiſters’ loſſes, was-s"


@given(st.text(max_size=60))
def test_old_letters_keep_their_places(text: str) -> None:
    """Indices of small capitals and raised marks point into the text: its length must stay."""
    assert len(set_long_s(text)) == len(text)
    assert set_long_s(text).replace("ſ", "s") == text.replace("ſ", "s")


def test_the_hyphen_of_fraktur_is_a_double_one() -> None:
    """A label must say what the face draws: ⸗ for a hyphen, not for a dash."""
    face = bundled_face()
    fraktur = dataclasses.replace(face, group=FRAKTUR)
    assert generate.with_hyphens("Jacobs-Orden 1-2 rund-", face) == "Jacobs-Orden 1-2 rund-"
    assert generate.with_hyphens("Jacobs-Orden 1-2 rund-", fraktur) == "Jacobs⸗Orden 1-2 rund⸗"
    assert printed_form("rund⸗", Typesetting(), fraktur) == "rund-"


def test_quotes_of_a_language_stand_in_pairs() -> None:
    """German lines must not be drawn with the English quotes of their corpus' ASCII."""
    texts = LineTexts(list(paragraphs(PROSE)), ["Lampe"], LATIN, only=("prose",), language="deu")
    lines = [texts.draw(random.Random(seed)).text for seed in range(60)]
    pairs = customs_of("deu").quotes
    for line in lines:
        marks = {mark for mark in line if mark in "“”„«»"}
        assert any(marks <= set(pair) for pair in pairs)
    with pytest.raises(DataError, match="tlh"):
        customs_of("tlh")


def test_labels_are_as_the_recognizer_writes() -> None:
    """Two ways to write one sign would be learnt as a coin's toss."""
    declared = TrueSet(kind="pages", folder="", replace={"¬": "-"}, without="⟦")
    assert relabel(Row("a", "gracieu¬ ¹²"), declared).text == "gracieu- 12"
    assert relabel(Row("a", "⟦x"), declared).reason and not relabel(Row("a", "x"), declared).reason


def test_texts_can_be_drawn_from_a_language_model() -> None:
    """Who has no corpus gets lines all the same, and the same ones for the same seed."""
    words, model = (ROOT / "lexicons" / f"eng{suffix}" for suffix in (".txt", ".klm"))
    drawn = list(sample_paragraphs(words, model, 3, seed=4))
    assert drawn == list(sample_paragraphs(words, model, 3, seed=4))
    known = read_counts(words)
    bare = [bare_word(token) for paragraph in drawn for token in paragraph.split()]
    assert len(bare) > 20
    assert all(word in known or word[0].lower() + word[1:] in known for word in bare)
