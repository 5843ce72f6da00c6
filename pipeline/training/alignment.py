"""Lines of a digitized book with their true text, from a transcription that knows nothing of lines.

The recognized text of a page and its transcription are aligned by edit distance; each line gets the
stretch of the transcription that its characters are aligned to. Kept is only what is beyond doubt:
both ends of the stretch agree, few characters differ, and where they differ the recognizer was not
sure of itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from pipeline.transcription import match_positions

LARGEST_ERROR = 0.12  # of a line, in edits per character
SURE = 0.85  # a line whose least sure word is above this does not err: the transcription does
# one form for each kind of quote, dash and s: one character for one character
FOLD = str.maketrans("‘’‚›‹“”„«»—–―‐⸗ſ", "'" * 5 + '"' * 5 + "-" * 5 + "s")
UNPRINTED = "\"'-s"  # folded: what a transcription writes otherwise than a printer
HYPHENS = "-⸗"
# Of the hyphens of a book, how many have to be read as one kind for all to be that: a printer has
# one in a face. Of a book in Fraktur 40 of 51 were read as ⸗, and the other 11 were it too; of one
# in roman type none of 60.
COMMON_HYPHEN = 2 / 3
SPACED_POINT = re.compile(r"\s+(?=[;:!?])")


@dataclass(frozen=True)
class RecognizedLine:
    """Text of a line and the confidence of its least sure word."""

    text: str
    least_confidence: float


@dataclass(frozen=True)
class AlignedLine:
    """The true text of a line as printed, or None and the reason for dropping it."""

    text: str | None
    reason: str = ""


def folded(text: str) -> str:
    """`text` with one form for each kind of quote and dash: one character for one character."""
    return text.translate(FOLD)


def clean_transcription(text: str) -> str:
    """A page's transcription on one line: NFC, white space folded, no emphasis marks, no space
    before points."""
    text = unicodedata.normalize("NFC", text.replace("\f", "\n")).replace("_", "")
    text = re.sub(r"-{2,}", "—", text.replace("…", "..."))
    return SPACED_POINT.sub("", " ".join(text.split()))


def align_lines(lines: Sequence[RecognizedLine], transcription: str) -> list[AlignedLine]:
    """The true text of each line of a page.

    Args:
        lines: of the page in reading order.
        transcription: of the page; its own line breaks and hyphenation do not matter.
    """
    truth = clean_transcription(transcription)
    spans = line_spans([line.text for line in lines], truth)
    if spans is None:
        return [AlignedLine(None, "no transcription") for _ in lines]
    return [
        _judge(line, truth, start, end) for line, (start, end) in zip(lines, spans, strict=True)
    ]


def with_common_hyphen(lines: Sequence[AlignedLine]) -> list[AlignedLine]:
    """The lines of a book, each hyphen of the kind that most were read as; as they are where both
    kinds are frequent, as in a book of two faces."""
    counts = Counter(c for line in lines for c in line.text or "" if c in HYPHENS)
    if not counts or max(counts.values()) < COMMON_HYPHEN * counts.total():
        return list(lines)
    common = max(counts, key=lambda hyphen: counts[hyphen])
    table = str.maketrans(dict.fromkeys(HYPHENS, common))
    return [replace(line, text=line.text and line.text.translate(table)) for line in lines]


def true_stretches(lines: Sequence[str], transcription: str) -> list[str]:
    """The stretch of a page's transcription opposite each of its recognized lines, doubtful or not,
    for scoring.

    It has no hyphen where a word is divided at the line's end; compare it with `undivided` of the
    line.
    """
    truth = clean_transcription(transcription)
    spans = line_spans(lines, truth)
    return (
        [""] * len(lines) if spans is None else [truth[start:end].strip() for start, end in spans]
    )


def undivided(text: str) -> str:
    """A recognized line, folded, without the hyphen at its end."""
    return _body(text)


def words_right(read: str, truth: str) -> list[bool]:
    """Whether each word of a line (as `undivided`) stands in its stretch of the truth, letter for
    letter."""
    read, truth = folded(read), folded(truth)
    opposite: dict[int, int] = {}
    for block in Levenshtein.opcodes(read, truth):
        if block.tag == "equal":
            opposite |= {
                block.src_start + k: block.dest_start + k
                for k in range(block.src_end - block.src_start)
            }
    return [_stands(opposite, *match.span(), truth) for match in re.finditer(r"\S+", read)]


def _stands(opposite: dict[int, int], start: int, end: int, truth: str) -> bool:
    """Whether characters `start` to `end` have an unbroken opposite in `truth` that begins and ends
    at a border of words."""
    first = opposite.get(start)
    if first is None or any(opposite.get(start + k) != first + k for k in range(end - start)):
        return False
    after = first + end - start
    begins = first == 0 or not (truth[first - 1].isalnum() and truth[first].isalnum())
    return begins and (
        after == len(truth) or not (truth[after - 1].isalnum() and truth[after].isalnum())
    )


def line_spans(lines: Sequence[str], truth: str) -> list[tuple[int, int]] | None:
    """(start, end) in `truth` of what each line is aligned to; None where there is nothing to
    align."""
    joined, starts = _join(lines)
    if not truth or not joined:
        return None
    positions = match_positions(joined, folded(truth))
    return [
        (positions[start], positions[start + len(_body(line))])
        for line, start in zip(lines, starts, strict=True)
    ]


def _body(text: str, fold: bool = True) -> str:
    """A line's text, folded or not, without the hyphen that divides its last word."""
    divided = len(text) > 1 and folded(text[-1]) == "-" and text[-2].isalpha()
    return (folded(text) if fold else text)[: -1 if divided else None]


