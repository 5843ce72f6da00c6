"""Whether two deliveries of the same books have the same words, in boxes that differ by no more
than two pixels.

    .venv/bin/python -m bench.boxes OLD/out NEW/out

For changes after which bytes may differ but not what is read (`bench.same` compares bytes). Both
sides have to be digitized with the same model. Words are compared page by page, in reading order.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from lxml import etree

from pipeline.geometry import Box

NEAR = 2  # pixels
BOX = re.compile(r"bbox (-?\d+) (-?\d+) (-?\d+) (-?\d+)")
WORDS = etree.XPath("//*[@class='ocrx_word']")


@dataclass(frozen=True)
class PlacedWord:
    """A word of a page and its box, in pixels of the page as supplied."""

    text: str
    box: Box


@dataclass(frozen=True)
class Comparison:
    """Words of the older side, those that the newer side has as well, and the largest distance of
    each of these from its box there; and a line for each stretch of words that differs."""

    words: int
    distances: Sequence[int]
    different: Sequence[str]

    @property
    def same(self) -> bool:
        """Whether all words are there, and nothing else, in near boxes."""
        return not self.different and all(distance <= NEAR for distance in self.distances)


def read_words(path: Path) -> list[PlacedWord]:
    """The words of an hOCR file, in its order."""
    words = []
    for element in WORDS(etree.parse(path)):
        found = BOX.search(element.get("title", ""))
        if found:
            words.append(PlacedWord("".join(element.itertext()), Box(*map(int, found.groups()))))
    return words


def measure_distance(one: Box, other: Box) -> int:
    """The largest distance between the same side of two boxes, in pixels."""
    return max(abs(a - b) for a, b in zip(one.as_tuple(), other.as_tuple(), strict=True))


def compare_page(page: str, old: list[PlacedWord], new: list[PlacedWord]) -> Comparison:
    """Two readings of a page."""
    matcher = SequenceMatcher(
        a=[word.text for word in old], b=[word.text for word in new], autojunk=False
    )
    distances, different = [], []
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            pairs = zip(old[i:i_end], new[j:j_end], strict=True)
            distances += [measure_distance(a.box, b.box) for a, b in pairs]
        else:
            before, after = (
                " ".join(word.text for word in words) for words in (old[i:i_end], new[j:j_end])
            )
            different.append(f"{page}: {before!r} became {after!r}")
    return Comparison(len(old), distances, different)


def compare(old: Path, new: Path) -> Comparison:
    """Two folders of deliveries; a page that one of them has not is one without words there."""
    names = {path.relative_to(side) for side in (old, new) for path in side.rglob("pages/*.hocr")}
    pages = []
    for name in sorted(names):
        sides = [read_words(side / name) if (side / name).is_file() else [] for side in (old, new)]
        pages.append(compare_page(str(name), *sides))
    return Comparison(
        sum(page.words for page in pages),
        [distance for page in pages for distance in page.distances],
        [line for page in pages for line in page.different],
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("old", type=Path, help="folder of deliveries, such as out/")
    parser.add_argument("new", type=Path, help="folder of deliveries")
    options = parser.parse_args()
    found = compare(options.old, options.new)
    if not found.words:
        sys.exit(f"{options.old} holds no pages/*.hocr with words")
    near = sum(distance <= NEAR for distance in found.distances)
    print("\n".join(found.different))
    print(
        f"{found.words} words, {len(found.distances)} of them the same; boxes within {NEAR} "
        f"pixels: {near}; farthest: {max(found.distances, default=0)}"
    )
    sys.exit(not found.same)


if __name__ == "__main__":
    main()
