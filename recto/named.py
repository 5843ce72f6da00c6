"""Models and sets of lines, by what a user calls them."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.errors import ConfigError, DataError, ModelError
from pipeline.installation import HOUSE
from pipeline.recognition.recipe import recipe_names


def absolute_share(share: str) -> str:
    """A set of lines, `PATH` or `PATH:SHARE`, by its absolute path.

    Raises:
        DataError: it is not there. ConfigError: the share is none.
    """
    path, colon, number = part_share(share)
    if not Path(path).exists():
        raise DataError(f"{path} is not there", "Name a set of lines, a folder NAME.lmdb.")
    return f"{Path(path).resolve()}{colon}{number}"


def part_share(share: str) -> tuple[str, str, str]:
    """The path, the colon and the share of `PATH:SHARE`; the last two empty where there are none.

    Raises:
        ConfigError: the share is no number above 0, up to 1.
    """
    path, colon, number = share.rpartition(":")
    if not colon or Path(share).exists():
        return share, "", ""
    if not (re.fullmatch(r"[0-9]*\.?[0-9]+", number) and 0 < float(number) <= 1):
        raise ConfigError(
            f"{number or 'nothing'} is no share of the lines ({share})",
            "Write SET:SHARE with a number up to 1, such as lines.lmdb:0.5.",
        )
    return path, colon, number


def check_recipe(name: str) -> str:
    """The name of a recipe; empty for the configured one.

    Raises:
        ConfigError: there is none of that name.
    """
    if name and name not in recipe_names():
        raise ConfigError(f"no recipe is called {name}", f"Known: {', '.join(recipe_names())}")
    return name


def locate_model(name: str) -> str:
    """A model by its folder, or by the name of a released one; empty for the configured one.

    Raises:
        ModelError: there is none.
    """
    if not name:
        return ""
    for folder in (Path(name).absolute(), HOUSE / "models" / name):
        if (folder / "model.json").is_file():
            return str(folder)
    raise ModelError(f"no model is called {name}", "`recto models` lists those that are there.")
