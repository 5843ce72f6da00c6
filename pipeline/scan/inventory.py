"""What stands in the inventory of a scan, work/NAME/manifest.json: from this,
`python -m bench.schemas` makes inventory.schema.json.

No stage imports it: what they write is held against it by tests (see docs/design.md).
"""

from __future__ import annotations

from pydantic import Field

from pipeline.config import Strict


class InventoryPage(Strict):
    """One page to come: the fields of `ScanPage`."""

    number: int = Field(ge=1)
    file: str = Field(description="path of the file that holds the page, within the scan")
    index: int = Field(ge=0, description="of the page's image in that file")
    width: int = Field(ge=0, description="of the raster, in pixels")
    height: int = Field(ge=0)
    dpi: float = Field(gt=0)
    sha256: str = Field(description="of the page's content")
    is_image: bool = Field(description="whether the page is one image, which is taken as it is")
    reason: str = Field(description="code of why the page cannot be read; empty otherwise")
    message: str


class Inventory(Strict):
    """The pages of a scan, and the shards that they are worked on in."""

    book: str = Field(min_length=1)
    scan: str = Field(min_length=1, description="name of the file or folder")
    folder: str = Field(description="the folder that the scan lies in")
    shards: list[str] = Field(description="names of the shards: the numbers of their pages")
    pages: list[InventoryPage]
