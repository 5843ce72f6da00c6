"""The settings of a stage: from the rules as one validated text, by hand as options with help.

Both say the same, as the options are made from the configuration's own models. A stage is handed
what it reads and no more, so that what is done again after a change is what reads it.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from pipeline.book_config import BookSettings
from pipeline.config import Config
from pipeline.config_complaints import complain, setting_fields
from pipeline.errors import ConfigError

READS = {
    "inventory": ("dpi", "shard", "pages", "book_seconds", "book_megabytes"),
    "rasterize": ("page_seconds",),
    "deskew": ("deskew", "model", "writing", "page_seconds"),
    "segment": ("model", "writing", "page_seconds"),
    "recognize": ("lang", "model", "writing", "page_seconds", "device", "decoder"),
    "evaluate": ("lang", "model", "writing", "dpi", "device", "decoder"),
    "export": ("lang", "outputs", "spelling"),
    "pictures": ("page_seconds",),
    "assemble": ("lang", "running_heads", "outputs", "pdfa", "book_seconds", "book_megabytes"),
}

PREFIX = "settings."  # of the options' names, which so are none of the stage's own


def stage_settings(settings: Config, stage: str) -> str:
    """What a stage reads of a book's settings, as the JSON that its --settings takes."""
    return settings.model_dump_json(include=set(READS[stage]))


def add_settings(parser: ArgumentParser, stage: str) -> None:
    """Add --settings, and an option for each setting that the stage reads."""
    parser.add_argument(
        "--settings",
        metavar="JSON|FILE",
        default="{}",
        help="settings as JSON, or a file of them such as config.yaml; the options below go before",
    )
    for name, field in setting_fields(BookSettings):
        if name.partition(".")[0] in READS[stage]:
            _add_option(parser, name, field)


def read_settings(options: Namespace) -> BookSettings:
    """The settings that a command line gives, with the defaults for the rest.

    Raises:
        ConfigError: --settings is neither JSON nor a file of settings, a key is unknown, or a value
            is wrong.
    """
    raw = _given(options.settings)
    for name, _ in setting_fields(BookSettings):
        section, _, key = name.rpartition(".")
        given = getattr(options, PREFIX + name, None)
        if given is not None:
            within = raw.setdefault(section, {}) if section else raw
            within[key] = " ".join(given) if isinstance(given, list) else given
    try:
        return BookSettings.model_validate(raw)
    except ValidationError as error:
        raise complain(error, BookSettings, "a setting") from error


def _add_option(parser: ArgumentParser, name: str, field: FieldInfo) -> None:
    """Add the option of one setting; None where it is not given."""
    default = field.get_default()
    shown = " ".join(default) if isinstance(default, tuple) else default
    help_text = str(field.description) + (f" (default: {shown})" if shown != "" else "")
    help_text = help_text.replace("`", "").replace("%", "%%")
    option = "--" + name.rpartition(".")[2].replace("_", "-")
    more: dict[str, Any] = {"metavar": name.rpartition(".")[2].upper()}
    if isinstance(default, bool):
        more = {"action": BooleanOptionalAction}
        help_text = as_typed(help_text, option)
    elif isinstance(default, tuple):
        more = {"nargs": "+", "metavar": "OUTPUT"}
    parser.add_argument(option, dest=PREFIX + name, default=None, help=help_text, **more)


def as_typed(help_text: str, option: str) -> str:
    """The help of a switch, which is typed as `--x` or `--no-x`, not as `true` or `false`."""
    off = "--no-" + option.removeprefix("--")
    return help_text.replace("false:", f"{off}:").replace("true:", f"{option}:")


def _given(text: str) -> dict[str, Any]:
    """The mapping that --settings gives."""
    try:
        if text.lstrip().startswith("{"):
            return dict(json.loads(text))
        return dict(yaml.safe_load(Path(text).read_text(encoding="utf-8")) or {})
    except (OSError, ValueError, TypeError, yaml.YAMLError) as error:
        raise ConfigError(
            f"--settings {text} is neither JSON nor a file of settings: {error}",
            "Give config.yaml, or leave it out and give options; see --help.",
        ) from error
