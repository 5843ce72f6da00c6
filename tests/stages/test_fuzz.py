"""A short run of the fuzz driver: damaged inputs end in named errors."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path

from bench.fuzz import fuzz, in_turn, subjects


def test_good_inputs_are_opened(tmp_path: Path) -> None:
    """The fuzzing below would prove nothing: it would damage what is refused anyway."""
    for subject in subjects(tmp_path):
        path = tmp_path / f"whole.{subject.name}"
        path.write_bytes(subject.good)
        subject.open(path)


def test_damaged_inputs_end_in_named_errors(tmp_path: Path) -> None:
    """A damaged file would crash, hang or fill the memory."""
    failures = [
        (kind, result) for kind, result in fuzz(tmp_path, 70, seed=3) if result.startswith("failed")
    ]
    assert not failures, failures


def test_a_kind_with_many_good_inputs_takes_no_larger_share(tmp_path: Path) -> None:
    """The pages of real scans would leave little of a run to all other kinds."""
    chosen = subjects(tmp_path)
    ways = {(one.name, one.damage) for one in chosen}
    drawn = list(islice(in_turn(chosen), 3 * len(ways)))
    assert set(Counter((one.name, one.damage) for one in drawn).values()) == {3}
    assert len({one.good for one in drawn if one.name == "pdf"}) > 1
