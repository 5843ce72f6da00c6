"""The source as a graph: which modules and rooms import which, and what a page passes on its way.

A room is a package of `pipeline`, or a module beside them that imports one. Modules that import no
room are the ground that all stand on.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
GROUND, STAGES = "ground", "stages"
STEPS = (  # where a page passes, in order: what each of these calls is its way
    ("rasterize", "stages.digitize.rasterize", "rasterize"),
    *((step, "pipeline.reading", step) for step in ("straighten", "segment", "cut", "read")),
    ("understand", "pipeline.reading", "understand"),
    ("export", "stages.digitize.export", "writers"),
)

Graph = dict[str, set[str]]


class Call(NamedTuple):
    """One call on the way of a page: from a line of a file to a function of a room."""

    step: str
    file: str
    line: int
    room: str
    module: str
    name: str


def module_path(module: str) -> Path:
    """The file of a module of this repository."""
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def list_modules() -> Iterator[str]:
    """Names of all modules of the library and of the stages."""
    for folder in ("pipeline", "stages"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@lru_cache(maxsize=512)
def parse(module: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(module_path(module).read_text(encoding="utf-8"))


def imported_names(module: str) -> Iterator[tuple[str, str, str]]:
    """(name here, module, name there) of what a module imports of this repository, wherever in it;
    the last is empty for a module."""
    for node in ast.walk(parse(module)):
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        if node.module.split(".")[0] not in ("pipeline", "stages"):
            continue
        for alias in node.names:
            here, inner = alias.asname or alias.name, f"{node.module}.{alias.name}"
            is_module = module_path(inner).is_file()
            yield here, inner if is_module else node.module, "" if is_module else alias.name


def import_graph() -> Graph:
    """Which modules each module imports."""
    return {name: {there for _, there, _ in imported_names(name)} for name in list_modules()}


def name_rooms(graph: Graph) -> dict[str, str]:
    """The room of each module."""
    rooms = {}
    for module in graph:
        parts = module.split(".")
        if parts[0] == "stages":
            rooms[module] = STAGES
        elif (ROOT / "pipeline" / parts[-1 if len(parts) == 1 else 1]).is_dir():
            rooms[module] = parts[1]
    loose = [module for module in graph if module not in rooms]
    for module in loose:
        beside = reach(graph, module) - set(loose)
        rooms[module] = module.split(".")[-1] if beside & rooms.keys() else GROUND
    return rooms


def reach(graph: Mapping[str, set[str]], start: str) -> set[str]:
    """All that can be come to from `start`, itself only on a way round."""
    found: set[str] = set()
    ahead = list(graph.get(start, ()))
    while ahead:
        if (name := ahead.pop()) not in found:
            found.add(name)
            ahead += graph.get(name, ())
    return found


def room_graph() -> Graph:
    """Which rooms each room imports, itself and the ground left out."""
    graph = import_graph()
    rooms = name_rooms(graph)
    found: Graph = {room: set() for room in rooms.values() if room != GROUND}
    for module, others in graph.items():
        if (room := rooms[module]) != GROUND:
            found[room] |= {rooms[other] for other in others if other in rooms} - {room, GROUND}
    return found


def shortest_arrows(graph: Graph) -> Graph:
    """The arrows that say something new: those left out lead where a longer way leads as well."""
    return {
        room: {
            other
            for other in others
            if not any(other in reach(graph, between) for between in others - {other})
        }
        for room, others in graph.items()
    }


def rank_rooms(graph: Graph) -> list[list[str]]:
    """The rooms in rows: each stands below all that import it, as high as it can, and within a row
    as its importers do.

    Raises:
        ValueError: rooms import each other in a ring.
    """
    ring = sorted(room for room in graph if room in reach(graph, room))
    if ring:
        raise ValueError(f"rooms that import each other: {', '.join(ring)}")
    above = {room: {other for other in graph if room in graph[other]} for room in graph}
    row: dict[str, int] = {}
    while len(row) < len(graph):
        for room in sorted(graph.keys() - row.keys()):
            if above[room] <= row.keys():
                row[room] = 1 + max((row[other] for other in above[room]), default=-1)
    rows: list[list[str]] = []
    place: dict[str, float] = {}  # from 0 at the left to 1 at the right
    for number in range(max(row.values()) + 1):
        rooms = [room for room in row if row[room] == number]
        drawn = shortest_arrows(graph)
        middle = {
            room: [place[other] for other in above[room] if room in drawn[other]] for room in rooms
        }
        rooms.sort(key=lambda room: (sum(middle[room]) / max(1, len(middle[room])), room))
        place |= {room: (index + 0.5) / len(rooms) for index, room in enumerate(rooms)}
        rows.append(rooms)
    return rows


def sentence_of(room: str) -> str:
    """What a room is for: the first sentence of its docstring."""
    module = STAGES if room == STAGES else f"pipeline.{room}"
    return " ".join((ast.get_docstring(parse(module)) or "").split(".")[0].replace("`", "").split())


def way_of_a_page() -> list[Call]:
    """Every call of a function of a room, in the order of the steps and of their source."""
    rooms = name_rooms(import_graph())
    calls = []
    for step, module, name in STEPS:
        names = {here: (there, what) for here, there, what in imported_names(module) if what}
        for node in ordered_calls(parse(module), name):
            there, what = names.get(node.id, ("", ""))
            room = rooms.get(there, GROUND)
            if room not in (GROUND, STAGES) and what[0].islower():
                file = module_path(module).relative_to(ROOT).as_posix()
                calls.append(Call(step, file, node.lineno, room, there, what))
    return calls


def ordered_calls(tree: ast.Module, start: str) -> Iterator[ast.Name]:
    """The names that a function or class uses, as they stand there; where it calls another of its
    module, what that one uses comes in its place."""
    own = {
        node.name: node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    seen: set[str] = set()

    def visit(name: str) -> Iterator[ast.Name]:
        seen.add(name)
        called = {node.func for node in ast.walk(own[name]) if isinstance(node, ast.Call)}
        nodes = [n for n in ast.walk(own[name]) if isinstance(n, ast.Name | ast.Attribute)]
        for node in sorted(nodes, key=lambda n: (n.lineno, n.col_offset)):
            used = node.id if isinstance(node, ast.Name) else node.attr
            if node in called and used in own and used not in seen:
                yield from visit(used)
            elif isinstance(node, ast.Name):
                yield node

    return visit(start)


def rooms_passed(calls: list[Call]) -> list[str]:
    """The rooms in the order in which a page passes them."""
    return [room for room, _ in groupby(calls, key=lambda call: call.room)]
