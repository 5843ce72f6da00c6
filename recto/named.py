"""Models and sets of lines, by what a user calls them."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import DataError, ModelError
from pipeline.installation import HOUSE


def absolute_share(share: str) -> str:
    """A set of lines, `PATH` or `PATH:SHARE`, by its absolute path.

    Raises:
        DataError: it is not there.
    """
    path, colon, number = share.partition(":")
    if not Path(path).exists():
        raise DataError(f"{path} is not there", "Name a set of lines, a folder NAME.lmdb.")
    return f"{Path(path).resolve()}{colon}{number}"


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
