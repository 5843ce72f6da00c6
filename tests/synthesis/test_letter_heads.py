"""Printed heads of letters, for readers of handwriting."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.recognition.recipe import WrittenSet, read_recipe
from pipeline.synthesis.drawing import SIZE, single_face
from pipeline.synthesis.letter_heads import WORDS, head_of, printed_head

RECIPE = read_recipe("hand-en")


@given(st.text("ab .,-'1", max_size=40), st.integers(0, 99))
def test_heads_are_a_few_words_in_some_case(text: str, seed: int) -> None:
    head = head_of(text, random.Random(seed))
    words = [word for word in head.rstrip(",.").split() if not word.endswith(",")]
    assert len(words) <= WORDS[1]
    assert all(word.lower() in text.lower() for word in words)


def test_most_heads_are_in_capitals_and_many_letters_stand_apart() -> None:
    """The letters that a hand seldom writes, and no space between them that is none of a word."""
    rng, face = random.Random(1), single_face("OpenSans-Regular", RECIPE.alphabet)
    drawn = [printed_head(lambda _: "Royal Gardens Kew", [face], rng) for _ in range(60)]
    found = [sample for sample in drawn if sample is not None]
    assert len(found) == 60 and sum(text.isupper() for _, text in found) > 25
    widths = {image.shape[1] for image, text in found if text == "ROYAL GARDENS KEW"}
    assert max(widths) > min(widths) + 4 * SIZE / 4
    assert all(RECIPE.characters.covers(text) for _, text in found)


def test_a_face_that_cannot_set_a_head_draws_none() -> None:
    face = single_face("OpenSans-Regular", "A")
    assert printed_head(lambda _: "Kew", [face], random.Random(1)) is None


def test_the_recipe_has_heads() -> None:
    heads = RECIPE.sets["heads"]
    assert isinstance(heads, WrittenSet) and heads.printed == 1.0
