"""What is said of settings that are wrong: which, what each takes, and which were meant."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from pipeline.errors import ConfigError

OF_A_BOOK = frozenset({"pages", "password"})  # of a book's own YAML alone


def setting_fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """Every setting with its name, that of a section's before a point: `decoder.alpha`."""
    for name, field in model.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            yield from ((f"{name}.{key}", inner) for key, inner in setting_fields(section))
        else:
            yield name, field


def nearest_key(key: str, model: type[BaseModel]) -> str:
    """The setting that was most likely meant by a key that there is not; "" where none is like it.

    A setting of a section is found by its own name too: `alpha` for `decoder.alpha`.
    """
    names = [name for name, _ in setting_fields(model)]
    spelled = {name.rpartition(".")[2]: name for name in reversed(names)}
    spelled |= {name: name for name in names}
    close = get_close_matches(key, spelled, n=1)
    return spelled[close[0]] if close else ""


def complain(
    error: ValidationError,
    model: type[BaseModel],
    where: str,
    described: type[BaseModel] | None = None,
) -> ConfigError:
    """What a user is told of a configuration that `model` does not accept.

    Args:
        described: the model that says what its settings do, where that is another.
    """
    complaints, hints, unknown = [], [], False
    for found in error.errors():
        key = ".".join(map(str, found["loc"])) or "the file"
        if found["type"] != "extra_forbidden":
            patterned = found["type"] == "string_pattern_mismatch"
            said = f"{found['input']!r} is no such value" if patterned else found["msg"]
            complaints.append(f"{key}: {said}")
            hints += [f"`{name}`: {told}." for name, told in _describe(key, described or model)]
            continue
        unknown = True
        complaints.append(f"there is no key {key}")
        if key in OF_A_BOOK:
            hints.append(f"`{key}` holds for one book: write it into a NAME.yaml beside its scan.")
        elif meant := nearest_key(key, model):
            hints.append(f"Did you mean {meant}?")
    if unknown or not hints:
        hints.append(f"Known keys: {', '.join(name for name, _ in setting_fields(model))}")
    return ConfigError(f"{where} is wrong: {'; '.join(complaints)}", " ".join(hints))


def _describe(key: str, model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """The setting that a key, or a key with a place in its list, is of, and what it does."""
    for name, field in setting_fields(model):
        if field.description and (key == name or key.startswith(f"{name}.")):
            yield name, field.description
