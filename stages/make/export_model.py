"""Make a model folder of trained weights: safetensors, ONNX and model.json, whole or not at all.

    python -m stages.export_model work/train/mine.safetensors models/mine

The ONNX file is compared with the torch network on random images before the folder is released; a
difference above 0.001 in any log-probability is an error. Then it is brought to 8 bits (--float
leaves it as it is): faster on a CPU, at the same error rates (bench/RESULTS.md). Of readers
of printed lines that is everything, at scales that the lines of a scan fix (--calibration); of
other networks the weights of LSTM and linear layers. --small is for large networks: the weights of
the convolutions are kept in 8 bits too, and the safetensors, which only a GPU needs, are left out.
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from pipeline.errors import ModelError
from pipeline.folders import check_ours, put_in_place
from pipeline.installation import HOUSE
from pipeline.reading import cut, new_page, segment, straighten
from pipeline.recognition import networks
from pipeline.recognition.batching import OnnxReader, gather_batches
from pipeline.recognition.frame import LineFrame
from pipeline.recognition.model import (
    CARD,
    ONNX,
    TRAINING_LOG,
    WEIGHTS,
    describe,
    model_files,
    open_model,
)
from pipeline.recognition.recipe import CHARACTER, CTC, Recipe, read_recipe, recipe_names
from pipeline.scan.pages import list_pages, load_page
from pipeline.training.evaluation import accuracy, class_accuracy
from pipeline.training.line_sets import checked_set
from pipeline.training.quantization import quantize_dynamically, quantize_statically
from pipeline.training.weights import mean_weights
from stages import command
from stages.judge.score import read_set

PARITY = 1e-3
FIXED = "print-crnn"  # the network whose scales are fixed, as it reads most of what is read
SAMPLE = HOUSE / "scans" / "book.pdf"
CALIBRATION_DPI = 300  # of scans that do not say theirs
WIDTHS = (64, 320, 704)  # of random inputs, for networks that take any


def example_width(recipe: Recipe, width: int) -> int:
    """The width of an input of a recipe's network: its own where it has one."""
    return recipe.canvas.width if recipe.canvas and recipe.canvas.width else width


def export_onnx(network: torch.nn.Module, path: Path, recipe: Recipe) -> None:
    """Write a network as ONNX with free batch, and free width where the network takes any."""
    height, width = recipe.geometry.height, example_width(recipe, 256)
    free = {0: "n"} | ({} if recipe.canvas and recipe.canvas.width else {3: "w"})
    steps = {1: "n"} | ({0: "t"} if 3 in free else {})
    with warnings.catch_warnings():
        # torch's, about its older exporter, which is asked for: no user can do anything about them
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval(),
            (torch.zeros(2, 1, height, width),),
            str(path),
            input_names=["images"],
            output_names=["log_probabilities"],
            dynamic_axes={"images": free, "log_probabilities": steps},
            opset_version=17,
            dynamo=False,
        )


def check_parity(network: torch.nn.Module, folder: Path, recipe: Recipe) -> float:
    """Largest difference between torch and ONNX over inputs of several widths and batch sizes."""
    reader, rng, worst = OnnxReader(open_model(folder), 1), np.random.default_rng(0), 0.0
    for n, width in zip((1, 3, 8), WIDTHS, strict=True):
        images = rng.integers(
            0, 256, (n, 1, recipe.geometry.height, example_width(recipe, width)), dtype=np.uint8
        )
        with torch.inference_mode():
            expected = network(torch.from_numpy(images).float() / 255).numpy()
        worst = max(worst, float(np.abs(expected - reader(images)).max()))
    return worst


def quantize(path: Path, recipe: Recipe, scan: Path) -> None:
    """Bring an ONNX file to 8 bits, in place: readers of printed lines at scales that are fixed by
    the lines of a scan, others at scales as they come."""
    if recipe.network == FIXED and recipe.frame is not None:
        lines = scan_lines(scan, recipe.frame)
        quantize_statically(path, [batch for _, batch in gather_batches(lines, 1)])
    else:
        quantize_dynamically(path)


def scan_lines(scan: Path, frame: LineFrame) -> list[NDArray[np.uint8]]:
    """The images of the lines of a scan."""
    lines = []
    for page in list_pages(scan, CALIBRATION_DPI):
        raster = new_page(load_page(scan.parent, page), page.dpi, page.number)
        lines += [line.image for line in cut(segment(straighten(raster)), frame).images]
    return lines


def pack_convolutions(path: Path) -> None:
    """Keep the weights of convolutions in 8 bits, with a scale for each output channel; opening the
    model unpacks them."""
    model = onnx.load(path)
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    packed = {}
    for node in model.graph.node:
        if (
            node.op_type == "Conv"
            and (tensor := tensors.get(node.input[1])) is not None
            and tensor.name not in packed
        ):
            packed[tensor.name] = tensor
    for name, tensor in packed.items():
        values = onnx.numpy_helper.to_array(tensor)
        scale = np.maximum(np.abs(values).max(axis=(1, 2, 3)) / 127, 1e-12).astype(np.float32)
        levels = np.rint(values / scale[:, None, None, None]).astype(np.int8)
        model.graph.initializer.remove(tensor)
        parts = {"levels": levels, "scale": scale, "zero": np.zeros_like(scale, dtype=np.int8)}
        model.graph.initializer.extend(
            onnx.numpy_helper.from_array(part, f"{name}.{key}") for key, part in parts.items()
        )
        unpack = onnx.helper.make_node(
            "DequantizeLinear", [f"{name}.{key}" for key in parts], [name], axis=0
        )
        model.graph.node.insert(0, unpack)
    onnx.save(model, path)


