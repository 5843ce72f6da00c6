"""The generator of odd pages: the same seed gives the same page, and every page holds its text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from bench.cases import compare, judge, part_distance, summary
from bench.odd_pages import KINDS, draw_page
from bench.odd_sheets import PLAIN
from pipeline.reading import new_page, segment

FACES = {"serif": (PLAIN,), "sans": (PLAIN,), "mono": (PLAIN,)}
LARGE = {"typescript", "single"}  # half a second each


@pytest.mark.parametrize("kind", sorted(set(KINDS) - LARGE))
def test_page_holds_ink_and_text(kind: str, tmp_path: Path) -> None:
    page = draw_page(kind, 7, **FACES)
    assert page.text.strip() and np.ptp(page.grey) > 60
    page.save(tmp_path, kind)
    if page.layer:
        with pikepdf.open(tmp_path / f"{kind}.pdf") as pdf:
            assert len(pdf.pages[0].Resources.XObject) == 2
    else:
        with Image.open(tmp_path / f"{kind}.png") as image:
            assert image.size == page.grey.shape[::-1]


@pytest.mark.parametrize("seed", [9, 21])
@pytest.mark.parametrize("kind", ["notices", "index", "register", "ledger"])
def test_what_stands_side_by_side_is_read_in_order(kind: str, seed: int) -> None:
    """Text would be read across frames and columns, or the parts of an entry apart."""
    page = draw_page(kind, seed, **FACES)
    lines = list(segment(new_page(page.grey, page.dpi[0])).page.lines)
    texts = page.text.splitlines()
    assert len(lines) == len(texts)
    if kind in ("notices", "index"):
        wide = [line.box.right - line.box.left for line in lines]
        letters = [len(text) for text in texts]
        assert float(np.corrcoef(wide, letters)[0, 1]) > 0.95
    else:
        tops = [line.box.top for line in lines]
        assert tops == sorted(tops)


def test_same_seed_same_page() -> None:
    a, b, other = (draw_page("band", seed, **FACES) for seed in (1, 1, 2))
    assert np.array_equal(a.grey, b.grey) and a.text == b.text
    assert a.text != other.text


def test_part_of_a_text_is_found_where_it_is() -> None:
    assert part_distance("old dog", "the odd dog barks") == 1
    assert part_distance("old dog", "") == 7


def test_summary_counts_blank_and_worse() -> None:
    read = judge("a", "the dog", "the dog", "done")
    lost = judge("b", "the cat", "", "blank")
    text = summary([read, lost], [lost, read])
    assert "on 1 of 2" in text and "blank: 1" in text
    assert compare({"a": read}, {"a": lost}) == ["worse than before: a: 0.00 -> 100.00"]
