"""Write the JSON schemas of the files that Recto writes from the models that describe them.

python -m bench.schemas
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from pipeline.corrections import Corrections
from pipeline.export.manifest import Manifest
from pipeline.files import write_text
from pipeline.page_model import PageJson
from pipeline.scan.inventory import Inventory

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ROOT = Path(__file__).resolve().parent.parent
SCHEMAS: dict[Path, type[BaseModel]] = {
    ROOT / "pipeline/export/manifest.schema.json": Manifest,
    ROOT / "pipeline/page.schema.json": PageJson,
    ROOT / "pipeline/corrections.schema.json": Corrections,
    ROOT / "pipeline/scan/inventory.schema.json": Inventory,
}


def schema_text(model: type[BaseModel]) -> str:
    """The JSON schema of a model, as its file holds it."""
    return json.dumps({"$schema": DIALECT} | model.model_json_schema(), indent=2) + "\n"


def main() -> None:
    """Write every schema."""
    for path, model in SCHEMAS.items():
        write_text(path, schema_text(model))


if __name__ == "__main__":
    main()
