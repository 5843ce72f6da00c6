"""Words of a recognized line: the decoder's frames snapped to the ink of the line image, and their
calibrated confidences."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from pipeline.document import PRINT, Character, Line, Word
from pipeline.geometry import Box
from pipeline.image.runs import find_runs
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.confidence import Calibration
from pipeline.recognition.ctc import Alignment
from pipeline.recognition.decoder import DecodedLine
from pipeline.recognition.line_image import LineImage, inked
from pipeline.recognition.line_place import baseline_at
from pipeline.recognition.spaces import split_at_wide_white


@dataclass(frozen=True)
class WordBoxParameters:
    """How words are placed: in x-heights, all chosen by eye."""

    # A word found by its white is taken over where both ends agree this well: less than a narrow
    # letter.
    same_word: float = 0.35
    # Ink deeper under the baseline may be the next line's, and does not tell where words end.
    below: float = 0.25
    # How far from the decoder's frames the white between words is looked for.
    snap: float = 0.8


PARAMETERS = WordBoxParameters()


def place_words(
    line_image: LineImage,
    decoded: DecodedLine,
    edges: NDArray[np.float64],
    alphabet: Alphabet,
    calibration: Calibration,
    writing: str = PRINT,
) -> Line:
    """The line of an image with its text, its greedy text, its words with their boxes, and what
    their confidences are worth.

    Args:
        line_image: what was read; the words of its line were found by the white between them.
        edges: (T + 1,) columns of the image between which the frames lie.
        writing: "print", or "hand" for joined handwriting, in which white parts no words: faint
            strokes between letters look like it.
    """
    line, frame = line_image.line, line_image.place.frame
    dark = inked(line_image.image)
    ink = np.asarray(dark[: round(frame.baseline + PARAMETERS.below * frame.x_height)].any(axis=0))
    if writing == PRINT:
        decoded = split_at_wide_white(decoded, ink, edges, alphabet, frame.x_height)
    spans = _word_spans(decoded.path, alphabet)
    words: tuple[Word, ...] = ()
    if spans:
        columns = [
            (round(edges[decoded.path.starts[a]]), round(edges[decoded.path.ends[b - 1]]))
            for a, b in spans
        ]
        snapped = _snap(columns, ink, round(PARAMETERS.snap * frame.x_height))
        boxes = [_segmented_twin(line, box) or box for box in _ink_boxes(line_image, dark, snapped)]
        words = _build_words(
            decoded, spans, boxes, _character_borders(line_image, decoded.path, edges), alphabet
        )
        worth = calibration.of_all(np.array([word.confidence for word in words]))
        words = tuple(
            replace(word, confidence=float(value)) for word, value in zip(words, worth, strict=True)
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
    inked, white = (
        [(int(start), int(end)) for start, end in find_runs(mask)] for mask in (ink, ~ink)
    )
    cuts = [0]
    for (_, end), (start, _) in pairwise(columns):
        low = max(0, min(max(cuts[-1] + 1, min(end, start) - reach), len(ink) - 1))
        high = min(max(end, start) + reach, len(ink))
        cuts.append(_widest_white(white, low, high, (end + start) // 2))
    cuts.append(len(ink))
    edges = []
    for (start, end), left, right in zip(columns, cuts, cuts[1:], strict=False):
        # ink that begins far from the word's frames is a speck in the white beside it; a broad
        # letter goes on from near them
        own = [
            run
            for run in _within(inked, left, right)
            if run[0] < end + reach and run[1] > start - reach
        ]
        edges.append((own[0][0], own[-1][1]) if own else (start, max(start + 1, end)))
    return edges


def _within(runs: list[tuple[int, int]], low: int, high: int) -> Iterator[tuple[int, int]]:
    """The parts of runs, which are in order, that lie in [low, high)."""
    for start, end in runs[bisect_right(runs, low, key=itemgetter(1)) :]:
        if start >= high:
            return
        yield max(start, low), min(end, high)


def _widest_white(white: list[tuple[int, int]], low: int, high: int, middle: int) -> int:
    """Centre of the widest run of white columns in [low, high), the first of several; `middle`
    where all is ink."""
    found = max(_within(white, low, high), key=lambda run: run[1] - run[0], default=None)
    return sum(found) // 2 if found else max(low, min(middle, high))


def _build_words(
    decoded: DecodedLine,
    spans: list[tuple[int, int]],
    boxes: list[Box],
    borders: list[float],
    alphabet: Alphabet,
) -> tuple[Word, ...]:
    """The words with their characters, confidences as the decoder gives them, and other readings.

    Args:
        spans: first and end of each word's characters in the decoder's path.
        boxes: of the words.
        borders: x of the border between each character of the path and the next.
    """
    path = decoded.path
    posteriors = np.exp(path.scores.astype(np.float64)).clip(0, 1).tolist()
    words = []
    others = _other_words(decoded, len(spans))
    for (a, b), box, readings in zip(spans, boxes, others, strict=True):
        text = alphabet.decode(path.classes[a:b].tolist())
        bounds = _character_bounds(borders[a : b - 1], box)
        characters = tuple(
            Character(
                character,
                Box(bounds[k], box.top, max(bounds[k] + 1, bounds[k + 1]), box.bottom),
                posterior,
            )
            for k, (character, posterior) in enumerate(zip(text, posteriors[a:b], strict=True))
        )
        different = tuple(dict.fromkeys(other for other in readings if other != text))
        words.append(Word(box, text, math.prod(posteriors[a:b]), characters, different))
    return tuple(words)


def _ink_boxes(
    line_image: LineImage, dark: NDArray[np.bool_], edges: list[tuple[int, int]]
) -> Iterator[Box]:
    """The box of each word's ink on the straight page, from its columns in the line image."""
    line, place = line_image.line, line_image.place
    height, width = dark.shape
    counts = np.zeros((height, width + 1), np.int32)  # dark pixels of a row before each column
    np.cumsum(dark, axis=1, out=counts[:, 1:])
    columns = np.array(edges)
    within = columns.clip(0, width)
    inked = counts[:, within[:, 1]] > counts[:, within[:, 0]]  # (H, words)
    some = inked.any(axis=0)
    tops = np.where(some, inked.argmax(axis=0), 0).tolist()
    bottoms = np.where(some, height - inked[::-1].argmax(axis=0), height).tolist()
    xs = place.page_xs(columns.astype(np.float64).ravel()).reshape(-1, 2)
    floors = baseline_at(line, xs.mean(axis=1)).tolist()
    for (left, right), top, bottom, floor in zip(xs.tolist(), tops, bottoms, floors, strict=True):
        box = Box.of_points(
            [
                (left, floor - place.above_baseline(top)),
                (right, floor - place.above_baseline(bottom)),
            ]
        )
        # ink beyond the line's own letters is its neighbours'
        high, low = max(box.top, line.box.top), min(box.bottom, line.box.bottom)
        yield Box(box.left, high, box.right, low) if high < low else box


