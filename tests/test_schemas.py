"""The JSON schemas of the files that Recto writes, and the models that they are made from."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import jsonschema
import pytest
from pydantic import BaseModel

from bench.schemas import SCHEMAS, schema_text
from pipeline import document, page_model
from pipeline.document import KINDS, STATUSES, Character, Leaf, Line, Page, Region, Word
from pipeline.export.manifest import Manifest
from pipeline.geometry import Affine, Box
from pipeline.image.deskew import SKEW
from pipeline.page_json import page_to_json
from pipeline.page_model import PageJson, RegionJson
from pipeline.scan.inventory import Inventory, InventoryPage
from pipeline.scan.pages import ScanPage
from tests.export.deliveries import BOOKS

BOX = Box(10, 10, 40, 30)
WORD = Word(BOX, "a", 0.5, (Character("a", BOX, 0.5),), ("o",))
LINE = Line(BOX, ((10, 28), (40, 28.5)), 12.0, (WORD,), text="a", greedy="a", confidence=0.5)


def names(model: type[BaseModel]) -> set[str]:
    """The keys of a model's JSON."""
    return {field.alias or name for name, field in model.model_fields.items()}


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_the_schemas_are_as_the_models_say(path: Path) -> None:
    """Who reads our files by a schema would trust one that no longer holds."""
    assert path.read_text() == schema_text(SCHEMAS[path])


@pytest.mark.parametrize("name", ["Character", "Word", "Line", "Region", "Leaf", "Page"])
def test_the_models_have_the_members_of_the_page(name: str) -> None:
    """A member that is added to the page alone would be one that the schema forbids."""
    members = {field.name for field in dataclasses.fields(getattr(document, name))}
    assert names(getattr(page_model, f"{name}Json")) - {"schema"} == members


def test_the_inventory_has_the_members_of_a_page_of_a_scan() -> None:
    """A member that is added to the scan's page alone would be one that the schema forbids."""
    assert names(InventoryPage) == {field.name for field in dataclasses.fields(ScanPage)}


def test_the_kinds_and_statuses_are_those_of_the_page() -> None:
    """A new kind of region would be refused by who reads pages by the schema."""
    schema = PageJson.model_json_schema()
    assert tuple(RegionJson.model_json_schema()["properties"]["kind"]["enum"]) == KINDS
    assert tuple(schema["properties"]["status"]["enum"]) == STATUSES


def test_what_is_written_of_a_page_follows_the_schema() -> None:
    """Members left out at their defaults, and lists for boxes, would be none of the schema's."""
    leaf = Leaf(Box(0, 0, 100, 100), (Region(BOX, "text", (LINE,), language="eng"),))
    page = Page(1, 100, 100, 300, to_source=Affine.rotation(2.0, (50.0, 50.0)), leaves=(leaf,))
    for text in (page_to_json(page), page_to_json(Page(2, 0, 0, 72, status="blank"))):
        PageJson.model_validate_json(text)
        schema = json.loads((schema_path(PageJson)).read_text())
        jsonschema.Draft202012Validator(schema).validate(json.loads(text))


def schema_path(model: type[BaseModel]) -> Path:
    """The file of a model's schema."""
    return next(path for path, of in SCHEMAS.items() if of is model)


def test_the_files_of_deliveries_follow_the_models(deliveries: Path) -> None:
    """The models would describe other files than those that stages write."""
    for book in BOOKS:
        Manifest.model_validate_json((deliveries / "out" / book / "manifest.json").read_text())
        Inventory.model_validate_json((deliveries / "work" / book / "manifest.json").read_text())
        for path in (deliveries / "work" / book / "text").rglob("[0-9]*.json"):
            PageJson.model_validate_json(path.read_text())


def test_the_manifest_takes_every_angle_that_is_found() -> None:
    """A page askew by as much as is looked for would have a manifest that its schema refuses."""
    skew = Manifest.model_json_schema()["$defs"]["ManifestPage"]["properties"]["skew"]
    assert skew["maximum"] == -skew["minimum"] == SKEW.largest_degrees
