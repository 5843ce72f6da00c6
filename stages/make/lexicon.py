"""Build what Recto knows of a language from a folder of plain texts: LANG.txt, the words with
their counts; LANG.klm, 3-grams of words; LANG.chars.klm, 6-grams of the letters of the words, for
those outside the list and for telling languages apart.

The models are learnt with KenLM's lmplz and packed with build_binary (make them with
stages.kenlm_tools). Texts are read as UTF-8, .txt or .txt.gz, in folders of any depth. The three
take their places when all are made.

    python -m stages.lexicon texts/ lexicons/nld --tools build/kenlm
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.corpus import read_paragraphs
from pipeline.errors import DataError, MissingToolError
from pipeline.files import write_text
from pipeline.lexicon import (
    CHARACTERS,
    MODEL,
    WORDS,
    count_words,
    elided_words,
    model_sentences,
    spelled_out,
)
from stages import command
from stages.bars import open_bar

TOOLS = ("lmplz", "build_binary")
# From so many running words on, what occurs once is left out: misprints and foreign words then
# outnumber the rare words of the language. Below, nothing can be spared.
LARGE = 1_000_000
QUANTIZED = ["-q", "8", "-b", "8", "-a", "22"]  # 10.5 MB for 5.2 million words, less with pruning


@dataclass(frozen=True)
class Orders:
    """Order of an n-gram model, and lmplz's pruning thresholds by order."""

    order: int
    prune: str


LARGE_MODEL, SMALL_MODEL = Orders(3, "0 1 2"), Orders(3, "0 0 1")
# pruning singletons halves the file, and makes words outside the list 2% more perplexing
CHARACTER_MODEL = Orders(6, "0")


def build_model(
    sentences: Iterable[str], output: Path, tools: Path, orders: Orders, unit: str
) -> None:
    """Learn and pack an n-gram model: lmplz reads the sentences from a pipe, build_binary packs a
    quantised trie."""
    arpa = output.with_suffix(".arpa")
    lmplz = [str(tools / "lmplz"), "-o", str(orders.order), "--prune", *orders.prune.split()]
    # small texts have no n-gram that occurs three or four times: lmplz then wants fixed discounts
    lmplz += ["-S", "1G", "--discount_fallback", "--arpa", str(arpa)]
    with (
        # it ended early where the pipe is broken, which its exit status says
        suppress(BrokenPipeError),
        subprocess.Popen(lmplz, stdin=subprocess.PIPE, text=True, encoding="utf-8") as process,
    ):
        assert process.stdin is not None
        for sentence in open_bar(sentences, unit=unit, desc=output.name):
            process.stdin.write(sentence + "\n")
    pack = [str(tools / "build_binary"), *QUANTIZED, "trie", str(arpa), str(output)]
    if process.wait() != 0 or subprocess.run(pack).returncode != 0:
        raise DataError(
            f"KenLM could not make {output.name} of these texts",
            f"See its message above; it needs room in {tempfile.gettempdir()}.",
        )


def build_language(corpus: Path, folder: Path, code: str, tools: Path, minimum: int) -> None:
    """Write the word list and both models of a language into `folder`.

    Args:
        minimum: least count of a word; 0 for what fits the size of the texts.

    Raises:
        DataError: the texts hold no word, or KenLM fails.
        MissingToolError: KenLM's tools have not been built.
    """
    for tool in TOOLS:
        if not (tools / tool).is_file():
            raise MissingToolError(
                f"{tools / tool} is missing", "Build it: snakemake --cores 8 build/kenlm"
            )
    elided = elided_words(count_words(read_paragraphs(corpus)))
    counts = count_words(
        open_bar(read_paragraphs(corpus), unit="paragraph", desc="words"), 1, elided
    )
    large = sum(counts.values()) >= LARGE
    least = minimum or (2 if large else 1)
    kept = {word: n for word, n in counts.items() if n >= least}
    if not kept:
        raise DataError(
            f"the texts in {corpus} hold no word that occurs {least} times",
            "Lower --minimum or give more text.",
        )
    rows = sorted(kept.items(), key=lambda item: (-item[1], item[0]))
    write_text(folder / f"{code}{WORDS}", "".join(f"{word}\t{n}\n" for word, n in rows))
    sentences = model_sentences(read_paragraphs(corpus), elided)
    orders = LARGE_MODEL if large else SMALL_MODEL
    build_model(sentences, folder / f"{code}{MODEL}", tools, orders, "sentence")
    build_model(spelled_out(kept), folder / f"{code}{CHARACTERS}", tools, CHARACTER_MODEL, "word")


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "corpus", type=command.existing_path, help="folder of .txt or .txt.gz files"
    )
    parser.add_argument("output", type=command.output_path, help="lexicons/LANG, without a suffix")
    parser.add_argument(
        "--minimum",
        type=int,
        default=0,
        help=f"least count of a word (default: 2 from {LARGE:,} running words on, else 1)",
    )
    parser.add_argument(
        "--tools", type=Path, default=Path("build/kenlm"), help="folder of lmplz and build_binary"
    )
    options = parser.parse_args()
    output: Path = options.output
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".") as scratch:
        folder = Path(scratch)
        build_language(options.corpus, folder, output.name, options.tools, options.minimum)
        for suffix in (WORDS, MODEL, CHARACTERS):
            (folder / f"{output.name}{suffix}").replace(f"{output}{suffix}")


if __name__ == "__main__":
    command.run(main)
