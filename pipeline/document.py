"""A page as Recto knows it: Page > Leaf > Region > Line > Word > Character, and its JSON.

Frozen dataclasses that refuse bad geometry when they are built. All geometry of a page is in its
`straight` coordinates; `to_source` brings it to the page as supplied. Each stage adds its layer and
leaves the others as they are.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import DataError
from pipeline.geometry import Affine, Box, Point

SCHEMA = 1

DONE, BLANK, QUARANTINED = "done", "blank", "quarantined"
STATUSES = (DONE, BLANK, QUARANTINED)

TEXT, HEADING, HEADER, PAGE_NUMBER, CAPTION = "text", "heading", "header", "page-number", "caption"
FOOTNOTE, MARGINALIA, TABLE, PICTURE, DROP_CAPITAL = (
    "footnote",
    "marginalia",
    "table",
    "picture",
    "drop-capital",
)
KINDS = (
    TEXT,
    HEADING,
    HEADER,
    PAGE_NUMBER,
    CAPTION,
    FOOTNOTE,
    MARGINALIA,
    TABLE,
    PICTURE,
    DROP_CAPITAL,
)


def _check_confidence(value: float | None) -> None:
    if value is not None and not 0 <= value <= 1:
        raise ValueError(f"a confidence lies between 0 and 1, not {value}")


@dataclass(frozen=True)
class Character:
    """One character with its box and the posterior of its frame, 0 to 1."""

    text: str
    box: Box
    confidence: float

    def __post_init__(self) -> None:
        _check_confidence(self.confidence)


@dataclass(frozen=True)
class Word:
    """What stands between two spaces. Before recognition `text` is empty and there is no
    confidence."""

    box: Box
    text: str = ""
    confidence: float | None = None
    characters: tuple[Character, ...] = ()
    alternatives: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_confidence(self.confidence)
        if any(c.isspace() for c in self.text):
            raise ValueError(f"a word holds no white space: {self.text!r}")


@dataclass(frozen=True)
class Line:
    """One line of text: its polyline baseline from left to right, its x-height in pixels, its
    words.

    `text` is what the decoder wrote, `greedy` the best path without a language model. Where letters
    all of one height may as well be figures or capitals of a smaller size, `other_x_height` is what
    the x-height then is: the recognizer decides. `paragraph` marks the first line of a paragraph.
    """

    box: Box
    baseline: tuple[Point, ...]
    x_height: float
    words: tuple[Word, ...] = ()
    polygon: tuple[Point, ...] = ()
    text: str = ""
    greedy: str = ""
    confidence: float | None = None
    other_x_height: float = 0.0
    paragraph: bool = False

    def __post_init__(self) -> None:
        _check_confidence(self.confidence)
        if len(self.baseline) < 2 or any(
            p[0] > q[0] for p, q in zip(self.baseline, self.baseline[1:], strict=False)
        ):
            raise ValueError("a baseline has two points or more, from left to right")
        if self.x_height <= 0:
            raise ValueError("an x-height is positive")
        if not all(self.box.contains(word.box) for word in self.words):
            raise ValueError("a line's box holds the boxes of its words")


@dataclass(frozen=True)
class Region:
    """A block of lines that belong together, and what kind of block it is, one of KINDS; a picture
    has no lines."""

    box: Box
    kind: str = "text"
    lines: tuple[Line, ...] = ()
    polygon: tuple[Point, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a region's kind is one of {', '.join(KINDS)}, not {self.kind!r}")
        if not all(self.box.contains(line.box) for line in self.lines):
            raise ValueError("a region's box holds the boxes of its lines")


@dataclass(frozen=True)
class Leaf:
    """One page of a book on the scan; a scan of an opening has two. Regions are in reading
    order."""

    box: Box
    regions: tuple[Region, ...] = ()

    def __post_init__(self) -> None:
        if not all(self.box.contains(region.box) for region in self.regions):
            raise ValueError("a leaf's box holds the boxes of its regions")


@dataclass(frozen=True)
class Page:
    """One scan. Sizes in pixels: `width`, `height` as supplied, `straight_*` upright and level;
    angles in degrees.

    `skew` is the angle found and `skew_confidence`, 0 to 1, how sure it is; the page is turned by
    it only where that is worth it, which `to_source` shows. `stray_ink` is the share of the ink of
    letters that lies outside every line, `illegible` the number of lines in which nothing could be
    read.
    """

    number: int
    width: int
    height: int
    dpi: float
    image: str = ""
    image_md5: str = ""
    status: str = DONE
    reason: str = ""
    message: str = ""
    orientation: int = 0
    skew: float = 0.0
    skew_confidence: float = 0.0
    straight_width: int = 0
    straight_height: int = 0
    to_source: Affine = field(default_factory=Affine)
    leaves: tuple[Leaf, ...] = ()
    stray_ink: float = 0.0
    illegible: int = 0

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(
                f"a page's status is one of {', '.join(STATUSES)}, not {self.status!r}"
            )
        if self.status == QUARANTINED and not self.reason:
            raise ValueError("a quarantined page has a reason")
        if self.number < 1 or self.width < 0 or self.height < 0:
            raise ValueError("pages are counted from 1, and sizes are not negative")

    @property
    def onto_upright(self) -> Affine:
        """From straight coordinates to the raster turned upright by quarter turns alone: the
        identity on a level page."""
        turns = (4 - self.orientation // 90) % 4
        onto = self.to_source.then(Affine.quarter_turns(turns, self.width, self.height))
        return onto if max(abs(onto.b), abs(onto.d)) > 1e-9 else Affine()

    @property
    def regions(self) -> Iterator[Region]:
        """Every region in reading order."""
        return (region for leaf in self.leaves for region in leaf.regions)

    @property
    def lines(self) -> Iterator[Line]:
        """Every line in reading order."""
        return (line for region in self.regions for line in region.lines)

    @property
    def words(self) -> Iterator[Word]:
        """Every word in reading order."""
        return (word for line in self.lines for word in line.words)

    @property
    def mean_confidence(self) -> float | None:
        """Mean of the words' confidences, or None where there are none."""
        values = [word.confidence for word in self.words if word.confidence is not None]
        return sum(values) / len(values) if values else None


