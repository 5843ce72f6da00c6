"""Draw what a named recognizer learns and is tested on, by trdg, where its own data is not at hand.

Writes OUTPUT/train.lmdb and OUTPUT/test.lmdb. No word of the one is in the other, and where a
recognizer reads handwriting no hand either. The recipe (pipeline/recognition/recipes/NAME.yaml)
says what is drawn. The same seed, words and fonts give the same sets.
"""

from __future__ import annotations

import random
from pathlib import Path

from tqdm import tqdm

from pipeline.errors import DataError
from pipeline.folders import whole_folder
from pipeline.recognition.recipe import CHARACTER, LINE, Drawing, Recipe, read_recipe, recipe_names
from pipeline.synthesis.drawing import (
    HANDPRINT,
    HANDWRITING,
    Hand,
    Room,
    Texts,
    hands,
    samples,
    single_face,
    without_twins,
)  # fmt: skip
from pipeline.synthesis.store import LineStore
from stages import command
from stages.make.synthesize import read_words

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
    with LineStore(path, {"kind": DRAWN, "recipe": recipe.name, "seed": seed}) as store:
        for start in tqdm(
            range(0, count, 250), unit_scale=250, unit="sample", desc=path.stem, disable=None
        ):
            store.append([next(source) for _ in range(min(250, count - start))])


def main() -> None:
    """Command line of this stage."""
    drawable = [name for name in recipe_names() if read_recipe(name).drawing]
    parser = command.parser(__doc__)
    parser.add_argument("output", type=Path, help="folder to write, whole or not at all")
    parser.add_argument("--recipe", required=True, choices=drawable)
    parser.add_argument(
        "--words",
        type=command.existing_path,
        required=True,
        help="word list, such as lexicons/eng.txt",
    )
    parser.add_argument("--train", type=int, help="samples to learn from (default: the recipe's)")
    parser.add_argument("--test", type=int, help="samples to test on (default: the recipe's)")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    options = parser.parse_args()
    recipe = read_recipe(options.recipe)
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
