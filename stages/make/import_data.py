r"""Bring a public dataset into LMDB: OUTPUT/train.lmdb and OUTPUT/test.lmdb, for
`snakemake --cores 2 models/NAME --config data=OUTPUT`.

    python -m stages.import_data iam-words words.tgz xml.tgz data/iam-words
    python -m stages.import_data iam-lines lines.tgz ascii.tgz data/iam-lines --test-ids testset.txt
    python -m stages.import_data names written_name_train_v2.csv train_v2/train data/names
    python -m stages.import_data mnist train-images-idx3-ubyte.gz train-labels-idx1-ubyte.gz \
        data/digits
    python -m stages.import_data letters A_Z_Handwritten_Data.csv data/letters
    python -m stages.import_data folder out/ data/words
    python -m stages.import_data pairs lines/ data/lines
    python -m stages.import_data pages pages/ data/lines --without Handwritten
    python -m stages.import_data pairs letters/ data/letters --recipe hand-en

Lines come as pairs of NAME.png and NAME.gt.txt, or out of pages in PAGE XML or ALTO with
their images beside them: each is cut into the frame that recognizers of lines see.

A fifth of the samples becomes the test set, by chance (--test, --seed), IAM's by whole forms, lines
of print by whole works; or it is what --test-ids lists, as the official splits do. import.json and
the last line on the screen say how many were kept and why the others were not. Sets in LMDB need no
import: give them to --lines as they are.
"""

from __future__ import annotations

import hashlib
import json
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from tqdm import tqdm

from pipeline.errors import DataError
from pipeline.files import write_text
from pipeline.folders import whole_folder
from pipeline.recognition.recipe import read_recipe, recipe_names
from pipeline.synthesis.store import LineStore
from pipeline.texts import read_text
from pipeline.training.datasets import alphabet_rows, folder_rows, mnist_rows, names_rows
from pipeline.training.iam import iam_rows
from pipeline.training.line_framing import framing_of
from pipeline.training.rows import Row
from pipeline.training.true_lines import read_pages, read_pairs
from stages import command

IMPORTED = "imported"
CHUNK = 500  # samples a transaction


def is_test(row: Row, share: float, seed: int, ids: frozenset[str]) -> bool:
    """Whether a sample is for testing: listed by its name or by what its name begins with, or drawn
    with its group."""
    if ids:
        parts = row.name.split("-")
        return any("-".join(parts[:k]) in ids for k in range(1, len(parts) + 1))
    digest = hashlib.sha256(f"{seed}/{row.group or row.name}".encode()).hexdigest()
    return int(digest[:8], 16) < share * (1 << 32)


class Import:
    """Samples on their way into the two sets, counted."""

    def __init__(self, folder: Path, source: str, split: Callable[[Row], bool]) -> None:
        self._stores = {
            name: LineStore(folder / f"{name}.lmdb", {"kind": IMPORTED, "source": source})
            for name in ("train", "test")
        }
        self._waiting: dict[str, list] = {"train": [], "test": []}
        self._split = split
        self.rows = 0
        self.kept: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()

    def add(self, row: Row) -> None:
        """Take one row."""
        self.rows += 1
        if row.image is None or row.reason:
            self.skipped[row.reason or "no image"] += 1
            return
        name = "test" if self._split(row) else "train"
        self.kept[name] += 1
        self._waiting[name].append((row.image, row.text))
        if len(self._waiting[name]) >= CHUNK:
            self._flush(name)

    def _flush(self, name: str) -> None:
        self._stores[name].append(self._waiting[name])
        self._waiting[name].clear()

    def close(self) -> None:
        """Write what is left."""
        for name, store in self._stores.items():
            self._flush(name)
            store.__exit__()

    @property
    def report(self) -> dict[str, object]:
        """rows = kept + skipped, the latter by reason."""
        return {
            "rows": self.rows,
            "kept": sum(self.kept.values()),
            "train": self.kept["train"],
            "test": self.kept["test"],
            "skipped": dict(self.skipped.most_common()),
        }


