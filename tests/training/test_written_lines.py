"""What a reader of joined handwriting learns from: lines measured in their ink, each time written
anew."""

from __future__ import annotations

import random
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.layout.written_line import WrittenLine
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.frame import STORED_SCALE
from pipeline.recognition.recipe import MixedSet, TrueSet, WrittenSet, read_recipe
from pipeline.synthesis.store import LineStore
from pipeline.training.line_framing import framing_of, heights_of_hand, measure_hand
from pipeline.training.line_sets import LineSet
from pipeline.training.mixed_words import WrittenWord
from pipeline.training.network_inputs import WrittenLines, samples_of
from pipeline.training.rows import Row
from pipeline.training.true_lines import TOO_NARROW, read_pairs
from pipeline.training.true_sets import held_out_works
from pipeline.training.written_lines import WORDS, WrittenTexts
from stages.make import gather
from tests.layout.test_written import SCRIPT

RECIPE = read_recipe("hand-en")
TEXTS = ("minimum annual", "common manner", "seven rooms")


def write_pairs(folder: Path) -> None:
    """Lines of letters in hands of three sizes."""
    for k, text in enumerate(TEXTS):
        image = np.full((90 + 20 * k, 900), 215, np.uint8)
        cv2.putText(image, text, (30, 60 + 10 * k), SCRIPT, 1.2 + 0.3 * k, 40, 2, cv2.LINE_AA)
        write_pair(folder / f"letter-{k}_1_1", image, text)


def write_pair(stem: Path, image: NDArray[np.uint8], text: str) -> None:
    cv2.imwrite(f"{stem}.png", image)
    stem.with_name(f"{stem.name}.gt.txt").write_text(text)


def test_written_lines_are_brought_to_one_size(tmp_path: Path) -> None:
    """Whatever the size of the hand, its small letters fill the same rows of the frame."""
    write_pairs(tmp_path)
    framing = framing_of(RECIPE)
    assert framing.measure is measure_hand and RECIPE.frame is not None
    rows = list(read_pairs(tmp_path, 2, framing))
    assert [row.text for row in rows] == list(TEXTS)
    assert [row.group for row in rows] == ["letter-0", "letter-1", "letter-2"]
    frame = RECIPE.frame.scaled(STORED_SCALE)
    for row in rows:
        assert row.image is not None and row.image.shape[0] == frame.height
        ink = (row.image < 140).sum(axis=1)
        middle = float(np.average(np.arange(frame.height), weights=ink))
        assert middle == pytest.approx(
            frame.baseline - frame.x_height / 2, abs=0.3 * frame.x_height
        )


def test_a_line_cut_out_too_close_is_as_large_as_the_others_of_its_letter(tmp_path: Path) -> None:
    """What is left of its small letters would be stretched to the height of whole ones."""
    image = np.full((90, 900), 215, np.uint8)
    cv2.putText(image, TEXTS[0], (30, 60), SCRIPT, 1.5, 40, 2, cv2.LINE_AA)
    for number in range(4):
        write_pair(tmp_path / f"letter_1_{number}", image, TEXTS[0])
    write_pair(tmp_path / "letter_1_4", image[47:], TEXTS[0])
    write_pair(tmp_path / "alone_1_0", image[47:], TEXTS[0])
    alone, *others, cut = list(read_pairs(tmp_path, 2, framing_of(RECIPE)))
    assert alone.image is not None and cut.image is not None and others[0].image is not None
    assert cut.image.shape[1] == pytest.approx(others[0].image.shape[1], rel=0.15)
    assert alone.image.shape[1] > 1.3 * cut.image.shape[1]


def test_a_line_is_never_seen_twice_alike_but_in_validation(tmp_path: Path) -> None:
    write_pairs(tmp_path)
    rows = read_pairs(tmp_path, 2, framing_of(RECIPE))
    with LineStore(tmp_path / "set.lmdb", {"kind": "gathered"}) as store:
        store.append((row.image, row.text) for row in rows if row.image is not None)
    lines = samples_of([LineSet(tmp_path / "set.lmdb")], RECIPE)
    assert isinstance(lines, WrittenLines) and RECIPE.frame is not None
    plain, again, other, same = (lines[(0, 1, seed)] for seed in (0, 1, 2, 1))
    assert {sample[1] for sample in (plain, again, other)} == {TEXTS[0]}
    assert all(s[0].shape[0] == RECIPE.frame.height for s in (plain, again, other))
    assert np.array_equal(again[0], same[0])
    assert again[0].shape != other[0].shape or not np.array_equal(again[0], other[0])


