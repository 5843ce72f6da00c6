"""The true text of a digitized book: a folder with a text a page, or one text of the whole book,
which is cut into pages.

A whole text is cut by runs of words that stand once in the book as it was read and once in the
transcription, as in Yalniz and Manmatha 2011 (A fast alignment scheme for automatic OCR evaluation
of books).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from pipeline.errors import DataError
from pipeline.texts import read_text

RUN = 3  # words of an anchor
SLACK = 80  # characters more than a page's ends were read as, in which its text may go on
PLAIN = str.maketrans("ſ⸗\n", "s- ")  # one character for one: what pages spell otherwise


@dataclass(frozen=True)
class Transcription:
    """True texts of a book: `pages` by page number, or `whole`, if it knows nothing of pages."""

    pages: dict[int, str]
    whole: str = ""

    def of_pages(self, read: dict[int, str]) -> dict[int, str]:
        """The true text of each page of `read`, which holds the recognized texts by page number; ""
        where there is none."""
        if not self.whole:
            return {number: self.pages.get(number, "") for number in read}
        numbers = sorted(read)
        return dict(
            zip(
                numbers,
                cut_into_pages([read[number] for number in numbers], self.whole),
                strict=True,
            )
        )


def locate_transcription(folder: Path, name: str) -> Path | None:
    """Where the transcription of book `name` lies in `folder`: NAME/ or NAME.gt/ with a text a
    page, or NAME.txt."""
    candidates = (folder / name, folder / f"{name}.gt", folder / f"{name}.txt")
    return next((path for path in candidates if path.exists()), None)


def read_transcription(path: Path) -> Transcription:
    """The transcription in a folder (0001.txt …, by page number) or in one file.

    Raises:
        DataError: there is no text, or it is not in UTF-8.
    """
    if path.is_dir():
        texts = {
            int(p.stem): read_text(p) for p in sorted(path.glob("*.txt")) if p.stem.isdecimal()
        }
        if texts:
            return Transcription(texts)
    elif path.is_file() and (text := read_text(path)).strip():
        return Transcription({}, text)
    raise DataError(
        f"{path} holds no transcription",
        "Give a text of the book, or a folder with a text a page: 0001.txt …",
    )


def cut_into_pages(pages: Sequence[str], whole: str) -> list[str]:
    """The stretch of `whole` that stands on each page: the pages part it among them, so that what
    was not read on one counts against it; "" where nothing fits.

    A word that is divided at a page's end is divided there too. Where more than a page of `whole`
    lies between two pages, it was not scanned, and belongs to neither.

    Args:
        pages: recognized texts in order.
        whole: text of the book.
    """
    read = "\n".join(pages)
    borders = [0, *accumulate(len(page) + 1 for page in pages)]
    anchors = _anchors(read, whole)
    if not anchors:
        return ["" for _ in pages]
    most = max(map(len, pages))
    plain_read, plain_whole = read.translate(PLAIN), whole.translate(PLAIN)
    cuts = [_cut(plain_read, plain_whole, anchors, border, most) for border in borders]
    return [whole[start:end].strip() for (_, start), (end, _) in pairwise(cuts)]


def _cut(
    read: str, whole: str, anchors: Sequence[tuple[int, int]], border: int, most: int
) -> tuple[int, int]:
    """Where, in `whole`, what stands before a border of pages ends, and what stands after it
    begins: at one place, unless more than `most` characters were not read in between."""
    k = bisect_left(anchors, (border, -1))
    before = anchors[k - 1] if k else None
    after = anchors[k] if k < len(anchors) else None
    if before and after:
        unread = (after[1] - before[1]) - (after[0] - before[0])
        if unread <= most:
            positions = match_positions(read[before[0] : after[0]], whole[before[1] : after[1]])
            at = before[1] + positions[border - before[0]]
            return at, at
    end = begin = 0
    if before:
        limit = after[1] if after else len(whole)
        stop = min(limit, before[1] + (border - before[0]) + SLACK)
        end = before[1] + _read_end(read[before[0] : border], whole[before[1] : stop])
    if after:
        start = max(before[1] if before else 0, after[1] - (after[0] - border) - SLACK)
        head, opposite = read[border : after[0]], whole[start : after[1]]
        begin = after[1] - _read_end(head[::-1], opposite[::-1])
    return (end if before else begin), (begin if after else end)


def _read_end(read: str, truth: str) -> int:
    """How much of `truth` was read, where both begin alike and `truth` may go on."""
    blocks = Levenshtein.opcodes(read, truth)
    return next((b.dest_end for b in reversed(blocks) if b.tag in ("equal", "replace")), 0)


def match_positions(source: str, target: str) -> list[int]:
    """For each position in `source`, and its end, the position in `target` that it is aligned to:
    that of the next character, so that an insertion belongs to what stands before it."""
    positions = [0] * (len(source) + 1)
    for block in Levenshtein.opcodes(source, target):
        span = max(1, block.src_end - block.src_start)
        for offset in range(block.src_end - block.src_start):
            positions[block.src_start + offset] = (
                block.dest_start + offset * (block.dest_end - block.dest_start) // span
            )
    positions[len(source)] = len(target)
    return positions


def _bare(word: str) -> str:
    return re.sub(r"\W", "", word).translate(PLAIN).casefold()


def _anchors(read: str, whole: str) -> list[tuple[int, int]]:
    """(offset in `read`, offset in `whole`) of runs of words that stand once in either, rising in
    both."""
    mine, theirs = (list(re.finditer(r"\S+", text)) for text in (read, whole))
    runs = _common_run(
        _unique_runs([_bare(word[0]) for word in mine]),
        _unique_runs([_bare(word[0]) for word in theirs]),
    )
    return [(mine[i].start(), theirs[j].start()) for i, j in runs]


def _unique_runs(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Where each run of RUN words stands, of those that stand once."""
    runs = [tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)]
    counts = Counter(runs)
    return {run: i for i, run in enumerate(runs) if counts[run] == 1}


def _common_run(
    one: dict[tuple[str, ...], int], other: dict[tuple[str, ...], int]
) -> list[tuple[int, int]]:
    """(position in one, position in other) of the runs in both, of the longest selection that rises
    in both."""
    pairs = sorted((i, other[run]) for run, i in one.items() if run in other)
    ends: list[int] = []  # ends[k]: least last position of a rising selection of k + 1
    chosen: list[int] = []  # the pair at that end
    before = [-1] * len(pairs)
    for index, (_, position) in enumerate(pairs):
        k = bisect_left(ends, position)
        before[index] = chosen[k - 1] if k else -1
        ends[k : k + 1] = [position]
        chosen[k : k + 1] = [index]
    selection, index = [], chosen[-1] if chosen else -1
    while index >= 0:
        selection.append(pairs[index])
        index = before[index]
    return selection[::-1]
