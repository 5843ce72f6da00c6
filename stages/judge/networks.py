"""What each named recognizer is: its network's parameters, what it sees, its steps of time, and how
ONNX agrees with torch.

    python -m stages.networks --list            a table
    python -m stages.networks --list --json     the same for programs
    python -m stages.networks --list --only crnn --width 256
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch

from pipeline.recognition import networks
from pipeline.recognition.recipe import Recipe, read_recipe, recipe_names
from stages import command
from stages.make.export_model import example_width, export_onnx

COLUMNS = (
    "name",
    "network",
    "reads",
    "parameters",
    "input",
    "steps",
    "alphabet",
    "onnx_difference",
)


def parity(network: torch.nn.Module, recipe: Recipe, width: int) -> float:
    """Largest difference between torch and ONNX Runtime over three batches of random input."""
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.onnx"
        export_onnx(network, path, recipe)
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    rng, worst = np.random.default_rng(0), 0.0
    for count in (1, 2, 3):
        images = rng.random((count, 1, recipe.geometry.height, width), dtype=np.float32)
        with torch.inference_mode():
            expected = network(torch.from_numpy(images)).numpy()
        worst = max(worst, float(np.abs(expected - session.run(None, {"images": images})[0]).max()))
    return worst


def facts(recipe: Recipe, asked_width: int) -> dict[str, Any]:
    """A row of COLUMNS."""
    torch.manual_seed(0)
    network = networks.build(recipe.network, recipe.outputs, recipe.options).eval()
    width = example_width(recipe, asked_width)
    with torch.inference_mode():
        steps = len(network(torch.zeros(1, 1, recipe.geometry.height, width)))
    return {
        "name": recipe.name,
        "network": recipe.network,
        "reads": recipe.reads,
        "parameters": sum(p.numel() for p in network.parameters()),
        "input": [1, recipe.geometry.height, width],
        "steps": steps,
        "alphabet": len(recipe.characters),
        "onnx_difference": parity(network, recipe, width),
    }


def main() -> None:
    """Command line of this stage."""
    parser = command.parser(__doc__)
    parser.add_argument("--list", action="store_true", required=True, help="list the recognizers")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument(
        "--only", nargs="+", choices=recipe_names(), default=recipe_names(), help="default: all"
    )
    parser.add_argument(
        "--width",
        type=int,
        default=640,
        help="of the input of those that take any (default: %(default)s)",
    )
    options = parser.parse_args()
    rows = [facts(read_recipe(name), options.width) for name in options.only]
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    shown = [
        [str(row[c]) if c != "onnx_difference" else f"{row[c]:.1e}" for c in COLUMNS]
        for row in rows
    ]
    widths = [max(len(cells[k]) for cells in [list(COLUMNS), *shown]) for k in range(len(COLUMNS))]
    for cells in [list(COLUMNS), *shown]:
        print(
            "  ".join(cell.ljust(size) for cell, size in zip(cells, widths, strict=True)).rstrip()
        )


if __name__ == "__main__":
    command.run(main)
