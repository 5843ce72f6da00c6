"""Columns of numbered entries, read across."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import TEXT, Character, Line, Region, Word
from pipeline.geometry import Box
from pipeline.structure.numbered_columns import part_numbered

HIGH = 40  # pixels from line to line


def row_of(number: int, cells: list[tuple[int, str]]) -> Line:
    """A line with texts that begin at some x."""
    words = []
    y = 100 + HIGH * number
    for x, text in cells:
        for word in text.split():
            box = Box(x, y, x + 12 * len(word), y + 20)
            words.append(Word(box, word, 0.9, tuple(Character(c, box, 0.9) for c in word)))
            x = box.right + 10
    box = Box.around(word.box for word in words)
    baseline = ((float(box.left), y + 20.0), (float(box.right), y + 20.0))
    return Line(box, baseline, 20.0, tuple(words), text=" ".join(w.text for w in words))


def region_of(lines: list[Line]) -> Region:
    return Region(Box.around(line.box for line in lines), TEXT, tuple(lines))


def texts(regions: tuple[Region, ...]) -> list[list[str]]:
    return [[line.text for line in region.lines] for region in regions]


def key(last: int = 17) -> list[Line]:
    """The key of a map: entries 1 to 8, one of them in two lines, 9 to 17 beside them."""
    left = (
        [f"{k}. mill" for k in range(1, 5)] + ["by the weir"] + [f"{k}. inn" for k in range(5, 9)]
    )
    right = [f"{k}.lock" if k == 11 else f"{k}. lock" for k in range(9, last + 1)]
    return [
        row_of(k, [(100, left[k])] + ([(500, right[k])] if k < len(right) else []))
        for k in range(len(left))
    ]


def test_the_columns_of_a_key_are_read_one_after_the_other() -> None:
    """`1. mill 9. lock` would be one entry. What was read in several regions is one again."""
    rows = key()
    head = region_of([row_of(-2, [(200, "KEY")])])
    first, second = texts(part_numbered((region_of(rows[:4]), region_of(rows[4:]))))
    assert first[:5] == ["1. mill", "2. mill", "3. mill", "4. mill", "by the weir"]
    assert second[0] == "9. lock" and second[-1] == "17. lock" and len(second) == 9
    regions = part_numbered((head, region_of(rows)))
    assert texts(regions)[0] == ["KEY"] and texts(regions)[1:] == [first, second]
    for line in regions[2].lines:
        assert line.baseline[0][0] == line.box.left == 500


def test_rows_of_a_table_stay_rows() -> None:
    """Numbers that do not go on where the first ones end are cells."""
    for step, start in ((3, 40), (1, 40), (0, 9)):
        rows = [
            row_of(k, [(100, f"{k + 1}. mill"), (500, f"{start + step * k}")]) for k in range(9)
        ]
        region = region_of(rows)
        assert part_numbered((region,)) == (region,)


def test_columns_that_are_apart_already_stay() -> None:
    left = region_of([row_of(k, [(100, f"{k + 1}. mill")]) for k in range(8)])
    right = region_of([row_of(k, [(500, f"{k + 9}. lock")]) for k in range(8)])
    assert part_numbered((left, right)) == (left, right)


@given(st.lists(st.lists(st.integers(1, 30), min_size=1, max_size=4), min_size=1, max_size=14))
def test_no_word_is_lost(rows: list[list[int]]) -> None:
    lines = [
        row_of(k, [(100 + 200 * j, f"{n}. a") for j, n in enumerate(row)])
        for k, row in enumerate(rows)
    ]
    parted = part_numbered((region_of(lines),))
    words = sorted(word.box.left for line in lines for word in line.words)
    found = (word for region in parted for line in region.lines for word in line.words)
    assert sorted(word.box.left for word in found) == words
