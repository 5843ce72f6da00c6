"""Born-digital pages are scored by what stands on them, not by what pdftotext makes of them."""

from __future__ import annotations

from bench.layouts import decipher
from bench.text_layer import LaidWord, lay_text


def words(*placed: tuple[str, float, float], size: float = 10, down: float = 0) -> list[LaidWord]:
    """Words of a line from left to right edge, in points."""
    return [LaidWord(left, down, right, down + size, text) for text, left, right in placed]


def test_a_formula_goes_on_behind_its_index() -> None:
    """`x1 ,` would be two words, the second of which any engine finds."""
    index = words(("1", 5, 8), size=6, down=5)
    line = [*words(("x", 0, 5)), *index, *words((",", 8.8, 11), ("and", 14, 30))]
    assert lay_text([line]) == "x1, and\n"


def test_a_thin_space_is_a_gap() -> None:
    """`10 ml` would be one word."""
    assert lay_text([words(("10", 0, 9), ("ml", 10.1, 20))]) == "10 ml\n"


def test_a_raised_mark_is_joined_although_it_is_a_line() -> None:
    mark = words(("1", 0, 3), size=6, down=-2)
    assert lay_text([mark, words(("Let", 3.2, 15), ("us", 18, 26))]) == "1Let us\n"


def test_what_stands_upright_is_joined_with_nothing() -> None:
    upright = [LaidWord(0, 0, 9, 40, "Short"), LaidWord(9.2, 0, 18, 30, "term")]
    assert lay_text([[upright[0]], [upright[1]]]) == "Short\nterm\n"


def test_a_hyphen_at_a_lines_end_is_kept() -> None:
    lines = [words(("an", 0, 9), ("encoder-", 12, 40)), words(("RNN", 0, 20), down=12)]
    assert lay_text(lines) == "an encoder-\nRNN\n"


def test_other_faces_are_deciphered() -> None:
    raw = "Opnbddchmfr ne sgd\nnkln:_kkdm_h-nqf\nz\n"
    truth, read = decipher("olmo-page-1", raw, "by")
    assert (truth, read) == ("Proceedings of the\nolmo@allenai.org\n1\n", "ay")


def test_a_word_with_letters_without_a_code_is_none() -> None:
    """No engine could find it."""
    assert lay_text([words(("an", 0, 9), ("x", 12, 17), ("\ufffd", 17, 20))]) == "an\n"
