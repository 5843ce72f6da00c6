"""config.yaml and a book's own YAML, as validated models: the one place where a setting has its
name, its default and what it means.

Unknown keys and wrong values are errors that name the key. The stages' options, the table in
docs/configuration.md and the comments of config.yaml say what the models here say; tests hold them
to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pipeline.config_complaints import complain

OUTPUTS = ("hocr", "txt", "alto", "page", "tsv", "tables", "book-hocr", "pdf", "report")
Output = Literal["hocr", "txt", "alto", "page", "tsv", "tables", "book-hocr", "pdf", "report"]
HAND_MODEL = "models/hand-en"
Spelling = Literal["printed", "modern"]
# The longest wait that the kernel's clocks take, and more memory than any machine has; an operator
# who wants no limit writes some such number.
MOST_SECONDS, MOST_MEGABYTES = 1e6, 1e9
LANG = r"^(auto|[a-z]{3}(_[a-z]+)?(\+[a-z]{3}(_[a-z]+)?)*)$"


class Strict(BaseModel):
    """A model that is never changed, and in which a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Decoding(Strict):
    """How lines are decoded: section `decoder` of the configuration. What is left as it is here a
    recognizer may have otherwise (`decoding` of its recipe)."""

    language_model: bool = Field(
        True, description="`false`: the network's best path as it is, without a language model"
    )
    alpha: float = Field(0.3, ge=0, le=5, description="weight of the language model")
    beta: float = Field(1.0, ge=-10, le=10, description="reward for each word")
    unknown: float = Field(
        -1.0,
        ge=-50,
        le=0,
        description="penalty for a word outside the lexicon, beside what its letters cost",
    )
    beam: int = Field(16, ge=1, le=1000, description="hypotheses kept")
    least: float = Field(
        -4.5,
        ge=-50,
        le=0,
        description="characters less likely than this in their frame are not tried (natural "
        "logarithm)",
    )
    certain: float = Field(
        0.95,
        ge=0,
        le=1,
        description="words whose every frame is surer than this of the best path skip the beam "
        "search",
    )

    def with_own(self, own: Mapping[str, float]) -> Decoding:
        """These settings, with a recognizer's own where they are as they are for every one."""
        here, usual = dict(self), dict(Decoding())
        kept = {key: value for key, value in own.items() if here[key] == usual[key]}
        return Decoding(**here | kept)  # a count that a recipe gives as 50.0 is 50


class SynthesisConfig(Strict):
    """What synthetic lines are made: section `synthesis` of the configuration."""

    lines: int = Field(150_000, ge=1, description="synthetic lines to make")
    seed: int = Field(1, description="of the synthetic lines, drawn sets and the sample")
    long_s: float = Field(
        0.0,
        ge=0,
        le=1,
        description="share of the lines set with the long s of before 1800, which is read as s",
    )


class TrainingConfig(Strict):
    """How long a recognizer learns, and how fast: section `training` of the configuration."""

    lines: int = Field(
        0,
        ge=0,
        description="lines to learn from, repeats counted; `0`: what the recipe says, or 20000 "
        "from a base",
    )
    rate: float = Field(
        0.0,
        ge=0,
        description="highest learning rate; `0`: what the recipe says, or 0.0005 from a base",
    )
    decay: float = Field(
        0.0,
        ge=0,
        le=1,
        description="last part of the lines, in which the rate falls; `0`: what the recipe says, "
        "or 0.9 from a base",
    )


