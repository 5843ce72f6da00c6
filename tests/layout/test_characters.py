"""Isolated characters of a form: found one by one, and read with their neighbours."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.geometry import Box
from pipeline.layout.characters import find_characters, merge_boxes
from stages.judge.characters import reading


def form_page() -> tuple[np.ndarray, list[list[Box]]]:
    """A page of capitals and digits with broken strokes and closed counters, and the true boxes."""
    page = Image.new("L", (1500, 700), 245)
    draw, truth = ImageDraw.Draw(page), []
    for row, text in enumerate(("HAD BOX 80", "TIR 46 OPQ", "GIT 1 L9 D")):
        boxes = []
        for k, character in enumerate(text):
            if character == " ":
                continue
            font = ImageFont.load_default(110)
            at = (80 + 135 * k, 60 + 210 * row)
            draw.text(at, character, font=font, fill=25, stroke_width=2)
            alone = Image.new("L", page.size, 0)
            ImageDraw.Draw(alone).text(at, character, font=font, fill=255, stroke_width=2)
            boxes.append(Box(*(alone.getbbox() or (0, 0, 0, 0))))
        truth.append(boxes)
    for box in (
        truth[0][1],
        truth[1][0],
        truth[2][5],
    ):  # broken ink: a white cut right through a letter
        middle = box.top + (box.height * 2) // 3
        draw.rectangle((box.left - 4, middle, box.right + 4, middle + 7), fill=245)
    return np.asarray(page, dtype=np.uint8), truth


def test_every_character_has_one_box() -> None:
    """Broken strokes would become two characters, or neighbours one."""
    page, truth = form_page()
    found = find_characters(page)
    assert [len(line) for line in found] == [len(line) for line in truth]
    for line, true_line in zip(found, truth, strict=True):
        for box, true in zip(line, true_line, strict=True):
            assert (
                max(abs(a - b) for a, b in zip(box.as_tuple(), true.as_tuple(), strict=True)) <= 4
            )


@pytest.mark.parametrize(
    ("likely", "expected"),
    [
        ({"1": 0.9, "I": 0.1}, "1"),
        ("19O", "190"),  # what may be a 0 is one among figures
        ("B0X", "BOX"),  # and an O among letters
        ("A4O", "A4O"),  # neither kind fits: each as it looks
    ],
)
def test_words_are_of_figures_or_of_letters(likely: str | dict[str, float], expected: str) -> None:
    """A 0 among figures would be read as O, and an O among letters as 0."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    twins = {"0": "O", "O": "0", "1": "I", "I": "1"}
    rows = (
        [likely]
        if isinstance(likely, dict)
        else [{c: 0.9} | ({twins[c]: 0.09} if c in twins else {}) for c in likely]
    )
    outputs = np.log(
        np.array([[row.get(c, 1e-6) for c in alphabet] for row in rows], dtype=np.float32)
    )
    assert "".join(alphabet[k] for k in reading(outputs, alphabet)) == expected


def test_an_empty_page_has_no_characters() -> None:
    """An empty form would fail, or characters be read from nothing."""
    assert find_characters(np.full((200, 300), 240, np.uint8)) == []


def test_a_whole_page_of_letters_comes_to_an_end() -> None:
    """Each merge would begin from the first box again: a printed page would take hours."""
    letters = [Box(60 * c, 80 * r, 60 * c + 30, 80 * r + 40) for r in range(40) for c in range(30)]
    counters = [Box(b.left + 10, b.top + 10, b.left + 20, b.top + 20) for b in letters]
    assert sorted(merge_boxes([*letters, *counters], 40), key=lambda b: b.as_tuple()) == sorted(
        letters, key=lambda b: b.as_tuple()
    )
