"""Drop capitals as they are read, and the words that they begin."""

from __future__ import annotations

import pytest

from pipeline.document import (
    DROP_CAPITAL,
    PICTURE,
    TEXT,
    Character,
    Leaf,
    Line,
    Page,
    Region,
    Word,
)
from pipeline.geometry import Box
from pipeline.structure.capitals import join_drop_capitals
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


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (("=VV", "hen"), ["VV", "hen"]),  # a W that came as two letters
        (("=W", None, "hen"), ["When"]),  # a picture between the capital and its text
        (("=W", "=S", "he"), ["W", "She"]),
        (("he", "=W"), ["he", "W"]),
        (("=.", "hen"), ["hen"]),
    ],
)
def test_no_drop_capital_is_lost(read: tuple[str | None, ...], expected: list[str]) -> None:
    """A letter that cannot be joined would be neither in the text nor among what was not read."""
    regions = []
    for text in read:
        if text is None:
            regions.append(Region(WHOLE, PICTURE))
            continue
        letters = text.lstrip("=")
        line = line_of(letters, (0.9,) * len(letters))
        regions.append(Region(WHOLE, DROP_CAPITAL if text[0] == "=" else TEXT, (line,)))
    joined = join_drop_capitals(regions, known={"when", "she"})
    assert [line.text for region in joined for line in region.lines] == expected
