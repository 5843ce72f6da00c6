"""The text for reading: hyphens, paragraphs over lines and pages, what is left out, and the map
back to the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import CAPTION, HEADER, HEADING, PAGE_NUMBER, TABLE, TEXT
from pipeline.structure.hyphens import Hyphens
from pipeline.structure.printed import Piece, ReadLine, ReadRegion
from pipeline.structure.reading_text import write_reading_text

COUNTS = {
    "to-day": 40,
    "today": 3,
    "prepare": 20,
    "sea-captain": 6,
    "the": 9,
    "Christmas": 5,
    "grey": 5,
    "bearded": 4,
    "man": 9,
    "was": 9,
}


def region(
    kind: str, *lines: str, page: int = 1, first: Sequence[int] = (), short: Sequence[int] = ()
) -> ReadRegion:
    """Lines of words; `first` begin a paragraph, `short` end early."""
    read = []
    for n, line in enumerate(lines):
        pieces = tuple(
            Piece(word, page, f"{page}/{n}/{k}", (k, n, k + 1, n + 1))
            for k, word in enumerate(line.split())
        )
        read.append(ReadLine(pieces, n in first, n in short))
    return ReadRegion(kind, tuple(read))


def text_of(*pages: Sequence[ReadRegion], running_heads: bool = False) -> str:
    return write_reading_text(pages, COUNTS, running_heads)[0]


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("to", "day", True),
        ("pre", "pare", False),
        ("sea", "captain", True),
        ("grey", "bearded", True),
        ("Etch", "miatzin", False),
        ("Anglo", "Saxon", True),
        ("1914", "18", True),
        ("To", "day,", True),
        ("Pre", "pare.", False),
        ("PRE", "PARE.", False),
        ("TO", "DAY,", True),
        ("CHRIST", "MAS", False),
        ("XIV", "XVI", True),
        ("T", "HE", True),
    ],
)
def test_hyphens_stay_where_the_lexicon_has_them(first: str, second: str, kept: bool) -> None:
    """`to-day` would become `today`, or `pre-pare` stay divided."""
    assert Hyphens(COUNTS).keeps(first, second) is kept


def test_the_other_half_of_a_divided_word_is_no_word_of_the_book() -> None:
    """`pro-` and `cessing` would stay parted, where `pro` is a word and `cessing` stands at the
    beginning of a line."""
    counts = {"pro": 4, "sea": 3}
    page = [
        region(TEXT, "of document pro-", "cessing and sea-", "urchin eggs. An urchin"),
    ]
    words = write_reading_text([page], counts)[0].split()
    assert "processing" in words and "sea-urchin" in words


def test_paragraphs_go_on_over_pages_and_heads_are_left_out() -> None:
    """Sentences would break at the end of each page, with a running head in them."""
    one = [
        region(HEADER, "THE LAMP-LIGHTER 7"),
        region(TEXT, "The sea-", "captain was to pre-", first=(0,)),
    ]
    two = [
        region(PAGE_NUMBER, "8", page=2),
        region(TEXT, "pare his ship.", "New words.", page=2, first=(1,)),
    ]
    assert text_of(one, two) == "The sea-captain was to prepare his ship.\n\nNew words.\n"
    kept = text_of(one, two, running_heads=True)
    assert (
        kept
        == "THE LAMP-LIGHTER 7\n\nThe sea-captain was to prepare his ship.\n\n8\n\nNew words.\n"
    )


def test_what_stands_in_the_midst_of_a_paragraph_comes_after_it() -> None:
    """A caption or a note would stand in the middle of a sentence."""
    page = [
        region(TEXT, "It was the old"),
        region(CAPTION, "Fig. 1."),
        region(TABLE, "Market Place 24", "The bridge 6"),
        region(TEXT, "lamp."),
        region(HEADING, "CHAPTER", "II"),
        region(TEXT, "And so"),
    ]
    assert (
        text_of(page)
        == "It was the old lamp.\n\nFig. 1.\n\nMarket Place 24\n\nThe bridge 6\n\nCHAPTER "
        "II\n\nAnd so\n"
    )


def test_a_short_last_line_ends_a_paragraph_at_the_end_of_a_page() -> None:
    """Two paragraphs would be joined over a page's end."""
    assert (
        text_of([region(TEXT, "It was late.", short=(0,))], [region(TEXT, "Then", page=2)])
        == "It was late.\n\nThen\n"
    )
    assert (
        text_of([region(TEXT, "It was late", short=(0,))], [region(TEXT, "then", page=2)])
        == "It was late then\n"
    )


def test_a_head_that_never_recurs_is_a_heading() -> None:
    """A title at the top of a page would be left out of the text."""
    pages = [
        [region(HEADER, head), region(TEXT, "Text.", first=(0,))]
        for head in ("CHAPTER III", "THE MOAT", "THE M0AT", "THE MOAT")
    ]
    assert text_of(*pages) == "CHAPTER III\n\nText.\n\nText.\n\nText.\n\nText.\n"


