"""SIGKILL to a whole run, again and again: the same command goes on and delivers the same bytes."""

from __future__ import annotations

from pathlib import Path

from bench.kills import torment


def test_a_killed_run_goes_on_and_delivers_the_same(tmp_path: Path) -> None:
    """A power cut would cost the run, or leave half a delivery."""
    outcome = torment(tmp_path, kills=3, cores=2, seed=7)
    assert outcome.kills == 3
    assert outcome.different == []
    assert outcome.restless == 0
    assert outcome.orphans == 0
