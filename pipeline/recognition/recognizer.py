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
from pipeline.geometry import Affine
from pipeline.lexicon import LanguageFiles, ends_sentence
from pipeline.line_turns import turn_line
from pipeline.meter import START_UP, spent_on
from pipeline.recognition.batching import Reader, open_reader
from pipeline.recognition.confidence import SMALLEST, mean_posterior
from pipeline.recognition.crops import line_alphabet, read_crops
from pipeline.recognition.ctc import LogProbabilities, decode_greedily
from pipeline.recognition.decoder import DecodedLine, Decoder
from pipeline.recognition.language_id import Told, WordProbabilities, tell_blocks
from pipeline.recognition.line_image import LineImage
from pipeline.recognition.line_place import lay_line, vary_line
from pipeline.recognition.model import DESCRIPTION, ONNX, ModelFolder, open_model
from pipeline.recognition.word_boxes import place_words

# Of a page, to tell how well it can be read, chosen by eye: lines, and characters below which there
# is no telling.
READ_LINES, LEAST_CHARACTERS = 12, 8


@dataclass(frozen=True)
class Network:
    """A model folder and its network on a device."""

    model: ModelFolder
    reader: Reader


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

    @property
    def network(self) -> Network:
        """What it reads with, before anything is decoded."""
        return Network(self.model, self.reader)


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
    return _add_decoders(Network(model, open_reader(model, device, threads)), decoding, languages)


def _add_decoders(
    network: Network, decoding: Decoding, languages: Sequence[LanguageFiles]
) -> Recognizer:
    alphabet, decoding = line_alphabet(network.model), decoding.with_own(network.model.decoding)
    decoders = {
        files.code: Decoder(alphabet, decoding, files)
        if decoding.language_model
        else Decoder(alphabet, decoding)
        for files in languages
    }
    probabilities = {
        files.code: WordProbabilities(files.words, files.characters)
        for files in languages
        if len(languages) > 1
    }
    return Recognizer(
        network.model,
        network.reader,
        decoders or {"": Decoder(alphabet, decoding)},
        probabilities,
    )


@spent_on(START_UP)
def share_network(folder: Path, device: str = "cpu", threads: int = 1) -> Network:
    """The network of a model folder: that of the shared recognizer, or one of its own, the same one
    as before in this process as long as its files are the same."""
    stamps = tuple(_stamp(path) for path in (folder / DESCRIPTION, folder / ONNX))
    return _share_network(folder.resolve(), device, threads, stamps)


@lru_cache(maxsize=1)
def _share_network(folder: Path, device: str, threads: int, _stamps: tuple[object, ...]) -> Network:
    model = open_model(folder)
    return Network(model, open_reader(model, device, threads))


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
    return _add_decoders(share_network(folder, device, threads), decoding, languages)


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
    pages: Sequence[int] | None = None,
) -> tuple[list[Line], dict[int, Told]]:
    """Each line with its words, and the language of each block of lines.

    The network reads all lines before any is decoded. Lines of which its best path is sure need no
    more; the others wait, with what the network says of them, until the language of their block and
    the end of the line before them are known: behind a full point a sentence begins.

    Args:
        blocks: of each line, the number of the block that it stands in, such as a region.
        count_line: called after each line that the network has read.
        pages: of each line, the number of the page that it stands on, in reading order; None where
            the lines do not follow each other.
    """
    model, decoder = recognizer.model, recognizer.decoder
    read: dict[int, Line] = {}
    waiting: dict[int, _Waiting] = {}
    best: dict[int, DecodedLine] = {}

    def place(index: int, decoded: DecodedLine, edges: NDArray[np.float64]) -> None:
        read[index] = place_words(
            lines[index], decoded, edges, decoder.alphabet, model.calibration, model.writing
        )

    for index, output, edges in read_crops(recognizer.reader, lines, model):
        best[index] = decoder.decode_best_path(output)
        if decoder.is_sure(output, best[index]):
            place(index, best[index], edges)
        else:
            waiting[index] = _Waiting(output.copy(), edges)  # not a view of the whole batch
        count_line()
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for index, block in enumerate(blocks):
        texts[block].append(best[index].text)
    told = _tell(texts, recognizer)
    for index, kept in waiting.items():
        own = recognizer.decoders.get(told[blocks[index]].language)
        follows = pages is not None and index > 0 and pages[index - 1] == pages[index]
        sentence = follows and ends_sentence(best[index - 1].text)
        place(index, own.decode(kept.output, sentence) if own else best[index], kept.edges)
    return [read[index] for index in range(len(lines))], told


def _tell(texts: Mapping[int, Sequence[str]], recognizer: Recognizer) -> dict[int, Told]:
    if not recognizer.probabilities:
        return dict.fromkeys(texts, Told(next(iter(recognizer.decoders)), None))
    return tell_blocks(texts, recognizer.probabilities)


def measure_reading(lines: Sequence[LineImage], network: Network) -> float:
    """How sure a network is of lines: geometric mean of the posteriors of the characters on their
    best paths, 0 to 1; 0 where they are too few to tell.

    No language model or setting of a decoder has a say. The longest lines are taken, and of these
    `READ_LINES`.
    """
    longest = sorted(lines, key=lambda line: -line.place.width)[:READ_LINES]
    read = read_crops(network.reader, longest, network.model)
    scores = np.concatenate([[], *(decode_greedily(output).scores for _, output, _ in read)])
    if len(scores) < LEAST_CHARACTERS:
        return 0.0
    return float(np.exp(np.maximum(scores, np.log(SMALLEST)).mean()))


def choose_variants(page: Page, variants: Iterator[Line]) -> Iterator[Line]:
    """Of the variants of each line of a page, read, the one whose characters are the surest.

    Args:
        variants: the lines of `list_variants`, read, in its order; of these the page's are taken.
    """
    for line in page.lines:
        turns = [lay_line(page, way)[1] for way in vary_line(line)]
        chosen, turn = max(
            zip(islice(variants, len(turns)), turns, strict=True),
            key=lambda way: mean_posterior(way[0]),
        )
        if turn != Affine():
            chosen = turn_line(chosen, turn.inverse())
        yield replace(chosen, other_x_height=0.0)
