"""The JSON of a page: short lists for boxes and points, members at their defaults left out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.document import Cell, Character, Leaf, Line, Page, Region, Word
from pipeline.errors import DataError
from pipeline.files import write_text
from pipeline.geometry import Affine, Box, Point
from pipeline.mesh import Mesh
from pipeline.meter import FILES, spent_on

SCHEMA = 1


def _round(points: tuple[Point, ...]) -> list[list[float]]:
    return [[round(x, 2), round(y, 2)] for x, y in points]


EMPTY = ("", (), None)
DEFAULTS: dict[str, tuple[Any, ...]] = {
    "other_x_height": (0.0,),
    "paragraph": (False,),
    "corrected": (False,),
    "proofread": (False,),
    "read_width": (0,),
    "read_height": (0,),
    "doubtful": ("",),
}


def _cell(cell: Cell) -> list[int]:
    return [*cell.box.as_tuple(), cell.row, cell.column, cell.rows, cell.columns]


def _mesh(mesh: Mesh) -> list[Any]:
    return [mesh.width, mesh.height, [_round(row) for row in mesh.rows]]


def _same(value: Any) -> Any:
    return value


# by their type: a page has thousands of them
LEAVES: dict[type, Callable[[Any], Any]] = {
    Box: lambda box: list(box.as_tuple()),
    Affine: lambda affine: list(affine.as_tuple()),
    Cell: _cell,
    Mesh: _mesh,
    float: lambda value: round(value, 4),
    str: _same,
    int: _same,
    bool: _same,
}


@cache
def _members(kind: Any) -> list[tuple[str, tuple[Any, ...]]]:
    """The members of a part of a page, and at which values each is left out."""
    return [
        (field.name, () if field.type == Box.__name__ else DEFAULTS.get(field.name, EMPTY))
        for field in fields(kind)
    ]


def _plain(value: Any) -> Any:
    """JSON form of any part of a page."""
    kind: Any = type(value)
    if write := LEAVES.get(kind):
        return write(value)
    if isinstance(value, tuple):
        if value and isinstance(value[0], tuple):
            return _round(value)
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {
            name: _plain(member)
            for name, left_out in _members(kind)
            if (member := getattr(value, name)) not in left_out
        }
    return round(value, 4) if isinstance(value, float) else value


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
        raw.get("corrected", False),
        tuple(Box(*cell) for cell in raw.get("cells", ())),
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
        raw.get("proofread", False),
    )


def _region(raw: dict) -> Region:
    return Region(
        Box(*raw["box"]),
        raw["kind"],
        tuple(map(_line, raw.get("lines", ()))),
        _points(raw.get("polygon", [])),
        tuple(Cell(Box(*cell[:4]), *cell[4:]) for cell in raw.get("cells", ())),
        raw.get("language", ""),
        raw.get("language_confidence"),
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
        if "mesh" in raw:
            width, height, rows = raw["mesh"]
            raw["mesh"] = Mesh(width, height, tuple(map(_points, rows)))
        raw["leaves"] = tuple(map(_leaf, raw.get("leaves", ())))
        return Page(**raw)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise DataError(
            f"this is not the JSON of a page: {error}",
            "Remove the file and run the same command again.",
        ) from error


def as_written(page: Page) -> Page:
    """The page as it is read again, its numbers rounded: what is cut by it lies where the next
    stage looks for it."""
    return page_from_json(page_to_json(page))


def page_to_json(page: Page) -> str:
    """JSON of a page, one line, the same for the same page."""
    plain = {"schema": SCHEMA} | _plain(page)
    plain["to_source"] = list(page.to_source.as_tuple())  # not rounded: it has to come home
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")) + "\n"


@spent_on(FILES)
def read_page(path: Path) -> Page:
    """The page in a JSON file. Raises DataError as `page_from_json` does."""
    try:
        return page_from_json(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not the JSON of a page") from error


@spent_on(FILES)
def write_page(path: Path, page: Page) -> None:
    """Write the JSON of a page, whole or not at all."""
    write_text(path, page_to_json(page))
