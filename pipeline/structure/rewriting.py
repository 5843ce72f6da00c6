"""A line with the words that a person has found in it: boxes are kept where words are, and shared
out where one became two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from pipeline.document import Line, Word
from pipeline.geometry import Box
from pipeline.structure.wording import reworded

MOST_READINGS = 9  # other readings of a word that are kept


@dataclass(frozen=True)
class Stretch:
    """Words `first` to `last` (not included) of a line, and the texts that stand in their place."""

    first: int
    last: int
    texts: tuple[str, ...]


def rewrite_line(line: Line, old: Sequence[str], new: Sequence[str], accepted: bool) -> Line:
    """The line as corrected.

    Args:
        old, new: what was read, and for each of its words what stands there: a word, several with
            spaces between, or nothing. Where the line is read otherwise by now, the words of `new`
            are laid over those that are most alike.
        accepted: whether a person has found the whole line right: then all of it is sure.
    """
    words: list[Word] = []
    for stretch in align_words([word.text for word in line.words], old, new):
        words += _rewrite(line.words[stretch.first : stretch.last], stretch.texts, line)
    if accepted:
        words = [replace(word, confidence=1.0) for word in words]
    sure = [word.confidence or 0.0 for word in words]
    return replace(
        reworded(line, words),
        confidence=sum(sure) / len(sure) if sure else line.confidence,
        proofread=accepted,
    )


def align_words(read: Sequence[str], old: Sequence[str], new: Sequence[str]) -> list[Stretch]:
    """What stands in the place of each of the words that are read; every word is in one stretch."""
    if list(read) == list(old):
        return [Stretch(k, k + 1, tuple(text.split())) for k, text in enumerate(new)]
    wanted = [piece for text in new for piece in text.split()]
    if not read:
        return [Stretch(0, 0, tuple(wanted))]
    matcher = SequenceMatcher(None, read, wanted, autojunk=False)
    stretches: list[Stretch] = []
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            stretches += [
                Stretch(first + k, first + k + 1, (wanted[start + k],)) for k in range(last - first)
            ]
        else:
            stretches.append(Stretch(first, last, tuple(wanted[start:end])))
    return list(_give_places(stretches, read))


def _give_places(stretches: Sequence[Stretch], read: Sequence[str]) -> Iterator[Stretch]:
    """Stretches of no word, of which nothing says where they lie, joined to the one before them, or
    to the one after."""
    waiting: tuple[str, ...] = ()
    before: Stretch | None = None
    for stretch in stretches:
        if stretch.first < stretch.last:
            if before is not None:
                yield before
            before = replace(stretch, texts=(*waiting, *stretch.texts))
            waiting = ()
        elif before is not None:
            before = replace(before, texts=(*before.texts, *stretch.texts))
        else:
            waiting = (*waiting, *stretch.texts)
    if before is not None:
        yield before


def _rewrite(words: Sequence[Word], texts: Sequence[str], line: Line) -> list[Word]:
    """The words of a stretch with other texts."""
    if len(words) == len(texts):
        return [_replace(word, text) for word, text in zip(words, texts, strict=True)]
    whole = Box.around(word.box for word in words) if words else line.box
    read = " ".join(word.text for word in words)
    boxes = share_out(whole, texts)
    return [_corrected(box, text, (read,)) for box, text in zip(boxes, texts, strict=True)]


def _replace(word: Word, text: str) -> Word:
    if word.text == text:
        return word
    return _corrected(word.box, text, (word.text, *word.alternatives))


def _corrected(box: Box, text: str, readings: Sequence[str]) -> Word:
    """A word that a person wrote; what was read stays as another reading of it."""
    others = tuple(dict.fromkeys(one for one in readings if one not in (text, "")))
    return Word(box, text, 1.0, alternatives=others[:MOST_READINGS], corrected=True)


def share_out(whole: Box, texts: Sequence[str]) -> list[Box]:
    """A box for each of some words that stand in `whole`, as wide as they have characters, one for
    the space between."""
    units = sum(map(len, texts)) + max(0, len(texts) - 1)
    if not texts or whole.width < 2 * units:
        return [whole for _ in texts]
    boxes, at = [], 0
    for text in texts:
        left = whole.left + round(whole.width * at / units)
        right = whole.left + round(whole.width * (at + len(text)) / units)
        boxes.append(Box(left, whole.top, right, whole.bottom))
        at += len(text) + 1
    return boxes
