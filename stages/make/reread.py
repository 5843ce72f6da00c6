"""Read the lines of a digitized book once more, with another recognizer.

    python -m stages.reread work/my-book work/train/rounds/mine/1/read/my-book --model models/mine

Lines are those that were found when it was digitized; OUTPUT is a work folder as stages.align,
evaluate, audit and calibrate take it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2

from pipeline.errors import DataError
from pipeline.folders import whole_folder
from pipeline.lexicon import LEXICONS, list_languages
from pipeline.page_json import write_page
from pipeline.recognition.model import open_model
from pipeline.recognition.recognizer import open_recognizer
from stages import command
from stages.digitize.recognize import find_device, read_pages
from stages.settings import add_settings, read_settings
from stages.shards import iterate_pages


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "book",
        type=command.existing_path,
        help="work folder of the digitized book, such as work/my-book",
    )
    parser.add_argument("output", type=Path, help="work folder to write, whole or not at all")
    parser.add_argument(
        "--lexicons",
        type=Path,
        default=LEXICONS,
        help="folder of word lists and language models (default: %(default)s)",
    )
    add_settings(parser, "recognize")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    shards = sorted((options.book / "layout").glob("*-*"))
    if not shards:
        raise DataError(f"{options.book} holds no layout of a book", "Digitize it first.")
    settings = read_settings(options)
    recognizer = open_recognizer(
        open_model(settings.model_folder),
        settings.decoder,
        list_languages(settings.lang, options.lexicons),
        find_device(settings),
    )
    with whole_folder(options.output) as folder:
        shutil.copyfile(options.book / "manifest.json", folder / "manifest.json")
        for shard in shards:
            target = folder / "text" / shard.name
            target.mkdir(parents=True)
            pages = list(iterate_pages(shard))
            for (path, _), page in zip(pages, read_pages(pages, recognizer), strict=True):
                write_page(target / path.name, page)


if __name__ == "__main__":
    command.run(main)
