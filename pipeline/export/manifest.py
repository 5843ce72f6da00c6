"""What stands in the manifest of a delivery, out/NAME/manifest.json: from this,
`python -m bench.schemas` makes manifest.schema.json.

No stage imports it: what they write is held against it by tests (see docs/design.md).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from pipeline.config import Strict
from pipeline.image.deskew import SKEW

Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Counts(Strict):
    """Pages by what became of them."""

    pages: int = Field(ge=1)
    done: Count
    blank: Count
    quarantined: Count
    doubtful: Count = Field(description="of the pages done, those with a doubt")


class Versions(Strict):
    """Versions of what wrote the delivery: of Recto, and by name of the packages that it uses."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, str] = Field(init=False)

    recto: str


class WordsOfLanguage(Strict):
    """What a page has in one language."""

    words: int = Field(ge=1)
    confidence: Share | None = Field(
        description="probability that it is that language; null where only one was asked for"
    )


class PageOutcome(Strict):
    """What became of the corrections of a page."""

    lines: Count = Field(description="lines that a person has corrected or accepted")
    words: Count = Field(description="words that a person wrote")
    accepted: Count = Field(description="lines that a person has found right as a whole")
    moved: Count = Field(description="of the lines, those that lie elsewhere by now")
    lost: Count = Field(description="corrected lines of which there is no trace any more")
    regions: Literal["", "taken", "lost"] = Field(
        description="whether the regions' kinds and order were taken; empty: none were given"
    )


class BookOutcome(Strict):
    """What became of the corrections of a book, over all pages."""

    sha256: Sha256 = Field(description="of the corrections file, which is delivered too")
    pages: Count = Field(description="pages that have corrections")
    lines: Count
    words: Count
    accepted: Count
    moved: Count
    lost: Count


class ManifestPage(Strict):
    """One page; lengths in pixels of the page as supplied."""

    number: int = Field(ge=1)
    image: str = Field(description="file in scans/, with #N for its N-th page")
    status: Literal["done", "blank", "quarantined"]
    reason: str = Field(description="code of why the page is quarantined; empty otherwise")
    message: str
    width: Count = Field(description="pixels, as supplied")
    height: Count
    dpi: float = Field(gt=0)
    orientation: Literal[0, 90, 180, 270] = Field(
        description="degrees by which the scan was turned counter-clockwise"
    )
    skew: float = Field(
        ge=-SKEW.largest_degrees,
        le=SKEW.largest_degrees,
        description="degrees counter-clockwise, as found",
    )
    skew_confidence: Share = Field(description="how sure that angle is")
    lines: Count
    words: Count
    confidence: Share | None = Field(description="mean over the words")
    x_height: Annotated[float, Field(gt=0)] | None = Field(
        description="median of the lines, in pixels"
    )
    stray_ink: Share = Field(description="share of the letters' ink outside every line")
    illegible: Count = Field(description="lines in which nothing could be read")
    doubtful: Literal["", "ink-without-text", "illegible-lines"] = Field(
        description="why a page with ink has little text or none"
    )
    cut_off: Count = Field(description="lines that run over the edge of the scan")
    languages: dict[str, WordsOfLanguage] = Field(description="by their codes (ISO 639-3)")
    corrections: PageOutcome | SkipJsonSchema[None] = None
    sha256: Sha256 = Field(description="of the input page")


class BookPdf(Strict):
    """What became of book.pdf, where it was asked for."""

    written: bool
    pdfa: bool = Field(description="whether it claims PDF/A-2b")
    objections: list[str] = Field(description="why it could not be written, or not claim it")


class Manifest(Strict):
    """Manifest of a book digitized by Recto."""

    schema_version: Literal[1] = Field(alias="schema")
    book: str = Field(min_length=1)
    scan: str = Field(min_length=1, description="file or folder that the book was read from")
    counts: Counts
    settings: dict[str, Any] = Field(
        description="what the text depends on besides the scan: model, language model and "
        "configuration, with content hashes"
    )
    versions: Versions
    pages: list[ManifestPage] = Field(min_length=1)
    pdf: BookPdf | SkipJsonSchema[None] = None
    corrections: BookOutcome | SkipJsonSchema[None] = None
    files: dict[str, Sha256] = Field(
        description="SHA-256 of every file of the delivery but this one and run.json, by path"
    )
