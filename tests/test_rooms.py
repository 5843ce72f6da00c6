"""The house: which room of pipeline/ may import which, how long a module is, what it is called."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

PIPELINE, STAGES = ROOT / "pipeline", ROOT / "stages"
LONGEST = 300  # lines of a module

# What every room may import: it imports no room itself.
GROUND = {
    "document": {"geometry", "mesh"},
    "geometry": set(),
    "mesh": {"geometry"},
    "line_turns": {"document", "geometry"},
    "errors": set(),
    "version": set(),
    "installation": set(),
    "meter": set(),
    "parent_death": set(),
    "sandbox": set(),
    "programs": {"parent_death", "sandbox"},
    "pdf_files": {"errors"},
    "config_complaints": {"errors"},
    "config": {"config_complaints"},
    "book_config": {"config", "config_complaints", "errors", "files"},
    "texts": {"errors"},
    "files": {"meter"},
    "folders": {"errors"},
    "languages": set(),
    "spelling": {"languages"},
    "lexicon": {"errors", "spelling", "texts"},
    "corpus": {"errors", "texts"},
    "transcription": {"errors", "texts"},
    "doubtful": {"document"},
    "page_model": {"config"},
    "corrections": {"config", "document", "errors", "files"},
    "page_json": {"document", "errors", "files", "geometry", "mesh", "meter"},
}
# The rooms: a page goes from the first to the last, with no way back.
ROOMS = {
    "scan": set(),
    "image": set(),
    "layout": {"image"},
    "recognition": {"image"},
    "structure": {"recognition"},
    "reading": {"image", "layout", "recognition", "structure"},
    "export": {"image", "reading", "recognition", "scan", "structure"},
    # What makes models; the way of a page never comes here.
    "synthesis": {"recognition"},
    "training": {"image", "layout", "recognition", "synthesis"},
}


def imports(path: Path) -> Iterator[tuple[str, ...]]:
    """The dotted parts of each module that a module imports, at its top or within a function."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            parts = tuple(node.module.split("."))
            yield from ((*parts, name.name) for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (tuple(name.name.split(".")) for name in node.names)


def room_of(path: Path) -> str:
    """The room that a module of pipeline/ lies in; a module of no folder is one by itself."""
    return path.relative_to(PIPELINE).with_suffix("").parts[0]


def test_no_room_imports_another_than_it_may() -> None:
    """A room that imports from one further on makes a circle: neither can be understood alone."""
    for path in PIPELINE.rglob("*.py"):
        room = room_of(path)
        if room == "__init__":
            continue
        allowed = GROUND[room] if room in GROUND else ROOMS[room] | GROUND.keys()
        for parts in imports(path):
            assert parts[0] not in ("stages", "bench", "tests"), path
            if parts[0] == "pipeline" and parts[1] != room:
                assert parts[1] in allowed, f"{path} imports pipeline.{parts[1]}"


def test_a_page_goes_through_eight_rooms_at_most_and_none_twice() -> None:
    """The order of ROOMS is the way of a page: who imports a later room would lead it back."""
    order = list(ROOMS)
    way = order[: order.index("export") + 1]
    assert len(way) <= 8
    for room in way:
        assert all(order.index(other) < order.index(room) for other in ROOMS[room])


def test_no_module_is_long() -> None:
    """A long module holds two ideas or more."""
    long = {
        path.relative_to(ROOT).as_posix()
        for folder in (PIPELINE, STAGES)
        for path in folder.rglob("*.py")
        if len(path.read_text().splitlines()) > LONGEST
    }
    assert not long


def test_no_two_modules_of_pipeline_have_one_name() -> None:
    """Two modules of one name are confused, in talk and in an editor."""
    names = Counter(path.name for path in PIPELINE.rglob("*.py"))
    assert {name for name, count in names.items() if count > 1} == {"__init__.py"}


def test_numbers_that_tell_structure_have_a_name_and_an_origin() -> None:
    """A number within a function has neither; fractions of pixels and shares belong to the classes
    of parameters."""
    for path in (PIPELINE / "structure").glob("*.py"):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef):
                floats = {
                    node.value
                    for node in ast.walk(function)
                    if isinstance(node, ast.Constant) and isinstance(node.value, float)
                }
                assert floats <= {0.0, 1.0}, f"{path}: {function.name}"
