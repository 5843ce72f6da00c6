"""What `recto train` does: a recognizer from sets of true lines and deliveries that were
proofread."""

from __future__ import annotations

import argparse
import shlex
import shutil
from pathlib import Path

from pipeline.errors import ConfigError
from recto.correct import cut_lines
from recto.named import absolute_share, check_recipe, locate_model, part_share
from recto.place import open_place
from recto.run import gather_settings, run_options, run_workflow

TRAIN = """Train a recognizer, or go on from one (needs: pip install 'recto[train]').

    recto train my-archive --lines out/letters --base print-latin
    recto train my-archive --lines out/letters:0.5 data/other.lmdb --base print-latin
    recto read other-letters.pdf out/ --model my-archive

--lines takes LMDB sets of true lines, and deliveries whose lines were accepted with recto
proofread and brought in with recto apply. The last command reads with the result.

An interrupted training goes on with the same command; docs/training.md says how long it takes.
"""


def train(options: argparse.Namespace) -> int:
    """`recto train`."""
    if options.model.name in ("", ".."):
        raise ConfigError(f"{options.model} is no name of a model", "Name a new folder for it.")
    recipe = check_recipe(options.recipe)
    lines = shlex.join(find_lines(share, options.cores) for share in options.lines)
    given = {"lines": lines, "base": locate_model(options.base), "recipe": recipe}
    settings = gather_settings(given, options.set)
    place = open_place(options.model.parent)
    name = options.model.name
    code = run_workflow(place, [f"models/{name}"], settings, run_options(options))
    if code == 0:
        shutil.copytree(place / "models" / name, options.model, dirs_exist_ok=True)
        print(f"{options.model}: read with it by  recto read SOURCE OUT --model {options.model}")
    return code


def find_lines(share: str, cores: int) -> str:
    """A set of lines with its share; of a delivery the set of the lines that were proofread there,
    which is cut first on so many cores."""
    path, colon, number = part_share(share)
    if not (Path(path) / "manifest.json").is_file():
        return absolute_share(share)
    return f"{cut_lines(Path(path), cores)}{colon}{number}"
