"""The text of a book for reading: paragraphs joined across lines and pages, hyphens resolved, and
where each word stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from rapidfuzz import fuzz

from pipeline.document import HEADER, HEADING, PAGE_NUMBER, TABLE, TEXT, Page
from pipeline.export.source import source_regions, word_id
from pipeline.lexicon import bare_word

DIVIDED = re.compile(r"^(.*\w)[-\u00ad¬‐]$")
DASH_AT_END = re.compile(r"[—–]$")
SENTENCE_END = re.compile(r"[.?!:;][”’\"')\]»]*$")
LAST_LINE = (
    0.8  # a line that ends before this share of its region's width may be the last of its paragraph
)
MAP_COLUMNS = ("offset", "word", "part", "page", "id", "left", "top", "right", "bottom")
MANY_PAGES = 4  # pages of a book in which running heads recur
SAME_HEAD = 80  # percent of likeness of two running heads that are the same
LEFT_OUT = (HEADER, PAGE_NUMBER)
# verse: so many lines one after the other that begin with capitals, and are most of their region,
# or short as often as this
VERSE_LINES, VERSE_MOST, VERSE_SHORT, VERSE_PARAGRAPHS = 4, 0.85, 0.8, 0.5


@dataclass(frozen=True)
class Piece:
    """A word as printed: its text, page number, id and box (left, top, right, bottom) on the page
    as supplied."""

    text: str
    page: int
    id: str
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class ReadLine:
    """A line: its words, whether it begins a paragraph, and whether it ends well before its region
    does."""

    pieces: tuple[Piece, ...]
    paragraph: bool
    short: bool


@dataclass(frozen=True)
class ReadRegion:
    """A region's kind and lines."""

    kind: str
    lines: tuple[ReadLine, ...]


def page_reading(page: Page) -> list[dict[str, Any]]:
    """What the reading text needs of a page, as JSON; the ids are those of every other format."""
    regions = []
    for r, region in enumerate(source_regions(page), start=1):
        lines = []
        for n, line in enumerate(region.lines, start=1):
            words = [
                [word.text, word_id(page.number, r, n, k), *word.box.as_tuple()]
                for k, word in enumerate(line.words, start=1)
            ]
            short = line.box.right < region.box.left + LAST_LINE * region.box.width
            lines.append({"paragraph": line.paragraph, "short": short, "words": words})
        if lines:
            regions.append({"kind": region.kind, "lines": lines})
    return regions


def read_reading(number: int, raw: Iterable[Mapping[str, Any]]) -> list[ReadRegion]:
    """The regions of a page from `page_reading`."""
    return [
        ReadRegion(
            region["kind"],
            tuple(
                ReadLine(
                    tuple(
                        Piece(text, number, identity, tuple(box))
                        for text, identity, *box in line["words"]
                    ),
                    line["paragraph"],
                    line["short"],
                )
                for line in region["lines"]
            ),
        )
        for region in raw
    ]