def _join(lines: Sequence[str]) -> tuple[str, list[int]]:
    """The lines as running text, divided words joined, and where each line starts in it."""
    joined, starts = "", []
    for line in lines:
        starts.append(len(joined))
        body = _body(line)
        joined += body + ("" if len(body) < len(line) else " ")
    return joined, starts


def _judge(line: RecognizedLine, truth: str, start: int, end: int) -> AlignedLine:
    """Keep or drop one line, given its stretch of the transcription."""
    stretch = truth[start:end]
    divided = len(_body(line.text)) < len(line.text) and (
        end >= len(truth) or not truth[end - 1 : end + 1].isspace()
    )
    read = SPACED_POINT.sub("", _body(line.text) if divided else folded(line.text))
    stretch = stretch.strip()
    expected = folded(stretch)
    if divided and expected.endswith("-"):
        divided = False  # the transcription keeps the hyphen
        read = folded(line.text)
    if not expected or len(read) < 2:
        return AlignedLine(None, "nothing to align with")
    if not _at_word(truth, start) and start > 0 and not _after_break(truth, start, line):
        return AlignedLine(None, "starts within a word")
    errors = Levenshtein.distance(read, expected)
    if errors and read.casefold() == expected.casefold():
        return AlignedLine(None, "capitals differ")
    if errors > LARGEST_ERROR * len(expected):
        return AlignedLine(None, "too different")
    if read[:2] != expected[:2] or read[-2:] != expected[-2:]:
        return AlignedLine(None, "ends in doubt")
    if errors and line.least_confidence > SURE:
        return AlignedLine(None, "contradicts a sure reading")
    if _longest_edit(read, expected) > 2:
        return AlignedLine(None, "words missing or added")
    printed = as_printed(stretch, _body(line.text, fold=False) if divided else line.text)
    return AlignedLine(printed + line.text[-1] if divided else printed)


def as_printed(stretch: str, read: str) -> str:
    """`stretch`, with quotes, dashes and each s in the form in which they were read where both
    agree that there is one.

    A transcription often has the straight quotes of a typewriter, and of old type s for ſ and the
    hyphen for ⸗. Such quotes that were not read
    become curly by what stands before them.
    """
    characters = list(stretch)
    for block in Levenshtein.opcodes(folded(read), folded(stretch)):
        if block.tag == "equal":
            for offset in range(block.src_end - block.src_start):
                k, seen = block.dest_start + offset, read[block.src_start + offset]
                plain = folded(characters[k])
                if plain in UNPRINTED and (seen != plain or characters[k] == plain):
                    characters[k] = seen
        elif block.tag != "delete":
            for k in range(block.dest_start, block.dest_end):
                characters[k] = _curly(stretch, k)
    return "".join(characters)


def _curly(text: str, k: int) -> str:
    opens = k == 0 or text[k - 1].isspace() or text[k - 1] in "([—"
    return {'"': "“" if opens else "”", "'": "‘" if opens else "’"}.get(text[k], text[k])


def _at_word(truth: str, start: int) -> bool:
    return (
        start == 0
        or truth[start - 1].isspace()
        or truth[start].isspace()
        or truth[start - 1] in "-—–"
    )


def _after_break(truth: str, start: int, line: RecognizedLine) -> bool:
    """Whether a line may begin inside a word: where the line before it ended in a hyphen, both
    sides are letters."""
    return (
        truth[start - 1].isalpha()
        and truth[start].isalpha()
        and folded(line.text)[:2] == folded(truth[start : start + 2])
    )


def _longest_edit(read: str, expected: str) -> int:
    """Characters of the longest run that is only in one of the two."""
    blocks = Levenshtein.opcodes(read, expected)
    return max(
        (
            max(b.src_end - b.src_start, b.dest_end - b.dest_start)
            for b in blocks
            if b.tag != "equal"
        ),
        default=0,
    )


def report(aligned: Sequence[AlignedLine]) -> str:
    """How many lines were kept, and why the others were not."""
    kept = sum(line.text is not None for line in aligned)
    reasons = Counter(line.reason for line in aligned if line.text is None)
    share = 100 * kept / max(1, len(aligned))
    listing = "".join(f"\n  {count} dropped: {reason}" for reason, count in reasons.most_common())
    return f"{kept} of {len(aligned)} lines kept ({share:.1f}%){listing}"
