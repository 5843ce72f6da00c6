"""A run that is ended, again and again: the same command goes on and delivers the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.kills import holds_a_fault, torment


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


CHAIN = "\nDuring handling of the above exception, another exception occurred:\n\n"
BROKEN = "ValueError: Invalid file descriptor: -1"


@pytest.mark.parametrize(
    ("ends", "between", "fault"),
    [
        (["KeyboardInterrupt"], "", False),
        (["CancelledError", "KeyboardInterrupt"], CHAIN, False),
        (["CancelledError", "TypeError", "KeyboardInterrupt"], CHAIN, False),
        (["KeyboardInterrupt", BROKEN], CHAIN, True),
        (["KeyboardInterrupt", BROKEN], "", True),
        ([BROKEN], "", True),
        ([], "", False),
    ],
)
def test_ctrl_c_while_snakemake_starts_is_no_fault(
    ends: list[str], between: str, fault: bool
) -> None:
    """A fault of ours would be taken for Python's own traceback, or the other way round."""
    told = between.join(f"Traceback (most recent call last):\n  File ...\n{end}\n" for end in ends)
    assert holds_a_fault(f"Using profile\n{told}") is fault
