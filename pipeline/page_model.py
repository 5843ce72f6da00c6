"""What stands in the JSON of a page, which stages hand to each other: from this,
`python -m bench.schemas` makes page.schema.json.

No stage imports it: `page_json` writes and reads these files, thousands a book, and what it writes
is held against this by tests (see docs/design.md).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipeline.config import Strict

# left, top, right, bottom in pixels; right and bottom are outside
BoxJson = tuple[int, int, int, int]
# left, top, right, bottom, row, column, rows, columns
CellJson = tuple[int, int, int, int, int, int, int, int]
# x and y in pixels
PointJson = tuple[float, float]
# a, b, c, d, e, f: x' = ax + by + c, y' = dx + ey + f
AffineJson = tuple[float, float, float, float, float, float]
Share = Annotated[float, Field(ge=0, le=1)]
Size = Annotated[int, Field(ge=0)]
# width and height of the straight page, and rows of points of the upright raster
MeshJson = tuple[Size, Size, list[list[PointJson]]]


class CharacterJson(Strict):
    """One character."""

    text: str = ""
    box: BoxJson
    confidence: Share


class WordJson(Strict):
    """What stands between two spaces."""

    box: BoxJson
    text: str = ""
    confidence: Share | None = None
    characters: list[CharacterJson] = Field([])
    alternatives: list[str] = Field([])
    corrected: bool = Field(False, description="whether a person wrote it")
    cells: list[BoxJson] = Field([], description="of letters in a cell each, not yet read")


class LineJson(Strict):
    """One line of text, its baseline from left to right."""

    box: BoxJson
    baseline: Annotated[list[PointJson], Field(min_length=2)]
    x_height: float = Field(gt=0, description="pixels")
    words: list[WordJson] = Field([])
    polygon: list[PointJson] = Field([])
    text: str = ""
    greedy: str = Field("", description="text without a language model")
    confidence: Share | None = None
    other_x_height: float = Field(0.0, ge=0, description="that the letters may have as well")
    paragraph: bool = Field(False, description="whether it is the first of a paragraph")
    proofread: bool = Field(False, description="whether a person has found its text right")


class RegionJson(Strict):
    """A block of lines."""

    box: BoxJson
    kind: Literal[
        "text",
        "heading",
        "header",
        "page-number",
        "caption",
        "footnote",
        "marginalia",
        "table",
        "picture",
        "drop-capital",
    ]
    lines: list[LineJson] = Field([])
    polygon: list[PointJson] = Field([])
    cells: list[CellJson] = Field([])
    language: str = Field("", description="ISO 639-3")
    language_confidence: Share | None = None


class LeafJson(Strict):
    """One page of a book on the scan."""

    box: BoxJson
    regions: list[RegionJson] = Field([])


class PageJson(Strict):
    """One scan; members at their defaults are left out."""

    schema_version: Literal[1] = Field(alias="schema")
    number: int = Field(ge=1)
    width: Size = Field(description="pixels, as supplied")
    height: Size
    dpi: float
    image: str = ""
    image_md5: str = Field("", description="MD5 of the grey raster's rows")
    status: Literal["done", "blank", "quarantined"]
    reason: str = Field("", description="code of why the page is quarantined")
    message: str = ""
    orientation: Literal[0, 90, 180, 270] = Field(0, description="degrees counter-clockwise")
    skew: float = Field(0.0, description="degrees counter-clockwise, as found")
    skew_confidence: Share = 0.0
    straight_width: Size = Field(0, description="pixels, upright and level")
    straight_height: Size = 0
    read_width: Size = Field(0, description="pixels to which it was resampled; 0: it was not")
    read_height: Size = 0
    to_source: AffineJson = Field(
        description="from straight coordinates, or what the mesh gives, to the page as supplied"
    )
    leaves: list[LeafJson] = Field([])
    stray_ink: Share = Field(0.0, description="share of the letters' ink outside every line")
    illegible: Size = Field(0, description="lines in which nothing could be read")
    doubtful: Literal["", "ink-without-text", "illegible-lines"] = Field(
        "", description="why a page with ink has little text or none"
    )
    writing: Literal["print", "hand"] = Field("print", description="how its lines were found")
    mesh: MeshJson | None = Field(
        None, description="of a curved page: from straight coordinates to the upright raster"
    )
