"""Make a model folder of trained weights: safetensors, ONNX and model.json, whole or not at all.

The ONNX file is compared with the torch network on random lines before the folder is released; a difference above 0.001
in any log-probability is an error. Then the weights of its LSTM and linear layers are brought to 8 bits (--float leaves them):
a quarter faster on a CPU, at the same error rates (bench/RESULTS.md).
"""

from __future__ import annotations

import csv
import logging
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from pipeline.errors import ModelError
from pipeline.recognition import networks
from pipeline.recognition.alphabet import PRINT
from pipeline.recognition.batching import OnnxReader
from pipeline.recognition.frame import PRINT_FRAME
from pipeline.recognition.model import ONNX, TRAINING_LOG, WEIGHTS, describe, open_model
from pipeline.recognition.networks.print_crnn import STRIDE
from stages import command

PARITY = 1e-3


def export_onnx(network: torch.nn.Module, path: Path) -> None:
    """Write a network as ONNX with free batch and width."""
    torch.onnx.export(
        network.eval(), (torch.zeros(2, 1, PRINT_FRAME.height, 256),), str(path), input_names=["images"],
        output_names=["log_probabilities"], dynamic_axes={"images": {0: "n", 3: "w"}, "log_probabilities": {0: "t", 1: "n"}},
        opset_version=17, dynamo=False,
    )  # fmt: skip


def check_parity(network: torch.nn.Module, folder: Path) -> float:
    """Largest difference between torch and ONNX over lines of several widths and batch sizes."""
    reader, rng, worst = OnnxReader(open_model(folder), 1), np.random.default_rng(0), 0.0
    for n, width in ((1, 64), (3, 320), (8, 704)):
        images = rng.random((n, 1, PRINT_FRAME.height, width), dtype=np.float32)
        with torch.inference_mode():
            expected = network(torch.from_numpy(images)).numpy()
        worst = max(worst, float(np.abs(expected - reader(images)).max()))
    return worst


def quantize(path: Path) -> None:
    """Bring the weights of LSTM and linear layers to 8 bits, activations as they come (ONNX Runtime's dynamic quantization).

    One bit is left unused (`reduce_range`): processors without VNNI would otherwise saturate, and read otherwise than others.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.getLogger().setLevel(logging.ERROR)  # it asks for a preparation that this small graph does not need
    whole = path.with_suffix(".float.onnx")
    path.rename(whole)
    quantize_dynamic(whole, path, weight_type=QuantType.QInt8, op_types_to_quantize=["LSTM", "MatMul"], reduce_range=True)
    whole.unlink()


def training_facts(log: Path) -> str:
    """What a training's log.csv says, for the card."""
    with log.open(newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        return ""
    best = min(rows, key=lambda row: float(row["cer"]))
    hours = float(rows[-1]["seconds"]) / 3600
    return (
        f"\n## Training log\n\n{int(rows[-1]['seen']):,} lines in {hours:.1f} hours; of the evaluations on held-out lines the best "
        f"was after {int(best['seen']):,} lines: CER {100 * float(best['cer']):.2f}%, WER {100 * float(best['wer']):.2f}% "
        f"(best paths, averaged weights, degraded lines). {rows[-1]['dropped']} lines were too narrow for their text and left out, "
        f"{rows[-1]['infinite']} had an infinite loss.\n"
    )


def write_card(path: Path, name: str, card: Path | None, log: Path | None) -> None:
    """Write the model's card: what its maker wrote of it, and what its training log says."""
    text = card.read_text(encoding="utf-8") if card else f"# {name}\n"
    path.write_text(text + (training_facts(log) if log and log.is_file() else ""), encoding="utf-8")


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("weights", type=command.existing_path, help="safetensors file written by stages.train")
    parser.add_argument("output", type=Path, help="model folder to write, such as models/print-en")
    parser.add_argument("--network", default="print-crnn", choices=sorted(networks.NETWORKS))
    parser.add_argument("--card", type=command.existing_path, help="text for the model's README.md")
    parser.add_argument("--float", action="store_true", help="leave the weights of the ONNX file in 32 bits")
    parser.add_argument("--log", type=Path, help="log.csv of the training, for the model's README.md")
    options = parser.parse_args()
    network = networks.build(options.network, PRINT.classes)
    network.load_state_dict(load_file(options.weights))
    network.eval()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.output.parent) as temporary:
        folder = Path(temporary) / options.output.name
        folder.mkdir()
        shutil.copyfile(options.weights, folder / WEIGHTS)
        export_onnx(network, folder / ONNX)
        describe(folder, options.network, PRINT, PRINT_FRAME, STRIDE)
        difference = check_parity(network, folder)
        if difference > PARITY:
            raise ModelError(f"the ONNX file differs from the network by {difference:.2g}", "This is a bug: please report it.")
        if not options.float:
            quantize(folder / ONNX)
            describe(folder, options.network, PRINT, PRINT_FRAME, STRIDE)
        if options.log and options.log.is_file():
            shutil.copyfile(options.log, folder / TRAINING_LOG)
        write_card(folder / "README.md", options.output.name, options.card, options.log)
        shutil.rmtree(options.output, ignore_errors=True)
        folder.rename(options.output)
    print(f"{options.output}: largest difference between torch and ONNX {difference:.1e}")


if __name__ == "__main__":
    command.run(main)
