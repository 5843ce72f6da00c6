"""CTC decoding: best paths, alignment, and a language model that helps without doing harm."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.config import Decoding
from pipeline.errors import ModelError
from pipeline.lexicon import files_of
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.ctc import Alignment, align, decode_greedily
from pipeline.recognition.decoder import Decoder, unsure_stretches
from tests.conftest import ROOT

LETTERS = Alphabet(" abcdehnort")
CASED = Alphabet(" .Oabcdehnort")
ENGLISH = files_of("eng", ROOT / "lexicons")


def emissions(*frames: dict[str, float], letters: Alphabet = LETTERS) -> np.ndarray:
    """(T, C) log-probabilities from the probabilities of some characters a frame; "_" is the blank,
    the rest is spread."""
    rows = []
    for frame in frames:
        row = np.full(letters.classes, (1 - sum(frame.values())) / letters.classes + 1e-9)
        for character, probability in frame.items():
            row[0 if character == "_" else letters.characters.index(character) + 1] += probability
        rows.append(np.log(row / row.sum()))
    return np.array(rows, dtype=np.float32)


def spelled(text: str, sure: float = 0.999) -> list[dict[str, float]]:
    return list(itertools.chain.from_iterable(({c: sure}, {"_": sure}) for c in text))


def test_best_path_collapses_repeats_and_drops_blanks() -> None:
    """Letters would be doubled or lost between the network and the text."""
    path = decode_greedily(emissions({"a": 0.9}, {"a": 0.8}, {"_": 0.9}, {"a": 0.9}, {"b": 0.9}))
    assert LETTERS.decode(path.classes.tolist()) == "aab"
    assert path.starts.tolist() == [0, 3, 4]
    assert path.ends.tolist() == [2, 4, 5]


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.float32, (7, 4), elements=st.floats(-4, 4, width=32)),
    st.lists(st.integers(1, 3), min_size=1, max_size=3),
)
def test_alignment_is_the_most_probable_path(logits: np.ndarray, classes: list[int]) -> None:
    """Characters would be placed on other frames than they were read from."""
    log_probabilities = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))

    def collapse(path: tuple[int, ...]) -> list[int]:
        return [c for c, _ in itertools.groupby(path) if c]

    # every path of four classes over seven frames, by brute force
    paths = [p for p in itertools.product(range(4), repeat=7) if collapse(p) == classes]
    best = max(sum(log_probabilities[t, c] for t, c in enumerate(p)) for p in paths)
    aligned = align(log_probabilities, np.array(classes))
    assert aligned is not None
    assert aligned.classes.tolist() == classes
    chosen = np.zeros(7, int)
    for k, (start, end) in enumerate(zip(aligned.starts, aligned.ends, strict=True)):
        chosen[start:end] = classes[k]
    assert sum(log_probabilities[t, c] for t, c in enumerate(chosen)) == pytest.approx(
        best, abs=1e-3
    )


def test_alignment_needs_frames() -> None:
    """A text longer than its image would be given boxes all the same."""
    assert align(emissions({"a": 0.9}, {"a": 0.9}), np.array([2, 2])) is None


def test_the_language_model_decides_between_equals() -> None:
    """The language model would change nothing."""
    decoder = Decoder(LETTERS, Decoding(certain=0.9), ENGLISH)
    frames = [*spelled("on the roa"), {"b": 0.5, "d": 0.49}, {"_": 0.999}]
    line = decoder.decode(emissions(*frames))
    assert line.greedy == "on the roab"
    assert line.text == "on the road"
    assert len(line.path.classes) == len(line.text)


def test_a_letter_that_the_language_decided_is_as_sure_as_both_make_it() -> None:
    """The more a word needed the language, the less it would be trusted: long s, for one."""
    frames = [*spelled("on the "), {"b": 0.2, "c": 0.8}, {"_": 1}, *spelled("rother and")]
    decoded = Decoder(LETTERS, Decoding(), ENGLISH).decode(emissions(*frames))
    assert decoded.text == "on the brother and" and decoded.greedy == "on the crother and"
    assert decoded.path.scores[7] > np.log(0.5)
    assert np.array_equal(decoded.path.scores[:7], decode_greedily(emissions(*frames)).scores[:7])


def test_a_word_that_begins_a_sentence_keeps_its_capital() -> None:
    """`On` would be read as `on` behind a point: in the middle of a sentence it is the likelier."""
    decoder = Decoder(CASED, Decoding(), ENGLISH)
    word = [{"O": 0.55, "o": 0.45}, {"n": 0.999}, {"_": 0.999}, *spelled(" the road")]

    def frames(before: str) -> np.ndarray:
        return emissions(*spelled(before), *word, letters=CASED)

    assert decoder.decode(frames("he ran ")).text == "he ran on the road"
    assert decoder.decode(frames("he ran. ")).text == "he ran. On the road"
    assert decoder.decode(frames("")).text == "on the road"
    begun = decoder.decode(frames(""), sentence=True)
    assert begun.text == "On the road"
    assert begun.path.scores[0] > np.log(0.5)


@pytest.mark.parametrize(("blank", "text"), [(0.3, "the correct cab"), (0.01, "the corect cab")])
def test_a_letter_that_may_be_doubled_is_read_again(blank: float, text: str) -> None:
    """Narrow type leaves hardly a frame between doubled letters, and no best path passes there."""
    decoder = Decoder(LETTERS, Decoding(), ENGLISH)
    doubled = [{"r": 0.95, "_": 0.04}, {"r": 0.98 - blank, "_": blank}, {"r": 0.95, "_": 0.04}]
    line = decoder.decode(emissions(*spelled("the co"), *doubled, *spelled("ect cab")))
    assert line.greedy == "the corect cab"
    assert line.text == text


def test_certain_lines_skip_the_beam(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line would pay for a search that can find nothing."""
    decoder = Decoder(LETTERS, Decoding(certain=0.9), ENGLISH)
    monkeypatch.setattr(decoder, "_beams", lambda _: pytest.fail("the beam search was asked"))
    assert decoder.decode(emissions(*spelled("not a cab bcd"))).text == "not a cab bcd"


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12), st.sets(st.integers(0, 40)))
def test_stretches_are_whole_words_in_order(lengths: list[int], frames: set[int]) -> None:
    """The search would cut words in two, or change their order."""
    space = LETTERS.characters.index(" ") + 1
    classes = np.array([c for length in lengths for c in (space, *[3] * length)][1:])
    count = np.arange(len(classes))
    path = Alignment(classes, 2 * count, 2 * count + 1, np.zeros(len(classes), np.float32))
    unsure = np.array(sorted(f for f in frames if f < 2 * len(classes)), dtype=np.int64)
    stretches = unsure_stretches(path, unsure, space)
    assert all(a < b <= c for (a, b), (c, _) in itertools.pairwise(stretches))
    for first, last in stretches:
        assert first == 0 or classes[first - 1] == space
        assert last == len(classes) or classes[last] == space
        assert classes[first] != space != classes[last - 1]
    for frame in unsure:
        position = frame // 2
        assert classes[position] == space or any(
            first <= position < last for first, last in stretches
        )


