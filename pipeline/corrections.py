"""A corrections file: what a person has found right or wrong on the pages of a book. From this,
`python -m bench.schemas` makes corrections.schema.json.

It is written by the report (pipeline/export/viewer) and may come from anybody, so nothing in it is
believed. A page is known by the hash of its scan, a line by its box on the page as supplied: both
stay what they are when another recognizer reads the book.
"""

from __future__ import annotations

import json
import stat
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, ValidationError, model_validator

from pipeline.config import Strict
from pipeline.document import KINDS
from pipeline.errors import DataError
from pipeline.files import read_sized

SUFFIX = ".corrections.json"
LARGEST_BYTES = 100_000_000  # some ten thousand pages, every line of them corrected
NAMED = 5  # faults that a message names
REMEDY = "Save it anew from the report; docs/proofreading.md says what such a file holds."


def _printed(text: str) -> str:
    """A text that can stand in a line: no control characters, no half of a character."""
    if any(unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") for one in text):
        raise ValueError("it holds what cannot be printed")
    if text != " ".join(text.split(" ")).strip(" ") or "  " in text:
        raise ValueError("single spaces part words, and none stands at either end")
    return unicodedata.normalize("NFC", text)


def _known_kind(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"a region is one of {', '.join(KINDS)}")
    return kind


def _ordered(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    if not (box[0] < box[2] and box[1] < box[3]):
        raise ValueError("a box needs left < right and top < bottom")
    return box


Count = Annotated[int, Field(ge=1, le=1_000_000)]
Pixel = Annotated[int, Field(ge=0, le=1_000_000)]
# left, top, right, bottom: pixels of the page as supplied
PlacedBox = Annotated[tuple[Pixel, Pixel, Pixel, Pixel], AfterValidator(_ordered)]
Printed = Annotated[str, Field(max_length=1000), AfterValidator(_printed)]
Identity = Annotated[str, Field(pattern=r"^[a-z]+(_[0-9]+){1,3}$", max_length=60)]


class Given(Strict):
    """A part of the file: types are taken as they are written, nothing is converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class LineCorrection(Given):
    """A line: its words as they were read, and what stands there."""

    id: Identity = Field(description="line_PAGE_REGION_LINE, as in every output; words are counted")
    box: PlacedBox = Field(description="as segmented; by it the line is known")
    old: list[Printed] = Field(max_length=2000, description="the words as they were read")
    new: list[Printed] = Field(
        max_length=2000,
        description="for each word of `old` what stands there: another word, several with spaces "
        "between, or nothing",
    )
    accepted: bool = Field(description="whether a person has found the whole line right")

    @model_validator(mode="after")
    def _of_one_length(self) -> LineCorrection:
        if len(self.old) != len(self.new):
            raise ValueError("old and new are of as many words")
        return self

    @property
    def text(self) -> str:
        """What stands in the line."""
        return " ".join(word for word in self.new if word)


class RegionCorrection(Given):
    """A region and what it is."""

    id: Identity
    box: PlacedBox
    kind: Annotated[str, AfterValidator(_known_kind)] = Field(
        json_schema_extra={"enum": list(KINDS)}
    )


class PageCorrections(Given):
    """What was changed on a page."""

    page: Count = Field(description="number of the page")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="of the input page, as in a manifest")
    width: Count = Field(description="pixels of the page as supplied")
    height: Count
    lines: list[LineCorrection] = Field([], max_length=20_000)
    regions: list[RegionCorrection] = Field(
        [],
        max_length=5000,
        description="every region in reading order; none: unchanged",
    )


class Corrections(Given):
    """Corrections of a book digitized by Recto."""

    schema_version: Literal[1] = Field(alias="schema")
    book: str = Field(min_length=1, max_length=1000)
    pages: list[PageCorrections] = Field([], max_length=100_000)

    def of_page(self, sha256: str, number: int) -> PageCorrections | None:
        """Those of a page, told by its hash; by its number as well where some pages are alike."""
        alike = [page for page in self.pages if page.sha256 == sha256]
        if len(alike) == 1:
            return alike[0]
        return next((page for page in alike if page.page == number), None)


def read_corrections(path: Path) -> Corrections:
    """The corrections in a file.

    Raises:
        DataError: it is no such file; what is wrong with it is named.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise DataError(f"{path} is no file", REMEDY)
        if status.st_size > LARGEST_BYTES:
            raise DataError(f"{path} is larger than {LARGEST_BYTES:,} bytes", REMEDY)
        raw = read_sized(path)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}", REMEDY) from error
    return parse_corrections(raw, str(path))


def open_corrections(path: Path | None) -> Corrections | None:
    """The corrections of a book; None where there are none. Raises DataError where the file is no
    such file."""
    return read_corrections(path) if path is not None and is_there(path) else None


def is_there(path: Path) -> bool:
    """Whether something lies at a path; no name is too long to be asked for."""
    try:
        return path.is_symlink() or path.exists()
    except OSError:
        return False


def parse_corrections(raw: bytes, where: str) -> Corrections:
    """The corrections in the bytes of a file.

    Args:
        where: what a message calls the file.

    Raises:
        DataError: they hold none.
    """
    try:
        json.loads(raw)  # names place and reason of what is no JSON at all
        return Corrections.model_validate_json(raw)
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False)[:NAMED]
        ]
        more = error.error_count() - len(faults)
        listed = "; ".join(faults) + (f"; and {more} more" if more else "")
        raise DataError(f"{where} holds no corrections: {listed}", REMEDY) from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where} is no JSON: {error}", REMEDY) from error


