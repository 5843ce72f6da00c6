"""Write a set of synthetic text lines to LMDB, to train a recognizer on.

    python -m stages.synthesize data/mine.lmdb --corpus texts/ --count 20000
    python -m stages.synthesize data/fraktur.lmdb --set fraktur

Line texts come from a folder of plain texts, or are drawn from the released language models; faces
from the fonts installed on this machine (see pipeline/synthesis/faces.yaml; `make fonts` and
`python -m stages.fetch_faces` install them); the drawing is trdg's.
Interrupted, the same command goes on where it stopped. The same seed, texts and fonts give the same
set, whatever the number of processes.
"""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import Any

from pipeline.corpus import read_paragraphs
from pipeline.errors import DataError
from pipeline.folders import check_ours, put_in_place
from pipeline.lexicon import build_remedy, language_files
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.recipe import DrawnSet, Recipe, read_recipe, recipe_names
from pipeline.synthesis.fonts import absent_families, catalogue_faces, installed_families
from pipeline.synthesis.generate import BATCH, Generator, generate_batches
from pipeline.synthesis.line_kinds import TECHNICAL_SHARE, LineTexts
from pipeline.synthesis.sampled import sample_paragraphs
from pipeline.synthesis.setting import OPTIONAL_CHARACTERS
from pipeline.synthesis.store import FILES, SYNTHETIC, LineStore
from stages import command
from stages.bars import open_bar

DEFAULT_LINES = 120_000
SAMPLED = 4_000  # paragraphs drawn from a language model: 250,000 words


