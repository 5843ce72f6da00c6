"""Draw what a named recognizer learns and is tested on, by trdg, where its own data is not at hand.

Writes OUTPUT/train.lmdb and OUTPUT/test.lmdb. No word of the one is in the other, and where a
recognizer reads handwriting no hand either. The recipe (pipeline/recognition/recipes/NAME.yaml)
says what is drawn. The same seed, words and fonts give the same sets.

    python -m stages.draw data/hand-en/drawn.lmdb --recipe hand-en --set drawn

draws a set of lines that a recipe declares, and beside it OUTPUT.test.lmdb in hands that are not in
it, with texts from a corpus or from the released language models.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import DataError
from pipeline.folders import whole_folder
from pipeline.recognition.recipe import (
    CHARACTER,
    LINE,
    Drawing,
    Recipe,
    WrittenSet,
    read_recipe,
    recipe_names,
)
from pipeline.synthesis.drawing import (
    HANDPRINT,
    HANDWRITING,
    Hand,
    Room,
    Texts,
    catalogue_of_hands,
    hands,
    samples,
    single_face,
    without_twins,
)  # fmt: skip
from pipeline.synthesis.letter_heads import head_faces
from pipeline.synthesis.store import LineStore, Sample
from pipeline.training.line_framing import framing_of
from pipeline.training.written_lines import WrittenTexts, written_lines
from stages import command
from stages.bars import open_bar
from stages.make.synthesize import read_language, read_words

SHRUNK = 1.6  # lines are made smaller by no more than this to fit their canvas, or they lose words
DRAWN = "drawn"  # kind of these sets: images as they are to be read, not lines in a frame


def faces_of(drawing: Drawing, recipe: Recipe, test: bool) -> list[Hand]:
    """The faces to draw in: one, or those hands that are to be learnt from or tested on."""
    characters = recipe.characters.characters
    if drawing.faces not in (HANDWRITING, HANDPRINT):
        return [single_face(drawing.faces, characters)]
    least = "".join(c for c in characters if c.isalnum())
    found = hands(characters, least, drawing.faces == HANDWRITING)
    chosen = [hand for hand in found if hand.tested == test]
    return [without_twins(hand) for hand in chosen] if recipe.reads == CHARACTER else chosen


def room_of(recipe: Recipe) -> Room:
    """What fits the recipe's canvas: uncut, or in a line not made so small that it cannot be
    read."""
    canvas = recipe.canvas
    if canvas is None or not canvas.width:
        return Room()
    if canvas.crop:
        return Room(widest=canvas.width)
    return Room(longest=SHRUNK * canvas.width / canvas.height) if recipe.reads == LINE else Room()


def draw_set(
    path: Path,
    recipe: Recipe,
    drawing: Drawing,
    words: list[str],
    test: bool,
    count: int,
    seed: int,
) -> None:
    """Write one set of `count` samples."""
    rng = random.Random(f"{seed}/{recipe.name}/{test}")
    texts = Texts(drawing.texts, words, recipe.characters, test, drawing.proportions)
    source = samples(texts, faces_of(drawing, recipe, test), rng, room_of(recipe))
    fill(path, source, {"kind": DRAWN, "recipe": recipe.name, "seed": seed}, count)


def fill(path: Path, source: Iterator[Sample], made_from: dict, count: int) -> None:
    """Write one set of `count` samples of a source."""
    with LineStore(path, made_from) as store:
        for start in open_bar(range(0, count, 250), unit_scale=250, unit="sample", desc=path.stem):
            store.append([next(source) for _ in range(min(250, count - start))])


def draw_written(output: Path, recipe: Recipe, name: str, corpora: Path | None) -> None:
    """Write a set of lines in faces like handwriting that the recipe declares, and OUTPUT.test.lmdb
    with an eighth as many in hands that are not in it.

    Raises:
        DataError: it declares none of that name.
    """
    asked = recipe.sets.get(name)
    if not isinstance(asked, WrittenSet):
        raise DataError(f"{recipe.name} declares no written set {name}")
    alphabet, framing = recipe.characters, framing_of(recipe)
    least = "".join(c for c in alphabet.characters if c.isalnum())
    found = hands(alphabet.characters, least)
    joined = frozenset(catalogue_of_hands()["joined"])
    printed = head_faces(alphabet.characters) if asked.printed else []
    for test, path in ((False, output), (True, output.with_suffix(".test.lmdb"))):
        paragraphs = [
            text
            for code in asked.languages
            for text in read_language(corpora, code, asked.seed + test)
        ]
        source = written_lines(
            WrittenTexts(paragraphs, alphabet, asked.ands),
            [hand for hand in found if hand.tested == test],
            (joined, asked.joined),
            framing,
            random.Random(f"{asked.seed}/{recipe.name}/{test}"),
            (printed, asked.printed),
        )
        with whole_folder(path) as folder:
            made_from = {"kind": DRAWN, "set": asked.model_dump(mode="json", exclude={"lines"})}
            fill(folder, source, made_from, asked.lines // 8 if test else asked.lines)


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "output", type=command.output_path, help="folder to write, whole or not at all"
    )
    parser.add_argument("--recipe", required=True, choices=recipe_names())
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--words", type=command.existing_path, help="word list, such as lexicons/eng.txt"
    )
    source.add_argument("--set", metavar="NAME", help="a set of written lines that it declares")
    parser.add_argument(
        "--corpus",
        type=command.existing_path,
        help="with --set: folder of texts (default: drawn from the released language models)",
    )
    parser.add_argument("--train", type=int, help="samples to learn from (default: the recipe's)")
    parser.add_argument("--test", type=int, help="samples to test on (default: the recipe's)")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    options = parser.parse_args()
    recipe = read_recipe(options.recipe)
    if options.set:
        draw_written(options.output, recipe, options.set, options.corpus)
        return
    if recipe.drawing is None:
        raise DataError(f"nothing is drawn for {recipe.name}")
    words = read_words(options.words)
    with whole_folder(options.output) as folder:
        for name, test, count in (
            ("train", False, options.train or recipe.drawing.train),
            ("test", True, options.test or recipe.drawing.test),
        ):
            draw_set(
                folder / f"{name}.lmdb", recipe, recipe.drawing, words, test, count, options.seed
            )


if __name__ == "__main__":
    command.run(main)
