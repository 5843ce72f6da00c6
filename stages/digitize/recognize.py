"""Read the lines of each page of a shard: the network, then the beam search with the language
model.

On a CPU the network runs in ONNX Runtime, on a GPU in torch. Each line keeps, beside its text, the
text of the best path without a language model.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from pipeline.document import DONE, Line, Page
from pipeline.errors import DataError
from pipeline.folders import whole_folder
from pipeline.page_json import write_page
from pipeline.recognition.batching import Reader, gpu_available, open_reader
from pipeline.recognition.crops import line_alphabet, read_crops
from pipeline.recognition.decoder import Decoder, Decoding
from pipeline.recognition.line_image import place_line
from pipeline.recognition.model import ModelFolder, open_model
from pipeline.recognition.page import best_readings, list_readings, with_lines
from pipeline.recognition.word_boxes import calibrated, recognized_line
from stages import command
from stages.shards import add_page_seconds, iterate_pages, supervise_pages
from stages.supervise import Failure, run_supervised


def line_images(page: Page, path: Path, model: ModelFolder) -> list[NDArray[np.uint8]]:
    """The images of a page's lines, of each all readings, out of the PNG that stages.segment wrote.

    Raises:
        DataError: it does not fit the page.
    """
    stack = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    lines, height = list_readings(page), model.frame.height
    if stack is None or stack.shape[0] != height * len(lines):
        raise DataError(
            f"{path} does not hold the lines of its page",
            f"Remove {path.parent} and run the same command again.",
        )
    widths = (place_line(line, model.frame).width for line in lines)
    return [
        np.asarray(stack[i * height : (i + 1) * height, :w], dtype=np.uint8)
        for i, w in enumerate(widths)
    ]


def read_pages(
    pages: Sequence[tuple[Path, Page]], model: ModelFolder, reader: Reader, decoder: Decoder
) -> Iterator[Line]:
    """Every line of the pages, read, in the order in which it stands there; batches go across
    pages."""
    done = [(path, page) for path, page in pages if page.status == DONE]
    lines = [line for _, page in done for line in list_readings(page)]
    images = [
        image
        for path, page in done
        for image in line_images(page, path.with_suffix(".lines.png"), model)
    ]
    read: dict[int, Line] = {}
    outputs = read_crops(reader, lines, images, model)
    for index, output, edges in tqdm(
        outputs, total=len(images), unit="line", desc="recognize", disable=None
    ):
        place = place_line(lines[index], model.frame)
        line = recognized_line(
            lines[index], decoder.decode(output), images[index], place, edges, decoder.alphabet
        )
        read[index] = calibrated(line, model.calibration)
    variants = (read[index] for index in range(len(lines)))
    return (line for _, page in done for line in best_readings(page, variants))


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "layout", type=command.existing_path, help="folder written by stages.segment"
    )
    parser.add_argument("output", type=Path, help="folder for page JSON with text")
    parser.add_argument(
        "--model",
        type=Path,
        default=Path("models/print-en"),
        help="model folder (default: %(default)s)",
    )
    parser.add_argument("--lexicon", type=Path, help="word list; with --language-model")
    parser.add_argument(
        "--language-model", type=Path, help="KenLM model; without it, best paths only"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "gpu"), default="auto")
    parser.add_argument(
        "--threads", type=int, default=1, help="of ONNX Runtime (default: %(default)s)"
    )
    defaults = Decoding()
    for name in ("alpha", "beta", "unknown", "certain"):
        parser.add_argument(
            f"--{name}", type=float, default=getattr(defaults, name), help="default: %(default)s"
        )
    parser.add_argument(
        "--beam", type=int, default=defaults.beam, help="hypotheses kept (default: %(default)s)"
    )
    add_page_seconds(parser)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    model = open_model(options.model)
    decoding = Decoding(options.alpha, options.beta, options.unknown, options.beam, options.certain)

    @lru_cache(maxsize=1)  # opened in the child process: threads and CUDA do not survive a fork
    def tools() -> tuple[Reader, Decoder]:
        device = (
            options.device if options.device != "auto" else ("gpu" if gpu_available() else "cpu")
        )
        decoder = Decoder(line_alphabet(model), decoding, options.language_model, options.lexicon)
        return open_reader(model, device, options.threads), decoder

    pages = list(iterate_pages(options.layout))
    with whole_folder(options.output) as folder:

        def recognize(group: Sequence[tuple[Path, Page]]) -> None:
            reader, decoder = tools()
            lines = read_pages(group, model, reader, decoder)
            for path, page in group:
                write_page(
                    folder / path.name,
                    with_lines(page, lines, decoder.known) if page.status == DONE else page,
                )

        def one_by_one(group: Sequence[tuple[Path, Page]], failure: Failure) -> None:
            print(f"recto: {failure.message}; trying again page by page", file=sys.stderr)
            supervise_pages(
                group,
                itemgetter(1),
                folder,
                "recognize",
                lambda item: recognize([item]),
                options.page_seconds,
            )

        run_supervised(
            [pages],
            recognize,
            lambda group: options.page_seconds * max(1, len(group)),
            lambda _: None,
            one_by_one,
        )


if __name__ == "__main__":
    command.run(main)
