"""The text layer of a born-digital PDF as it stands on the page: the truth that pages rendered from
it are scored by.

pdftotext by itself gives other words than a reader sees: it puts a gap behind each index of a
formula (`x1 ,`), and takes the hyphen from a word that is divided at a line's end
(`encoderRNN`). So the words are taken with their boxes, line by line, and those between which the
page has no gap are joined.
"""

from __future__ import annotations

import html
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What follows an index stands half a point off, a point behind an index of an index (TeX's
# \scriptspace): up to 0.14 of a line's height in badlines.pdf, where the thin space of a formula is
# 0.07. That of `10 ml` in the references is 0.09 to 0.13: measured on the boxes of the words.
GAP = 0.05  # of the height of the line: no more is no gap
INDEX_GAP = 0.15  # the same behind what is set smaller
SMALLER = 0.75  # of the height of the other: what is set smaller (TeX sets an index at 0.7)
OVERHANG = 0.1  # of the height of the line: letters that overlap, as italic ones do
BESIDE = 0.3  # share of the height of the lower word in which both lie beside each other
MARK = 3  # characters at most that a mark, or a word set upright, may have to be taken for one
UNKNOWN = "\ufffd"  # a letter without a code; the boxes of such faces are not to be trusted
# codes for what stands on the page, of the faces "Mathematical Pi" of the references
SIGNS = str.maketrans({"⬘": "′", "⫹": "+", "⫻": "×"})
PAGE, LINE = re.compile(r"<page .*?</page>", re.S), re.compile(r"<line .*?</line>", re.S)
WORD = re.compile(
    r'<word xMin="(-?[\d.]+)" yMin="(-?[\d.]+)" xMax="(-?[\d.]+)" yMax="(-?[\d.]+)">(.*?)</word>'
)


@dataclass
class LaidWord:
    """A word of a text layer and its box in points."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    @property
    def height(self) -> float:
        """Of its box."""
        return self.bottom - self.top


def read_text_layer(source: Path) -> list[str]:
    """The text that each page of a PDF holds, line by line, its words as they are seen; but for
    those of which it does not say what stands there."""
    command = ["pdftotext", "-bbox-layout", str(source), "-"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return [lay_text(list(_lines(page))) for page in PAGE.findall(run.stdout)]


def lay_text(lines: list[list[LaidWord]]) -> str:
    """Text of the lines of a page; words that follow without a gap are joined, and a raised mark
    is, too, where it is a line of its own."""
    words = [
        (number, all(len(word.text) <= MARK for word in line), word)
        for number, line in enumerate(lines)
        for word in line
    ]
    tails: dict[int, list[LaidWord]] = {}
    joined = set()
    for number, marks, word in words:
        heads = [
            head
            for other, others_marks, head in words
            if (other == number or marks or others_marks)
            and _goes_on(head, word, across=other != number)
        ]
        if heads:
            nearest = min(heads, key=lambda head: abs(word.left - head.right))
            tails.setdefault(id(nearest), []).append(word)
            joined.add(id(word))

    def parts(head: LaidWord) -> list[LaidWord]:
        return [head, *(part for tail in tails.get(id(head), ()) for part in parts(tail))]

    texts = {}  # of a word and what is joined with it, by the longest part: a mark follows it
    for _, _, word in words:
        if id(word) not in joined:
            whole = parts(word)
            longest = max(whole, key=lambda part: len(part.text))
            text = "".join(part.text for part in whole)
            texts[id(longest)] = "" if UNKNOWN in text else text
    rows = (" ".join(filter(None, (texts.get(id(word)) for word in line))) for line in lines)
    return "".join(f"{row}\n" for row in rows if row).translate(SIGNS)


def _lines(page: str) -> Iterator[list[LaidWord]]:
    for line in LINE.findall(page):
        words = [
            LaidWord(float(left), float(top), float(right), float(bottom), html.unescape(text))
            for left, top, right, bottom, text in WORD.findall(line)
        ]
        if words:
            yield words


def _goes_on(word: LaidWord, other: LaidWord, across: bool) -> bool:
    """Whether another word follows a word without a gap.

    Args:
        across: they are of two lines, and one of them should be a mark.
    """
    if _stands(word) or _stands(other):
        return False
    if other.left <= word.left or other.right <= word.right:
        return False
    heights = sorted((word.height, other.height))
    gap = (other.left - word.right) / heights[1]
    beside = min(word.bottom, other.bottom) - max(word.top, other.top)
    index = heights[0] < SMALLER * heights[1]
    after_index = word.height < SMALLER * other.height and UNKNOWN not in word.text + other.text
    most = INDEX_GAP if after_index else GAP
    return (index or not across) and -OVERHANG <= gap <= most and beside >= BESIDE * heights[0]


def _stands(word: LaidWord) -> bool:
    """Whether a word is set up or down the page."""
    return len(word.text) > MARK and word.height > word.right - word.left
