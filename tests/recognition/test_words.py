"""Word boxes: the decoder's frames snapped to the ink, whatever lies beside it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import HAND, PRINT, Line
from pipeline.geometry import Box
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.confidence import Calibration
from pipeline.recognition.ctc import Alignment
from pipeline.recognition.decoder import DecodedLine
from pipeline.recognition.frame import PRINT_FRAME
from pipeline.recognition.line_image import LineImage
from pipeline.recognition.line_place import place_line
from pipeline.recognition.word_boxes import place_words
from tests.drawn import page_x

ALPHABET = Alphabet(" ab*=17")
SCALE = 2  # page pixels per image column, as the x-height is twice the frame's


def line_of(width: int) -> Line:
    box = Box(100, 400, 100 + width, 426)
    return Line(box, ((100.0, 426.0), (100.0 + width, 426.0)), PRINT_FRAME.x_height * SCALE)


def read(
    text: str,
    starts: list[int],
    inked: list[tuple[int, int]],
    width: int,
    writing: str = PRINT,
    shade: int = 0,
) -> Line:
    """A line whose image has ink of some shade in the given columns, read as `text` at the given
    frames."""
    line = line_of(width)
    place = place_line(line, PRINT_FRAME)
    image = np.full((PRINT_FRAME.height, place.width), 255, np.uint8)
    for left, right in inked:
        image[10:22, left:right] = shade
    classes = np.array(ALPHABET.encode(text))
    begins = np.array(starts)
    path = Alignment(classes, begins, begins + 1, np.zeros(len(classes), np.float32))
    return place_words(
        LineImage(line, place, image),
        DecodedLine(text, path, text),
        4.0 * np.arange(len(image[0]) // 4 + 2),
        ALPHABET,
        Calibration(),
        writing,
    )


@pytest.mark.parametrize("shade", [0, 180])
def test_boxes_are_the_ink(shade: int) -> None:
    """Boxes of words would be wider or narrower than the word, and pale ink would be none."""
    line = read("aa b", [3, 6, 9, 13], [(10, 30), (48, 60)], 300, shade=shade)
    assert [word.text for word in line.words] == ["aa", "b"]
    place = place_line(line_of(300), PRINT_FRAME)
    expected = [(page_x(place, 10), page_x(place, 30)), (page_x(place, 48), page_x(place, 60))]
    for word, (left, right) in zip(line.words, expected, strict=True):
        assert abs(word.box.left - left) <= 1
        assert abs(word.box.right - right) <= 1
        assert abs(word.box.bottom - 426) <= 2


def test_a_pale_word_beside_black_ones_has_its_ink() -> None:
    """A reference in colour among black words would have no ink, and spaces within its figures."""
    line = line_of(400)
    place = place_line(line, PRINT_FRAME)
    image = np.full((PRINT_FRAME.height, place.width), 255, np.uint8)
    image[10:22, 16:40] = image[10:22, 120:160] = 0
    image[10:22, 60:68] = image[10:22, 70:78] = 165
    classes, begins = np.array(ALPHABET.encode("a 77 b")), np.array([6, 12, 16, 18, 25, 33])
    path = Alignment(classes, begins, begins + 1, np.zeros(6, np.float32))
    edges = 4.0 * np.arange(60)
    read_line = DecodedLine("a 77 b", path, "a 77 b")
    found = place_words(LineImage(line, place, image), read_line, edges, ALPHABET, Calibration())
    assert [word.text for word in found.words] == ["a", "77", "b"]
    assert abs(found.words[1].box.left - page_x(place, 60)) <= 1
    assert abs(found.words[1].box.right - page_x(place, 78)) <= 1


def test_a_broad_letter_is_whole() -> None:
    """A broad letter at the end of a word would stick out of its box."""
    line = read(
        "ab b", [3, 6, 11, 14], [(10, 20), (22, 44), (54, 64)], 300
    )  # the frame of its b is at its left end
    place = place_line(line_of(300), PRINT_FRAME)
    assert abs(line.words[0].box.right - page_x(place, 44)) <= 1


def test_a_speck_in_wide_white_is_no_part_of_a_word() -> None:
    """A speck would stretch the box of a word into the white."""
    line = read("a b", [3, 10, 30], [(10, 22), (70, 72), (118, 130)], 400)
    place = place_line(line_of(400), PRINT_FRAME)
    assert abs(line.words[1].box.left - page_x(place, 118)) <= 1


def test_ink_of_the_next_line_is_no_part_of_a_word() -> None:
    """The box of a word would reach into the line below."""
    line = line_of(300)
    place = place_line(line, PRINT_FRAME)
    image = np.full((PRINT_FRAME.height, place.width), 255, np.uint8)
    image[10:22, 16:30] = image[10:22, 48:60] = 0
    image[-4:, 32:44] = 0  # the top of a letter below the white
    path = Alignment(
        np.array(ALPHABET.encode("a b")),
        np.array([6, 9, 13]),
        np.array([7, 10, 14]),
        np.zeros(3, np.float32),
    )
    words = place_words(
        LineImage(line, place, image),
        DecodedLine("a b", path, "a b"),
        4.0 * np.arange(60),
        ALPHABET,
        Calibration(),
    ).words
    for word, (left, right) in zip(words, [(16, 30), (48, 60)], strict=True):
        assert abs(word.box.left - page_x(place, left)) <= 1
        assert abs(word.box.right - page_x(place, right)) <= 1


def letters_and_gaps(text: str, gaps: list[int], writing: str = PRINT) -> Line:
    """`text` read from letters 8 columns wide, so many columns of white before each that has one of
    `gaps`."""
    inked, starts, x = [], [], 8
    widths = iter(gaps)
    for character in text:
        if character != " ":
            x += next(widths)
            inked.append((x, x + 8))
        starts.append((x + (4 if character != " " else 8)) // 4)
        x += 8 if character != " " else 0
    return read(text, starts, inked, SCALE * (x + 16), writing)


def test_a_mark_far_from_its_word_is_a_word() -> None:
    """A mark that stands apart would be glued to a word."""
    far = letters_and_gaps("ab* a b ab", [0, 1, 16, 8, 8, 8, 1])
    assert far.text == far.greedy == "ab * a b ab"
    assert [word.text for word in far.words] == ["ab", "*", "a", "b", "ab"]
    assert (
        letters_and_gaps("ab* a b ab", [0, 1, 8, 8, 8, 8, 1]).text == "ab* a b ab"
    )  # as far as words are
    assert letters_and_gaps("aba a b ab", [0, 1, 16, 8, 8, 8, 1]).text == "aba a b ab"  # a letter
    assert (
        letters_and_gaps("ab* a b", [0, 1, 16, 8, 8]).text == "ab* a b"
    )  # too few words to know what is usual


def test_white_that_no_word_has_is_a_space() -> None:
    """Labels along an axis would be one word, and far cells of a row."""
    assert letters_and_gaps("abab", [0, 1, 40, 1]).text == "ab ab"
    assert letters_and_gaps("abab", [0, 24, 24, 24]).text == "abab"  # set wide
    assert letters_and_gaps("abab", [0, 1, 40, 1], HAND).text == "abab"  # a faint stroke between


def test_hours_and_minutes_of_a_timetable_stand_apart() -> None:
    """A timetable would have no hours and no minutes: 677 for 6 77."""
    assert letters_and_gaps("77777777", [0, 12, 2, 8, 12, 2, 8, 2]).text == "7 777 7777"
    assert letters_and_gaps("771777", [0, 14, 2, 3, 2, 14]).text == "7 7177 7"
    assert letters_and_gaps("7117", [0, 9, 11, 9]).text == "7117"  # figures of one width
    assert letters_and_gaps("7777", [0, 12, 12, 12]).text == "7777"  # set wide
    assert letters_and_gaps("77", [0, 12]).text == "7 7"  # no others that tell what is usual
    assert letters_and_gaps("a 77", [0, 8, 12]).text == "a 77"  # pale figures of a note
    assert letters_and_gaps("77", [0, 7]).text == "77"
    assert letters_and_gaps("17", [0, 10]).text == "17"


@pytest.mark.parametrize(("white", "sum_"), [(2, "777"), (5, "777"), (7, "7 77"), (8, "7 77")])
def test_white_between_figures_as_wide_as_a_space_is_one(white: int, sum_: str) -> None:
    """Pounds and shillings behind an entry would be one number."""
    gaps = [0, 1, 8, 1, 8, 1, 8, 1, 8, white, 2]
    assert letters_and_gaps("ab ab ab ab 777", gaps).text == f"ab ab ab ab {sum_}"


def test_white_between_letters_as_wide_as_a_space_is_one() -> None:
    """A word of one letter would be joined to the next one, as in "c Hubble"; letters of a word
    that are set a little wide are no words."""
    for white, last in ((3, "abbab"), (5, "abbab"), (7, "abb ab"), (10, "abb ab")):
        gaps = [0, 1, 8, 1, 8, 1, 8, 1, 8, 1, 1, white, 1]
        assert letters_and_gaps("ab ab ab ab abbab", gaps).text == f"ab ab ab ab {last}"


@pytest.mark.parametrize(
    ("gaps", "text"),
    [([8, 8], "a = b"), ([8, 3], "a =b"), ([3, 8], "a= b"), ([4, 4], "a=b"), ([7, 7], "a = b")],
)
def test_the_signs_of_formulas_stand_apart_where_they_are_set_so(
    gaps: list[int], text: str
) -> None:
    """What stands on either side of them would be one word, or a line of code be torn."""
    assert letters_and_gaps("a=b", [0, *gaps]).text == text
    assert letters_and_gaps("aab", [0, *gaps]).text == "aab"


@given(
    st.text("ab* ", min_size=1, max_size=20).map(lambda t: " ".join(t.split())).filter(bool),
    st.data(),
)
def test_every_box_is_in_its_line_and_characters_in_their_word(
    text: str, data: st.DataObject
) -> None:
    """Formats that nest boxes would be invalid."""
    gaps = data.draw(st.lists(st.integers(1, 4), min_size=len(text), max_size=len(text)))
    starts = np.cumsum(gaps).tolist()
    width = 8 * (starts[-1] + 6)
    columns = width // SCALE
    pairs = data.draw(st.lists(st.tuples(st.integers(0, columns), st.integers(1, 20)), max_size=8))
    line = read(text, starts, [(a, a + b) for a, b in pairs], width)
    assert [word.text for word in line.words] == (line.text or "").split()
    assert (line.text or "").replace(" ", "") == text.replace(" ", "")
    for word in line.words:
        assert line.box.contains(word.box)
        assert "".join(c.text for c in word.characters) == word.text
        lefts = [c.box.left for c in word.characters]
        assert lefts == sorted(lefts)
        assert 0 <= (word.confidence or 0) <= 1
