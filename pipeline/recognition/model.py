"""Model folders: weights, alphabet and frame, bound together by the hashes in model.json."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pipeline.config import Decoding
from pipeline.document import PRINT
from pipeline.errors import ModelError
from pipeline.files import file_hash, write_text
from pipeline.meter import START_UP, spent_on
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.canvas import Canvas
from pipeline.recognition.confidence import Calibration
from pipeline.recognition.frame import PRINT_FRAME, STORED_SCALE, LineFrame
from pipeline.recognition.recipe import CTC, LINE, Recipe

DESCRIPTION, WEIGHTS, ONNX = "model.json", "weights.safetensors", "model.onnx"
CARD = "README.md"
TRAINING_LOG = "training.csv"  # beside them, for those who ask how the weights came about
FORMAT = 1

TALLEST = 1000  # pixels of a line image; the largest of the recognizers here has some hundred


@dataclass(frozen=True)
class ModelFolder:
    """A released recognizer: where it lies, its network's name and sizes, what it writes, how it
    sees what it reads (printed lines in a frame, other things on a canvas), whether it reads lines,
    words or characters, what its confidences mean; and whether its lines are printed, or written by
    joined hands; and which settings of the decoder are its own."""

    path: Path
    network: str
    alphabet: Alphabet
    geometry: LineFrame | Canvas
    stride: int
    hash: str
    calibration: Calibration = field(default_factory=Calibration)
    options: dict[str, int | float | str] = field(default_factory=dict)
    reads: str = LINE
    objective: str = CTC
    writing: str = PRINT
    decoding: dict[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.name

    @property
    def frame(self) -> LineFrame:
        """The frame in which lines are cut from a page: the recognizer's own, or that of printed
        lines where it has a canvas."""
        return (
            self.geometry
            if isinstance(self.geometry, LineFrame)
            else PRINT_FRAME.scaled(STORED_SCALE)
        )

    @property
    def outputs(self) -> int:
        """Number of the network's outputs."""
        return self.alphabet.classes if self.objective == CTC else len(self.alphabet)


def describe(folder: Path, recipe: Recipe, calibration: Calibration | None = None) -> None:
    """Write model.json for the ONNX file of a recipe's network that lies in `folder`, and its
    weights, where they are there too."""
    geometry = (
        {"frame": asdict(recipe.frame)}
        if recipe.frame
        else {"canvas": asdict(recipe.canvas)}
        if recipe.canvas
        else {}
    )
    description = {
        "format": FORMAT,
        "network": recipe.network,
        "options": recipe.options,
        "alphabet": recipe.characters.characters,
        "reads": recipe.reads,
        "objective": recipe.objective,
        "writing": recipe.writing,
        **geometry,
        "stride": recipe.stride,
        "calibration": asdict(calibration or Calibration()),
        "decoding": recipe.decoding,
        "sha256": {
            name: file_hash(folder / name) for name in (WEIGHTS, ONNX) if (folder / name).is_file()
        },
    }
    (folder / DESCRIPTION).write_text(
        json.dumps(description, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


@spent_on(START_UP)
def open_model(folder: Path) -> ModelFolder:
    """Read a model folder and check that its files are those that it was released with.

    Raises:
        ModelError: something is missing, was changed, or does not fit together.
    """
    remedy = (
        f"Put {folder} back as released (git checkout {folder}), or train it: "
        f"snakemake --cores 8 models/{folder.name} --config corpus=DIR"
    )
    try:
        text = (folder / DESCRIPTION).read_text(encoding="utf-8")
        raw = json.loads(text)
        if raw["format"] != FORMAT:
            raise ValueError(f"its format is {raw['format']}, not {FORMAT}")
        for name, expected in sorted(raw["sha256"].items()):
            if Path(name).name != name or file_hash(folder / name) != expected:
                raise ValueError(f"{name} is not the file that it was released with")
        if ONNX not in raw["sha256"]:
            raise ValueError("model.json does not name its ONNX file")
        geometry = Canvas(**raw["canvas"]) if "canvas" in raw else LineFrame(**raw["frame"])
        alphabet, stride = Alphabet(raw["alphabet"]), int(raw["stride"])
        if not 1 <= stride <= geometry.height <= TALLEST:
            raise ValueError(f"a height of {geometry.height} pixels and a stride of {stride}")
        options = raw.get("options", {})
        kinds = {"reads": LINE, "objective": CTC, "writing": PRINT}
        named = [raw["network"], *(raw.get(key, usual) for key, usual in kinds.items())]
        if not isinstance(options, dict) or not all(isinstance(name, str) for name in named):
            raise ValueError("model.json has a value of another kind than it should be")
        network, reads, objective, writing = named
        decoding = raw.get("decoding", {})
        Decoding(**decoding)  # raises where it has what no decoder has
        return ModelFolder(
            folder,
            network,
            alphabet,
            geometry,
            stride,
            hashlib.sha256(text.encode()).hexdigest(),
            Calibration(**raw.get("calibration", {})),
            options,
            reads,
            objective,
            writing,
            decoding,
        )
    except FileNotFoundError as error:
        raise ModelError(
            f"there is no recognizer in {folder}: {error.filename} is missing", remedy
        ) from error
    except (
        *(ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError),
        OSError,
    ) as error:
        raise ModelError(f"the recognizer in {folder} cannot be used: {error}", remedy) from error


def model_files(folder: Path) -> frozenset[str]:
    """Names that the files of a model folder may have; none where it holds no whole model."""
    try:
        open_model(folder)
    except ModelError:
        return frozenset()
    return frozenset({DESCRIPTION, WEIGHTS, ONNX, CARD, TRAINING_LOG})


def recalibrate(model: ModelFolder, calibration: Calibration) -> None:
    """Give a model folder another calibration, in place."""
    path = model.path / DESCRIPTION
    raw = json.loads(path.read_text(encoding="utf-8"))
    write_text(
        path,
        json.dumps(raw | {"calibration": asdict(calibration)}, ensure_ascii=False, indent=1) + "\n",
    )
