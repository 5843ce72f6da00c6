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
from itertools import chain
from pathlib import Path

from pipeline.errors import DataError
from pipeline.texts import read_text

RUN = 3  # words of an anchor
SLACK = 6  # words that a page's stretch is wider at either end than its anchors say


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
    """The stretch of `whole` that stands on each page, a little too wide rather than too narrow; ""
    where nothing fits.

    Args:
        pages: recognized texts in order.
        whole: text of the book.
    """
    spans = [match.span() for match in re.finditer(r"\S+", whole)]
    truth = [_bare(whole[start:end]) for start, end in spans]
    words = [[_bare(word) for word in page.split()] for page in pages]
    firsts = [sum(map(len, words[:k])) for k in range(len(words))]
    anchors = _common_run(_unique_runs(list(chain.from_iterable(words))), _unique_runs(truth))
    stretches = []
    for first, page in zip(firsts, words, strict=True):
        own = anchors[
            bisect_left(anchors, (first, -1)) : bisect_left(anchors, (first + len(page), -1))
        ]
        if not own:
            stretches.append("")
            continue
        start = own[0][1] - (own[0][0] - first) - SLACK
        end = own[-1][1] + (first + len(page) - own[-1][0]) + SLACK
        start, end = max(0, start), min(len(spans), end)
        stretches.append(whole[spans[start][0] : spans[end - 1][1]])
    return stretches


def _bare(word: str) -> str:
    return re.sub(r"\W", "", word).casefold()


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
