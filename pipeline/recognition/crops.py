"""What a recognizer sees of a line: the line itself in its frame, or on its canvas, or the line's
words one by one.

Whatever it reads, the result is one matrix of log-probabilities for the line, and the columns of
the line image that each of its frames stands for: decoding and word boxes need not know the
difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ModelError
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.batching import Reader, read_lines, width_step
from pipeline.recognition.canvas import Canvas
from pipeline.recognition.ctc import LogProbabilities
from pipeline.recognition.line_image import LineImage, inked
from pipeline.recognition.line_place import LinePlace
from pipeline.recognition.model import ModelFolder
from pipeline.recognition.recipe import CHARACTER, LINE

NEVER = -30.0  # natural logarithm of the probability of what cannot be: less than float32 tells
MARGIN = 0.15  # paper around a word, in x-heights (chosen by eye)


@dataclass(frozen=True)
class Crop:
    """What the network reads at once of a line: an image. Column `left` of the line image is where
    it begins, `step` columns of it make one frame."""

    image: NDArray[np.uint8]
    left: float
    step: float


def line_alphabet(model: ModelFolder) -> Alphabet:
    """What a line can hold: the recognizer's alphabet, and the space that stands between words that
    are read one by one.

    Raises:
        ModelError: the recognizer reads isolated characters, no text.
    """
    if model.reads == CHARACTER:
        raise ModelError(
            f"{model.name} reads isolated characters, no lines", "Use it with stages.characters."
        )
    return (
        model.alphabet
        if " " in model.alphabet.characters
        else Alphabet(model.alphabet.characters + " ")
    )


def cut_crops(line: LineImage, model: ModelFolder) -> list[Crop]:
    """What the network reads of a line that lies in `model.frame`."""
    canvas = model.geometry
    if not isinstance(canvas, Canvas):
        return [Crop(line.image, 0.0, float(model.stride))]
    if model.reads == LINE:
        return [_on_canvas(line.image, 0, canvas, model.stride)]
    return [
        _on_canvas(_letters(line.image[:, a:b], line.place, canvas.above), a, canvas, model.stride)
        for a, b in _word_columns(line)
    ]


def _on_canvas(image: NDArray[np.uint8], left: int, canvas: Canvas, stride: int) -> Crop:
    return Crop(canvas.place(image), float(left), stride / canvas.scale(*image.shape))


def _word_columns(line: LineImage) -> list[tuple[int, int]]:
    """(first, last) columns of the line image of each segmented word, with some paper, none into
    its neighbour."""
    width = line.place.width
    xs = line.place.page_xs(np.arange(width + 1, dtype=np.float64))
    margin = MARGIN * line.line.x_height
    spans = []
    for word in sorted(line.line.words, key=lambda word: word.box.left):
        a, b = np.searchsorted(xs, (word.box.left - margin, word.box.right + margin))
        spans.append((int(min(a, width - 1)), int(max(a + 1, b))))
    return spans


def _letters(image: NDArray[np.uint8], place: LinePlace, above: float) -> NDArray[np.uint8]:
    """The rows of a word's image that hold its letters, from `above` x-heights over the baseline
    where that is not 0."""
    frame = place.frame
    rows = np.flatnonzero(inked(image).any(axis=1))
    top, bottom = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, round(frame.baseline))
    margin = 0 if above else round(MARGIN * frame.x_height)
    if above:
        top, bottom = (
            round(frame.baseline - above * frame.x_height),
            max(bottom, round(frame.baseline)),
        )
    padded = np.pad(image, ((max(0, margin - top), 0), (0, 0)), constant_values=255)
    top += max(0, margin - top)
    return np.ascontiguousarray(
        padded[max(0, top - margin) : bottom + margin + len(padded) - len(image)]
    )


def read_crops(
    reader: Reader, lines: Sequence[LineImage], model: ModelFolder
) -> Iterator[tuple[int, LogProbabilities, NDArray[np.float64]]]:
    """Yield (index, log-probabilities, edges) of each line, as `join_outputs` gives them, in no
    particular order."""
    alphabet = line_alphabet(model)
    seen = [cut_crops(line, model) for line in lines]
    owners = [(index, k) for index, of_line in enumerate(seen) for k in range(len(of_line))]
    missing = [len(of_line) for of_line in seen]
    outputs: dict[int, dict[int, LogProbabilities]] = {}
    for number, output in read_lines(
        reader, [seen[index][k].image for index, k in owners], model.stride, width_step(model)
    ):
        index, k = owners[number]
        outputs.setdefault(index, {})[k] = output
        missing[index] -= 1
        if missing[index] == 0:
            found = outputs.pop(index)
            yield index, *join_outputs([found[j] for j in range(len(found))], seen[index], alphabet)


def join_outputs(
    outputs: Sequence[LogProbabilities], seen: Sequence[Crop], alphabet: Alphabet
) -> tuple[LogProbabilities, NDArray[np.float64]]:
    """The log-probabilities of a line, and the columns between which its frames lie.

    Args:
        outputs: of each view, (T_k, C); a recognizer without a space has one class fewer than
            `alphabet`.

    Returns:
        (T, C) and (T + 1,): frame t stands for the columns from the t-th to the next. Between crops
        there is a frame for a space.
    """
    if len(outputs) == 1 and outputs[0].shape[1] == alphabet.classes:
        (view,) = seen
        regular: NDArray[np.float64] = view.left + view.step * np.arange(
            len(outputs[0]) + 1, dtype=np.float64
        )
        return outputs[0], regular
    space = np.full((1, alphabet.classes), NEVER, np.float32)
    space[0, alphabet.space] = 0.0
    rows: list[NDArray] = []
    starts: list[NDArray] = []
    for output, view in zip(outputs, seen, strict=True):
        if rows:
            rows.append(space)
            starts.append(np.array([min(view.left, starts[-1][-1] + seen[0].step)]))
        missing = np.full((len(output), alphabet.classes - output.shape[1]), NEVER, np.float32)
        rows.append(np.hstack([output, missing]))
        starts.append(view.left + view.step * np.arange(len(output)))
    if not rows:
        return np.empty((0, alphabet.classes), np.float32), np.zeros(1)
    edges = np.concatenate([*starts, [starts[-1][-1] + seen[-1].step]])
    rising: NDArray[np.float64] = np.maximum.accumulate(edges)
    return np.vstack(rows).astype(np.float32), rising
