"""Gather the true lines of a set that a recipe declares: those to learn from, and those of held-out
works to test on.

    python -m stages.gather data/print-latin/german-19th-century.lmdb --recipe print-latin \\
        --set german-19th-century --truth COLLECTIONS

Beside OUTPUT.lmdb lies OUTPUT.test.lmdb with the lines of every eighth work, or as many as the
recipe says, chosen by the hash of its name: nothing ever learns from them. The
last line on the screen says how many lines were kept and why the others were not.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import islice, repeat
from pathlib import Path

import numpy as np
from tqdm import tqdm

from pipeline.errors import DataError
from pipeline.folders import whole_folder
from pipeline.recognition.batching import open_reader, read_lines, width_step
from pipeline.recognition.line_image import shrink_to
from pipeline.recognition.model import open_model
from pipeline.recognition.recipe import (
    OfWords,
    PiecedSet,
    Recipe,
    TrueSet,
    read_recipe,
    recipe_names,
)
from pipeline.synthesis.store import LineStore, Sample
from pipeline.training.line_sets import validation_count
from pipeline.training.mixed_words import WrittenWord, cut_words, mix_words
from pipeline.training.pieced_words import Pieces, pieced_lines
from pipeline.training.rows import Row
from pipeline.training.true_sets import held_out_works, read_collection
from pipeline.training.written_lines import WrittenTexts
from stages import command
from stages.make.synthesize import read_language

GATHERED = "gathered"
BATCH = 250  # lines written at once


def declared_set(recipe: Recipe, name: str) -> TrueSet:
    """The set of that name. Raises DataError where the recipe declares no such collection."""
    found = recipe.sets.get(name)
    if not isinstance(found, TrueSet) or found.kind == "aligned":
        known = [key for key, one in recipe.sets.items() if isinstance(one, TrueSet)]
        raise DataError(
            f"{recipe.name} declares no collection {name}", f"It has: {', '.join(known) or 'none'}."
        )
    return found


def write_set(path: Path, rows: list[Row], name: str) -> None:
    """Write rows as an LMDB set, whole or not at all."""
    with whole_folder(path) as folder, LineStore(folder, {"kind": GATHERED, "set": name}) as store:
        store.append((row.image, row.text) for row in rows if row.image is not None)


def write_mixed(path: Path, recipe: Recipe, mixed: OfWords, truth: Path) -> int:
    """Write a set of lines put together from the words of another set's works to learn from, or
    from pieces of these; returns how many words there were.

    Raises:
        DataError: no word could be cut out.
    """
    declared = declared_set(recipe, mixed.of)
    rows = [row for row in read_collection(declared, truth, recipe) if row.image is not None]
    held_out = held_out_works((row.group for row in rows), declared.held_out)
    rows = [row for row in rows if row.group not in held_out and not row.reason]
    kept = validation_count(len(rows), recipe.training.held_out)
    rows = [row for row in rows if recipe.characters.covers(row.text)]
    rows = rows[: len(rows) - kept]  # what validates is not learnt in other orders either
    words = list(_aligned_words(rows, Path("models") / mixed.model))
    if not words:
        raise DataError(f"models/{mixed.model} finds no words in {mixed.of}")
    rng = np.random.default_rng(mixed.seed)
    lines = (
        _piece(words, recipe, mixed, rng) if isinstance(mixed, PiecedSet) else mix_words(words, rng)
    )
    made_from = {"kind": GATHERED, "set": mixed.model_dump(mode="json", exclude={"lines"})}
    with whole_folder(path) as folder, LineStore(folder, made_from) as store:
        for start in tqdm(range(0, mixed.lines, BATCH), unit="batch", desc=path.stem, disable=None):
            store.append(islice(lines, min(BATCH, mixed.lines - start)))
    return len(words)


def _piece(
    words: list[WrittenWord], recipe: Recipe, pieced: PiecedSet, rng: np.random.Generator
) -> Iterator[Sample]:
    """Endless lines of the texts that a set asks for."""
    paragraphs = [
        text for code in pieced.languages for text in read_language(None, code, pieced.seed)
    ]
    texts = WrittenTexts(paragraphs, recipe.characters, pieced.ands)
    drawn = map(texts.draw, repeat(random.Random(pieced.seed)))
    return pieced_lines(Pieces(words, rng), drawn)


def _aligned_words(rows: list[Row], folder: Path) -> Iterator[WrittenWord]:
    model = open_model(folder)
    known = [row for row in rows if model.alphabet.covers(row.text) and row.image is not None]
    images = [shrink_to(row.image, model.frame) for row in known if row.image is not None]
    reader = open_reader(model, "cpu", 1)
    for k, output in read_lines(reader, images, model.stride, width_step(model)):
        image = known[k].image
        if image is not None:
            yield from cut_words(image, known[k].text, output, model.alphabet)


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "output", type=command.output_path, help="LMDB folder to write, its name ends in .lmdb"
    )
    parser.add_argument("--recipe", required=True, choices=recipe_names())
    parser.add_argument("--set", required=True, metavar="NAME", help="a set that it declares")
    parser.add_argument(
        "--truth", type=command.existing_path, required=True, help="folder of collections"
    )
    options = parser.parse_args()
    recipe = read_recipe(options.recipe)
    mixed = recipe.sets.get(options.set)
    if isinstance(mixed, OfWords):
        count = write_mixed(options.output, recipe, mixed, options.truth)
        print(f"{options.set}: {mixed.lines} lines of {count} words of {mixed.of}")
        return
    declared = declared_set(recipe, options.set)
    rows = list(
        tqdm(
            read_collection(declared, options.truth, recipe),
            unit="line",
            desc=options.set,
            disable=None,
        )
    )
    held_out = held_out_works((row.group for row in rows), declared.held_out)
    good = [row for row in rows if row.image is not None and not row.reason]
    write_set(options.output, [row for row in good if row.group not in held_out], options.set)
    test = options.output.with_suffix(".test.lmdb")
    write_set(test, [row for row in good if row.group in held_out], options.set)
    reasons = Counter(row.reason for row in rows if row.reason or row.image is None)
    left = "; ".join(f"{count} {reason or 'no image'}" for reason, count in reasons.most_common())
    print(f"{options.set}: {len(good)} of {len(rows)} lines{'; ' * bool(left)}{left}")
    print(f"held out: {', '.join(sorted(held_out))}")


if __name__ == "__main__":
    command.run(main)
