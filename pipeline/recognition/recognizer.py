"""A recognizer opened for work: the network, the decoder, and what the two make of images of
lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from pipeline.config import Decoding
from pipeline.document import Line, Page
from pipeline.recognition.batching import Reader, open_reader
from pipeline.recognition.confidence import mean_posterior
from pipeline.recognition.crops import line_alphabet, read_crops
from pipeline.recognition.decoder import Decoder
from pipeline.recognition.line_image import LineImage
from pipeline.recognition.line_place import vary_x_height
from pipeline.recognition.model import ModelFolder
from pipeline.recognition.word_boxes import place_words


@dataclass(frozen=True)
class Recognizer:
    """A model folder, its network on a device, and a decoder of what the network says."""

    model: ModelFolder
    reader: Reader
    decoder: Decoder


def open_recognizer(
    model: ModelFolder,
    decoding: Decoding,
    language_model: Path | None = None,
    lexicon: Path | None = None,
    device: str = "cpu",
    threads: int = 1,
) -> Recognizer:
    """Open a network on a device, "cpu" or "gpu", and its decoder.

    Raises:
        ModelError: a file cannot be used, or the model reads no lines.
    """
    decoder = Decoder(line_alphabet(model), decoding, language_model, lexicon)
    return Recognizer(model, open_reader(model, device, threads), decoder)


def recognize(lines: Sequence[LineImage], recognizer: Recognizer) -> Iterator[tuple[int, Line]]:
    """Yield (index, the line with its words) of each image, in no particular order."""
    model, decoder = recognizer.model, recognizer.decoder
    for index, output, edges in read_crops(recognizer.reader, lines, model):
        decoded = decoder.decode(output)
        yield (
            index,
            place_words(lines[index], decoded, edges, decoder.alphabet, model.calibration),
        )


def choose_variants(page: Page, variants: Iterator[Line]) -> Iterator[Line]:
    """Of the variants of each line of a page, read, the one whose characters are the surest.

    Args:
        variants: the lines of `list_variants`, read, in its order; of these the page's are taken.
    """
    for line in page.lines:
        chosen = max(islice(variants, len(vary_x_height(line))), key=mean_posterior)
        yield replace(chosen, other_x_height=0.0)