# JSON: short lists for boxes and points, members at their defaults left out.


def _round(points: tuple[Point, ...]) -> list[list[float]]:
    return [[round(x, 2), round(y, 2)] for x, y in points]


DEFAULTS: dict[str, tuple[Any, ...]] = {"other_x_height": (0.0,), "paragraph": (False,)}


def _plain(value: Any) -> Any:
    """JSON form of any part of a page."""
    if isinstance(value, Box | Affine):
        return list(value.as_tuple())
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, tuple):
        if value and isinstance(value[0], tuple):
            return _round(value)
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        members = {name: getattr(value, name) for name in value.__dataclass_fields__}
        return {
            name: _plain(member)
            for name, member in members.items()
            if member not in DEFAULTS.get(name, ("", (), None))
        }
    return value


def _points(raw: list) -> tuple[Point, ...]:
    return tuple((float(x), float(y)) for x, y in raw)


def _character(raw: dict) -> Character:
    return Character(raw["text"], Box(*raw["box"]), raw["confidence"])


def _word(raw: dict) -> Word:
    return Word(
        Box(*raw["box"]),
        raw.get("text", ""),
        raw.get("confidence"),
        tuple(map(_character, raw.get("characters", ()))),
        tuple(raw.get("alternatives", ())),
    )


def _line(raw: dict) -> Line:
    return Line(
        Box(*raw["box"]),
        _points(raw["baseline"]),
        raw["x_height"],
        tuple(map(_word, raw.get("words", ()))),
        _points(raw.get("polygon", [])),
        raw.get("text", ""),
        raw.get("greedy", ""),
        raw.get("confidence"),
        raw.get("other_x_height", 0.0),
        raw.get("paragraph", False),
    )


def _region(raw: dict) -> Region:
    return Region(
        Box(*raw["box"]),
        raw["kind"],
        tuple(map(_line, raw.get("lines", ()))),
        _points(raw.get("polygon", [])),
    )


def _leaf(raw: dict) -> Leaf:
    return Leaf(Box(*raw["box"]), tuple(map(_region, raw.get("regions", ()))))


def page_from_json(text: str) -> Page:
    """The page of a JSON text.

    Raises:
        DataError: it is no page, of another schema, or holds impossible geometry.
    """
    try:
        raw = json.loads(text)
        if raw.pop("schema") != SCHEMA:
            raise ValueError(f"the schema is not {SCHEMA}")
        raw["to_source"] = Affine(*raw["to_source"])
        raw["leaves"] = tuple(map(_leaf, raw.get("leaves", ())))
        return Page(**raw)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise DataError(
            f"this is not the JSON of a page: {error}",
            "Remove the file and run the same command again.",
        ) from error


def page_to_json(page: Page) -> str:
    """JSON of a page, one line, the same for the same page."""
    plain = {"schema": SCHEMA} | _plain(page)
    plain["to_source"] = list(page.to_source.as_tuple())  # not rounded: it has to come home
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")) + "\n"


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8, whole or not at all."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)


def read_page(path: Path) -> Page:
    """The page in a JSON file. Raises DataError as `page_from_json` does."""
    try:
        return page_from_json(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not the JSON of a page") from error


def write_page(path: Path, page: Page) -> None:
    """Write the JSON of a page, whole or not at all."""
    write_text(path, page_to_json(page))
