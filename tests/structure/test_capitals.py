"""Drop capitals as they are read, and the words that they begin."""

from __future__ import annotations

import pytest

from pipeline.document import DROP_CAPITAL, TEXT, Character, Leaf, Line, Page, Region, Word
from pipeline.geometry import Box
from pipeline.structure.page import structure_page

WHOLE = Box(0, 0, 1000, 1000)


def line_of(text: str, sure: tuple[float, ...]) -> Line:
    """A line of one word, each character so sure."""
    box = Box(100, 100, 120 + 20 * len(text), 140)
    characters = tuple(Character(c, box, value) for c, value in zip(text, sure, strict=True))
    word = Word(box, text, 0.8, characters)
    return Line(box, ((100.0, 140.0), (box.right, 140.0)), 20.0, (word,), text=text)


@pytest.mark.parametrize(
    ("read", "sure", "begins"),
    [
        ("S", (0.98,), "She"),
        ("S.", (0.98, 0.5), "She"),  # a serif
        ("‘S", (0.4, 0.98), "She"),
        ("S!", (0.98, 0.5), "She"),  # the stroke at its end
        ("S", (0.5,), "he"),
        (".", (0.98,), "he"),
    ],
)
def test_a_capital_is_as_sure_as_its_letter(
    read: str, sure: tuple[float, ...], begins: str
) -> None:
    """A capital that is read with a point beside it would be lost, and its word be cut short."""
    capital, text = line_of(read, sure), line_of("he", (0.99, 0.99))
    regions = (
        Region(WHOLE, DROP_CAPITAL, (line_of("", ()),)),
        Region(WHOLE, TEXT, (line_of("", ()),)),
    )
    page = structure_page(Page(1, 1000, 1000, 300, leaves=(Leaf(WHOLE, regions),)), [capital, text])
    assert [line.text for line in page.lines] == [begins]
