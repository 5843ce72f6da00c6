"""Build a lexicon and a KenLM language model from a folder of plain texts.

`words` counts the words of the texts, `model` learns word 3-grams with KenLM's lmplz and packs them
with build_binary (make them with stages.kenlm_tools). Texts are read as UTF-8, .txt or .txt.gz, in
folders of any depth.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from tqdm import tqdm

from pipeline.corpus import read_paragraphs
from pipeline.errors import DataError, MissingToolError
from pipeline.files import write_text
from pipeline.lexicon import count_words, model_sentences
from stages import command

ORDER = 3


def write_words(corpus: Path, output: Path, minimum: int) -> None:
    """Write words with their counts, most frequent first."""
    counts = count_words(tqdm(read_paragraphs(corpus), unit="paragraph", desc="words"), minimum)
    if not counts:
        raise DataError(
            f"the texts in {corpus} hold no word that occurs {minimum} times",
            "Lower --minimum or give more text.",
        )
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    output.parent.mkdir(parents=True, exist_ok=True)
    write_text(output, "".join(f"{word}\t{count}\n" for word, count in rows))


def write_model(corpus: Path, output: Path, tools: Path, prune: str) -> None:
    """Learn and pack an n-gram model: lmplz reads the sentences from a pipe, build_binary packs a
    quantised trie."""
    for tool in ("lmplz", "build_binary"):
        if not (tools / tool).is_file():
            raise MissingToolError(f"{tools / tool} is missing", "Build it: snakemake build/kenlm")
    output.parent.mkdir(parents=True, exist_ok=True)
    arpa, packed = output.with_suffix(".arpa.tmp"), output.with_suffix(".klm.tmp")
    lmplz = [
        str(tools / "lmplz"),
        "-o",
        str(ORDER),
        "--prune",
        *prune.split(),
        "-S",
        "1G",
        "--arpa",
        str(arpa),
    ]
    with subprocess.Popen(lmplz, stdin=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdin is not None
        for sentence in tqdm(
            model_sentences(read_paragraphs(corpus)), unit="sentence", desc="model"
        ):
            process.stdin.write(sentence + "\n")
    if process.returncode != 0:
        raise DataError(
            "lmplz could not learn a model from these texts",
            "See its message above; very small texts need --prune 0",
        )
    pack = [
        str(tools / "build_binary"),
        "-q",
        "8",
        "-b",
        "8",
        "-a",
        "22",
        "trie",
        str(arpa),
        str(packed),
    ]
    subprocess.run(pack, check=True)
    arpa.unlink()
    packed.replace(output)


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("what", choices=("words", "model"))
    parser.add_argument(
        "corpus", type=command.existing_path, help="folder of .txt or .txt.gz files"
    )
    parser.add_argument("output", type=Path, help="lexicons/LANG.txt or lexicons/LANG.klm")
    parser.add_argument(
        "--minimum", type=int, default=2, help="least count of a word (default: %(default)s)"
    )
    parser.add_argument(
        "--prune", default="0 1 2", help="lmplz's pruning thresholds (default: %(default)s)"
    )
    parser.add_argument(
        "--tools", type=Path, default=Path("build/kenlm"), help="folder of lmplz and build_binary"
    )
    options = parser.parse_args()
    if options.what == "words":
        write_words(options.corpus, options.output, options.minimum)
    else:
        write_model(options.corpus, options.output, options.tools, options.prune)


if __name__ == "__main__":
    command.run(main)
