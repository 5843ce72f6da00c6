"""A recognizer opened for work: the network, the decoder, and what the two make of images of
lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path

from pipeline.config import Decoding
from pipeline.document import Line, Page
from pipeline.meter import START_UP, spent_on
from pipeline.recognition.batching import Reader, open_reader
from pipeline.recognition.confidence import mean_posterior
from pipeline.recognition.crops import line_alphabet, read_crops
from pipeline.recognition.decoder import Decoder
from pipeline.recognition.line_image import LineImage
from pipeline.recognition.line_place import vary_x_height
from pipeline.recognition.model import DESCRIPTION, ONNX, ModelFolder, open_model
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


@spent_on(START_UP)
def share_recognizer(
    folder: Path,
    decoding: Decoding,
    language_model: Path | None = None,
    lexicon: Path | None = None,
    device: str = "cpu",
    threads: int = 1,
) -> Recognizer:
    """The recognizer of a model folder, as `open_recognizer` opens it: the same one as before in
    this process, and in those forked from it, as long as its files are the same."""
    files = (folder / DESCRIPTION, folder / ONNX, language_model, lexicon)
    return _share(
        folder.resolve(),
        decoding,
        language_model and language_model.resolve(),
        lexicon and lexicon.resolve(),
        device,
        threads,
        tuple(_stamp(path) for path in files if path),
    )


@lru_cache(maxsize=1)  # books of one language follow each other: the last is enough
def _share(
    folder: Path,
    decoding: Decoding,
    language_model: Path | None,
    lexicon: Path | None,
    device: str,
    threads: int,
    _stamps: tuple[object, ...],
) -> Recognizer:
    return open_recognizer(open_model(folder), decoding, language_model, lexicon, device, threads)


def _stamp(path: Path) -> tuple[int, ...]:
    """What changes when a file is replaced or written; nothing where there is none."""
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_ino, status.st_size, status.st_mtime_ns


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
