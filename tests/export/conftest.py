"""The official schemas of ALTO and PAGE."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree


@pytest.fixture(scope="module")
def schemas(shared: Path) -> dict[str, etree.XMLSchema]:
    """The official schemas by the suffix of the files that have to follow them."""
    names = {"alto": "alto-4-4.xsd", "page": "pagecontent-2019-07-15.xsd"}
    return {
        kind: etree.XMLSchema(etree.parse(shared / "schemas" / name))
        for kind, name in names.items()
    }
