"""What docs/architecture.md shows is what the source says: its picture, its list, its two rules."""

from __future__ import annotations

import pytest

from bench.imports import rank_rooms, room_graph, rooms_passed, shortest_arrows, way_of_a_page
from bench.rooms import render


def test_the_picture_and_the_list_are_current() -> None:
    """A newcomer would be shown rooms and lines that are gone. `python -m bench.rooms` mends it."""
    for path, text in render().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run python -m bench.rooms"


def test_no_rooms_use_each_other() -> None:
    """Nobody could read or change one of them without the other."""
    graph = room_graph()
    rows = rank_rooms(graph)
    level = {room: number for number, row in enumerate(rows) for room in row}
    assert all(level[room] < level[other] for room in graph for other in graph[room])
    assert graph["layout"].isdisjoint({"recognition", "structure"})
    assert graph["recognition"].isdisjoint({"layout", "structure"})


def test_a_page_passes_at_most_eight_rooms_and_none_twice() -> None:
    """The chain of reading would have grown a way back."""
    rooms = rooms_passed(way_of_a_page())
    assert len(rooms) == len(set(rooms)) <= 8
    assert (rooms[0], rooms[-1]) == ("scan", "export")


def test_rings_are_found_and_arrows_that_say_nothing_new_are_left_out() -> None:
    """The two tests above would pass whatever the source says."""
    assert shortest_arrows({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == {
        "a": {"b"},
        "b": {"c"},
        "c": set(),
    }
    with pytest.raises(ValueError, match="a, b"):
        rank_rooms({"a": {"b"}, "b": {"a"}, "c": {"a"}})
