"""How long readers of print of several sizes take for a line, in 8 bits on one core.

    taskset -c 1 .venv/bin/python -m bench.network_speed

Each takes over the weights of models/print-latin that fit, as the time does not depend on what a
network has learnt; without them some units never answer, and could not be brought to 8 bits.
Printed are parameters and the best of ten rounds over a batch of 8 lines of 32 x 640.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import torch
from safetensors.torch import load_file
from torch import nn

from pipeline.recognition.batching import gather_batches
from pipeline.recognition.model import WEIGHTS, open_model
from pipeline.recognition.networks.print_crnn import Neighbourhood, PrintCRNN
from pipeline.recognition.recipe import read_recipe
from pipeline.training.quantization import quantize_statically
from stages.make.export_model import SAMPLE, export_onnx, scan_lines

MODEL = Path("models/print-latin")
LINES, WIDTH, ROUNDS, REPEATS = 8, 640, 10, 10
SIZES: tuple[dict[str, int], ...] = (
    {},
    {"hidden": 96},
    {"layers": 1},
    {"layers": 1, "neighbours": 1},
    {"layers": 1, "neighbours": 2},
    {"layers": 1, "neighbours": 1, "hidden": 144},
    {"layers": 1, "neighbours": 1, "hidden": 156},
    {"layers": 1, "neighbours": 1, "hidden": 188},
)


def build(size: dict[str, int], classes: int) -> nn.Module:
    """A network with what fits of the released weights."""
    torch.manual_seed(0)
    network = PrintCRNN(classes, **size)
    for block in network.neighbours:
        assert isinstance(block, Neighbourhood)
        nn.init.ones_(block.norm.weight)  # zero at first: its ReLU would fall away
    own, given = network.state_dict(), load_file(MODEL / WEIGHTS)
    fitting = {k: v for k, v in given.items() if k in own and own[k].shape == v.shape}
    network.load_state_dict(own | fitting)
    return network.eval()


def milliseconds(network: nn.Module, batches: list[np.ndarray]) -> float:
    """Of one line, in 8 bits at the scales of `batches`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.onnx"
        export_onnx(network, path, read_recipe(MODEL.name))
        quantize_statically(path, batches)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    images = np.random.default_rng(0).integers(0, 256, (LINES, 1, 32, WIDTH)).astype(np.uint8)
    best = np.inf
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(REPEATS):
            session.run(None, {"images": images})
        best = min(best, time.perf_counter() - start)
    return 1000 * best / REPEATS / LINES


def main() -> None:
    """Command line."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    cv2.setNumThreads(1)
    model = open_model(MODEL)
    assert model.frame is not None
    batches = [batch for _, batch in gather_batches(scan_lines(SAMPLE, model.frame), 1)]
    print("| size | ms a line | parameters |\n|---|---|---|")
    for size in SIZES:
        network = build(size, model.alphabet.classes)
        count = sum(p.numel() for p in network.parameters())
        named = ", ".join(f"{k} {v}" for k, v in size.items()) or "two layers of 128"
        print(f"| {named} | {milliseconds(network, batches):.2f} | {count:,} |", flush=True)


if __name__ == "__main__":
    main()