def test_words_of_lines_kept_for_validation_are_not_learnt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The figures of validation, and what is chosen by them, would be of words known by heart."""
    image = np.full((90, 900), 215, np.uint8)
    cv2.putText(image, TEXTS[0], (30, 60), SCRIPT, 1.5, 40, 2, cv2.LINE_AA)
    (tmp_path / "lines/english-letters").mkdir(parents=True)
    for number in range(60):
        write_pair(tmp_path / f"lines/english-letters/letter-{number:02d}_1_1", image, TEXTS[0])
    learnt: list[str] = []

    def record(rows: list[Row], _: Path) -> list[WrittenWord]:
        learnt.extend(row.name for row in rows)
        return [WrittenWord(image[:, :80], "minimum")]

    monkeypatch.setattr(gather, "_aligned_words", record)
    declared, mixed = RECIPE.sets["english-letters"], RECIPE.sets["mixed"]
    assert isinstance(declared, TrueSet) and isinstance(mixed, MixedSet)
    gather.write_mixed(
        tmp_path / "mixed.lmdb", RECIPE, mixed.model_copy(update={"lines": 3}), tmp_path
    )
    letters = [f"letter-{number:02d}" for number in range(60)]
    tested = held_out_works(letters, declared.held_out)
    own = [f"{letter}_1_1" for letter in letters if letter not in tested]
    assert learnt == own[: len(own) - len(own) // 10] and len(learnt) < len(own)


@given(st.floats(1, 100), st.floats(5, 40))
def test_the_middle_of_small_letters_stays_where_it_was(measured: float, steady: float) -> None:
    found = WrittenLine(((0.0, 50.0), (300.0, 55.0)), measured, 9.0).steadied(steady)
    assert found.x_height == steady
    assert found.baseline[0][1] - found.x_height / 2 == pytest.approx(50 - measured / 2)


@pytest.mark.parametrize("scale", [0.7, 1.0, 1.6, 2.0])
def test_lines_brought_to_one_height_tell_by_their_strokes_how_large_they_are(scale: float) -> None:
    """What was cut off above or below says nothing of the letters that are left."""
    images = []
    for text in TEXTS:
        image = np.full((110, 900), 245, np.uint8)
        cv2.putText(image, text, (30, 70), SCRIPT, 1.5, 40, 3, cv2.LINE_AA)
        images.append(image)
    odd = cv2.resize(images[1], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    usual, *_, other = heights_of_hand([*images, odd])
    assert other / usual == pytest.approx(scale, rel=0.12)


def test_a_line_that_is_narrower_than_its_text_is_left_out(tmp_path: Path) -> None:
    """A line up the margin, brought to the height of the others, is a few columns wide."""
    image = np.full((90, 900), 215, np.uint8)
    cv2.putText(image, TEXTS[0], (30, 60), SCRIPT, 1.5, 40, 2, cv2.LINE_AA)
    write_pair(tmp_path / "letter_1_0", image, TEXTS[0])
    turned = cv2.resize(np.rot90(image), (9, 90), interpolation=cv2.INTER_AREA)
    write_pair(tmp_path / "letter_1_1", turned, " ".join(TEXTS))
    whole, narrow = read_pairs(tmp_path, 2, framing_of(RECIPE))
    assert whole.image is not None and not whole.reason
    assert narrow.image is None and narrow.reason == TOO_NARROW


def test_texts_of_letters_write_some_ands_short() -> None:
    texts = WrittenTexts(
        ["Here and there and 10 ends and Ünder"] * 9, Alphabet("&01 Handerst"), 0.5
    )
    rng = random.Random(3)
    drawn = [texts.draw(rng) for _ in range(60)]
    words = [word for text in drawn for word in text.split()]
    assert {"and", "&"} <= set(words) and "Ünder" not in words
    assert all(WORDS[0] <= len(text.split()) <= WORDS[1] for text in drawn)


def test_the_recipe_declares_what_is_drawn_and_what_is_real() -> None:
    assert isinstance(RECIPE.sets["drawn"], WrittenSet)
    assert RECIPE.writing == "hand" and not RECIPE.base
