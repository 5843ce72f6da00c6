"""Read the lines of each page of a shard: the network, then the beam search with the language
model.

    python -m stages.recognize work/book/layout/0001-0004 work/book/text/0001-0004 --lang eng

On a CPU the network runs in ONNX Runtime, on a GPU in torch. Each line keeps, beside its text, the
text of the best path without a language model.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from operator import itemgetter
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from pipeline.book_config import BookSettings
from pipeline.document import DONE, Page
from pipeline.folders import whole_folder
from pipeline.lexicon import LEXICONS, list_languages
from pipeline.page_json import write_page
from pipeline.reading import PageLines, read, understand
from pipeline.recognition.batching import gpu_available
from pipeline.recognition.frame import LineFrame
from pipeline.recognition.line_image import LineImage, unstack_lines
from pipeline.recognition.recognizer import Recognizer, share_recognizer
from stages import command
from stages.settings import add_settings, read_settings
from stages.shards import iterate_pages, supervise_pages
from stages.supervise import Failure, run_supervised


def read_line_images(page: Page, path: Path, frame: LineFrame) -> list[LineImage]:
    """The images of a page's lines out of the PNG that stages.segment wrote; none where the page
    has no lines.

    Raises:
        ValueError: it does not fit the page. This is Recto's own fault, or the disk's: it costs the
            page, not its book.
    """
    if page.status != DONE or not any(page.lines):
        return []
    stack = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    try:
        return unstack_lines(page, np.asarray(stack, dtype=np.uint8), frame)
    except (TypeError, ValueError) as error:  # OpenCV gives None for what it cannot read
        raise ValueError(
            f"{path} does not hold the lines of its page: {error}. Remove {path.parent} and run "
            "the same command again."
        ) from error


def read_pages(pages: Sequence[tuple[Path, Page]], recognizer: Recognizer) -> Iterator[Page]:
    """Each of the pages with its text; batches go across pages."""
    frame = recognizer.model.frame
    lines = [
        PageLines(page, read_line_images(page, path.with_suffix(".lines.png"), frame))
        for path, page in pages
    ]
    total = sum(len(page.images) for page in lines)
    with tqdm(total=total, unit="line", desc="recognize", disable=None) as bar:
        found = read(lines, recognizer, bar.update)
    return (understand(page, recognizer.known_words(page.codes)) for page in found)


def read_options(arguments: Sequence[str] | None = None) -> Namespace:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "layout", type=command.existing_path, help="folder written by stages.segment"
    )
    parser.add_argument("output", type=command.output_path, help="folder for page JSON with text")
    add_reading_options(parser)
    return parser.parse_args(arguments)


def add_reading_options(parser: ArgumentParser) -> None:
    """Add what `open_shared` is asked for."""
    add_lexicons(parser)
    parser.add_argument(
        "--threads", type=int, default=1, help="of ONNX Runtime (default: %(default)s)"
    )
    add_settings(parser, "recognize")


def add_lexicons(parser: ArgumentParser) -> None:
    """Add where a recognizer finds what it knows of languages."""
    parser.add_argument(
        "--lexicons",
        type=Path,
        default=LEXICONS,
        help="folder of word lists and language models (default: %(default)s)",
    )


def find_device(settings: BookSettings) -> str:
    """The device that is asked for, or found: "cpu" or "gpu"."""
    if settings.device != "auto":
        return settings.device
    return "gpu" if gpu_available() else "cpu"


def open_shared(options: Namespace) -> Recognizer:
    """The recognizer of a command."""
    settings = read_settings(options)
    return share_recognizer(
        settings.model_folder,
        settings.decoder,
        list_languages(settings.lang, options.lexicons),
        find_device(settings),
        options.threads,
    )


def prepare(arguments: Sequence[str]) -> None:
    """Open what a command with these arguments reads with, in the warm parent; what has threads or
    lies on a GPU does not survive its fork, and is left to the job."""
    options = read_options(arguments)
    if options.threads == 1 and find_device(read_settings(options)) == "cpu":
        open_shared(options)


def main() -> None:
    """Read a shard."""
    options = read_options()
    settings = read_settings(options)
    cv2.setNumThreads(1)
    pages = list(iterate_pages(options.layout))
    with whole_folder(options.output) as folder:

        def recognize(group: Sequence[tuple[Path, Page]]) -> None:
            done = read_pages(group, open_shared(options))
            for (path, _), page in zip(group, done, strict=True):
                write_page(folder / path.name, page)

        def one_by_one(group: Sequence[tuple[Path, Page]], failure: Failure) -> None:
            command.log.warning("%s; trying again page by page", failure.message)
            supervise_pages(
                group,
                itemgetter(1),
                folder,
                "recognize",
                lambda item: recognize([item]),
                settings.page_seconds,
            )

        run_supervised(
            [pages],
            recognize,
            lambda group: settings.page_seconds * max(1, len(group)),
            lambda _: None,
            one_by_one,
        )


if __name__ == "__main__":
    command.run(main)
