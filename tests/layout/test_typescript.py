"""Lines of typescript, whose letters all are as wide, are whole."""

from __future__ import annotations

import numpy as np
import pytest

from tests.layout.sheet import Sheet, segmented

WORDS = ("ocean", "sauce", "season", "noun", "canoe", "one", "on", "ounce", "nuance", "acne")


def typed(seed: int, pitch: int) -> Sheet:
    """Twelve lines of typescript, whose letters all are as wide, some short ones among them; and in
    some a sentence ends in the same place."""
    sheet, rng = Sheet(1600, 1400), np.random.default_rng(seed)
    for row in range(12):
        line = ""
        while len(line) < 47:
            line += str(rng.choice(WORDS)) + " "
        line = line[: int(rng.choice((46, 47, 45, 15, 22)))]
        if len(line) > 30 and rng.random() < 0.5:
            line = line[:17].rstrip() + ". " + line[18:].capitalize()
        for k, letter in enumerate(line):
            sheet.text(100 + 26 * k, 150 + pitch * row, letter.strip())
    return sheet


@pytest.mark.parametrize("seed", (0, 1, 10, 17, 20))
def test_lines_of_typescript_that_lie_far_from_each_other_are_whole(seed: int) -> None:
    """White runs down between two such lines as far as between four of print: of depositions and
    manuscripts halves of lines were read apart, the second ones after the page."""
    assert len(list(segmented(typed(seed, 93)).lines)) == 12