class Config(Strict):
    """The whole of config.yaml."""

    lang: str = Field(
        "auto",
        pattern=LANG,
        description="language of the text, such as `deu`; of several, `deu+eng`, Recto finds out "
        "which each region is in; `auto`: any of those in `lexicons/`",
    )
    model: str = Field("models/print-latin", min_length=1, description="folder of the recognizer")
    writing: Literal["print", "hand"] = Field(
        "print",
        description="`hand`: joined handwriting, whose lines are found another way and read by "
        "`models/hand-en` where no other model is set",
    )
    dpi: int = Field(
        300,
        ge=50,
        le=1200,
        description="for images that do not say, and for PDF pages that are not one full-page "
        "image",
    )
    shard: int = Field(
        0,
        ge=0,
        le=1000,
        description="pages that one job works on; `0`: a sixteenth of the book, at least 5, at "
        "most 32",
    )
    page_seconds: float = Field(
        120,
        gt=0,
        le=MOST_SECONDS,
        description="seconds that one stage may work on one page; after that the page is "
        "quarantined (`timeout`)",
    )
    book_seconds: float = Field(
        600,
        gt=0,
        le=MOST_SECONDS,
        description="seconds that listing a book's pages (inventory) or putting its delivery "
        "together (assemble) may take; after that the book fails and the others go on",
    )
    book_megabytes: float = Field(
        4000,
        gt=0,
        le=MOST_MEGABYTES,
        description="megabytes of memory that inventory or assemble may take for one book; with "
        "more, it fails and the others go on",
    )
    deskew: bool = Field(True, description="`false`: the lines of every page are taken as level")
    running_heads: bool = Field(
        False, description="`true`: `book.txt` keeps running heads and page numbers"
    )
    device: Literal["auto", "cpu", "gpu"] = Field(
        "auto", description="`cpu` (ONNX Runtime), `gpu` (torch), or whichever is there"
    )
    outputs: tuple[Output, ...] = Field(
        ("hocr", "txt"),
        description="of `hocr`, `txt`, `alto`, `page`, `tsv`, `tables`, `book-hocr`, `pdf`, "
        "`report`; on the command line also `all`",
    )
    spelling: Spelling = Field(
        "printed",
        description="`modern`: what is read and searched has today's letters, such as s for ſ and "
        "a hyphen for ⸗; hOCR, ALTO, PAGE and TSV keep those of the print",
    )
    pdfa: bool = Field(
        False, description="`true`: `book.pdf` claims PDF/A-2b, where it can be held"
    )
    decoder: Decoding = Decoding()
    corpus: str = Field(
        "", description="folder of `.txt` or `.txt.gz` files, for lexicons and training texts"
    )
    truth: str = Field(
        "",
        description="folder of collections of true lines and pages, of which recipes or its "
        "`truth.yaml` declare sets: to learn from, and for `eval/`",
    )
    transcriptions: str = Field(
        "transcriptions",
        description="folder of true texts, `NAME.txt` or `NAME/0001.txt` …, for `data/aligned/` "
        "and `eval/`",
    )
    data: str = Field(
        "",
        description="folder with `train.lmdb` and `test.lmdb`, to train a named recognizer on; "
        "empty: `data/NAME`",
    )
    recipe: str = Field(
        "",
        description="how a model is trained: a name of `pipeline/recognition/recipes/`; empty: the "
        "model's own, or `print-latin`",
    )
    lines: str = Field(
        "",
        description="sets to train on and their shares, such as `data/print-en.lmdb "
        "data/aligned/mine.lmdb:0.3`, paths with spaces in quotes; empty: `data/NAME.lmdb`",
    )
    books: str = Field(
        "",
        description="books of `scans/` to learn from in rounds, such as `my-book other-book`; "
        "empty: all that have a true text",
    )
    rounds: int = Field(2, ge=1, le=20, description="of reading, aligning and training")
    base: str = Field(
        "", description="model folder whose weights training begins from; empty: random weights"
    )
    synthesis: SynthesisConfig = SynthesisConfig()
    training: TrainingConfig = TrainingConfig()

    @property
    def model_folder(self) -> Path:
        """Where the recognizer lies; a name without a folder is one of models/."""
        model = self.model
        if self.writing == "hand" and model == type(self).model_fields["model"].default:
            model = HAND_MODEL
        return Path(model if "/" in model else f"models/{model}")

    @field_validator("outputs", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        """On the command line: `all`, or names with commas or spaces between."""
        if value == "all":
            return OUTPUTS
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def parse_config(raw: Mapping[str, Any]) -> Config:
    """A validated configuration. Keys of a section may be written with a point, `decoder.alpha`;
    they go before what the section itself says.

    Raises:
        ConfigError: a key is unknown or a value is wrong; all of them are named, each unknown one
            with the key that is nearest to it.
    """
    nested = {key: value for key, value in raw.items() if "." not in str(key)}
    for name, value in raw.items():
        section, point, key = str(name).partition(".")
        if point:
            given = nested.get(section) or {}
            nested[section] = {**given, key: value} if isinstance(given, Mapping) else given
    try:
        return Config.model_validate(nested)
    except ValidationError as error:
        raise complain(error, Config, "config.yaml or --config") from error
