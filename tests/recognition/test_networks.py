"""The named recognizers: their recipes and networks, and what the released ones reach."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from pipeline.errors import ModelError
from pipeline.recognition import networks
from pipeline.recognition.recipe import read_recipe, recipe_names
from tests.conftest import ROOT, Stage
from tests.recognition.test_crops import FOREBEARS

# Shi et al. 2015 say 8.3M; a ResNet-34 has 21.8M with 1,000 classes and three channels, of which
# its last layer holds 0.5M
PARAMETERS = {"crnn": (8_250_000, 8_399_999), "char-resnet": (21_200_000, 21_350_000)}


@pytest.mark.parametrize("name", recipe_names())
def test_a_recipe_builds_its_network(name: str) -> None:
    """A recipe whose network gives another shape, or no probabilities, would fail only in
    training."""
    recipe = read_recipe(name)
    small = {
        "names": {"hidden": 16},
        "line-resnet": {"hidden": 16},
        "char-resnet": {"width": 16},
    }.get(recipe.network, {})
    network = networks.build(recipe.network, recipe.outputs, recipe.options | small).eval()
    width = recipe.canvas.width if recipe.canvas and recipe.canvas.width else 128
    with torch.inference_mode():
        output = network(torch.zeros(2, 1, recipe.geometry.height, width))
    assert output.shape == (recipe.steps(width), 2, recipe.outputs)
    assert torch.allclose(output.exp().sum(2), torch.ones(output.shape[:2]), atol=1e-4)


def test_all_forebears_are_there() -> None:
    """A recognizer of the docs would be unknown, or a name could read files outside the recipes."""
    assert set(FOREBEARS) <= set(recipe_names())
    assert [
        read_recipe(name).steps(width)
        for name, width in (("word-bilstm", 128), ("line-resnet", 640), ("names", 256))
    ] == [
        32,
        160,
        64,
    ]
    with pytest.raises(ModelError):
        read_recipe("../../config")


@pytest.mark.parametrize(
    "names", [("names",), pytest.param(FOREBEARS, marks=pytest.mark.long)], ids=["names", "all"]
)
def test_networks_are_listed_with_their_parameters_and_parity(
    names: tuple[str, ...], stage: Stage
) -> None:
    """A network would differ from its paper in size, or read otherwise in ONNX than in torch."""
    run = stage("networks", "--list", "--json", "--only", *names)
    assert run.returncode == 0, run.stderr
    rows = {row["name"]: row for row in json.loads(run.stdout)}
    assert set(rows) == set(names)
    for name, row in rows.items():
        low, high = PARAMETERS.get(name, (1, 10**9))
        assert low <= row["parameters"] <= high
        assert row["onnx_difference"] < 1e-4


def test_pretrained_stems_become_grey() -> None:
    """Weights of colour images would be loaded wrongly into networks of grey ones."""
    resnet = networks.build("char-resnet", 36)
    weights = {
        k.removeprefix("trunk."): torch.rand_like(v) if v.is_floating_point() else v
        for k, v in resnet.state_dict().items()
    }
    rgb = torch.rand(64, 3, 7, 7)
    for network in (resnet, networks.build("line-resnet", 80, {"hidden": 16})):
        network.load_pretrained(weights | {"conv1.weight": rgb})  # type: ignore[operator]
        found = network.state_dict()
        assert torch.allclose(found["trunk.conv1.weight"], rgb.mean(1, keepdim=True))
        assert torch.equal(found["trunk.layer1.0.conv1.weight"], weights["layer1.0.conv1.weight"])


def test_the_released_crnn_holds_its_mark(stage: Stage, tmp_path: Path) -> None:
    """The released weights would read worse than their card says."""
    words = tmp_path / "words.txt"
    words.write_text(
        "\n".join(
            f"{word}\t1"
            for word in (ROOT / "lexicons/eng.txt").read_text().replace("\t", " ").split()[:8000:2]
        )
    )
    run = stage(
        "draw", tmp_path / "set", "--recipe", "crnn", "--words", words, "--train", 1, "--test", 60
    )
    assert run.returncode == 0, run.stderr
    run = stage("score", ROOT / "models/crnn", tmp_path / "set/test.lmdb", tmp_path / "score")
    assert run.returncode == 0, run.stderr
    scores = json.loads((tmp_path / "score/scores.json").read_text())
    assert scores["count"] == 60 and scores["characters"] > 0.98
