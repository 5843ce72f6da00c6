"""Figures in the columns of ruled tables."""

from __future__ import annotations

import pytest

from pipeline.document import TABLE, Cell, Character, Line, Region, Word
from pipeline.geometry import Box
from pipeline.structure.figure_columns import read_figures


def column_of(*texts: str) -> Region:
    """A table of one column."""
    lines, cells = [], []
    for k, text in enumerate(texts):
        box = Box(10, 100 * k + 10, 10 + 20 * len(text), 100 * k + 50)
        word = Word(box, text, 0.9, tuple(Character(c, box, 0.9) for c in text))
        baseline = ((10.0, 100.0 * k + 50), (float(box.right), 100.0 * k + 50))
        lines.append(Line(box, baseline, 20.0, (word,), text=text))
        cells.append(Cell(Box(0, 100 * k, 200, 100 * k + 100), k, 0))
    return Region(Box(0, 0, 200, 100 * len(texts)), TABLE, tuple(lines), cells=tuple(cells))


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        (("d.", "7", "II", "10", "8", "IO"), ("d.", "7", "11", "10", "8", "10")),
        (("I", "II", "III", "4", "V"), ("I", "II", "III", "4", "V")),  # numbered in Roman
        (("7", "II"), ("7", "II")),  # too few to tell
        (("7", "9", "Ill", "6", "5", "old"), ("7", "9", "111", "6", "5", "old")),
    ],
)
def test_letters_among_figures_are_figures(texts: tuple[str, ...], read: tuple[str, ...]) -> None:
    """Eleven pence would be two."""
    found = read_figures(column_of(*texts))
    assert tuple(line.text for line in found.lines) == read
    for line in found.lines:
        assert line.words[0].text == "".join(c.text for c in line.words[0].characters) == line.text


def test_figures_at_the_ends_of_rows_are_a_column_without_rules() -> None:
    """Pounds, shillings and pence, one below the other: `5 II` would be five and two."""
    rows = (("Throat", "165", "5", "II"), ("Suit", "285", "o", "8"), ("All old", "499", "14", "0"))
    lines = []
    for k, row in enumerate([*rows, ("Indian I", "116", "4", "6")]):
        words = []
        for j, entry in enumerate(row):
            x = (10, 500, 700, 900)[j]
            for text in entry.split():
                box = Box(x, 100 * k, x + 20 * len(text), 100 * k + 40)
                if j:
                    box = Box(box.left + 60 - box.width, box.top, box.left + 60, box.bottom)
                words.append(Word(box, text, 0.9, tuple(Character(c, box, 0.9) for c in text)))
                x += 20 * len(text) + 10
        box = Box(10, 100 * k, 960, 100 * k + 40)
        baseline = ((10.0, 100.0 * k + 40), (960.0, 100.0 * k + 40))
        text = " ".join(word.text for word in words)
        lines.append(Line(box, baseline, 20.0, tuple(words), text=text))
    found = read_figures(Region(Box(0, 0, 1000, 400), TABLE, tuple(lines)))
    assert [line.text for line in found.lines] == [
        "Throat 165 5 11",
        "Suit 285 0 8",
        "All old 499 14 0",
        "Indian I 116 4 6",
    ]