def read_words(path: Path) -> list[str]:
    """Words of a list with one word a line, a tab and its count after it or not."""
    words = [line.split("\t")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    if not any(words):
        raise DataError(
            f"{path} holds no words",
            build_remedy(path),
        )
    return [word for word in words if word]


def read_language(corpora: Path | None, language: str, seed: int) -> list[str]:
    """Paragraphs of a language: of the folder of its name in `corpora`, or of all of `corpora`
    where that is not parted by language; without a corpus, drawn from the released language model.

    Raises:
        DataError: there is neither.
    """
    if corpora is None:
        words, model = language_files(language)
        if not (words.is_file() and model.is_file()):
            raise DataError(f"there is no language model of {language}", build_remedy(model))
        return list(sample_paragraphs(words, model, SAMPLED, seed))
    folder = corpora / language
    return list(read_paragraphs(folder if folder.is_dir() else corpora))


def common_words(paragraphs: list[str]) -> list[str]:
    """The words of texts, each once, in alphabetical order."""
    return sorted({word for text in paragraphs for word in re.findall(r"[^\W\d_]+", text)})


def synthesize(
    asked: DrawnSet,
    alphabet: Alphabet,
    corpora: Path | None,
    words: Path | None,
    processes: int,
    build: Path,
) -> None:
    """Fill the set in `build` up to `asked.lines` lines."""
    recipe: dict[str, Any] = {
        "kind": SYNTHETIC,
        "corpus": corpora.name if corpora else "language model",
        "alphabet": alphabet.characters,
    }
    recipe |= {
        "words": words.name if words else "",
        "set": asked.model_dump(mode="json", exclude={"lines"}),
    }
    batches = -(-asked.lines // BATCH)
    with (
        LineStore(build, recipe) as store,
        open_bar(
            total=asked.lines, unit="line", desc=f"drawing {build.name.partition('.')[0]}"
        ) as bar,
    ):
        bar.update(store.count)
        if store.count >= asked.lines:
            return
        done = store.count // BATCH
        texts = []
        for language in asked.languages:
            paragraphs = read_language(corpora, language, asked.seed)
            known = read_words(words) if words else common_words(paragraphs)
            texts.append(
                LineTexts(
                    paragraphs, known, alphabet, asked.technical, asked.only, language, asked.long_s
                )
            )
        faces = catalogue_faces(
            alphabet.characters + OPTIONAL_CHARACTERS, tuple(asked.faces.items())
        )
        if absent := absent_families(faces, tuple(asked.faces), installed_families()):
            command.log.warning(
                "%d families of the catalogue are not installed, such as %s: `make fonts` installs "
                "them, and the lines will be of more kinds",
                len(absent),
                ", ".join(absent[:3]),
            )
        generator = Generator(texts, faces, asked.seed, alphabet, asked.paired_quotes, asked.pixels)
        numbers = range(done, batches)
        for number, batch in zip(
            numbers, generate_batches(generator, numbers, processes), strict=True
        ):
            rest = batch[store.count - number * BATCH : asked.lines - number * BATCH]
            store.append(rest)
            bar.update(len(rest))


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "output", type=command.output_path, help="LMDB folder to write, whole or not at all"
    )
    parser.add_argument(
        "--corpus",
        type=command.existing_path,
        help="folder of .txt or .txt.gz files, or of one such folder a language (eng, deu, …); "
        "without it, texts are drawn from the released language models",
    )
    parser.add_argument(
        "--words",
        type=command.existing_path,
        help="word list, such as lexicons/eng.txt (default: the words of the corpus)",
    )
    parser.add_argument(
        "--recipe",
        default="print-latin",
        choices=recipe_names(),
        help="whose alphabet and sets (default: %(default)s)",
    )
    parser.add_argument(
        "--set",
        metavar="NAME",
        help="a set that the recipe declares; options below go before what it says",
    )
    parser.add_argument(
        "--count",
        type=int,
        help=f"number of lines (default: what the set of --set says, else {DEFAULT_LINES}; "
        "Snakemake gives synthesis.lines of the configuration for data/NAME.lmdb)",
    )
    parser.add_argument("--seed", type=int, help="seed of the set (default: 1)")
    parser.add_argument("--languages", nargs="+", help="of its texts (default: eng)")
    parser.add_argument(
        "--long-s", type=float, metavar="SHARE", help="share of the lines with long s"
    )
    parser.add_argument(
        "--technical",
        type=float,
        metavar="SHARE",
        help=f"of references, tables, codes (default: {TECHNICAL_SHARE})",
    )
    parser.add_argument(
        "--only", nargs="+", metavar="KIND", help="kinds of lines, such as: prose signed formula"
    )
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, help="default: one per core"
    )
    parser.add_argument(
        "--build", type=Path, help="where the unfinished set lies (default: OUTPUT.part)"
    )
    options = parser.parse_args()
    recipe = read_recipe(options.recipe)
    build = options.build or options.output.with_name(options.output.name + ".part")
    check_ours(options.output)
    check_ours(build, known=FILES)
    synthesize(
        asked_set(recipe, options),
        recipe.characters,
        options.corpus,
        options.words,
        options.processes,
        build,
    )
    put_in_place(build, options.output)


def asked_set(recipe: Recipe, options: argparse.Namespace) -> DrawnSet:
    """The set that is declared, or one of English lines, with what the command line gives instead.

    Raises:
        DataError: the recipe declares no such set of drawn lines.
    """
    declared = (
        recipe.sets.get(options.set)
        if options.set
        else DrawnSet(languages=("eng",), lines=DEFAULT_LINES, technical=TECHNICAL_SHARE)
    )
    if not isinstance(declared, DrawnSet):
        drawn = [name for name, one in recipe.sets.items() if isinstance(one, DrawnSet)]
        raise DataError(
            f"{recipe.name} declares no drawn set {options.set}",
            f"It has: {', '.join(drawn) or 'none'}.",
        )
    given = {
        "lines": options.count,
        "seed": options.seed,
        "languages": options.languages,
        "long_s": options.long_s,
        "technical": options.technical,
        "only": options.only,
    }
    return DrawnSet.model_validate(
        declared.model_dump() | {key: value for key, value in given.items() if value is not None}
    )


if __name__ == "__main__":
    command.run(main)
