"""Lines of a digitized book with their true text, from a transcription that knows nothing of lines.

The recognized text of a page and its transcription are aligned by edit distance; each line gets the stretch of the
transcription that its characters are aligned to. Kept is only what is beyond doubt: both ends of the stretch agree, few
characters differ, and where they differ the recognizer was not sure of itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

LARGEST_ERROR = 0.12  # of a line, in edits per character
SURE = 0.85  # a line whose least sure word is above this does not err: the transcription does
FOLD = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "—": "-", "–": "-", "―": "-", "‐": "-", "ſ": "s"})
HYPHENS = ("-", "¬", "=")
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
    """A page's transcription on one line: NFC, white space folded, no emphasis marks, no space before points."""
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
    joined, starts = _join(lines)
    if not truth or not joined:
        return [AlignedLine(None, "no transcription") for _ in lines]
    positions = _positions(joined, folded(truth))
    return [
        _judge(line, truth, positions[start], positions[start + len(_body(line.text))])
        for line, start in zip(lines, starts, strict=True)
    ]


def _body(text: str) -> str:
    """A line's folded text without the hyphen that divides its last word."""
    text = folded(text)
    return text[:-1] if text.endswith("-") and len(text) > 1 and text[-2].isalpha() else text


def _join(lines: Sequence[RecognizedLine]) -> tuple[str, list[int]]:
    """The lines as running text, divided words joined, and where each line starts in it."""
    joined, starts = "", []
    for line in lines:
        starts.append(len(joined))
        body = _body(line.text)
        joined += body + ("" if len(body) < len(line.text) else " ")
    return joined, starts


def _positions(source: str, target: str) -> list[int]:
    """For each position in `source`, and its end, the position in `target` that it is aligned to."""
    positions = [0] * (len(source) + 1)
    for block in Levenshtein.opcodes(source, target):
        span = max(1, block.src_end - block.src_start)
        for offset in range(block.src_end - block.src_start):
            positions[block.src_start + offset] = block.dest_start + offset * (block.dest_end - block.dest_start) // span
    positions[len(source)] = len(target)
    # an insertion between two characters belongs to neither line's end: the start of the next line looks back over it
    return positions


def _judge(line: RecognizedLine, truth: str, start: int, end: int) -> AlignedLine:
    """Keep or drop one line, given its stretch of the transcription."""
    stretch = truth[start:end]
    divided = len(_body(line.text)) < len(line.text) and end < len(truth) and not truth[end - 1 : end + 1].isspace()
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
    return AlignedLine(stretch + "-" if divided else stretch)


def _at_word(truth: str, start: int) -> bool:
    return start == 0 or truth[start - 1].isspace() or truth[start].isspace() or truth[start - 1] in "-—–"


def _after_break(truth: str, start: int, line: RecognizedLine) -> bool:
    """Whether a line may begin inside a word: where the line before it ended in a hyphen, both sides are letters."""
    return truth[start - 1].isalpha() and truth[start].isalpha() and folded(line.text)[:2] == folded(truth[start : start + 2])


def _longest_edit(read: str, expected: str) -> int:
    """Characters of the longest run that is only in one of the two."""
    blocks = Levenshtein.opcodes(read, expected)
    return max((max(b.src_end - b.src_start, b.dest_end - b.dest_start) for b in blocks if b.tag != "equal"), default=0)


def report(aligned: Sequence[AlignedLine]) -> str:
    """How many lines were kept, and why the others were not."""
    kept = sum(line.text is not None for line in aligned)
    reasons = Counter(line.reason for line in aligned if line.text is None)
    share = 100 * kept / max(1, len(aligned))
    listing = "".join(f"\n  {count} dropped: {reason}" for reason, count in reasons.most_common())
    return f"{kept} of {len(aligned)} lines kept ({share:.1f}%){listing}"
