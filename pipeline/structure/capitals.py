"""Drop capitals joined to the words that they begin."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

from pipeline.document import DROP_CAPITAL, TEXT, Character, Line, Region, Word
from pipeline.geometry import Box
from pipeline.lexicon import bare_word

LIKE_I = "l|1!"  # a lone capital I is read as one of these
WHOLE_WORDS = "AIO"  # capitals that are words


def keep_letters(capital: Line) -> Line:
    """A drop capital as read, without the points and strokes that its serifs are taken for; nothing
    is left of one without letters."""
    words = []
    read = [c.text for word in capital.words for c in word.characters]
    strokes = "" if any(c.isalpha() and c not in LIKE_I for c in read) else LIKE_I
    for word in capital.words:
        kept = tuple(
            c
            for c in word.characters
            if c.text in strokes or (c.text.isalnum() and c.text not in LIKE_I)
        )
        text = "".join(c.text for c in kept)
        words += [replace(word, text=text, characters=kept)] if kept else []
    return replace(capital, words=tuple(words), text="".join(word.text for word in words))


def join_drop_capitals(regions: Sequence[Region], known: Container[str]) -> tuple[Region, ...]:
    """Regions without those of drop capitals, each of which is joined to the first word of the
    text after it; what cannot be joined, as it is no one letter or no text follows, stays as text.

    Args:
        known: words of the lexicon. A capital that is a word by itself stays one where the two
            together are no word.
    """
    joined: list[Region] = []
    waiting: list[Region] = []  # the capital that no text has followed yet
    for region in regions:
        if region.kind == DROP_CAPITAL:
            joined += _as_text(waiting)
            waiting = [region] if region.lines else []
            continue
        if waiting and region.lines:
            first = _join_capital(region.lines[0], waiting[0].lines[0], known)
            if first is region.lines[0]:
                joined += _as_text(waiting)
            waiting = []
            region = replace(
                region, lines=(first, *region.lines[1:]), box=Box.around([region.box, first.box])
            )
        joined.append(region)
    return (*joined, *_as_text(waiting))


def _as_text(capitals: Sequence[Region]) -> list[Region]:
    """Regions of drop capitals of which letters or figures were read, as any text."""
    return [
        replace(region, kind=TEXT)
        for region in capitals
        if any(c.isalnum() for line in region.lines for c in line.text)
    ]


def _join_capital(line: Line, capital: Line, known: Container[str]) -> Line:
    letters = "".join("I" if c in LIKE_I else c for c in capital.text).upper()
    if len(letters) != 1 or not letters.isalpha() or not line.words:
        return line
    first = line.words[0]
    box = Box(
        capital.box.left,
        first.box.top,
        max(first.box.right, capital.box.left + 1),
        first.box.bottom,
    )
    confidence = capital.confidence or 0.0
    split = max(box.left + 1, min(capital.box.right, box.right))
    letter = Character(letters, Box(box.left, box.top, split, box.bottom), confidence)
    rest = bare_word(first.text).lower()
    apart = letters in WHOLE_WORDS and rest in known and (letters.lower() + rest) not in known
    words: tuple[Word, ...]
    if apart:
        own = Box(box.left, box.top, min(split, max(first.box.left, box.left + 1)), box.bottom)
        words = (Word(own, letters, confidence, (replace(letter, box=own),)), first)
    else:
        both = min(confidence, first.confidence or 0.0)
        words = (Word(box, letters + first.text, both, (letter, *first.characters)),)
    separator = " " if apart else ""
    return replace(
        line, box=Box.around([line.box, box]), words=(*words, *line.words[1:]),
        text=letters + separator + line.text, greedy=letters + separator + line.greedy,
    )  # fmt: skip
