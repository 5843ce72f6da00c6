"""Corrections files: what is accepted, what is refused and how it is named, and two of them as
one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corrections import (
    LARGEST_BYTES,
    Corrections,
    LineCorrection,
    corrections_json,
    merge,
    parse_corrections,
    read_corrections,
)
from pipeline.errors import DataError

LINE: dict[str, Any] = {
    "id": "line_1_1_1",
    "box": [10, 10, 90, 30],
    "old": ["tbe", "house"],
    "new": ["the", "house"],
    "accepted": True,
}
PAGE: dict[str, Any] = {"page": 1, "sha256": "a" * 64, "width": 100, "height": 100, "lines": [LINE]}
BOOK: dict[str, Any] = {"schema": 1, "book": "letters", "pages": [PAGE]}


def parsed(raw: Any) -> Corrections:
    return parse_corrections(json.dumps(raw).encode(), "file")


def of_lines(*lines: dict[str, Any]) -> Corrections:
    return parsed(BOOK | {"pages": [PAGE | {"lines": list(lines)}]})


def test_a_file_goes_out_as_it_came_in() -> None:
    """What a person did would change on its way through Recto."""
    corrections = parsed(BOOK)
    assert parse_corrections(corrections_json(corrections).encode(), "file") == corrections


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"null", "the file"),
        (json.dumps(BOOK | {"schema": 2}).encode(), "schema"),
        (json.dumps(BOOK | {"script": "x"}).encode(), "script"),
        (json.dumps(BOOK | {"pages": [PAGE | {"page": "1"}]}).encode(), "pages.0.page"),
        (json.dumps(BOOK | {"pages": [PAGE | {"sha256": "../x"}]}).encode(), "pages.0.sha256"),
        (json.dumps(BOOK | {"pages": [PAGE | {"width": 0}]}).encode(), "pages.0.width"),
        (json.dumps(BOOK | {"pages": [PAGE | {"width": 10**400}]}).encode(), "width"),
    ],
)
def test_what_is_no_corrections_file_is_refused_by_name(raw: bytes, named: str) -> None:
    """A damaged or hostile file would end in a traceback, or be half applied."""
    with pytest.raises(DataError, match=r"file (holds no corrections|is no JSON)") as caught:
        parse_corrections(raw, "file")
    assert named in caught.value.message and caught.value.remedy


@pytest.mark.parametrize(
    "change",
    [
        {"new": ["the"]},
        {"new": ["the", "ho\nuse"]},
        {"new": ["the", "ho\x00use"]},
        {"new": ["the", " house"]},
        {"new": ["the", "\ud800"]},
        {"new": ["the", "x" * 1001]},
        {"box": [90, 10, 10, 30]},
        {"box": [-1, 10, 10, 30]},
        {"id": "../../etc"},
        {"accepted": "yes"},
    ],
)
def test_a_line_that_could_not_be_printed_is_refused(change: dict[str, Any]) -> None:
    """Such a text would break the lines of a file, or a format that cannot hold it."""
    with pytest.raises(DataError, match=r"pages\.0\.lines\.0|Invalid JSON"):
        of_lines(LINE | change)


def test_what_is_no_file_or_too_large_is_not_read(tmp_path: Path) -> None:
    """A pipe would be read for ever, and a huge file fill the memory."""
    with pytest.raises(DataError, match="is no file"):
        read_corrections(tmp_path)
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    with pytest.raises(DataError, match="larger than"):
        read_corrections(huge)
    with pytest.raises(DataError, match="cannot be read"):
        read_corrections(tmp_path / "missing")


def test_a_line_corrected_twice_remembers_what_was_read_first() -> None:
    """The second file begins with what the first one wrote: it would fit no page any more."""
    once = of_lines(LINE | {"new": ["the new", "house"]})
    again = of_lines(LINE | {"old": ["the", "new", "house"], "new": ["the", "old", ""]})
    (line,) = merge(once, again).pages[0].lines
    assert line.old == ["tbe", "house"] and line.new == ["the old", ""]


def test_a_correction_taken_back_is_none_any_more() -> None:
    """Nobody could return to what was read."""
    back = of_lines(LINE | {"old": ["the", "house"], "new": ["tbe", "house"], "accepted": False})
    assert merge(of_lines(LINE), back).pages[0].lines == []


def test_pages_of_both_files_are_kept() -> None:
    """A second session would throw away the first."""
    other = BOOK | {"pages": [PAGE | {"page": 2, "sha256": "b" * 64}]}
    assert [page.page for page in merge(parsed(BOOK), parsed(other)).pages] == [1, 2]


def test_a_page_that_has_another_number_by_now_is_the_same() -> None:
    """A page put before the others would part what was corrected before from what is after."""
    other = LINE | {"box": [1, 50, 90, 70]}
    moved = BOOK | {"pages": [PAGE | {"page": 2, "lines": [other]}]}
    (page,) = merge(parsed(BOOK), parsed(moved)).pages
    assert page.page == 2 and len(page.lines) == 2
    twins = BOOK | {"pages": [PAGE, PAGE | {"page": 7}]}
    assert [page.page for page in merge(parsed(twins), parsed(moved)).pages] == [1, 2, 7]


WORDS = st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=6)
LATER = st.lists(st.sampled_from(["", "x", "y z"]), min_size=30, max_size=30)


@given(WORDS, LATER, LATER)
def test_two_sessions_say_what_the_last_one_says(
    old: list[str], first: list[str], second: list[str]
) -> None:
    """A line would hold words of both."""
    first = first[: len(old)]
    read = [word for text in first for word in text.split()]
    one = of_lines(LINE | {"old": old, "new": first})
    two = of_lines(LINE | {"old": read, "new": second[: len(read)]})
    (line,) = merge(one, two).pages[0].lines
    assert isinstance(line, LineCorrection)
    assert line.old == old and line.text == two.pages[0].lines[0].text