class Hyphens:
    """Whether a word that is divided at a line's end keeps its hyphen.

    Args:
        counts: how often words occur, hyphenated ones among them: of the lexicon, and of the book
            itself.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts

    def _count(self, word: str) -> int:
        return max(self._counts.get(word, 0), self._counts.get(word.lower(), 0))

    def keeps(self, first: str, second: str) -> bool:
        """Whether "first-" and "second" make "first-second": to-day does, pre-pare does not.

        What is known decides; of two unknown forms the hyphen stays where both parts are words by
        themselves.
        """
        if second[:1].isupper() or not second[:1].isalpha():
            return True
        first, second = bare_word(first), bare_word(second)
        with_hyphen, without = self._count(f"{first}-{second}"), self._count(first + second)
        if with_hyphen or without:
            return with_hyphen > without
        return (
            len(first) > 2
            and len(second) > 2
            and self._count(first) > 0
            and self._count(second) > 0
        )


Joined = tuple[
    str, tuple[Piece, ...]
]  # a word of the reading text, and the pieces it was printed in


def join_words(lines: Iterable[Sequence[Piece]], hyphens: Hyphens) -> list[Joined]:
    """The words of a paragraph's lines, those divided at a line's end put together."""
    words: list[Joined] = []
    for line in lines:
        for k, piece in enumerate(line):
            divided = DIVIDED.match(words[-1][0]) if k == 0 and words else None
            if divided:
                stem, pieces = divided[1], words[-1][1]
                text = (
                    f"{stem}-{piece.text}" if hyphens.keeps(stem, piece.text) else stem + piece.text
                )
                words[-1] = (text, (*pieces, piece))
            else:
                words.append((piece.text, (piece,)))
    return words


def verse_lines(lines: Sequence[ReadLine]) -> set[int]:
    """Indices of the lines of verse among those of a region: rows of lines that begin with
    capitals, as those of prose seldom do.

    Lines of talk begin so too, but nearly each is a paragraph.
    """
    capital = [bool(line.pieces) and _first_letter(line.pieces[0].text).isupper() for line in lines]
    found: set[int] = set()
    for is_capital, group in groupby(range(len(lines)), lambda k: capital[k]):
        run = list(group)
        if not is_capital or len(run) < VERSE_LINES:
            continue
        short, paragraphs = sum(lines[k].short for k in run), sum(lines[k].paragraph for k in run)
        apart = len(run) >= VERSE_MOST * len(lines) or short >= VERSE_SHORT * len(run)
        if apart and paragraphs <= VERSE_PARAGRAPHS * len(run):
            found.update(run)
    return found


def _first_letter(text: str) -> str:
    return next((character for character in text if character.isalpha()), "")


@dataclass(frozen=True)
class Paragraph:
    """Lines that are joined, or in verse stand below each other."""

    lines: tuple[tuple[Piece, ...], ...]
    verse: bool = False

    def words(self, hyphens: Hyphens) -> list[list[Joined]]:
        """Its words, in the lines in which they are to be read."""
        return (
            [join_words([line], hyphens) for line in self.lines]
            if self.verse
            else [join_words(self.lines, hyphens)]
        )


def paragraphs_of(pages: Iterable[Sequence[ReadRegion]], running_heads: bool) -> list[Paragraph]:
    """The paragraphs of a book, in reading order.

    A paragraph goes on over regions and pages until a line begins another, or verse begins or ends.
    Captions, notes and tables that stand in the midst of one follow after it. Running heads and
    page numbers are left out unless they are asked for.
    """
    done: list[Paragraph] = []
    current: list[tuple[Piece, ...]] = []
    floats: list[Paragraph] = []
    ended = in_verse = False

    def flush() -> None:
        nonlocal current
        done.extend([Paragraph(tuple(current), in_verse)] if current else [])
        done.extend(floats)
        current = []
        floats.clear()

    for page in pages:
        for region in page:
            lines = tuple(line.pieces for line in region.lines if line.pieces)
            if not lines or (region.kind in LEFT_OUT and not running_heads):
                continue
            if region.kind == HEADING:
                flush()
                done.append(Paragraph(lines))
            elif region.kind == TABLE:
                floats.extend(Paragraph((line,)) for line in lines)
            elif region.kind != TEXT:
                floats.append(Paragraph(lines))
            else:
                verse = verse_lines(region.lines)
                for k, line in enumerate(region.lines):
                    if (
                        (k in verse) != in_verse
                        or (k == 0 and (in_verse or ended))
                        or (line.paragraph and k not in verse)
                    ):
                        flush()
                    in_verse = k in verse
                    current.append(line.pieces)
                last = region.lines[-1]
                ended = last.short and bool(
                    last.pieces and SENTENCE_END.search(last.pieces[-1].text)
                )
    flush()
    return done


def with_true_heads(pages: Sequence[Sequence[ReadRegion]]) -> list[list[ReadRegion]]:
    """The pages with running heads that occur but once, and have no number, taken for what they
    are: headings of chapters."""
    texts = [
        [_head_text(region) if region.kind == HEADER else "" for region in page] for page in pages
    ]
    everything = [text for page in texts for text in page if text]

    def recurs(text: str) -> bool:
        return sum(fuzz.ratio(text, other) > SAME_HEAD for other in everything) > 1

    return [
        [
            replace(region, kind=HEADING)
            if text and not any(c.isdigit() for c in text) and not recurs(text)
            else region
            for region, text in zip(page, heads, strict=True)
        ]
        for page, heads in zip(pages, texts, strict=True)
    ]


def _head_text(region: ReadRegion) -> str:
    return " ".join(piece.text for line in region.lines for piece in line.pieces).lower()


def reading_text(
    pages: Sequence[Sequence[ReadRegion]], counts: Mapping[str, int], running_heads: bool = False
) -> tuple[str, list[tuple[str, ...]]]:
    """The text of a book for reading, and a row of MAP_COLUMNS for each piece of each of its words.

    Args:
        pages: of the whole book, in order.
        counts: the lexicon's words with their counts.
        running_heads: keep running heads and page numbers.

    Returns:
        Paragraphs with an empty line between, verse line by line, and the rows; offsets count
        characters of the text. A word in two pieces has two rows.
    """
    own = Counter(
        bare_word(piece.text)
        for page in pages
        for region in page
        for line in region.lines
        for piece in line.pieces[:-1]
    )
    hyphens = Hyphens(own + Counter(counts))
    pages = with_true_heads(pages) if len(pages) >= MANY_PAGES else pages
    text: list[str] = []
    rows: list[tuple[str, ...]] = []
    offset = 0
    for number, paragraph in enumerate(paragraphs_of(pages, running_heads)):
        for row, words in enumerate(paragraph.words(hyphens)):
            before = "\n" if row else "\n\n" if number else ""
            for word, pieces in words:
                text += [before, word]
                offset += len(before)
                for part, piece in enumerate(pieces, start=1):
                    place = f"{part}/{len(pieces)}"
                    rows.append(
                        (str(offset), word, place, str(piece.page), piece.id, *map(str, piece.box))
                    )
                offset += len(word)
                before = "" if DASH_AT_END.search(word) else " "
    return "".join(text) + ("\n" if text else ""), rows
