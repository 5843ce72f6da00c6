"""A recognizer opened for work: the network, the decoder, and what the two make of images of
lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.config import Decoding
from pipeline.document import Line, Page
from pipeline.lexicon import LanguageFiles
from pipeline.meter import START_UP, spent_on
from pipeline.recognition.batching import Reader, open_reader
from pipeline.recognition.confidence import mean_posterior
from pipeline.recognition.crops import line_alphabet, read_crops
from pipeline.recognition.ctc import LogProbabilities
from pipeline.recognition.decoder import DecodedLine, Decoder
from pipeline.recognition.language_id import Told, WordProbabilities, tell_blocks
from pipeline.recognition.line_image import LineImage
from pipeline.recognition.line_place import vary_x_height
from pipeline.recognition.model import DESCRIPTION, ONNX, ModelFolder, open_model
from pipeline.recognition.word_boxes import place_words


@dataclass(frozen=True)
class Recognizer:
    """A model folder, its network on a device, a decoder of what the network says for each
    language, and, where there are several, what tells them apart."""

    model: ModelFolder
    reader: Reader
    decoders: Mapping[str, Decoder]
    probabilities: Mapping[str, WordProbabilities]

    @property
    def decoder(self) -> Decoder:
        """The decoder of the first language."""
        return next(iter(self.decoders.values()))

    def known_words(self, languages: Iterable[str]) -> frozenset[str]:
        """The words of the lexicons of these languages."""
        return frozenset().union(
            *(self.decoders[code].known for code in set(languages) & self.decoders.keys())
        )


def open_recognizer(
    model: ModelFolder,
    decoding: Decoding,
    languages: Sequence[LanguageFiles] = (),
    device: str = "cpu",
    threads: int = 1,
) -> Recognizer:
    """Open a network on a device, "cpu" or "gpu", and its decoders: best paths only where there is
    no language, or `decoding` says so.

    Raises:
        ModelError: a file cannot be used, or the model reads no lines.
    """
    alphabet = line_alphabet(model)
    decoders = {
        files.code: Decoder(alphabet, decoding, files.model, files.words)
        if decoding.language_model
        else Decoder(alphabet, decoding)
        for files in languages
    }
    probabilities = {
        files.code: WordProbabilities(files.words, files.characters)
        for files in languages
        if len(languages) > 1
    }
    reader = open_reader(model, device, threads)
    return Recognizer(model, reader, decoders or {"": Decoder(alphabet, decoding)}, probabilities)


@spent_on(START_UP)
def share_recognizer(
    folder: Path,
    decoding: Decoding,
    languages: Sequence[LanguageFiles] = (),
    device: str = "cpu",
    threads: int = 1,
) -> Recognizer:
    """The recognizer of a model folder, as `open_recognizer` opens it: the same one as before in
    this process, and in those forked from it, as long as its files are the same."""
    resolved = tuple(
        LanguageFiles(files.code, *(path.resolve() for path in files.paths)) for files in languages
    )
    read = [folder / DESCRIPTION, folder / ONNX]
    read += [path for files in resolved for path in files.paths]
    stamps = tuple(_stamp(path) for path in read)
    return _share(folder.resolve(), decoding, resolved, device, threads, stamps)


@lru_cache(maxsize=1)  # books of one setting follow each other: the last is enough
def _share(
    folder: Path,
    decoding: Decoding,
    languages: tuple[LanguageFiles, ...],
    device: str,
    threads: int,
    _stamps: tuple[object, ...],
) -> Recognizer:
    return open_recognizer(open_model(folder), decoding, languages, device, threads)


def _stamp(path: Path) -> tuple[int, ...]:
    """What changes when a file is replaced or written; nothing where there is none."""
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_ino, status.st_size, status.st_mtime_ns


@dataclass(frozen=True)
class _Waiting:
    """What the network says of a line in which a language model may change something."""

    output: LogProbabilities
    edges: NDArray[np.float64]


def recognize(
    lines: Sequence[LineImage],
    blocks: Sequence[int],
    recognizer: Recognizer,
    count_line: Callable[[], object] = lambda: None,
) -> tuple[list[Line], dict[int, Told]]:
    """Each line with its words, and the language of each block of lines.

    The network reads all lines before the language of any is told. Lines of which its best path is
    sure need no more; the others wait, with what the network says of them, for their language.

    Args:
        blocks: of each line, the number of the block that it stands in, such as a region.
        count_line: called after each line that the network has read.
    """
    model, decoder = recognizer.model, recognizer.decoder
    read: dict[int, Line] = {}
    waiting: dict[int, _Waiting] = {}
    texts: defaultdict[int, list[str]] = defaultdict(list)

    def place(index: int, decoded: DecodedLine, edges: NDArray[np.float64]) -> None:
        read[index] = place_words(lines[index], decoded, edges, decoder.alphabet, model.calibration)

    for index, output, edges in read_crops(recognizer.reader, lines, model):
        best = decoder.decode_best_path(output)
        texts[blocks[index]].append(best.text)
        if decoder.is_sure(output, best):
            place(index, best, edges)
        elif recognizer.probabilities:
            waiting[index] = _Waiting(output.copy(), edges)  # not a view of the whole batch
        else:
            place(index, decoder.decode(output), edges)
        count_line()
    told = _tell(texts, recognizer)
    for index, kept in waiting.items():
        own = recognizer.decoders.get(told[blocks[index]].language)
        best = own.decode(kept.output) if own else decoder.decode_best_path(kept.output)
        place(index, best, kept.edges)
    return [read[index] for index in range(len(lines))], told


def _tell(texts: Mapping[int, Sequence[str]], recognizer: Recognizer) -> dict[int, Told]:
    if not recognizer.probabilities:
        return dict.fromkeys(texts, Told(next(iter(recognizer.decoders)), None))
    return tell_blocks(texts, recognizer.probabilities)


def choose_variants(page: Page, variants: Iterator[Line]) -> Iterator[Line]:
    """Of the variants of each line of a page, read, the one whose characters are the surest.

    Args:
        variants: the lines of `list_variants`, read, in its order; of these the page's are taken.
    """
    for line in page.lines:
        chosen = max(islice(variants, len(vary_x_height(line))), key=mean_posterior)
        yield replace(chosen, other_x_height=0.0)
