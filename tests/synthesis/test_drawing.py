"""What is drawn to learn from: words, characters and hands."""

from __future__ import annotations

import random

from pipeline.recognition.recipe import read_recipe
from pipeline.synthesis.drawing import (
    Texts,
    catalogue_of_hands,
    is_kept,
    single_face,
    without_twins,
)


def test_training_and_test_words_are_apart() -> None:
    """Scores would be of words that were learnt."""
    words = [f"word{k}" for k in range(500)] + ["Lamp", "lamp"]
    alphabet = read_recipe("crnn").characters
    train, test = (set(Texts("words", words, alphabet, test=t).words) for t in (False, True))
    assert train and test and not {w.lower() for w in train} & {w.lower() for w in test}
    assert is_kept("lamp", 0.5) == is_kept("lamp", 0.5)


def test_characters_are_drawn_in_the_proportions_of_the_datasets() -> None:
    """Scores could not be compared with those of the datasets that the drawn characters stand
    for."""
    recipe = read_recipe("char-resnet")
    assert recipe.drawing is not None
    proportions = recipe.drawing.proportions
    assert set(proportions) == set(recipe.alphabet)
    assert sum(n for c, n in proportions.items() if c.isdigit()) == 70_000  # MNIST, and A-Z below
    assert sum(n for c, n in proportions.items() if c.isalpha()) == 372_450
    rng = random.Random(1)
    texts = Texts(
        "characters", ["lamp"], recipe.characters, test=False, proportions={"A": 3, "B": 1}
    )
    drawn = [texts.draw(rng) for _ in range(2000)]
    assert drawn.count("A") + drawn.count("B") == 2000 and 1400 < drawn.count("A") < 1600


def test_characters_that_a_face_draws_alike_are_not_drawn_alone() -> None:
    """A network would be taught that one picture is two letters."""
    face = single_face("OpenSans-Regular", "AIlZ")
    assert without_twins(face).characters == frozenset("AZ")  # its I and l are one stroke


def test_hands_of_the_catalogue_are_joined_or_not() -> None:
    """A hand would be both learnt from and tested on."""
    catalogue = catalogue_of_hands()
    assert {"hands", "fetched", "learnt", "joined"} == set(catalogue)
    assert not set(catalogue["fetched"]) & set(catalogue["learnt"])
    assert set(catalogue["joined"]) <= set(catalogue["hands"]) | set(catalogue["fetched"]) | set(
        catalogue["learnt"]
    )
