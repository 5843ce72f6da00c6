"""A run that is ended, again and again: the same command goes on and delivers the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.kills import torment


@pytest.mark.parametrize(
    "kind",
    [
        "kill",
        pytest.param("term", marks=pytest.mark.long),
        pytest.param("int", marks=pytest.mark.long),
    ],
)
def test_a_run_that_was_ended_goes_on_and_delivers_the_same(kind: str, tmp_path: Path) -> None:
    """A power cut, a service that stops or Ctrl-C would cost the run, or leave half a delivery."""
    outcome = torment(tmp_path, ends=2, cores=2, seed=7, kind=kind, books=2)
    assert outcome.ends == 2
    assert outcome.clean, outcome