def corrections_json(corrections: Corrections) -> str:
    """The text of a corrections file, the same for the same corrections."""
    return corrections.model_dump_json(by_alias=True, indent=1) + "\n"


def merge(earlier: Corrections, later: Corrections) -> Corrections:
    """Both, as one: of a line in both the later words, beside what was read at first. A page is the
    same under another number, unless the scan has some that are alike."""
    alike = {sha256 for sha256, count in _most_alike(earlier, later).items() if count > 1}

    def key(page: PageCorrections) -> tuple[str, int]:
        return page.sha256, page.page if page.sha256 in alike else 0

    pages = {key(page): page for page in earlier.pages}
    for page in later.pages:
        own = key(page)
        pages[own] = _merge_page(pages[own], page) if own in pages else page
    kept = sorted(pages.values(), key=lambda page: page.page)
    return later.model_copy(update={"pages": kept})


def _most_alike(*files: Corrections) -> Counter[str]:
    """How many pages of one file have each hash, at the most."""
    counts: Counter[str] = Counter()
    for file in files:
        counts |= Counter(page.sha256 for page in file.pages)
    return counts


def _merge_page(earlier: PageCorrections, later: PageCorrections) -> PageCorrections:
    lines = {line.box: line for line in earlier.lines}
    for line in later.lines:
        lines[line.box] = _merge_line(lines[line.box], line) if line.box in lines else line
    kept = [line for line in lines.values() if line.accepted or line.old != line.new]
    return later.model_copy(update={"lines": kept, "regions": later.regions or earlier.regions})


def _merge_line(earlier: LineCorrection, later: LineCorrection) -> LineCorrection:
    """A line that was corrected once more: what was read at first becomes what stands there now,
    where the later correction begins with the words that the earlier one left."""
    pieces = [word.split() for word in earlier.new]
    if later.old != [piece for words in pieces for piece in words]:
        return later
    rest = iter(later.new)
    new = [" ".join(filter(None, (next(rest) for _ in words))) for words in pieces]
    return later.model_copy(update={"old": earlier.old, "new": new})


def count_changed(lines: Sequence[LineCorrection]) -> int:
    """How many words were changed."""
    return sum(a != b for line in lines for a, b in zip(line.old, line.new, strict=True))
