"""Words of a recognized line: the decoder's frames snapped to the ink of the line image, and their
calibrated confidences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Character, Line, Word
from pipeline.geometry import Box
from pipeline.image.runs import find_runs, find_widest_run
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.confidence import Calibration
from pipeline.recognition.ctc import Alignment
from pipeline.recognition.decoder import DecodedLine
from pipeline.recognition.frame import INK_LEVEL
from pipeline.recognition.line_image import LineImage
from pipeline.recognition.line_place import LinePlace, baseline_at
from pipeline.recognition.spaces import split_at_wide_white

# A word found by its white is taken over where both ends agree this well, in x-heights (chosen by
# eye: less than a narrow letter).
SAME_WORD = 0.35
# Ink deeper under the baseline may be the next line's, and does not tell where words end, in
# x-heights (chosen by eye).
BELOW = 0.25
# How far from the decoder's frames the white between words is looked for, in x-heights (chosen by
# eye).
SNAP = 0.8


def place_words(
    line_image: LineImage,
    decoded: DecodedLine,
    edges: NDArray[np.float64],
    alphabet: Alphabet,
    calibration: Calibration,
) -> Line:
    """The line of an image with its text, its greedy text, its words with their boxes, and what
    their confidences are worth.

    Args:
        line_image: what was read; the words of its line were found by the white between them.
        edges: (T + 1,) columns of the image between which the frames lie.
    """
    line, frame = line_image.line, line_image.place.frame
    bottom = round(frame.baseline + BELOW * frame.x_height)
    ink = np.asarray((line_image.image[:bottom] < INK_LEVEL).any(axis=0))
    decoded = split_at_wide_white(decoded, ink, edges, alphabet, frame.x_height)
    spans = _word_spans(decoded.path, alphabet)
    columns = [
        (round(edges[decoded.path.starts[a]]), round(edges[decoded.path.ends[b - 1]]))
        for a, b in spans
    ]
    snapped = _snap(columns, ink, round(SNAP * frame.x_height))
    others = _other_words(decoded, len(spans))
    words = tuple(
        _build_word(line_image, decoded.path, span, edge, edges, alphabet, calibration, other)
        for span, edge, other in zip(spans, snapped, others, strict=True)
    )
    confidence = float(np.mean([word.confidence for word in words])) if words else None
    box = Box.around([line.box, *(word.box for word in words)])
    return replace(
        line, box=box, words=words, text=decoded.text, greedy=decoded.greedy, confidence=confidence
    )


def _word_spans(path: Alignment, alphabet: Alphabet) -> list[tuple[int, int]]:
    """(start, end) indices into the path's characters of each word."""
    space = path.classes == alphabet.space
    return [(int(a), int(b)) for a, b in find_runs(~space)]


def _snap(
    columns: list[tuple[int, int]], ink: NDArray[np.bool_], reach: int
) -> list[tuple[int, int]]:
    """First and last inked column of each word; words are parted in the widest white between their
    frames."""
    if not columns:
        return []
    cuts = [0]
    for (_, end), (start, _) in pairwise(columns):
        cuts.append(
            _widest_white(
                ink,
                max(cuts[-1] + 1, min(end, start) - reach),
                max(end, start) + reach,
                (end + start) // 2,
            )
        )
    cuts.append(len(ink))
    edges = []
    for (start, end), left, right in zip(columns, cuts, cuts[1:], strict=False):
        # ink that begins far from the word's frames is a speck in the white beside it; a broad
        # letter goes on from near them
        inked = left + find_runs(ink[left:right])
        own = inked[(inked[:, 0] < end + reach) & (inked[:, 1] > start - reach)]
        edges.append(
            (int(own[0, 0]), int(own[-1, 1])) if len(own) else (start, max(start + 1, end))
        )
    return edges


def _widest_white(ink: NDArray[np.bool_], low: int, high: int, middle: int) -> int:
    """Centre of the widest run of white columns in [low, high); `middle` where all is ink."""
    low, high = max(0, min(low, len(ink) - 1)), min(high, len(ink))
    white = find_widest_run(~ink[low:high])
    return low + sum(white) // 2 if white else max(low, min(middle, high))


def _build_word(
    line_image: LineImage,
    path: Alignment,
    span: tuple[int, int],
    edge: tuple[int, int],
    edges: NDArray[np.float64],
    alphabet: Alphabet,
    calibration: Calibration,
    others: Sequence[str],
) -> Word:
    """One word with its box, characters, confidence and other readings."""
    line, place = line_image.line, line_image.place
    box = _ink_box(line_image, edge)
    box = _segmented_twin(line, box) or box
    text = alphabet.decode(path.classes[span[0] : span[1]].tolist())
    posteriors = np.exp(path.scores[span[0] : span[1]].astype(np.float64)).clip(0, 1)
    bounds = _character_bounds(path, span, place, edges, box)
    characters = tuple(
        Character(
            character,
            Box(bounds[k], box.top, max(bounds[k] + 1, bounds[k + 1]), box.bottom),
            float(posterior),
        )
        for k, (character, posterior) in enumerate(zip(text, posteriors, strict=True))
    )
    return Word(
        box,
        text,
        calibration(float(posteriors.prod())),
        characters,
        tuple(dict.fromkeys(other for other in others if other != text)),
    )


def _ink_box(line_image: LineImage, edge: tuple[int, int]) -> Box:
    """The box of a word's ink on the straight page, from its columns in the line image."""
    line, place, image = line_image.line, line_image.place, line_image.image
    rows = np.flatnonzero((image[:, edge[0] : edge[1]] < INK_LEVEL).any(axis=1))
    top, bottom = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, image.shape[0])
    left, right = place.page_x(edge[0]), place.page_x(edge[1])
    floor = float(baseline_at(line, np.array([(left + right) / 2]))[0])
    box = Box.of_points(
        [(left, floor - place.above_baseline(top)), (right, floor - place.above_baseline(bottom))]
    )
    # ink beyond the line's own letters is its neighbours'
    high, low = max(box.top, line.box.top), min(box.bottom, line.box.bottom)
    return Box(box.left, high, box.right, low) if high < low else box


def _segmented_twin(line: Line, box: Box) -> Box | None:
    """The segmented word with the same ends, whose box is exact to the pixel."""
    tolerance = SAME_WORD * line.x_height
    for word in line.words:
        if (
            abs(word.box.left - box.left) <= tolerance
            and abs(word.box.right - box.right) <= tolerance
        ):
            return word.box
    return None


def _character_bounds(
    path: Alignment, span: tuple[int, int], place: LinePlace, edges: NDArray[np.float64], box: Box
) -> list[int]:
    """x of the borders of a word's characters: halfway between their frames, within the word's box;
    never decreasing."""
    starts, ends = path.starts[span[0] : span[1]], path.ends[span[0] : span[1]]
    middles = [
        place.page_x(float(edges[a] + edges[b]) / 2)
        for a, b in zip(ends[:-1], starts[1:], strict=True)
    ]
    bounds = [box.left, *(min(max(round(m), box.left), box.right - 1) for m in middles), box.right]
    return [int(b) for b in np.maximum.accumulate(bounds)]


def _other_words(decoded: DecodedLine, count: int) -> list[list[str]]:
    """What each of `count` words is in the readings that the decoder held for nearly as good and
    that have as many words."""
    others = [text.split() for text in decoded.alternatives]
    others = [other for other in others if len(other) == count]
    return [[other[k] for other in others] for k in range(count)]
