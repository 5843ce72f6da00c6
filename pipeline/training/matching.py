"""Where a page that was read and its true text say the same: what an error rate may be taken of.

Texts that people bring along are those of another edition, or of a part of what is on the page:
running heads, page numbers and sheet marks are left out, notes stand at the end of the book. Lines
that the text has no words for, and text that no line was read for, are told apart here from errors,
and counted: they are never dropped in silence, as each may be a line that was read into a picture,
or one that was not found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from pipeline.training.alignment import clean_transcription, line_spans, undivided
from pipeline.training.alignment import folded as fold

# A line that shares less of its characters with its stretch of the text than this stands elsewhere,
# or nowhere. Two lines that have nothing to do with each other share a fifth of them (2,000 pairs
# of lines of a German book: 0.21 in the median, 0.45 at most).
LEAST_SHARED = 0.5
# Characters of the text between two lines, for which none was read, that are no error of theirs but
# a line that is missing: half of a line.
LEAST_MISSING = 30


@dataclass(frozen=True)
class Match:
    """A page and its text, where they agree and where not.

    stands: of each line, whether it has a text; runs: (truth, read) of those that stand next to
    each other in both; loose: lines without a text; missing: stretches of the text that no line was
    read for.
    """

    stands: tuple[bool, ...]
    runs: tuple[tuple[str, str], ...]
    loose: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def matched_read(self) -> int:
        """Characters of the lines that have a text."""
        return sum(len(read) for _, read in self.runs)

    @property
    def matched_truth(self) -> int:
        """Characters of the text that lines were read for."""
        return sum(len(truth) for truth, _ in self.runs)

    @property
    def truth(self) -> int:
        """Characters of the text."""
        return self.matched_truth + sum(map(len, self.missing))


def match_page(lines: Sequence[str], truth: str) -> Match:
    """The lines of a page, in reading order, against its true text."""
    text = clean_transcription(truth)
    spans = line_spans(lines, text)
    if spans is None:
        loose = tuple(line for line in lines if line)
        return Match((False,) * len(lines), (), loose, (text,) if text else ())
    stands = [_stands(line, text[a:b]) for line, (a, b) in zip(lines, spans, strict=True)]
    runs: list[tuple[int, int, list[str]]] = []  # start, end, lines
    missing, reached, broken = [], 0, True
    for line, there, (start, end) in zip(lines, stands, spans, strict=True):
        if not there:
            broken = True
            continue
        if broken or start - reached >= LEAST_MISSING:
            missing.append(text[reached:start])
            runs.append((start, end, [line]))
        else:
            runs[-1] = (runs[-1][0], end, [*runs[-1][2], line])
        reached, broken = end, False
    missing.append(text[reached:])
    return Match(
        tuple(stands),
        tuple((text[start:end], "\n".join(own)) for start, end, own in runs),
        tuple(line for line, there in zip(lines, stands, strict=True) if line and not there),
        tuple(part.strip() for part in missing if part.strip()),
    )


def _stands(line: str, stretch: str) -> bool:
    """Whether a line is the one that its stretch of the text says."""
    read, expected = undivided(line).strip(), fold(stretch).strip()
    return Levenshtein.normalized_similarity(read, expected) >= LEAST_SHARED
