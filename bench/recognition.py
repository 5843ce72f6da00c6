"""Speed of recognition and decoding on one core, and the CER that it comes with.

    .venv/bin/python -m bench.recognition work/boy-apprenticed \\
        --transcriptions TEXTS --model models/print-latin

Takes the full-width lines of digitized books (work/NAME), reads them with each model in ONNX
Runtime, decodes them with the language model, and prints lines a second of each part and the CER of
these lines.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from pipeline.config import Decoding
from pipeline.lexicon import files_of
from pipeline.recognition.batching import OnnxReader, read_lines
from pipeline.recognition.ctc import LogProbabilities
from pipeline.recognition.decoder import Decoder
from pipeline.recognition.model import ONNX, ModelFolder, open_model
from pipeline.training.alignment import folded, undivided
from stages.digitize.recognize import read_line_images
from stages.judge.scored import scored_books
from stages.shards import iterate_pages

FULL_WIDTH = 0.85  # of a book's wide lines


def full_width_lines(
    folders: list[Path], transcriptions: Path, model: ModelFolder
) -> tuple[list[NDArray[np.uint8]], list[str]]:
    """Images and true texts of the full-width lines that were read."""
    images: list[NDArray[np.uint8]] = []
    truths: list[str] = []
    for scored in scored_books(folders, transcriptions):
        stretches = {
            (page.page.number, line.line.baseline): line.truth
            for page in scored.pages
            for line in page.lines
        }
        found = []
        for shard in sorted((scored.book.work / "layout").iterdir()):
            for path, page in iterate_pages(shard):
                images_of_page = read_line_images(page, path.with_suffix(".lines.png"), model.frame)
                found += [
                    (image.image, stretches.get((page.number, image.line.baseline), ""))
                    for image in images_of_page
                    if not image.line.other_x_height
                ]
        least = FULL_WIDTH * float(
            np.percentile([image.shape[1] for image, truth in found if truth], 75)
        )
        for image, truth in found:
            if truth and image.shape[1] >= least:
                images.append(image)
                truths.append(truth)
    return images, truths


def timed(
    reader: OnnxReader, decoder: Decoder, images: list[NDArray[np.uint8]], stride: int
) -> tuple[float, float, list[str]]:
    """Seconds of the network and of decoding, and the texts."""
    start = time.perf_counter()
    outputs: dict[int, LogProbabilities] = dict(read_lines(reader, images, stride))
    between = time.perf_counter()
    texts = [decoder.decode(outputs[k]).text for k in range(len(images))]
    return between - start, time.perf_counter() - between, texts


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("books", nargs="+", type=Path, help="work folders of digitized books")
    parser.add_argument("--transcriptions", type=Path, required=True, help="folder of true texts")
    parser.add_argument(
        "--model",
        nargs="+",
        type=Path,
        default=[Path("models/print-latin")],
        help="model folders to compare",
    )
    parser.add_argument("--lang", default="eng", help="whose language model is used")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    models = [open_model(path) for path in options.model]
    images, truths = full_width_lines(options.books, options.transcriptions, models[0])
    decoder = Decoder(models[0].alphabet, Decoding(), files_of(options.lang))
    width = float(np.median([image.shape[1] for image in images]))
    print(
        f"{len(images)} lines, median width {width:.0f} pixels; best of {options.rounds} rounds\n"
    )
    print(
        "| model | ONNX, MB | network, lines/s | decoding, ms/line | both, lines/s | CER of "
        "these lines |"
    )
    print("|---|---|---|---|---|---|")
    for model in models:
        reader = OnnxReader(model, 1)
        rounds = [timed(reader, decoder, images, model.stride) for _ in range(options.rounds)]
        network, decoding = min(r[0] for r in rounds), min(r[1] for r in rounds)
        pairs = zip(rounds[0][2], truths, strict=True)
        edits = sum(Levenshtein.distance(undivided(text), folded(truth)) for text, truth in pairs)
        print(
            f"| {model.name} | {(model.path / ONNX).stat().st_size / 1e6:.1f} | "
            f"{len(images) / network:.0f} "
            f"| {1000 * decoding / len(images):.2f} | {len(images) / (network + decoding):.0f} "
            f"| {100 * edits / sum(map(len, truths)):.2f} |"
        )


if __name__ == "__main__":
    main()