def _segmented_twin(line: Line, box: Box) -> Box | None:
    """The segmented word with the same ends, whose box is exact to the pixel."""
    tolerance = PARAMETERS.same_word * line.x_height
    for word in line.words:
        if (
            abs(word.box.left - box.left) <= tolerance
            and abs(word.box.right - box.right) <= tolerance
        ):
            return word.box
    return None


def _character_borders(
    line_image: LineImage, path: Alignment, edges: NDArray[np.float64]
) -> list[float]:
    """x on the straight page of the border between each character and the next: halfway between
    their frames."""
    middles = (edges[path.ends[:-1]] + edges[path.starts[1:]]) / 2
    return list(line_image.place.page_xs(middles).tolist())


def _character_bounds(borders: list[float], box: Box) -> list[int]:
    """x of the ends of a word's characters, within the word's box; never decreasing."""
    inner = (min(max(round(x), box.left), box.right - 1) for x in borders)
    return list(accumulate([box.left, *inner, box.right], max))


def _other_words(decoded: DecodedLine, count: int) -> list[list[str]]:
    """What each of `count` words is in the readings that the decoder held for nearly as good and
    that have as many words."""
    others = [text.split() for text in decoded.alternatives]
    others = [other for other in others if len(other) == count]
    return [[other[k] for other in others] for k in range(count)]