def test_what_stands_once_at_the_top_of_a_short_scan_is_kept() -> None:
    """The title of a form, or the place and date of a letter, would be missing from its text."""
    for head in ("APPLICATION FOR A BERTH", "London, 12th March 1843"):
        assert text_of([region(HEADER, head), region(TEXT, "Dear Sirs,")]) == (
            f"{head}\n\nDear Sirs,\n"
        )
    book = [region(HEADER, "THE MOAT"), region(PAGE_NUMBER, "7"), region(TEXT, "Text.")]
    assert text_of(book) == "Text.\n"
    footed = [region(HEADER, "A FORM"), region(TEXT, "Text."), region(PAGE_NUMBER, "1")]
    assert text_of(footed) == "A FORM\n\nText.\n"


def test_the_dates_of_letters_are_no_page_numbers() -> None:
    """A book of letters would lose place and date of every one."""
    letters = [
        [region(HEADER, f"Berlin, den {day}. März 1843"), region(TEXT, "Text.", first=(0,))]
        for day in (3, 7, 12, 13, 28)
    ]
    assert text_of(*letters).count("1843") == 5
    report = [
        [region(HEADER, head), region(TEXT, "Text.", first=(0,))]
        for head in ("ANNUAL REPORT 1843", "146 THE YEAR 1843", "ANNUAL REPORT 1843", "148 NOTES")
    ]
    assert "1843" not in text_of(*report)


def test_a_table_is_read_row_by_row() -> None:
    """Each cell would be a paragraph, and nobody could tell what stands in one row."""
    table = replace(
        region(TABLE, "Item", "Goods re-", "ceived", "Tar", "7", "Coal"),
        rows=(((0,), (1, 2), ()), ((), (), ()), ((3,), (), (4,)), ((), (), (5,))),
    )
    page = [region(TEXT, "as below:"), table, region(TEXT, "And so")]
    text, rows = write_reading_text([page], COUNTS | {"received": 3})
    assert text == "as below: And so\n\nItem\tGoods received\nTar\t\t7\n\t\tCoal\n"
    for offset, word, *_ in rows:
        assert text[int(offset) :].startswith(word)


def test_verse_stays_in_lines_and_stanzas() -> None:
    """Poems would be joined into prose."""
    stanza = (
        "The lamp was lit,",
        "Before the school,",
        "Its hinge was bright,",
        "Its head a jewel.",
    )
    page = [
        region(TEXT, "He sang", "this song:"),
        region(TEXT, *stanza, short=(0, 3)),
        region(TEXT, *stanza),
        region(TEXT, "and left."),
    ]
    verse = "\n".join(stanza)
    assert text_of(page) == f"He sang this song:\n\n{verse}\n\n{verse}\n\nand left.\n"
    within = region(TEXT, "he sang of old,", *stanza, "and then he", short=(1, 2, 3, 4))
    assert text_of([within]) == f"he sang of old,\n\n{verse}\n\nand then he\n"


def test_talk_and_prose_are_no_verse() -> None:
    """Short lines of talk would be broken like a poem."""
    talk = ("“No.”", "“Yes.”", "“No?”", "“Yes!”")
    assert (
        text_of([region(TEXT, *talk, first=range(4), short=range(4))]) == "\n\n".join(talk) + "\n"
    )
    prose = region(
        TEXT, "so it was that", "Anna and", "Bertha and", "Clara and", "Dora came to", "the lamp."
    )
    assert "\n" not in text_of([prose]).strip()


def test_no_space_after_a_dash_at_a_line_end() -> None:
    """A dash at a line's end would tear two words apart."""
    assert text_of([region(TEXT, "he came—", "and went")]) == "he came—and went\n"


def test_dashes_with_white_around_them_keep_it() -> None:
    """German and French print has white on both sides: words would hang on the dash before them."""
    printed = region(TEXT, "Haus – und Hof —", "mein Herr! — oder", "er— nicht")
    assert text_of([printed]) == "Haus – und Hof — mein Herr! — oder er— nicht\n"


words = st.text("abAB-—.", min_size=1, max_size=5)
lines = st.lists(st.lists(words, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=5)


@given(st.lists(st.lists(lines, max_size=3), max_size=3))
def test_every_word_is_in_the_text_where_the_map_says(pages: list[list[list[str]]]) -> None:
    """The map would lead to another word than the one that is looked up."""
    regions = [
        [region(TEXT, *block, page=n, first=(0,)) for block in page]
        for n, page in enumerate(pages, start=1)
    ]
    text, rows = write_reading_text(regions, COUNTS)
    printed = [w for page in pages for block in page for line in block for w in line.split()]
    assert len(rows) == len(printed)
    for offset, word, *_ in rows:
        assert text[int(offset) : int(offset) + len(word)] == word
    offsets = [int(row[0]) for row in rows]
    assert offsets == sorted(offsets)


def test_the_double_hyphen_of_fraktur_joins_words_as_any_hyphen() -> None:
    """Every divided word of a German book would stay in two halves."""
    text = text_of([region(TEXT, "der Kraft⸗", "geſelle im Jacobs⸗", "Orden")])
    assert text == "der Kraftgeſelle im Jacobs⸗Orden\n"
