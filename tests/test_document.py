"""The page tree: refuses bad geometry, survives JSON, names what is wrong with a file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Character, Leaf, Line, Page, Region, Word
from pipeline.errors import DataError
from pipeline.geometry import Affine, Box
from pipeline.page_json import page_from_json, page_to_json

texts = st.text(
    st.characters(exclude_categories=("Cs", "Zs", "Zl", "Zp", "Cc")), min_size=1, max_size=9
).filter(lambda text: not any(c.isspace() for c in text))


@st.composite
def words(draw: st.DrawFn) -> Word:
    left, top = draw(st.integers(0, 900)), draw(st.integers(0, 900))
    box = Box(left, top, left + draw(st.integers(1, 90)), top + draw(st.integers(1, 90)))
    confidence = round(draw(st.floats(0, 1)), 4)
    text = draw(texts)
    return Word(
        box,
        text,
        confidence,
        (Character(text[0], box, confidence),),
        tuple(draw(st.lists(texts, max_size=2))),
    )


@st.composite
def pages(draw: st.DrawFn) -> Page:
    line_words = tuple(draw(st.lists(words(), min_size=1, max_size=4)))
    box = Box.around(word.box for word in line_words)
    line = Line(box, ((0.0, 5.25), (9.0, 6.0)), 11.5, line_words, (), "a b", "a  b", 0.5)
    to_source = Affine.rotation(draw(st.floats(-5, 5)), (10, 20))
    leaf = Leaf(Box(0, 0, 1000, 1000), (Region(box, "heading", (line,)),))
    return Page(
        draw(st.integers(1, 999)),
        1000,
        1000,
        300.0,
        "a.pdf#1",
        skew=1.25,
        to_source=to_source,
        leaves=(leaf,),
    )


@given(pages())
def test_json_round_trip(page: Page) -> None:
    """What one stage writes, the next would read otherwise."""
    assert page_from_json(page_to_json(page)) == page


def test_the_transform_is_not_rounded() -> None:
    """Boxes would drift on large pages."""
    page = Page(1, 10, 10, 300.0, to_source=Affine.rotation(1 / 3, (7, 9)))
    assert page_from_json(page_to_json(page)).to_source == page.to_source


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"schema": 2}',
        '{"schema":1,"number":1}',
        "[" * 5000,
        '{"schema":1,"to_source":[0,0,0,0,0,0]}',
    ],
)
def test_what_is_no_page_is_a_named_error(text: str) -> None:
    """A damaged file between two stages would end in a traceback."""
    with pytest.raises(DataError, match="not the JSON of a page"):
        page_from_json(text)


def test_unknown_members_are_refused() -> None:
    """A page of another version would be read with half its content."""
    raw = json.loads(page_to_json(Page(1, 10, 10, 300.0))) | {"colour": "red"}
    with pytest.raises(DataError):
        page_from_json(json.dumps(raw))


def test_bad_geometry_is_refused() -> None:
    """Boxes inside out would reach the outputs."""
    box = Box(0, 0, 10, 10)
    with pytest.raises(ValueError, match="baseline"):
        Line(box, ((5, 0), (1, 0)), 5.0)
    with pytest.raises(ValueError, match="words"):
        Line(box, ((0, 0), (1, 0)), 5.0, (Word(Box(0, 0, 11, 10)),))
    with pytest.raises(ValueError, match="white space"):
        Word(box, "two words")
    with pytest.raises(ValueError, match="reason"):
        Page(1, 10, 10, 300.0, status="quarantined")
