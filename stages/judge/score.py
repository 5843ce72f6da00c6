"""Score a recognizer on an LMDB set with true texts, such as the test set that a dataset or
`stages.draw` came with.

    python -m stages.score models/crnn data/crnn/test.lmdb score/crnn

Writes scores.json (character accuracy, micro and macro; share of texts that are wholly right; of
single characters, the mean accuracy of each), pairs.json (truth and reading of each sample),
labels.txt (the true texts, a line each: what a language model is built from), confusions.csv and
.png, and montage.png: readings in green where they are right, in red where not. --features N adds
features.png: what each layer of the network makes of sample N. `tensorboard --logdir score` shows
the same.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from pipeline.errors import DataError
from pipeline.files import write_text
from pipeline.folders import whole_folder
from pipeline.recognition.alphabet import Alphabet
from pipeline.recognition.batching import open_reader, read_lines, width_step
from pipeline.recognition.canvas import Canvas
from pipeline.recognition.ctc import LogProbabilities, decode_greedily
from pipeline.recognition.line_image import shrink_to
from pipeline.recognition.model import ModelFolder, open_model
from pipeline.recognition.recipe import CHARACTER, CLASSES
from pipeline.training.evaluation import Accuracy, accuracy, class_accuracy, confusions
from pipeline.training.line_sets import LineSet, checked_set
from pipeline.training.plots import draw_confusions, draw_features, draw_montage
from stages import command

SHOWN = 100  # samples of the montage
CHUNK = 512  # images held at once


def placed(image: NDArray[np.uint8], model: ModelFolder) -> NDArray[np.uint8]:
    """An image as the network sees it: on its canvas, or at the height of its frame."""
    if isinstance(model.geometry, Canvas):
        return model.geometry.place(image, centred=model.reads == CHARACTER)
    return shrink_to(image, model.geometry)


def text_of(output: LogProbabilities, alphabet: Alphabet, objective: str) -> str:
    """What (T, C) log-probabilities say: the best path, or the likeliest class."""
    if objective == CLASSES:
        return alphabet.characters[int(output[0].argmax())]
    return alphabet.decode(decode_greedily(output).classes.tolist())


def read_set(
    model: ModelFolder, lines: LineSet, device: str, threads: int
) -> list[tuple[str, str]]:
    """(truth, reading) of each sample whose truth can be written.

    Raises:
        DataError: there is none.
    """
    usable = [
        i
        for i in range(1, lines.count + 1)
        if (text := lines.text(i)) and model.alphabet.covers(text)
    ]
    if not usable:
        raise DataError(
            f"{lines.path} holds no text that {model.name} could write",
            f"Its alphabet: {model.alphabet.characters}",
        )
    reader = open_reader(model, device, threads)
    pairs = []
    with tqdm(total=len(usable), unit="sample", desc=model.name, disable=None) as bar:
        for start in range(0, len(usable), CHUNK):
            chosen = usable[start : start + CHUNK]
            images = [placed(lines.stored(i), model) for i in chosen]
            outputs = dict(read_lines(reader, images, model.stride, width_step(model)))
            pairs += [
                (lines.text(i), text_of(outputs[k], model.alphabet, model.objective))
                for k, i in enumerate(chosen)
            ]
            bar.update(len(chosen))
    return pairs


def show(
    lines: LineSet, pairs: Sequence[tuple[str, str]], model: ModelFolder
) -> list[tuple[NDArray[np.uint8], str, str]]:
    """(image, truth, reading) of the first samples, for the montage."""
    usable = (
        i
        for i in range(1, lines.count + 1)
        if (text := lines.text(i)) and model.alphabet.covers(text)
    )
    return [
        (lines.stored(i), truth, read)
        for i, (truth, read) in zip(usable, pairs[:SHOWN], strict=False)
    ]


def write_scores(
    folder: Path, found: Accuracy, pairs: list[tuple[str, str]], model: ModelFolder
) -> None:
    """scores.json, pairs.json, labels.txt and the confusions."""
    scores = {"model": model.name} | found.as_dict()
    scores |= {"classes": round(class_accuracy(pairs), 6)} if model.reads == CHARACTER else {}
    write_text(folder / "scores.json", json.dumps(scores, indent=1) + "\n")
    write_text(folder / "pairs.json", json.dumps(pairs, ensure_ascii=False, indent=0) + "\n")
    write_text(folder / "labels.txt", "".join(f"{truth}\n" for truth, _ in pairs))
    counts = confusions(pairs)
    with (folder / "confusions.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [("truth", "read", "count"), *((*key, n) for key, n in counts.most_common())]
        )
    right = {(c, c): n for c, n in _agreements(pairs).items()}
    draw_confusions(dict(counts) | right, folder / "confusions.png")


def _agreements(pairs: Sequence[tuple[str, str]]) -> dict[str, int]:
    """How often each character was read as itself, in texts of one length with their truth."""
    found: dict[str, int] = {}
    for truth, read in pairs:
        if len(truth) == len(read):
            for a, b in zip(truth, read, strict=True):
                if a == b:
                    found[a] = found.get(a, 0) + 1
    return found


def log_to_tensorboard(folder: Path, found: Accuracy) -> None:
    """The figures and pictures, for TensorBoard."""
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(folder / "tensorboard")) as board:
        for name, value in found.as_dict().items():
            board.add_scalar(f"score/{name}", value)
        for picture in sorted(folder.glob("*.png")):
            with Image.open(picture) as image:
                board.add_image(picture.stem, np.asarray(image.convert("RGB")), dataformats="HWC")


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("model", type=Path, help="model folder, such as models/crnn")
    parser.add_argument("set", type=Path, help="LMDB set")
    parser.add_argument(
        "output", type=command.output_path, help="folder to write, whole or not at all"
    )
    parser.add_argument(
        "--features", type=int, metavar="N", help="draw what each layer makes of sample N, from 1"
    )
    parser.add_argument("--device", choices=("cpu", "gpu"), default="cpu")
    parser.add_argument(
        "--threads", type=int, default=1, help="of ONNX Runtime (default: %(default)s)"
    )
    options = parser.parse_args()
    model, lines = open_model(options.model), checked_set(options.set)
    pairs = read_set(model, lines, options.device, options.threads)
    found = accuracy(pairs)
    with whole_folder(options.output) as folder:
        write_scores(folder, found, pairs, model)
        draw_montage(show(lines, pairs, model), folder / "montage.png")
        if options.features:
            draw_features(
                model, placed(lines.stored(options.features), model), folder / "features.png"
            )
        log_to_tensorboard(folder, found)
    print(
        f"{model.name} on {options.set}: {len(pairs)} texts; characters "
        f"{100 * found.characters:.2f}% (micro), "
        f"{100 * found.characters_macro:.2f}% (macro); wholly right {100 * found.texts:.2f}%"
        + (
            f"; mean of each character {100 * class_accuracy(pairs):.2f}%"
            if model.reads == CHARACTER
            else ""
        )
    )


if __name__ == "__main__":
    command.run(main)