def add_scores(folder: Path, test: Path) -> None:
    """Give a model's card its score on a test set, and the command by which anyone gets it."""
    model = open_model(folder)
    pairs = read_set(model, checked_set(test), "cpu", 1)
    found = accuracy(pairs)
    kind, mean = (
        ("character", class_accuracy(pairs))
        if model.reads == CHARACTER
        else ("text", found.characters_macro)
    )
    with (folder / CARD).open("a", encoding="utf-8") as file:
        file.write(
            f"\n## Test\n\n`python -m stages.score models/{folder.name} {test} "
            f"score/{folder.name}`: {found.count:,} texts, "
            f"characters {100 * found.characters:.2f}% (1 - edits / length over all; mean of "
            f"each {kind} {100 * mean:.2f}%), "
            f"wholly right {100 * found.texts:.2f}%.\n"
        )


def training_facts(log: Path, objective: str = CTC) -> str:
    """What a training's log.csv says, for the card."""
    with log.open(newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        return ""
    best = min(rows, key=lambda row: float(row["cer"]))
    hours = float(rows[-1]["seconds"]) / 3600
    how = (
        "best paths, averaged weights"
        if objective == CTC
        else "likeliest characters, averaged weights"
    )
    return (
        f"\n## Training log\n\n{int(rows[-1]['seen']):,} samples in {hours:.1f} hours; of the "
        "evaluations on held-out samples the "
        f"best was after {int(best['seen']):,}: CER {100 * float(best['cer']):.2f}%, WER "
        f"{100 * float(best['wer']):.2f}% "
        f"({how}). {rows[-1]['dropped']} were too narrow for their text and left out, "
        f"{rows[-1]['infinite']} had an infinite loss or one that is no number.\n"
    )


def write_card(path: Path, recipe: Recipe, card: Path | None, log: Path | None) -> None:
    """Write the model's card: what its maker wrote of it, and what its training log says."""
    text = (
        card.read_text(encoding="utf-8")
        if card
        else f"# {recipe.name}: {recipe.title}\n\n{recipe.source}.\n"
    )
    path.write_text(
        text + (training_facts(log, recipe.objective) if log and log.is_file() else ""),
        encoding="utf-8",
    )


def trained_recipe(name: str, log: Path | None) -> Recipe:
    """The recipe as the weights were trained by it: stages.train writes it beside its log."""
    written = log.with_name("recipe.json") if log else None
    if written and written.is_file():
        return Recipe.model_validate(json.loads(written.read_text(encoding="utf-8")))
    return read_recipe(name)


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "weights",
        type=command.existing_path,
        nargs="+",
        help="safetensors file written by stages.train; of several of one training their mean is "
        "taken",
    )
    parser.add_argument(
        "output", type=command.output_path, help="model folder to write, such as models/print-en"
    )
    parser.add_argument(
        "--recipe", default="print-latin", choices=recipe_names(), help="default: %(default)s"
    )
    parser.add_argument("--card", type=command.existing_path, help="text for the model's README.md")
    parser.add_argument(
        "--float", action="store_true", help="leave the weights of the ONNX file in 32 bits"
    )
    parser.add_argument(
        "--calibration",
        type=command.existing_path,
        metavar="SCAN",
        default=SAMPLE,
        help="scan whose lines fix the scales of 8-bit activations (default: the sample)",
    )
    parser.add_argument(
        "--small", action="store_true", help="convolutions in 8 bits too, and no safetensors"
    )
    parser.add_argument(
        "--test",
        type=command.existing_path,
        metavar="SET",
        help="LMDB set whose score the card is to give",
    )
    parser.add_argument(
        "--log", type=Path, help="log.csv of the training, for the model's README.md"
    )
    options = parser.parse_args()
    check_ours(options.output, known=model_files(options.output))
    recipe = trained_recipe(options.recipe, options.log)
    network = networks.build(recipe.network, recipe.outputs, recipe.options)
    network.load_state_dict(mean_weights(options.weights))
    network.eval()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.output.parent) as temporary:
        folder = Path(temporary) / options.output.name
        folder.mkdir()
        if not options.small:
            save_file(
                {name: tensor.contiguous() for name, tensor in network.state_dict().items()},
                folder / WEIGHTS,
            )
        export_onnx(network, folder / ONNX, recipe)
        describe(folder, recipe)
        difference = check_parity(network, folder, recipe)
        if difference > PARITY:
            raise ModelError(
                f"the ONNX file differs from the network by {difference:.2g}",
                "This is a bug: please report it.",
            )
        if not options.float:
            quantize(folder / ONNX, recipe, options.calibration)
            if options.small:
                pack_convolutions(folder / ONNX)
            describe(folder, recipe)
        if options.log and options.log.is_file():
            shutil.copyfile(options.log, folder / TRAINING_LOG)
        write_card(folder / CARD, recipe, options.card, options.log)
        if options.test:
            add_scores(folder, options.test)
        put_in_place(folder, options.output, known=model_files(options.output))
    print(f"{options.output}: largest difference between torch and ONNX {difference:.1e}")


if __name__ == "__main__":
    command.run(main)