def rows_of(options: Namespace) -> Iterator[Row]:
    """The rows of the chosen source."""
    match options.source:
        case "iam-words" | "iam-lines":
            return iam_rows(options.images, options.listing, options.source[4:-1], options.with_err)
        case "names":
            return names_rows(options.table, options.images)
        case "mnist":
            return mnist_rows(options.images, options.labels)
        case "letters":
            return alphabet_rows(options.table)
        case "pairs":
            framing = framing_of(read_recipe(options.recipe))
            return read_pairs(options.folder, options.group_parts, framing)
        case "pages":
            framing = framing_of(read_recipe(options.recipe))
            return read_pages(options.folder, options.group_parts, options.without, framing)
        case _:
            return folder_rows(options.folder)


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    sources = parser.add_subparsers(dest="source", required=True)

    def source(name: str, text: str, **paths: str) -> ArgumentParser:
        one = sources.add_parser(name, help=text, description=text)
        for path, what in paths.items():
            one.add_argument(path, type=command.existing_path, help=what)
        one.add_argument(
            "output", type=command.output_path, help="folder to write, whole or not at all"
        )
        one.add_argument(
            "--test",
            type=float,
            default=0.2,
            metavar="SHARE",
            help="share of the test set (default: %(default)s)",
        )
        one.add_argument("--seed", type=int, default=42, help="of the split (default: %(default)s)")
        one.add_argument(
            "--test-ids",
            type=command.existing_path,
            help="file of the ids of the test set, one a line",
        )
        return one

    for element in ("word", "line"):
        iam = source(
            f"iam-{element}s",
            f"{element}s of the IAM handwriting database",
            images=f"{element}s.tgz",
            listing=f"ascii.tgz, xml.tgz or {element}s.txt",
        )
        iam.add_argument(
            "--with-err",
            action="store_true",
            help="take samples too whose segmentation is marked err",
        )
    source(
        "names",
        "handwritten names",
        table="CSV of file name and name",
        images="folder of the images",
    )
    source(
        "mnist",
        "digits of MNIST",
        images="IDX file of images, gzipped or not",
        labels="IDX file of labels",
    )
    source("letters", "handwritten letters A-Z", table="CSV of 785 columns")
    source("folder", "images called LABEL_INDEX.png, as trdg writes them", folder="the folder")
    pairs = source("pairs", "lines: NAME.png and NAME.gt.txt", folder="folder, with sub-folders")
    pages = source("pages", "lines of pages in PAGE XML or ALTO", folder="folder, with sub-folders")
    pages.add_argument(
        "--without", default="", metavar="KIND", help="kinds of lines left out: regular expression"
    )
    for one, parts in ((pairs, 1), (pages, 0)):
        one.add_argument(
            "--group-parts",
            type=int,
            default=parts,
            help="parts at the end of a name, parted by _, that are not its work's, which is never"
            " parted between training and test (default: %(default)s)",
        )
        one.add_argument(
            "--recipe",
            default="print-latin",
            choices=[name for name in recipe_names() if read_recipe(name).frame],
            help="of the recognizer that is to learn from them: where a line stands in its image"
            " (default: %(default)s)",
        )
    options = parser.parse_args()
    ids = frozenset(read_text(options.test_ids).split()) if options.test_ids else frozenset()
    with whole_folder(options.output) as folder:
        taken = Import(
            folder, options.source, lambda row: is_test(row, options.test, options.seed, ids)
        )
        for row in tqdm(rows_of(options), unit="sample", desc=options.source, disable=None):
            taken.add(row)
        taken.close()
        if not taken.kept:
            raise DataError(
                f"nothing could be taken: {dict(taken.skipped)}",
                "See --help for what each source is to look like.",
            )
        write_text(folder / "import.json", json.dumps(taken.report, indent=1) + "\n")
    reasons = "".join(
        f"; {count} skipped: {reason}" for reason, count in taken.skipped.most_common()
    )
    print(
        f"{options.output}: {taken.rows} rows = {sum(taken.kept.values())} kept"
        f" ({taken.kept['train']} train, {taken.kept['test']} test)"
        f" + {sum(taken.skipped.values())} skipped{reasons}"
    )


if __name__ == "__main__":
    command.run(main)
