"""The benches that compare deliveries and tools say what is there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.boxes import PlacedWord, compare, compare_page
from bench.throughput import watch
from pipeline.geometry import Box

HOCR = """<html xmlns="http://www.w3.org/1999/xhtml"><body><span class="ocr_line"
 title="bbox 0 0 90 9"><span class="ocrx_word" title="bbox {left} 0 40 9; x_wconf 90">one</span>
<span class="ocrx_word" title="bbox 50 0 90 9; x_wconf 90">{second}</span></span></body></html>"""


def deliver(place: Path, left: int, second: str) -> Path:
    folder = place / "book" / "pages"
    folder.mkdir(parents=True)
    (folder / "0001.hocr").write_text(HOCR.format(left=left, second=second))
    return place


@pytest.mark.parametrize(
    ("left", "second", "same", "distances", "different"),
    [(2, "two", True, [2, 0], 0), (3, "two", False, [3, 0], 0), (0, "too", False, [0], 1)],
)
def test_words_and_boxes_are_compared(
    tmp_path: Path, left: int, second: str, same: bool, distances: list[int], different: int
) -> None:
    found = compare(deliver(tmp_path / "a", 0, "two"), deliver(tmp_path / "b", left, second))
    assert (found.words, found.same, found.distances) == (2, same, distances)
    assert len(found.different) == different


def test_a_word_too_many_is_seen(tmp_path: Path) -> None:
    word = PlacedWord("one", Box(0, 0, 9, 9))
    assert not compare_page("1", [word], [word, word]).same
    assert not compare(deliver(tmp_path / "a", 0, "two"), tmp_path / "nothing").same


def test_what_a_command_costs_holds_that_of_its_children(tmp_path: Path) -> None:
    code = "x = bytearray(200_000_000); print(sum(range(2_000_000)))"
    measured, output = watch(["sh", "-c", f"{sys.executable} -c '{code}'; true"], tmp_path)
    assert output.strip() == str(sum(range(2_000_000)))
    assert measured.peak > 200 and measured.cpu > 0.01
