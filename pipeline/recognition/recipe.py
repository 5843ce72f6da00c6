"""Recipes: what makes a named recognizer. One YAML file each in recipes/, the only place where it
is configured.

A recipe names a network of `networks`, its alphabet, how it sees what it reads, how it is trained,
and what can be drawn to train it on where its own data is not at hand.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from pipeline.config import Decoding, Strict
from pipeline.errors import ModelError
from pipeline.recognition.alphabet import NAMED, Alphabet
from pipeline.recognition.canvas import Canvas
from pipeline.recognition.frame import LineFrame
from pipeline.recognition.origin import Origin

RECIPES = Path(__file__).with_name("recipes")
REMEDY = "What each key of a recipe takes is said in pipeline/recognition/recipe.py."
TOLD = 3  # faults that a message names
LINE, WORD, CHARACTER = "line", "word", "character"
CTC, CLASSES = "ctc", "classes"


class Distortion(Strict):
    """How far images are changed while a network learns, anew each time; all zero: not at all.

    shift, scale: shares of the image's size; shear: radians; elastic: how far strokes are pushed
    about, as a share of the image's height; gamma: exponents from 1 / (1 + gamma) to 1 + gamma.
    """

    shift: float = Field(0.0, ge=0, le=0.5)
    scale: float = Field(0.0, ge=0, le=0.5)
    shear: float = Field(0.0, ge=0, le=1.0)
    rotation: float = Field(0.0, ge=0, le=1.0)
    elastic: float = Field(0.0, ge=0, le=0.2)
    gamma: float = Field(0.0, ge=0, le=3.0)
    stroke: float = Field(
        0.0, ge=0, le=1.0
    )  # share of the images whose strokes are made thicker or thinner
    noise: float = Field(0.0, ge=0, le=64.0)  # standard deviation, in grey levels


class TrainingSchedule(Strict):
    """How a network is trained. `samples` counts repeats; `held_out` are the last samples of a set,
    for validation; `shortcut` weighs the loss of a reading of each column without its neighbours
    (`pipeline.training.loop.Trainer`)."""

    samples: int = Field(200_000, ge=1)
    rate: float = Field(2e-3, gt=0)
    decay: float = Field(0.5, gt=0, le=1)
    shape: Literal["linear", "cosine"] = "linear"
    batch: int = Field(32, ge=1)
    optimizer: Literal["adamw", "sgd"] = "adamw"
    curriculum: int = Field(0, ge=0)
    held_out: int = Field(640, ge=1)
    evaluate_every: int = Field(10_000, ge=1)
    shortcut: float = Field(0.0, ge=0, le=1)
    distortion: Distortion = Distortion()


class Drawing(Strict):
    """What `stages.draw` draws for a recipe: `texts` in `faces`, so many to train and to test on.

    proportions: of single characters, how many there are of each in the datasets that the drawn
    ones stand for.
    """

    texts: Literal["words", "names", "lines", "characters"]
    faces: str
    train: int = Field(20_000, ge=1)
    test: int = Field(2_000, ge=1)
    proportions: dict[str, int] = Field(default_factory=dict)


class DrawnSet(Strict):
    """A set of synthetic lines.

    languages: of its texts, each as frequent as the others; faces: groups of faces.yaml and their
    shares; technical: share of its lines that are references, tables, codes; long_s: share with the
    long s; only: kinds of lines, where not all are wanted; page: how its lines are degraded each
    time they are read; paired_quotes: share of the lines whose double quotes are two single ones;
    pixels: share of the lines whose letters stand on the pixels of a screen.
    """

    languages: tuple[str, ...]
    lines: int = Field(ge=1)
    faces: dict[str, float] = Field(default_factory=dict)
    technical: float = Field(0.1, ge=0, le=1)
    long_s: float = Field(0.0, ge=0, le=1)
    only: tuple[str, ...] = ()
    page: Literal["print", "coarse", "thermal", "worn"] = "print"
    paired_quotes: float = Field(0.0, ge=0, le=1)
    pixels: float = Field(0.0, ge=0, le=1)
    seed: int = 1


class TrueSet(Origin):
    """A set of real lines with their true text, which `stages.gather` cuts out of a collection.

    kind: pairs of images and texts, pages in PAGE XML or ALTO, or a book that `stages.align`
    aligned; folder: where the collection lies below the folder of collections, or the book's name;
    work_parts: parts at the end of a file's name, parted by `_`, that do not belong to its work's
    name; replace: characters that transcribers wrote otherwise than the recognizer is to; without:
    regular expression of texts that are left out; held_out: one work of so many is only tested on;
    works: what single works are printed in, where it is not what the set is, by patterns of their
    names such as `bsb*`.
    """

    kind: Literal["pairs", "pages", "aligned"]
    folder: str
    work_parts: int = Field(1, ge=0)
    replace: dict[str, str] = Field(default_factory=dict)
    without: str = ""
    held_out: int = Field(8, ge=1)
    works: dict[str, Origin] = Field(default_factory=dict)


class WrittenSet(Strict):
    """A set of lines drawn in faces like handwriting, their texts from language models.

    joined: share of the lines in joined hands; ands: share of the words for `and` that are written
    `&`, as in letters; printed: share of the lines that are set in type, as heads of letters are.
    """

    kind: Literal["hands"]
    languages: tuple[str, ...]
    lines: int = Field(ge=1)
    joined: float = Field(0.5, ge=0, le=1)
    ands: float = Field(0.5, ge=0, le=1)
    printed: float = Field(0.0, ge=0, le=1)
    seed: int = 1


class OfWords(Strict):
    """A set of lines put together from the words of another's.

    of: the true set whose words they are; model: the recognizer that aligns them.
    """

    of: str
    model: str
    lines: int = Field(ge=1)
    seed: int = 1


class MixedSet(OfWords):
    """Words of another set, in no order."""

    kind: Literal["words"]


class PiecedSet(OfWords):
    """Texts of language models, written in pieces of another set's words; ands: as in a
    `WrittenSet`."""

    kind: Literal["pieces"]
    languages: tuple[str, ...]
    ands: float = Field(0.5, ge=0, le=1)


class Phase(Strict):
    """One part of a training: so many samples, from sets in shares that sum to one."""

    samples: int = Field(ge=1)
    shares: dict[str, float]
    rate: float = Field(gt=0)
    decay: float = Field(1.0, ge=0, le=1)
    curriculum: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _whole(self) -> Phase:
        if abs(sum(self.shares.values()) - 1) > 1e-6:
            raise ValueError(
                f"the shares of a phase sum to one, not {sum(self.shares.values()):.3f}"
            )
        return self


class Recipe(Strict):
    """A named recognizer.

    writing: whether its lines are printed, and measured by their letters, or written by joined
    hands; sets: what it learns from; phases: when, in which shares; base: the model whose weights
    it begins from, random ones where that is empty; average: numbers of the phases, from 1, the
    mean of whose last weights is released; the best weights of all where there are none; decoding:
    settings of the decoder (`pipeline.config.Decoding`) that suit it better than the usual ones.
    """

    name: str
    title: str
    source: str
    network: str
    options: dict[str, int | float | str] = Field(default_factory=dict)
    alphabet: str
    reads: Literal["line", "word", "character"]
    writing: Literal["print", "hand"] = "print"
    frame: LineFrame | None = None
    canvas: Canvas | None = None
    stride: int = Field(4, ge=1)
    objective: Literal["ctc", "classes"] = "ctc"
    training: TrainingSchedule = TrainingSchedule()
    drawing: Drawing | None = None
    base: str = ""
    sets: dict[str, DrawnSet | TrueSet | WrittenSet | MixedSet | PiecedSet] = Field(
        default_factory=dict
    )
    phases: tuple[Phase, ...] = ()
    average: tuple[int, ...] = ()
    decoding: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_phases(self) -> Recipe:
        Decoding(**self.decoding)
        if strange := [number for number in self.average if not 1 <= number <= len(self.phases)]:
            raise ValueError(f"there is no phase {strange[0]} whose weights could be averaged")
        return self

    @model_validator(mode="after")
    def _known_sets(self) -> Recipe:
        if strange := {name for phase in self.phases for name in phase.shares} - set(self.sets):
            raise ValueError(
                f"phases name sets that are not declared: {', '.join(sorted(strange))}"
            )
        return self

    @model_validator(mode="after")
    def _one_geometry(self) -> Recipe:
        if (self.frame is None) == (self.canvas is None):
            raise ValueError("a recipe has either a frame or a canvas")
        return self

    @property
    def characters(self) -> Alphabet:
        """What the recognizer can write."""
        return NAMED.get(self.alphabet) or Alphabet(self.alphabet)

    @property
    def outputs(self) -> int:
        """Number of the network's outputs: the characters, and with CTC the blank."""
        return self.characters.classes if self.objective == "ctc" else len(self.characters)

    @property
    def geometry(self) -> LineFrame | Canvas:
        """Its frame or its canvas."""
        if self.frame is not None:
            return self.frame
        assert self.canvas is not None
        return self.canvas

    def set_path(self, name: str, folder: Path) -> Path:
        """Where a declared set lies: in `folder`, or beside it in aligned/ where it is what a book
        was aligned to, which other recipes learn from as well."""
        declared = self.sets[name]
        if isinstance(declared, TrueSet) and declared.kind == "aligned":
            return folder.parent / "aligned" / f"{declared.folder}.lmdb"
        return folder / f"{name}.lmdb"

    def steps(self, width: int) -> int:
        """Steps of time for an input of so many columns."""
        return -(-width // self.stride) if self.objective == "ctc" else 1


@lru_cache(maxsize=64)
def read_recipe(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        ModelError: there is none, or its file is wrong.
    """
    path = RECIPES / f"{name}.yaml"
    if "/" in name or not path.is_file():
        raise ModelError(f"no recognizer is called {name!r}", f"Known: {', '.join(recipe_names())}")
    try:
        return Recipe.model_validate(
            {"name": name} | yaml.safe_load(path.read_text(encoding="utf-8"))
        )
    except ValidationError as error:
        complaints = sorted(  # a key that is misspelt before the one that it was meant for
            error.errors(include_url=False, include_input=False),
            key=lambda complaint: complaint["type"] != "extra_forbidden",
        )
        told = [f"{'.'.join(map(str, c['loc'])) or 'recipe'}: {c['msg']}" for c in complaints]
        raise ModelError(f"{path} is wrong: {'; '.join(told[:TOLD])}", REMEDY) from error
    except (yaml.YAMLError, TypeError) as error:
        raise ModelError(f"{path} is no recipe: {error}", REMEDY) from error


def recipe_names() -> list[str]:
    """Names of all recipes."""
    return sorted(path.stem for path in RECIPES.glob("*.yaml"))