def test_a_changed_word_leaves_the_rest_of_the_line_where_it_is() -> None:
    """One corrected word would move the boxes of its neighbours."""
    decoder = Decoder(LETTERS, Decoding(), ENGLISH)
    frames = [*spelled("ab the roa"), {"b": 0.5, "d": 0.49}, {"_": 0.999}, *spelled(" bcd hhh")]
    line = decoder.decode(emissions(*frames))
    assert line.text == "ab the road bcd hhh"
    assert line.greedy == "ab the roab bcd hhh"
    assert "ab the roab bcd hhh" in line.alternatives
    assert line.path.starts.tolist() == [2 * k for k in range(len(line.text))]


@settings(max_examples=25, deadline=None)
@given(st.text("abcdehnort ", min_size=1, max_size=12))
def test_a_sure_reading_is_never_changed(text: str) -> None:
    """The language model would overrule what is plainly printed."""
    decoder = Decoder(LETTERS, Decoding(certain=1.0), ENGLISH)
    line = decoder.decode(emissions(*spelled(text, 0.9999)))
    assert line.text == " ".join(text.split())


def test_what_is_no_model_is_a_named_error(tmp_path: Path) -> None:
    """A damaged language model would end in a traceback."""
    bad = tmp_path / "bad.klm"
    bad.write_bytes(b"not a model")
    with pytest.raises(ModelError, match="no KenLM model"):
        Decoder(LETTERS, Decoding(), replace(ENGLISH, model=bad))
    with pytest.raises(ModelError, match="no lexicon"):
        Decoder(LETTERS, Decoding(), replace(ENGLISH, words=tmp_path / "none.txt"))


@pytest.mark.parametrize(("half", "text"), [(0.6, "“ab,”"), (0.97, "“ab,”’")])
def test_a_wide_pair_of_quotes_is_no_quotation_within_another(half: float, text: str) -> None:
    """A book whose quotes are set wide had a third mark beside every second pair."""
    quoted = Alphabet(" ab,“”‘’")
    marks = [("“", 0.99), ("a", 0.99), ("b", 0.99), (",", 0.99), ("”", 0.97), ("’", half)]
    rows = []
    for mark, posterior in marks:
        for own in (quoted.characters.index(mark) + 1, 0):
            row = np.full(quoted.classes, 1e-6)
            row[own] = posterior if own else 1.0
            row[0] += 1 - row.sum() if own else 0
            rows.append(np.log(row))
    line = Decoder(quoted, Decoding(language_model=False)).decode_best_path(np.array(rows))
    assert line.text == text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("in lbbotson", "in Ibbotson"),
        ("lrish-lnverness", "Irish-Inverness"),
        ("3 lbs. love", "3 lbs. love"),
        ("lsaac and lstms", "Isaac and lstms"),
        ("llbb all", "llbb all"),
        ("LNER lNER", "LNER lNER"),  # codes
    ],
)
def test_no_word_begins_with_an_l_before_a_consonant(text: str, read: str) -> None:
    """Ibbotson and Irving would begin with a small l, which looks the same in many faces."""
    letters = Alphabet("".join(sorted(set(text + read + "I"))))
    rows = np.concatenate([[letters.encode(c)[0], 0] for c in text])
    line = np.full((len(rows), letters.classes), np.log(1e-6))
    line[np.arange(len(rows)), rows] = np.log(0.999)
    assert Decoder(letters, Decoding(language_model=False)).decode_best_path(line).text == read
