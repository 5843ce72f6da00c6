"""What a reader of joined handwriting learns from: lines measured in their ink, each time written
anew."""

from __future__ import annotations

import random
from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.frame import STORED_SCALE
from pipeline.recognition.recipe import WrittenSet, read_recipe
from pipeline.synthesis.store import LineStore
from pipeline.training.line_framing import framing_of, measure_hand
from pipeline.training.line_sets import LineSet
from pipeline.training.network_inputs import WrittenLines, samples_of
from pipeline.training.true_lines import read_pairs
from pipeline.training.written_lines import WORDS, WrittenTexts
from tests.layout.test_written import SCRIPT

RECIPE = read_recipe("hand-en")
TEXTS = ("minimum annual", "common manner", "seven rooms")


def write_pairs(folder: Path) -> None:
    for k, text in enumerate(TEXTS):
        image = np.full((90 + 20 * k, 900), 215, np.uint8)
        cv2.putText(image, text, (30, 60 + 10 * k), SCRIPT, 1.2 + 0.3 * k, 40, 2, cv2.LINE_AA)
        cv2.imwrite(str(folder / f"letter_{k}_1.png"), image)
        (folder / f"letter_{k}_1.gt.txt").write_text(text)


def test_written_lines_are_brought_to_one_size(tmp_path: Path) -> None:
    """Whatever the size of the hand, its small letters fill the same rows of the frame."""
    write_pairs(tmp_path)
    framing = framing_of(RECIPE)
    assert framing.measure is measure_hand and RECIPE.frame is not None
    rows = list(read_pairs(tmp_path, 2, framing))
    assert [row.text for row in rows] == list(TEXTS) and {row.group for row in rows} == {"letter"}
    frame = RECIPE.frame.scaled(STORED_SCALE)
    for row in rows:
        assert row.image is not None and row.image.shape[0] == frame.height
        ink = (row.image < 140).sum(axis=1)
        middle = float(np.average(np.arange(frame.height), weights=ink))
        assert middle == pytest.approx(
            frame.baseline - frame.x_height / 2, abs=0.3 * frame.x_height
        )


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
