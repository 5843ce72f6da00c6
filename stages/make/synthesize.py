"""Write a set of synthetic text lines to LMDB, to train a recognizer on.

Line texts come from a folder of plain texts and a word list, faces from the fonts installed on this
machine (see pipeline/synthesis/faces.yaml; `make fonts` installs them), the drawing is trdg's.
Interrupted, the same command goes on where it stopped. The same seed, texts and fonts give the same
set, whatever the number of processes.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from pipeline.corpus import read_paragraphs
from pipeline.errors import DataError
from pipeline.recognition.alphabet import PRINT
from pipeline.synthesis.fonts import catalogue_faces
from pipeline.synthesis.generate import BATCH, Generator, generate_batches
from pipeline.synthesis.lines import OPTIONAL_CHARACTERS
from pipeline.synthesis.store import SYNTHETIC, LineStore
from pipeline.synthesis.texts import TECHNICAL_SHARE, LineTexts
from stages import command


def read_words(path: Path) -> list[str]:
    """Words of a list with one word a line, a tab and its count after it or not."""
    words = [line.split("\t")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    if not any(words):
        raise DataError(
            f"{path} holds no words",
            "Build it with: snakemake lexicons/eng.txt --config corpus=DIR",
        )
    return [word for word in words if word]


@dataclass(frozen=True)
class Shares:
    """Shares of the lines that are technical, and that have long s; the only kinds of lines, or
    none where all are."""

    technical: float = TECHNICAL_SHARE
    long_s: float = 0.0
    only: tuple[str, ...] = ()


def synthesize(
    corpus: Path, words: Path, count: int, seed: int, shares: Shares, processes: int, build: Path
) -> None:
    """Fill the set in `build` up to `count` lines, rounded up to whole batches."""
    recipe = {
        "kind": SYNTHETIC,
        "seed": seed,
        "corpus": corpus.name,
        "words": words.name,
        "alphabet": PRINT.characters,
    }
    recipe |= {"long s": shares.long_s} if shares.long_s else {}
    recipe |= {"technical": shares.technical}
    recipe |= {"only": list(shares.only)} if shares.only else {}
    batches = -(-count // BATCH)
    with (
        LineStore(build, recipe) as store,
        tqdm(total=batches * BATCH, unit="line", desc="lines") as bar,
    ):
        done = store.count // BATCH
        bar.update(done * BATCH)
        if done >= batches:
            return
        texts = LineTexts(
            list(read_paragraphs(corpus)), read_words(words), PRINT, shares.technical, shares.only
        )
        faces = catalogue_faces(PRINT.characters + OPTIONAL_CHARACTERS)
        generator = Generator(texts, faces, seed, shares.long_s)
        for batch in generate_batches(generator, range(done, batches), processes):
            store.append(batch)
            bar.update(len(batch))


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("output", type=Path, help="LMDB folder to write, whole or not at all")
    parser.add_argument(
        "--corpus",
        type=command.existing_path,
        required=True,
        help="folder of .txt or .txt.gz files",
    )
    parser.add_argument(
        "--words",
        type=command.existing_path,
        required=True,
        help="word list, such as lexicons/eng.txt",
    )
    parser.add_argument(
        "--count", type=int, default=120_000, help="number of lines (default: %(default)s)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="seed of the set (default: %(default)s)"
    )
    parser.add_argument(
        "--long-s",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="share of the lines with long s, read as s",
    )
    parser.add_argument(
        "--technical",
        type=float,
        default=TECHNICAL_SHARE,
        metavar="SHARE",
        help="of references, tables, codes (default: %(default)s)",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        default=(),
        metavar="KIND",
        help="kinds of lines, such as: prose signed formula",
    )
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, help="default: one per core"
    )
    parser.add_argument(
        "--build", type=Path, help="where the unfinished set lies (default: OUTPUT.part)"
    )
    options = parser.parse_args()
    build = options.build or options.output.with_name(options.output.name + ".part")
    synthesize(
        options.corpus,
        options.words,
        options.count,
        options.seed,
        Shares(options.technical, options.long_s, tuple(options.only)),
        options.processes,
        build,
    )
    options.output.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(options.output, ignore_errors=True)
    build.rename(options.output)


if __name__ == "__main__":
    command.run(main)
