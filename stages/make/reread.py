"""Read the lines of a digitized book once more, with another recognizer.

    python -m stages.reread work/my-book work/train/rounds/mine/1/read/my-book --model models/mine

Lines are those that were found when it was digitized; OUTPUT is a work folder as stages.align,
evaluate, audit and calibrate take it.
"""

from __future__ import annotations

import shutil

import cv2

from pipeline.errors import DataError, ModelError
from pipeline.folders import whole_folder
from pipeline.page_json import write_page
from stages import command
from stages.digitize.recognize import add_reading_options, open_shared, read_pages
from stages.digitized import open_book
from stages.shards import iterate_pages


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    command.add_book(parser)
    parser.add_argument(
        "output", type=command.output_path, help="work folder to write, whole or not at all"
    )
    add_reading_options(parser)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    shards = [options.book / "layout" / name for name in open_book(options.book).shards]
    if not all(shard.is_dir() for shard in shards):
        raise DataError(f"{options.book} holds no layout of a book", "Digitize it first.")
    recognizer = open_shared(options)
    with whole_folder(options.output) as folder:
        shutil.copyfile(options.book / "manifest.json", folder / "manifest.json")
        for shard in shards:
            target = folder / "text" / shard.name
            target.mkdir(parents=True)
            pages = list(iterate_pages(shard))
            try:
                for (path, _), page in zip(pages, read_pages(pages, recognizer), strict=True):
                    write_page(target / path.name, page)
            except ValueError as error:
                raise ModelError(
                    f"{recognizer.model.name} cannot read the lines of {options.book}: {error}",
                    "Give a model that sees lines as that one does with which the book was "
                    "digitized, or digitize it with this one.",
                ) from error


if __name__ == "__main__":
    command.run(main)
