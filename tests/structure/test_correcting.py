"""Corrections laid over a page: words and their boxes, regions, and what has moved since."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.corrections import LineCorrection, PageCorrections, RegionCorrection
from pipeline.document import QUARANTINED, Leaf, Line, Page, Region, Word
from pipeline.geometry import Affine, Box
from pipeline.structure.correcting import correct_page, proofread_texts
from pipeline.structure.rewriting import rewrite_line, share_out

WIDTH = 40


def line_of(*texts: str, top: int = 100, left: int = 100) -> Line:
    """A line of words, 40 pixels each and 10 apart."""
    words = tuple(
        Word(Box(left + 50 * k, top, left + 50 * k + WIDTH, top + 20), text, 0.5, (), (text + "?",))
        for k, text in enumerate(texts)
    )
    box = Box(left - 5, top - 5, left + 50 * len(texts) + 5, top + 25)
    baseline = ((float(box.left), top + 20.0), (float(box.right), top + 20.0))
    return Line(box, baseline, 12.0, words, text=" ".join(texts))


def page_of(*lines: Line, **more: Any) -> Page:
    """A page with a region for each line."""
    regions = tuple(Region(line.box, lines=(line,)) for line in lines)
    return Page(1, 1000, 1000, 300, leaves=(Leaf(Box(0, 0, 1000, 1000), regions),), **more)


def correction(line: Line, *new: str, accepted: bool = False, box: Box | None = None):  # type: ignore[no-untyped-def]
    old = [word.text for word in line.words]
    place = (box or line.box).as_tuple()
    return LineCorrection(id="line_1_1_1", box=place, old=old, new=list(new), accepted=accepted)


def corrections_of(*lines: LineCorrection, regions: tuple[RegionCorrection, ...] = ()):  # type: ignore[no-untyped-def]
    return PageCorrections(
        page=1, sha256="a" * 64, width=1000, height=1000, lines=list(lines), regions=list(regions)
    )


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def test_a_changed_word_keeps_its_box_and_what_was_read() -> None:
    """A search hit would be drawn elsewhere, and nobody could see what was changed."""
    line = line_of("tbe", "house")
    page, outcome = correct_page(page_of(line), corrections_of(correction(line, "the", "house")))
    first, second = next(iter(page.lines)).words
    assert first.box == line.words[0].box and first.text == "the" and first.corrected
    assert first.alternatives == ("tbe", "tbe?") and first.confidence == 1.0
    assert second == line.words[1]
    assert (outcome.lines, outcome.words, outcome.accepted, outcome.lost) == (1, 1, 0, 0)


def test_an_accepted_line_is_sure() -> None:
    """A line that a person has looked at would still be called doubtful."""
    line = line_of("the", "house")
    corrected = correction(line, "the", "house", accepted=True)
    page, outcome = correct_page(page_of(line), corrections_of(corrected))
    (found,) = page.lines
    assert found.proofread and [word.confidence for word in found.words] == [1.0, 1.0]
    assert not any(word.corrected for word in found.words) and outcome.accepted == 1


def test_words_are_parted_and_left_out() -> None:
    """A word run together with the next could not be mended."""
    line = line_of("ofthe", "x", "house")
    (found,) = correct_page(page_of(line), corrections_of(correction(line, "of the", "", "house")))[
        0
    ].lines
    assert found.text == "of the house"
    of, the, house = (word.box for word in found.words)
    assert of.right < the.left and the.right == line.words[0].box.right
    assert house == line.words[2].box


def test_another_reading_gets_the_same_text() -> None:
    """After a run with another model the corrections would fit no word any more."""
    before, now = line_of("tbe", "bouse", "of", "lords"), line_of("the", "house", "oflords")
    corrected = correction(before, "the", "house", "of", "lords", accepted=True)
    page, outcome = correct_page(
        page_of(now), corrections_of(corrected.model_copy(update={"box": now.box.as_tuple()}))
    )
    assert texts(page) == ["the house of lords"] and outcome.moved == 0


def test_what_has_moved_is_told_and_what_is_gone_is_lost() -> None:
    """Corrections would land on other lines, or vanish without a word."""
    line, other = line_of("tbe"), line_of("two", top=300)
    near = Box(line.box.left + 8, line.box.top + 4, line.box.right + 8, line.box.bottom + 4)
    far = Box(500, 500, 600, 530)
    given_lines = (
        correction(line, "the", accepted=True, box=near),
        correction(line, "lost", box=far),
    )
    page, outcome = correct_page(page_of(line, other), corrections_of(*given_lines))
    assert texts(page) == ["the", "two"]
    assert (outcome.lines, outcome.moved, outcome.lost) == (1, 1, 1)
    assert proofread_texts(page_of(line, other), corrections_of(*given_lines)) == {}
    bad = page_of(status=QUARANTINED, reason="torn")
    assert correct_page(bad, corrections_of(*given_lines))[1].lost == 2


def test_places_are_told_on_a_page_supplied_at_another_size_and_turned() -> None:
    """Pages that were straightened, or rendered larger, would lose all their corrections."""
    line = line_of("tbe")
    turned = Affine.quarter_turns(1, 1000, 1000)
    page = replace(page_of(line), to_source=turned)
    place = turned.box(line.box)
    half = Box(*(value // 2 for value in place.as_tuple()))
    small = corrections_of(correction(line, "the", box=half)).model_copy(
        update={"width": 500, "height": 500}
    )
    assert texts(correct_page(page, small)[0]) == ["the"]


def region_of(line: Line, kind: str) -> RegionCorrection:
    return RegionCorrection(id="block_1_1", box=line.box.as_tuple(), kind=kind)


def test_regions_are_named_and_ordered() -> None:
    """A heading would stay text, and columns read in the wrong order stay so."""
    one, two = line_of("one"), line_of("two", top=300)
    wanted = (region_of(two, "heading"), region_of(one, "text"))
    page, outcome = correct_page(page_of(one, two), corrections_of(regions=wanted))
    assert texts(page) == ["two", "one"] and outcome.regions == "taken"
    assert [region.kind for region in page.regions] == ["heading", "text"]
    gone = (region_of(line_of("gone", top=700), "text"),)
    page, outcome = correct_page(page_of(one, two), corrections_of(regions=gone))
    assert texts(page) == ["one", "two"] and outcome.regions == "lost"


def test_leaves_of_an_opening_stay_apart() -> None:
    """Both pages of a book that lie on one scan would become one, as soon as a region is moved."""
    tops = {"one": 100, "two": 300, "three": 100, "four": 300}
    lines = {text: line_of(text, top=top) for text, top in tops.items()}
    for text in ("three", "four"):
        lines[text] = line_of(text, top=tops[text], left=600)
    one, two, three, four = (Region(line.box, lines=(line,)) for line in lines.values())
    left, right = (
        Leaf(Box(0, 0, 500, 1000), (one, two)),
        Leaf(Box(500, 0, 1000, 1000), (three, four)),
    )
    page = replace(page_of(), leaves=(left, right, Leaf(Box(0, 900, 500, 1000))))

    def ordered(*wanted: str) -> list[tuple[int, list[str]]]:
        given_regions = tuple(region_of(lines[text], "text") for text in wanted)
        found = correct_page(page, corrections_of(regions=given_regions))[0]
        return [
            (leaf.box.left, [line.text for region in leaf.regions for line in region.lines])
            for leaf in found.leaves
            if leaf.regions
        ]

    assert ordered("two", "one", "four", "three") == [
        (0, ["two", "one"]), (500, ["four", "three"]),
    ]  # fmt: skip
    assert ordered("three", "four", "one") == [(500, ["three", "four"]), (0, ["one", "two"])]
    assert ordered("one", "three", "two", "four") == [
        (0, ["one"]), (500, ["three"]), (0, ["two"]), (500, ["four"]),
    ]  # fmt: skip


WORDS = st.lists(st.text("abcd", min_size=1, max_size=5), min_size=1, max_size=8)
NEW = st.lists(st.sampled_from(["", "a", "abc", "x y", "long words here"]), min_size=8, max_size=8)


@given(WORDS, WORDS, NEW, st.booleans())
def test_a_rewritten_line_holds_what_was_written_within_its_box(
    read: list[str], old: list[str], new: list[str], accepted: bool
) -> None:
    """A word would be lost, or stand outside of its line, whatever the line is read as by now."""
    line = line_of(*read)
    new = new[: len(old)]
    found = rewrite_line(line, old, new, accepted)
    assert found.text.split() == [word for text in new for word in text.split()]
    assert [word.text for word in found.words] == found.text.split()
    assert all(line.box.contains(word.box) for word in found.words)


@given(st.integers(1, 300), st.lists(st.text("ab", min_size=1, max_size=9), min_size=1, max_size=9))
def test_boxes_are_shared_out_from_left_to_right(width: int, shared: list[str]) -> None:
    """Words would lie on each other, or outside of what they share."""
    whole = Box(7, 3, 7 + width, 20)
    boxes = share_out(whole, shared)
    assert len(boxes) == len(shared) and all(whole.contains(box) for box in boxes)
    if boxes[0] != whole:
        assert all(a.right <= b.left for a, b in pairwise(boxes))
