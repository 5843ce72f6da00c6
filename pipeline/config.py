"""config.yaml and a book's own YAML, as validated models: unknown keys and wrong values are
errors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pipeline.errors import ConfigError

OUTPUTS = ("hocr", "txt", "alto", "page", "tsv", "book-hocr", "pdf", "report")
Output = Literal["hocr", "txt", "alto", "page", "tsv", "book-hocr", "pdf", "report"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DecoderConfig(_Strict):
    """How lines are decoded; see the README for each key."""

    alpha: float = Field(0.3, ge=0, le=5)
    beta: float = Field(1.0, ge=-10, le=10)
    unknown: float = Field(-3.0, ge=-50, le=0)
    beam: int = Field(16, ge=1, le=1000)
    certain: float = Field(0.95, ge=0, le=1)
    language_model: bool = True


class SynthesisConfig(_Strict):
    """How many synthetic lines are made, by which seed, and which share of them has the long s."""

    lines: int = Field(150_000, ge=250)
    seed: int = 1
    long_s: float = Field(0.0, ge=0, le=1)


class TrainingConfig(_Strict):
    """How long a recognizer learns, and how fast; 0: as fits what it begins from."""

    lines: int = Field(0, ge=0)
    rate: float = Field(0.0, ge=0)
    descent: float = Field(0.0, ge=0, le=1)


class Config(_Strict):
    """The whole of config.yaml."""

    lang: str = Field("eng", pattern=r"^[a-z]{3}(_[a-z]+)?$")
    model: str = Field("models/print-en", min_length=1)
    dpi: int = Field(300, ge=50, le=1200)
    shard: int = Field(0, ge=0, le=1000)
    page_seconds: float = Field(120, gt=0)
    deskew: bool = True
    running_heads: bool = False
    device: Literal["auto", "cpu", "gpu"] = "auto"
    outputs: tuple[Output, ...] = ("hocr", "txt")
    pdfa: bool = False
    decoder: DecoderConfig = DecoderConfig()
    corpus: str = ""
    transcriptions: str = "transcriptions"
    lines: str = ""
    data: str = ""
    recipe: str = ""
    base: str = ""
    synthesis: SynthesisConfig = SynthesisConfig()
    training: TrainingConfig = TrainingConfig()

    @field_validator("outputs", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        """On the command line: `all`, or names with commas or spaces between."""
        if value == "all":
            return OUTPUTS
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


class BookConfig(_Strict):
    """What scans/NAME.yaml may set for one book."""

    lang: str | None = Field(None, pattern=r"^[a-z]{3}(_[a-z]+)?$")
    model: str | None = None
    dpi: int | None = Field(None, ge=50, le=1200)
    pages: str = ""
    password: str = ""


def _complaints(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, e['loc'])) or 'the file'}: {e['msg']}" for e in error.errors()
    )


def parse_config(raw: Mapping[str, Any]) -> Config:
    """A validated configuration.

    Raises:
        ConfigError: a key is unknown or a value is wrong; all of them are named.
    """
    try:
        return Config.model_validate(dict(raw))
    except ValidationError as error:
        known = ", ".join(Config.model_fields)
        raise ConfigError(
            f"config.yaml or --config is wrong: {_complaints(error)}", f"Known keys: {known}"
        ) from error


def read_book(path: Path) -> BookConfig:
    """A book's own YAML; the defaults where there is none.

    Raises:
        ConfigError: it is no YAML mapping, a key is unknown, or a value is wrong.
    """
    if not path.is_file():
        return BookConfig()
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return BookConfig.model_validate(
            {k: str(v) if k in ("pages", "password") else v for k, v in raw.items()}
        )
    except ValidationError as error:
        raise ConfigError(
            f"{path} is wrong: {_complaints(error)}",
            f"Known keys: {', '.join(BookConfig.model_fields)}",
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError) as error:
        raise ConfigError(
            f"{path} is no YAML mapping: {error}", "Write one `key: value` a line."
        ) from error
