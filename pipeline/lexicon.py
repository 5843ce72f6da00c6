"""Word counts, and the sentences of words that KenLM's lmplz learns from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.errors import DataError
from pipeline.texts import read_text

# A word as it stands between spaces on a page, stripped of the points around it; inner apostrophes
# and hyphens stay.
_EDGE = r"[^\w]|_"
_STRIP = re.compile(rf"^(?:{_EDGE})+|(?:{_EDGE})+$")


def bare_word(token: str) -> str:
    """`token` without the punctuation at its ends; empty where nothing else is left."""
    return _STRIP.sub("", token)


def tokens(paragraph: str) -> Iterator[str]:
    """Tokens as pages print them: parted by white space, with their points, dashes opened up.

    An em dash ends a token, as the words beside it belong to different word-pairs of the language.
    """
    yield from paragraph.replace("—", "— ").split()


def count_words(paragraphs: Iterable[str], minimum: int = 1) -> Counter[str]:
    """Counts of the bare words of `paragraphs` that hold a letter and occur at least `minimum`
    times."""
    counts = Counter(bare_word(token) for p in paragraphs for token in tokens(p))
    return Counter(
        {w: n for w, n in counts.items() if n >= minimum and any(c.isalpha() for c in w)}
    )


_SENTENCE_END = re.compile(r"[.?!][”’\"')\]]*$")


def model_sentences(paragraphs: Iterable[str]) -> Iterator[str]:
    """Sentences of bare words for an n-gram model, one a line, divided where a token ends in a full
    point."""
    for paragraph in paragraphs:
        sentence: list[str] = []
        for token in tokens(paragraph):
            word = bare_word(token)
            if word and any(c.isalpha() for c in word):
                sentence.append(word)
            if _SENTENCE_END.search(token) and len(word) > 2 and sentence:
                yield " ".join(sentence)
                sentence = []
        if sentence:
            yield " ".join(sentence)


def read_counts(path: Path) -> dict[str, int]:
    """The words of a list with their counts; a line is a word, a tab and a number.

    Raises:
        DataError: it is no such list.
    """
    try:
        rows = (line.split("\t") for line in read_text(path).split("\n") if line)
        return {word: int(count) for word, count in rows}
    except (DataError, ValueError) as error:
        raise DataError(
            f"{path} is no list of words with their counts",
            "Build it: snakemake lexicons/eng.txt --config corpus=DIR",
        ) from error
