"""A book's own YAML, scans/NAME.yaml, and what then holds for this book.

The file comes with a deposit, so nothing that it holds is believed or expanded: it is parsed into
YAML's nodes alone, of which each key's has to be one plain value, and read as text. So a date is no
date, `0123` no octal number, a tag builds no object, and references are never followed.
"""

from __future__ import annotations

import errno
from collections.abc import Collection
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from pipeline.config import LANG, OUTPUTS, Config, Spelling, Strict
from pipeline.config_complaints import complain
from pipeline.errors import ConfigError
from pipeline.files import read_sized

LARGEST_BYTES = 65_536  # five short lines are what such a file holds
# characters: what is longer helps nobody, and would not fit into the command line of a stage
LONGEST_NAME, LONGEST_PAGES = 200, 10_000
NULL_TAG = "tag:yaml.org,2002:null"
REMEDY = "Write one `key: value` a line."


class BookConfig(Strict):
    """What scans/NAME.yaml may set for one book; None: as in the configuration."""

    lang: str | None = Field(None, pattern=LANG, max_length=LONGEST_NAME)
    # no deposit names a path
    model: str | None = Field(None, pattern=r"^(models/)?\w[\w.+-]*$", max_length=LONGEST_NAME)
    writing: Literal["print", "hand"] | None = None
    dpi: int | None = Field(None, ge=50, le=1200)
    spelling: Spelling | None = None
    pages: str = Field("", max_length=LONGEST_PAGES)
    password: str = Field("", repr=False)


class BookSettings(Config):
    """The configuration as it holds for one book."""

    pages: str = Field("", description="only these pages, such as `1-10,15`")


def settle(config: Config, book: BookConfig, made: Collection[str] = ()) -> BookSettings:
    """What holds for a book: its own settings before the configuration's, and, in the order of
    OUTPUTS, the outputs that are asked for or were made before."""
    own = book.model_dump(
        include={"lang", "model", "writing", "dpi", "spelling", "pages"}, exclude_none=True
    )
    outputs = tuple(name for name in OUTPUTS if name in {*config.outputs, *made})
    return BookSettings.model_validate(config.model_dump() | own | {"outputs": outputs})


def read_book(path: Path) -> BookConfig:
    """A book's own YAML; the defaults where there is none.

    Raises:
        ConfigError: it is no regular file, cannot be read, is no YAML mapping of keys to plain
            values, a key is unknown, or a value is wrong.
    """
    text = _text(path)
    if text is None:
        return BookConfig()
    try:
        return BookConfig.model_validate(_plain_values(path, text))
    except ValidationError as error:
        raise complain(error, BookConfig, str(path), described=Config) from error


def _text(path: Path) -> str | None:
    """What the file holds; None where there is no such file."""
    try:
        if not path.is_file():
            if path.exists() or path.is_symlink():
                raise ConfigError(f"{path} is no file", "Remove it, or write the settings into it.")
            return None
        raw = read_sized(path) if path.stat().st_size <= LARGEST_BYTES else b""
        if not raw and path.stat().st_size:
            raise ConfigError(f"{path} is larger than {LARGEST_BYTES:,} bytes", REMEDY)
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is no text in UTF-8: {error}", "Save it as UTF-8.") from error
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # no file can have this name
            return None
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}", "Make it readable for this user."
        ) from error


def _place(error: Exception) -> str:
    """What is wrong, and where; not the line itself, as YAML's own words have it: the file may be a
    link to one that its depositor may not read."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"{error.problem}, in line {error.problem_mark.line + 1}"
    return "it is nested too deep" if isinstance(error, RecursionError) else type(error).__name__


def _plain_values(path: Path, text: str) -> dict[str, str]:
    """The keys and their values, as written; a key without a value is left out."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"{path} is no YAML mapping: {_place(error)}", REMEDY) from error
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError(f"{path} is no YAML mapping", REMEDY)
    values, seen = {}, set[str]()
    for key, value in root.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else "a key that is no word"
        if not isinstance(value, yaml.ScalarNode):
            raise ConfigError(f"{path} is wrong: {name}: it has to be one plain value", REMEDY)
        if not value.value.isprintable():  # a lone surrogate, say, which could not be handed on
            raise ConfigError(
                f"{path} is wrong: {name}: it holds a character that is not printed", REMEDY
            )
        if name in seen:
            raise ConfigError(f"{path} is wrong: {name} stands in it twice", REMEDY)
        seen.add(name)
        if value.tag != NULL_TAG:
            values[name] = value.value
    return values
