"""The examples of CONTRIBUTING.md work as they stand there, and what lies on the project's door is
valid."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from types import ModuleType

import cv2
import pytest
import torch
import yaml
from PIL import Image

from pipeline.config import Decoding
from pipeline.document import Page
from pipeline.page_json import read_page, write_page
from pipeline.reading import digitize_page, new_page
from pipeline.recognition.model import open_model
from pipeline.recognition.recipe import Recipe
from pipeline.recognition.recognizer import open_recognizer
from pipeline.version import VERSION
from stages.settings import READS
from tests.conftest import ROOT, TEXT, print_page


def examples() -> dict[str, str]:
    """Path and text of each file that CONTRIBUTING.md shows."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^`(\S+)`:\n\n```(?:python|yaml)\n(.*?)```$", text, re.M | re.S))


def load(path: str) -> ModuleType:
    """An example as a module."""
    module = ModuleType(Path(path).stem)
    module.__doc__ = "example"
    exec(compile(examples()[path], path, "exec"), module.__dict__)
    return module


def test_the_example_of_a_format_writes_a_page() -> None:
    """Who adds a format from the example would get a module that does not run."""
    recognizer = open_recognizer(open_model(ROOT / "models" / "print-latin"), Decoding())
    page = digitize_page(new_page(print_page(), 300), recognizer)
    module = load("pipeline/export/json_lines.py")
    lines = [json.loads(line) for line in module.page_json_lines(page).splitlines()]
    assert [line["text"] for line in lines] == [line.text for line in page.lines]
    assert len(lines) == len(TEXT)
    assert all(
        left < right and top < bottom for left, top, right, bottom in (x["box"] for x in lines)
    )


def test_the_example_of_a_network_reads_a_batch() -> None:
    """Who adds a network from the example would get one of other shapes than the pipeline's."""
    network = load("pipeline/recognition/networks/columns.py").ColumnReader(27)
    recipe = yaml.safe_load(examples()["pipeline/recognition/recipes/columns.yaml"])
    model = Recipe.model_validate({"name": "columns"} | recipe)
    output = network(torch.rand(2, 1, model.geometry.height, 128))
    assert output.shape == (model.steps(128), 2, model.outputs)
    assert torch.allclose(output.exp().sum(dim=2), torch.ones(32, 2))


def test_the_example_of_a_stage_works_on_a_shard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who adds a stage from the example would get one that loses pages."""
    source = tmp_path / "raster"
    source.mkdir()
    for number, grey in ((1, print_page()), (2, 255 - print_page())):
        height, width = grey.shape
        write_page(source / f"{number:04d}.json", Page(number, width, height, 300, "x.png"))
        Image.fromarray(grey).save(source / f"{number:04d}.pgm")
    monkeypatch.setitem(READS, "invert", ("page_seconds",))
    monkeypatch.setattr("sys.argv", ["invert", str(source), str(tmp_path / "inverted")])
    load("stages/digitize/invert.py").main()
    for number in (1, 2):
        assert read_page(tmp_path / "inverted" / f"{number:04d}.json").number == number
        image = cv2.imread(str(tmp_path / "inverted" / f"{number:04d}.pgm"), cv2.IMREAD_GRAYSCALE)
        assert (image == print_page()).all()


def test_one_version_everywhere() -> None:
    """A citation would name another version than the program says."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert {project["version"], citation["version"], VERSION} == {VERSION}
    assert citation["license"] == project["license"] == "Apache-2.0"
    assert f"## {VERSION} (" in (ROOT / "CHANGELOG.md").read_text()


def test_every_recognizer_and_lexicon_has_a_card_and_the_licence_names_its_sources() -> None:
    """Data would be released of which nobody can say what it was learnt from."""
    licence = (ROOT / "LICENSE-DATA.md").read_text(encoding="utf-8")
    for folder in (path.parent for path in (ROOT / "models").glob("*/model.json")):
        card = (ROOT / "docs" / "cards" / f"{folder.name}.md").read_text(encoding="utf-8")
        assert (folder / "README.md").read_text(encoding="utf-8").startswith(card), (
            f"{folder.name}: a release puts docs/cards in place of the model's README.md"
        )
        assert f"`{folder.name}`" in licence
    for lexicon in (ROOT / "lexicons").glob("*.txt"):
        assert lexicon.stem in (ROOT / "lexicons" / "README.md").read_text(encoding="utf-8")
        assert f"`lexicons/{lexicon.name}`" in licence
